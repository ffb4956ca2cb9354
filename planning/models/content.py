"""What stands in a version: texts by section, typed tables, targets by quarter (R42–R45)."""

from django.db import models
from django.db.models import F, Q

from accounts.models import BusinessLine, Operator
from planning.models.plan import MarketingPlan, PlanVersion
from staff.models import User

STOCK_LINES = ("voice", "data", "internet", "video", "value_added")
"""R45: 存量 has these five lines; 增量 and 策反 all ten."""


class OfVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(version__plan__in=MarketingPlan.objects.visible_to(user))


class PlanSection(models.Model):
    """One text of a version. `edit` grows with every save: who saves on an older one is asked."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="sections")
    code = models.CharField("章节", max_length=10)  # "C1.2", see planning.outline_rules
    text = models.TextField("正文", blank=True)
    # 「无」 is an answer only with its reason (R44).
    none_reason = models.CharField("没有内容的原因", max_length=200, blank=True)
    edit = models.PositiveIntegerField(default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField("修改时间", null=True, editable=False)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划章节"
        ordering = ["version", "code"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="planning_section_once")
        ]

    def __str__(self):
        return self.code


class SectionText(models.Model):
    """Every text that a section ever had: the base of a comparison when two write at once."""

    section = models.ForeignKey(PlanSection, models.CASCADE, related_name="texts")
    edit = models.PositiveIntegerField()
    text = models.TextField("正文", blank=True)
    none_reason = models.CharField("没有内容的原因", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "章节历次正文"
        ordering = ["section", "-edit"]
        constraints = [
            models.UniqueConstraint(fields=["section", "edit"], name="planning_text_once")
        ]

    def __str__(self):
        return f"{self.section_id} {self.edit}"


class PlanRow(models.Model):
    """A line of a table: its columns, their types and which are required stand in table_rules.

    `source` says which row of the customer view it was taken from ("networklink:12"), so that it
    can be compared with today's facts; empty for lines that somebody typed.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="rows")
    table = models.CharField("表", max_length=20)
    position = models.PositiveIntegerField("次序")
    cells = models.JSONField("内容", default=dict)  # {column: text}; numbers as plain decimal text
    source = models.CharField("取自", max_length=40, blank=True)
    edit = models.PositiveIntegerField(default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField("修改时间", null=True, editable=False)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划表行"
        ordering = ["version", "table", "position", "pk"]
        indexes = [models.Index(fields=["version", "table", "position"])]

    def __str__(self):
        return f"{self.table} {self.position}"


class TargetKind(models.TextChoices):
    STOCK = "stock", "存量"
    INCREMENT = "increment", "增量"
    WIN_BACK = "win_back", "策反"


class PlanTargetLine(models.Model):
    """万元 by quarter (R45). In an industry's or the annual plan a line is an adjustment: what is
    planned beyond the plans below, never without a reason (R41).
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="targets")
    kind = models.CharField("类别", max_length=10, choices=TargetKind)
    business_line = models.CharField("业务", max_length=25, choices=BusinessLine, blank=True)
    from_operator = models.CharField("来源运营商", max_length=10, choices=Operator, blank=True)
    is_adjustment = models.BooleanField("计划外调整", default=False)
    reason = models.CharField("原因", max_length=200, blank=True)
    q1 = models.DecimalField("一季度", max_digits=12, decimal_places=2, default=0)
    q2 = models.DecimalField("二季度", max_digits=12, decimal_places=2, default=0)
    q3 = models.DecimalField("三季度", max_digits=12, decimal_places=2, default=0)
    q4 = models.DecimalField("四季度", max_digits=12, decimal_places=2, default=0)
    year = models.GeneratedField(
        expression=F("q1") + F("q2") + F("q3") + F("q4"),
        output_field=models.DecimalField(max_digits=13, decimal_places=2),
        db_persist=True,
    )
    edit = models.PositiveIntegerField(default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField("修改时间", null=True, editable=False)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划目标"
        ordering = ["version", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "business_line", "from_operator"],
                condition=Q(is_adjustment=False),
                name="planning_target_once",
                violation_error_message="这一行目标已经有了。",
            ),
            models.CheckConstraint(
                name="planning_stock_has_five_lines",
                condition=~Q(kind="stock") | Q(business_line__in=STOCK_LINES),
                violation_error_message="存量只有话音、数据、互联网、视频、增值五项。",
            ),
            models.CheckConstraint(
                name="planning_increment_has_a_line",
                condition=~Q(kind="increment") | ~Q(business_line=""),
                violation_error_message="增量目标必须选择业务。",
            ),
            models.CheckConstraint(
                name="planning_win_back_from_a_rival",
                condition=~Q(kind="win_back") | Q(from_operator__in=("mobile", "unicom", "other")),
                violation_error_message="策反目标必须写明来自哪家运营商。",
            ),
            models.CheckConstraint(
                name="planning_targets_not_negative",
                condition=Q(is_adjustment=True) | Q(q1__gte=0, q2__gte=0, q3__gte=0, q4__gte=0),
                violation_error_message="目标不能为负数。",
            ),
            models.CheckConstraint(
                name="planning_adjustment_has_reason",
                condition=Q(is_adjustment=False) | ~Q(reason=""),
                violation_error_message="计划外调整必须写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["version", "kind", "business_line"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_business_line_display()}"


class VersionTotal(models.Model):
    """What the lines of a version come to by kind, 万元; what plans above add up (R41).

    The database writes it at the moment in which a version is handed in, when its lines are sealed
    (migration 0009), and nobody else ever does: two people who write at once never meet here.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="totals")
    kind = models.CharField("类别", max_length=10, choices=TargetKind)
    q1 = models.DecimalField("一季度", max_digits=14, decimal_places=2)
    q2 = models.DecimalField("二季度", max_digits=14, decimal_places=2)
    q3 = models.DecimalField("三季度", max_digits=14, decimal_places=2)
    q4 = models.DecimalField("四季度", max_digits=14, decimal_places=2)

    objects = OfVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "版本合计"
        ordering = ["version", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["version", "kind"], name="planning_total_once")
        ]

    def __str__(self):
        return f"{self.version_id} {self.get_kind_display()}"


class PlanAllotment(models.Model):
    """下达: what the plan above asks of this one, 万元 by quarter. Handed down, never added up."""

    merge_part = True  # stays with its plan when two customers become one

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="allotments")
    kind = models.CharField("类别", max_length=10, choices=TargetKind)
    q1 = models.DecimalField("一季度", max_digits=12, decimal_places=2, default=0)
    q2 = models.DecimalField("二季度", max_digits=12, decimal_places=2, default=0)
    q3 = models.DecimalField("三季度", max_digits=12, decimal_places=2, default=0)
    q4 = models.DecimalField("四季度", max_digits=12, decimal_places=2, default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="下达人")
    issued_at = models.DateTimeField("下达时间")

    class Meta:
        verbose_name = verbose_name_plural = "下达目标"
        ordering = ["plan", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="planning_allotment_once"),
            models.CheckConstraint(
                name="planning_allotment_not_negative",
                condition=Q(q1__gte=0, q2__gte=0, q3__gte=0, q4__gte=0),
                violation_error_message="下达的目标不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.plan_id} {self.get_kind_display()}"
