"""营销计划: three kinds, each with versions that become immutable when approved (R41, R46)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import Customer, Industry, seen_through
from core.conditions import through
from core.models import AuditEvent
from staff.models import Branch, Department, User


class MarketingPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Plans of visible customers; industry and annual plans by role (A0, §B.11).

        The annual plan is a core commercial secret: heads, director and auditor of the branch, and
        who writes it or answers for it.
        """
        return self.filter(plans_seen(user))

    def of_year(self, year: int):
        return self.filter(year=year)

    def asked_anew(self):
        """Targets were handed down since anybody last worked at those of the plan (R41)."""
        over = (PlanState.CLOSED, PlanState.ARCHIVED, PlanState.DISCARDED)
        rows = self.exclude(current__state__in=over).alias(
            asked=models.Max("allotments__issued_at"),
            touched=models.Max("current__targets__updated_at"),
        )
        asked = models.F("asked")
        return rows.filter(
            Q(current__submitted_at=None) | Q(current__submitted_at__lt=asked),
            Q(touched=None) | Q(touched__lt=asked),
            current__created_at__lt=asked,
        )


TOLD_FOR = timedelta(days=14)


def moved_lately(now: datetime) -> models.Exists:
    """That a plan changed department, industry or the plan above, or one below came or went."""
    events = AuditEvent.objects.filter(
        verb="plan.moved",
        target_type=MarketingPlan._meta.label_lower,
        target_id=Cast(models.OuterRef("pk"), models.CharField()),
        at__gte=now - TOLD_FOR,
    )
    return models.Exists(events)


def plans_seen_through(path: str, user: User) -> Q:
    """`visible_to`, said of rows that lead to a plan by `path` (see core.conditions)."""
    return through(path, plans_seen(user))


def plans_seen(user: User) -> Q:
    """`visible_to` as a condition."""
    of_customers = Q(kind=MarketingPlan.Kind.KEY_CUSTOMER)
    scope = of_customers & seen_through("customer", user)
    for person in user.acting_for():
        scope |= _scope_of(person)
    return scope


def _scope_of(person: User) -> Q:
    above_customers = ~Q(kind=MarketingPlan.Kind.KEY_CUSTOMER) & Q(branch=person.branch_id)
    if person.role in (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR, User.Role.DEPT_HEAD):
        return above_customers
    if person.role == User.Role.INDUSTRY_MANAGER:
        mine = Q(kind=MarketingPlan.Kind.KEY_INDUSTRY, industry__in=person.industries.all())
        written = Q(author=person) | Q(responsible=person)
        return above_customers & (mine | written)
    return Q(pk__in=[])


class MarketingPlan(models.Model):
    """What is planned for one customer, industry or branch in one year; the texts are in versions.

    `current` is the newest version; `counted` is the newest that was submitted or approved: what
    the roll-up adds (R41). Both are kept by planning.actions.moving alone.
    """

    class Kind(models.TextChoices):
        ANNUAL_MARKET = "annual_market", "年度市场营销计划"
        KEY_INDUSTRY = "key_industry", "重点行业计划"
        KEY_CUSTOMER = "key_customer", "重点客户计划"

    kind = models.CharField("类型", max_length=15, choices=Kind)
    number = models.CharField("编号", max_length=30, unique=True)  # KP-2027-C0001
    year = models.PositiveSmallIntegerField("计划年度")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    # Of the customer, or of who answers for the industry; empty for the annual plan.
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name="行业"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name="客户"
    )
    # A customer's plan hangs on its industry's, or where that has none on the branch's; an
    # industry's on the branch's; empty until there is one.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级计划",
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="编写人")
    responsible = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="责任人")
    current = models.ForeignKey(
        "planning.PlanVersion", models.PROTECT, null=True, related_name="+", editable=False
    )
    counted = models.ForeignKey(
        "planning.PlanVersion",
        models.PROTECT,
        null=True,
        related_name="counted_for",
        editable=False,
    )
    due_on = models.DateField("提交期限", null=True, blank=True)
    # Of two plans for one customer and year, after a merge of customers, one steps aside: no
    # customer any more, so nobody sees it and nothing adds it up; undoing the merge brings it back.
    merge_releases = ("customer_id", "parent_id")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = MarketingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "营销计划"
        ordering = ["-year", "kind", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "year"],
                condition=Q(kind="annual_market"),
                name="planning_annual_once",
                violation_error_message="这一年的年度计划已经建立。",
            ),
            models.UniqueConstraint(
                fields=["branch", "industry", "year"],
                condition=Q(kind="key_industry"),
                name="planning_industry_once",
                violation_error_message="该行业这一年的计划已经建立。",
            ),
            models.UniqueConstraint(
                fields=["customer", "year"],
                condition=Q(kind="key_customer"),
                name="planning_customer_once",
                violation_error_message="该客户这一年的计划已经建立。",
            ),
            models.CheckConstraint(
                name="planning_about_one_thing",
                condition=Q(kind="annual_market", industry=None, customer=None)
                | Q(kind="key_industry", industry__isnull=False, customer=None)
                | Q(kind="key_customer"),
                violation_error_message="行业计划要选行业，客户计划要选客户。",
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "year", "kind"]),
            models.Index(fields=["parent"]),
        ]

    def __str__(self):
        return f"{self.title()} {self.about()}"

    def get_absolute_url(self):
        return reverse("planning:detail", args=[self.pk])

    def title(self) -> str:
        """「2027 年重点客户计划」, 「2027 年度市场营销计划」."""
        words = self.get_kind_display()
        return f"{self.year} {words}" if words.startswith("年") else f"{self.year} 年{words}"

    def about(self) -> str:
        """Name of the customer, industry or branch."""
        return str(self.customer or self.industry or self.branch)


