"""The value model as versioned rows: dimensions, indicators, bands, weights (R51, §B.1)."""

from django.db import models
from django.db.models import Q

from staff.models import User


class Dimension(models.TextChoices):
    CURRENT = "current", "当前价值"
    POTENTIAL = "potential", "潜在价值"
    LOYALTY = "loyalty", "忠诚度"
    SOCIAL = "social", "社会影响力"


class CutMethod(models.TextChoices):
    MEDIAN = "median", "中位数"
    MEAN = "mean", "平均数"
    FIXED = "fixed", "固定值"


class ValueModel(models.Model):
    """One version. A version that a run was published with never changes again: copy it."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        ACTIVE = "active", "在用"
        RETIRED = "retired", "已停用"

    code = models.SlugField("版本", max_length=20, unique=True)  # VM-1
    name = models.CharField("名称", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    effective_from = models.DateField("生效日期", null=True, blank=True)
    cut_method = models.CharField(
        "分界方法", max_length=10, choices=CutMethod, default=CutMethod.MEDIAN
    )
    fixed_cut = models.DecimalField("固定分界", max_digits=5, decimal_places=2, default=60)
    stability_band = models.DecimalField(
        "稳定带宽（分）", max_digits=4, decimal_places=2, default=0
    )
    min_cohort = models.PositiveSmallIntegerField("行业最少客户数", default=5)
    min_weight = models.DecimalField("最低可用权重", max_digits=4, decimal_places=2, default="0.60")
    # AHP of the four dimensions, when their weights come from it: rows of fractions as text.
    ahp_matrix = models.JSONField("判断矩阵", null=True, blank=True)
    ahp_cr = models.DecimalField(
        "一致性比率", max_digits=6, decimal_places=4, null=True, blank=True
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="源版本"
    )
    note = models.CharField("说明", max_length=300, blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="编制人"
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "价值模型"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="active"),
                name="valuation_one_active_model",
                violation_error_message="同一时间只能有一个在用的模型。",
            ),
            models.CheckConstraint(
                name="valuation_min_cohort_positive", condition=Q(min_cohort__gte=1)
            ),
        ]

    def __str__(self):
        return self.name


class ValueDimension(models.Model):
    model = models.ForeignKey(ValueModel, models.CASCADE, related_name="dimensions")
    code = models.CharField("维度", max_length=10, choices=Dimension)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = verbose_name_plural = "评估维度"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["model", "code"], name="valuation_dimension_once"),
            models.CheckConstraint(
                name="valuation_dimension_weight_range", condition=Q(weight__gte=0, weight__lte=1)
            ),
        ]

    def __str__(self):
        return self.get_code_display()


class ValueIndicator(models.Model):
    class Direction(models.TextChoices):
        UP = "up", "越大越好"
        DOWN = "down", "越小越好"

    class Normalization(models.TextChoices):
        BAND = "band", "分档"
        PERCENTILE = "percentile", "百分位"
        MINMAX = "minmax", "极值"
        DIRECT = "direct", "直接取分"

    dimension = models.ForeignKey(ValueDimension, models.CASCADE, related_name="indicators")
    code = models.CharField("代码", max_length=4)  # CV1 … SI4: names the source of its raw value
    name = models.CharField("指标", max_length=30)
    unit = models.CharField("单位", max_length=10, blank=True)
    definition = models.CharField("取值办法", max_length=200, blank=True)
    weight = models.DecimalField("权重", max_digits=5, decimal_places=4)
    direction = models.CharField("方向", max_length=4, choices=Direction, default=Direction.UP)
    normalization = models.CharField(
        "计分方法", max_length=10, choices=Normalization, default=Normalization.BAND
    )
    is_expert = models.BooleanField("专家评分", default=False)  # 1–5, two raters

    class Meta:
        verbose_name = verbose_name_plural = "评估指标"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dimension", "code"], name="valuation_indicator_once"),
            models.CheckConstraint(
                name="valuation_indicator_weight_range", condition=Q(weight__gte=0, weight__lte=1)
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class IndicatorBand(models.Model):
    """From `lower` (inclusive; null: from minus infinity) the score is `score` (§B.1)."""

    indicator = models.ForeignKey(ValueIndicator, models.CASCADE, related_name="bands")
    lower = models.DecimalField(
        "下限（含）", max_digits=16, decimal_places=4, null=True, blank=True
    )
    score = models.DecimalField("得分", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "分档"
        ordering = ["indicator", models.F("lower").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "lower"], name="valuation_band_once"),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(lower=None),
                name="valuation_band_one_lowest",
            ),
            models.CheckConstraint(
                name="valuation_band_score_range", condition=Q(score__gte=0, score__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.lower} → {self.score}"
