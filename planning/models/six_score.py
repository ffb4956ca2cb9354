"""Step 2: the weighted scorecard of the providers (R67, D8)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Customer, Industry, Operator
from staff.models import Branch, User


class ScoreCriterion(models.Model):
    """What is compared, in three groups; the weights of those in use add up to 100."""

    class Group(models.TextChoices):
        NETWORK = "network", "网络资源"
        MANAGEMENT = "management", "管理支撑"
        DEVELOPMENT = "development", "业务开拓"

    group = models.CharField("组别", max_length=15, choices=Group)
    name = models.CharField("评价项", max_length=40, unique=True)
    weight = models.PositiveSmallIntegerField("权重（%）")
    position = models.PositiveSmallIntegerField("次序")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "竞争评价项"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_criterion_weight",
                condition=Q(weight__lte=100),
                violation_error_message="权重在 0 到 100 之间。",
            )
        ]

    def __str__(self):
        return self.name


class CompetitorScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of visible customers; of an industry in one's own branch."""
        customers = Customer.objects.visible_to(user)
        branches = {person.branch_id for person in user.acting_for()}
        return self.filter(Q(customer__in=customers) | Q(customer=None, branch__in=branches))


class CompetitorScorecard(models.Model):
    """The providers as a customer (or an industry) sees them on a day; a new day, a new card."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scorecards",
        verbose_name="客户",
    )
    industry = models.ForeignKey(
        Industry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scorecards",
        verbose_name="行业",
    )
    as_of = models.DateField("评价日期")
    note = models.CharField("说明", max_length=300, blank=True)
    edit = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评价人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = CompetitorScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "竞争评分表"
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="planning_scorecard_of_one",
                condition=Q(customer=None, industry__isnull=False)
                | Q(customer__isnull=False, industry=None),
            )
        ]
        indexes = [models.Index(fields=["customer", "-as_of"])]

    def __str__(self):
        return f"{self.as_of:%Y-%m-%d} 竞争评分"

    def get_absolute_url(self):
        return reverse("planning:scorecard", args=[self.pk])


class OfScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scorecard__in=CompetitorScorecard.objects.visible_to(user))


class ScorecardWeight(models.Model):
    """The weights as they were that day: later changes of a criterion do not change the card."""

    merge_part = True

    scorecard = models.ForeignKey(CompetitorScorecard, models.CASCADE, related_name="weights")
    criterion = models.ForeignKey(ScoreCriterion, models.PROTECT, related_name="+")
    weight = models.PositiveSmallIntegerField("权重（%）")

    objects = OfScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分权重"
        ordering = ["scorecard", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "criterion"], name="planning_score_weight_once"
            ),
            models.CheckConstraint(
                name="planning_score_weight_range", condition=Q(weight__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.criterion_id} {self.weight}"


class ScoreEntry(models.Model):
    """1 to 10; 1, 4, 7 and 10 have names, what lies between may be used too (D8)."""

    merge_part = True

    scorecard = models.ForeignKey(CompetitorScorecard, models.CASCADE, related_name="entries")
    criterion = models.ForeignKey(ScoreCriterion, models.PROTECT, related_name="+")
    provider = models.CharField("运营商", max_length=10, choices=Operator)
    score = models.PositiveSmallIntegerField("评分")
    evidence = models.CharField("依据", max_length=200, blank=True)

    objects = OfScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分"
        ordering = ["scorecard", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "criterion", "provider"], name="planning_score_once"
            ),
            models.CheckConstraint(
                name="planning_score_one_to_ten",
                condition=Q(score__gte=1, score__lte=10),
                violation_error_message="评分为 1 到 10 的整数。",
            ),
        ]

    def __str__(self):
        return f"{self.provider} {self.score}"