class PlanState(models.TextChoices):
    """R46. `submitted` waits for its reviewer, `dept_review` was taken up by the head."""

    PREPARING = "preparing", "准备中"
    OUTLINE_REVIEW = "outline_review", "提纲审核"
    DRAFTING = "drafting", "编写中"
    SUBMITTED = "submitted", "已提交"
    DEPT_REVIEW = "dept_review", "部门审核中"
    RETURNED = "returned", "已退回"
    DIRECTOR_REVIEW = "director_review", "主任审核中"
    APPROVED = "approved", "已批准"
    IN_EXECUTION = "in_execution", "执行中"
    CLOSED = "closed", "已结束"
    ARCHIVED = "archived", "已归档"
    SUPERSEDED = "superseded", "已有新版本"
    DISCARDED = "discarded", "已作废"


WRITABLE = (PlanState.PREPARING, PlanState.DRAFTING, PlanState.RETURNED)
"""The author may change texts and figures."""
IN_REVIEW = (PlanState.SUBMITTED, PlanState.DEPT_REVIEW, PlanState.DIRECTOR_REVIEW)
SEALED = (
    PlanState.APPROVED,
    PlanState.IN_EXECUTION,
    PlanState.CLOSED,
    PlanState.ARCHIVED,
    PlanState.SUPERSEDED,
)
"""The database refuses every change of such a version's content (migration 0005)."""
COUNTED = (
    *IN_REVIEW,
    PlanState.APPROVED,
    PlanState.IN_EXECUTION,
    PlanState.CLOSED,
    PlanState.ARCHIVED,
)
"""What the roll-up adds: submitted or approved (R41)."""


class PlanVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=MarketingPlan.objects.visible_to(user))


class PlanVersion(models.Model):
    merge_part = True  # stays with its plan when two customers become one
    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=15, choices=PlanState, default=PlanState.PREPARING)
    # Why there is a second version; empty for the first.
    change_reason = models.CharField("变更原因", max_length=300, blank=True)
    outline = models.TextField("提纲", blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    # Everything of the version as it was handed in, roll-up sums included; what is reviewed, what
    # is approved and what is printed afterwards is this text, by its fingerprint.
    snapshot = models.JSONField(default=dict, editable=False)
    sha256 = models.CharField("指纹", max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划版本"
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="planning_version_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(
                    state__in=(
                        "preparing", "outline_review", "drafting", "submitted", "dept_review",
                        "returned", "director_review",
                    )
                ),
                name="planning_one_open_version",
                violation_error_message="这份计划已有一个版本正在编写或审核。",
            ),
            models.CheckConstraint(
                name="planning_approved_by_somebody",
                condition=~Q(state__in=("approved", "in_execution", "closed", "archived"))
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="planning_author_never_approves",
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("submitted_by")),
                violation_error_message="提交计划的人不能批准自己的计划。",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "submitted_at"])]

    def __str__(self):
        return f"{self.plan.number} 第 {self.number} 版"

    def get_absolute_url(self):
        return reverse("planning:version", args=[self.plan_id, self.number])

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def is_sealed(self) -> bool:
        return self.state in SEALED
