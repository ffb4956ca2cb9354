"""Step 1: the industry, and what its customers buy by (R64, R65)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Industry
from planning.models.six_step import CustomerPlanning
from staff.models import Branch, User


class IndustryAnalysisQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An industry in the market of one's own branch; nothing of a customer stands in it."""
        return self.filter(branch__in={person.branch_id for person in user.acting_for()})


class IndustryAnalysis(models.Model):
    """One industry in one year, shared by all its customers' workbenches (R64)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    industry = models.ForeignKey(
        Industry, models.PROTECT, related_name="analyses", verbose_name="行业"
    )
    year = models.PositiveSmallIntegerField("年度")
    political = models.TextField("政策与监管", blank=True)
    economic = models.TextField("经济", blank=True)
    social = models.TextField("社会", blank=True)
    technological = models.TextField("技术", blank=True)
    trends = models.TextField("发展趋势", blank=True)
    success_factors = models.TextField("关键成功因素", blank=True)
    insights = models.TextField("认识", blank=True)
    resource_people = models.CharField("人员安排", max_length=200, blank=True)
    resource_cost_wan = models.DecimalField(
        "营销费用（万元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    edit = models.PositiveIntegerField(default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    updated_at = models.DateTimeField("修改时间", null=True, editable=False)

    objects = IndustryAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行业分析"
        ordering = ["-year", "industry"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "industry", "year"],
                name="planning_industry_analysis_once",
                violation_error_message="该行业这一年的分析已经建立。",
            ),
            models.CheckConstraint(
                name="planning_resource_cost_not_negative",
                condition=Q(resource_cost_wan=None) | Q(resource_cost_wan__gte=0),
                violation_error_message="费用不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年{self.industry}行业分析"

    def get_absolute_url(self):
        return reverse("planning:industry_analysis", args=[self.pk])


class OfAnalysisQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(analysis__in=IndustryAnalysis.objects.visible_to(user))


class StructureLine(models.Model):
    """What one group of the industry spends in a period; shares and changes are computed."""

    analysis = models.ForeignKey(IndustryAnalysis, models.CASCADE, related_name="structure")
    label = models.CharField("客户群或业务", max_length=60)
    period = models.CharField("时期", max_length=20)  # "2009-01..05"
    amount_wan = models.DecimalField("金额（万元）", max_digits=14, decimal_places=2)
    last_year_wan = models.DecimalField(
        "上年同期（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    last_period_wan = models.DecimalField(
        "上期（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    source = models.CharField("来源", max_length=100, blank=True)

    objects = OfAnalysisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消费结构"
        ordering = ["analysis", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "label", "period"],
                name="planning_structure_once",
                violation_error_message="这一时期的这一行已经有了。",
            ),
            models.CheckConstraint(
                name="planning_structure_not_negative",
                condition=Q(amount_wan__gte=0)
                & (Q(last_year_wan=None) | Q(last_year_wan__gte=0))
                & (Q(last_period_wan=None) | Q(last_period_wan__gte=0)),
                violation_error_message="金额不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.period}"


class KeyPurchaseFactor(models.Model):
    """What customers buy by, in four groups (R65). Rows from here on: an administrator edits."""

    class Group(models.TextChoices):
        ECONOMIC = "economic", "经济表现"
        CORE_PRODUCT = "core_product", "产品的核心表现"
        SUPPORT_SERVICE = "support_service", "客户支持及服务"
        COMPANY_IMAGE = "company_image", "公司总体形象"

    group = models.CharField("组别", max_length=20, choices=Group)
    name = models.CharField("因素", max_length=40, unique=True)
    note = models.CharField("说明", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("次序")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "关键购买因素"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_factor_is_no_kickback",  # D20
                condition=~Q(name__contains="回扣"),
                violation_error_message="回扣违法，不能作为购买因素；请写「折扣（明示入账）」。",
            )
        ]

    def __str__(self):
        return self.name


class KPFRatingQuerySet(models.QuerySet):
    def visible_to(self, user):
        plannings = CustomerPlanning.objects.visible_to(user)
        analyses = IndustryAnalysis.objects.visible_to(user)
        return self.filter(Q(planning__in=plannings) | Q(analysis__in=analyses))


class KPFRating(models.Model):
    """How much a factor weighs for this customer (or industry), and how we and the best rival do.

    Of a customer, not of its industry by default: they differ (D43).
    """

    merge_part = True

    planning = models.ForeignKey(
        CustomerPlanning, models.CASCADE, null=True, blank=True, related_name="ratings"
    )
    analysis = models.ForeignKey(
        IndustryAnalysis, models.CASCADE, null=True, blank=True, related_name="ratings"
    )
    factor = models.ForeignKey(
        KeyPurchaseFactor, models.PROTECT, related_name="+", verbose_name="因素"
    )
    importance = models.PositiveSmallIntegerField("重要程度")
    our_score = models.PositiveSmallIntegerField("我方")
    best_rival_score = models.PositiveSmallIntegerField("最强对手")
    note = models.CharField("依据", max_length=200, blank=True)

    objects = KPFRatingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "购买因素评分"
        ordering = ["factor__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["planning", "factor"],
                condition=Q(planning__isnull=False),
                name="planning_rating_once_of_customer",
            ),
            models.UniqueConstraint(
                fields=["analysis", "factor"],
                condition=Q(analysis__isnull=False),
                name="planning_rating_once_of_industry",
            ),
            models.CheckConstraint(
                name="planning_rating_of_one",
                condition=Q(planning=None, analysis__isnull=False)
                | Q(planning__isnull=False, analysis=None),
            ),
            models.CheckConstraint(
                name="planning_rating_one_to_five",
                condition=Q(importance__gte=1, importance__lte=5)
                & Q(our_score__gte=1, our_score__lte=5)
                & Q(best_rival_score__gte=1, best_rival_score__lte=5),
                violation_error_message="评分为 1 到 5。",
            ),
        ]

    def __str__(self):
        return f"{self.factor_id} {self.importance}"

    @property
    def gap(self) -> int:
        """Ours minus the best rival's; below 0 we are behind."""
        return self.our_score - self.best_rival_score
