"""Whose customers are to be kept: levels, tiered lists, targets (R47, R48)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Customer
from accounts.models.scope import OfCustomerQuerySet
from staff.models import Branch, Department, User


class RiskLevel(models.TextChoices):
    """§B.14, the highest first."""

    RED = "red", "红色"
    ORANGE = "orange", "橙色"
    YELLOW = "yellow", "黄色"
    GREEN = "green", "绿色"


class Tier(models.TextChoices):
    KEY = "key", "重点"
    IMPORTANT = "important", "重要"
    GENERAL = "general", "一般"


class Level(models.TextChoices):
    """Whose list, target or figure it is."""

    BRANCH = "branch", "分公司"
    DEPARTMENT = "department", "部门"
    MANAGER = "am", "客户经理"


def one_owner(name: str) -> models.CheckConstraint:
    """A row of a level names exactly what the level asks for."""
    return models.CheckConstraint(
        name=name,
        condition=Q(level="branch", department=None, manager=None)
        | Q(level="department", department__isnull=False, manager=None)
        | Q(level="am", department__isnull=False, manager__isnull=False),
        violation_error_message="部门级要选部门，客户经理级要选客户经理。",
    )


class LevelQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own rows and those below; a head sees the department's, a director all."""
        scope = Q(pk__in=[])
        for person in user.acting_for():
            scope |= _scope_of(person)
        return self.filter(scope)


def _scope_of(person: User) -> Q:
    if person.role in (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR):
        return Q(branch=person.branch_id)
    if person.role == User.Role.DEPT_HEAD and person.department_id:
        return Q(branch=person.branch_id, department__in=person.departments_below())
    return Q(level=Level.MANAGER, manager=person)


class OfLevel(models.Model):
    """What a branch, a department or a manager has."""

    level = models.CharField("级别", max_length=10, choices=Level)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    manager = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="客户经理"
    )

    objects = LevelQuerySet.as_manager()

    class Meta:
        abstract = True

    def owner_name(self) -> str:
        return str(self.manager or self.department or self.branch)


def once_per_owner(prefix: str, *fields: str, message: str = "") -> list[models.UniqueConstraint]:
    """NULL differs from NULL, so each level has its own constraint."""
    of = {"branch": ["branch"], "department": ["department"], "am": ["manager"]}
    more = {"violation_error_message": message} if message else {}
    return [
        models.UniqueConstraint(
            fields=[*names, *fields], condition=Q(level=level), name=f"{prefix}_{level}", **more
        )
        for level, names in of.items()
    ]


class RetentionList(OfLevel):
    """各级清单: who is to be kept, by level and tier, and by which criteria (R47)."""

    tier = models.CharField("等级", max_length=10, choices=Tier)
    year = models.PositiveSmallIntegerField("年度")
    # What fills it: grades of the customers' value, and what they pay at least in twelve months.
    grades = models.CharField("客户等级", max_length=10, blank=True)  # 「AB」; empty: all
    least_revenue = models.DecimalField(
        "近 12 个月收入不低于（元）",
        max_digits=14,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    criteria = models.CharField("入选标准说明", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "保有清单"
        ordering = ["-year", "level", "tier", "pk"]
        constraints = [
            one_owner("planning_list_owner"),
            *once_per_owner("planning_list", "tier", "year", message="这一年已有这份清单。"),
        ]

    def __str__(self):
        return f"{self.year} 年{self.owner_name()}{self.get_tier_display()}客户清单"

    def get_absolute_url(self):
        return reverse("planning:retention_roll", args=[self.pk])


class RetentionMember(models.Model):
    """A customer on a list."""

    retention_list = models.ForeignKey(RetentionList, models.CASCADE, related_name="members")
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="retention_lists", verbose_name="客户"
    )
    reason = models.CharField("入选理由", max_length=200, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="列入人")
    added_at = models.DateTimeField("列入时间", auto_now_add=True)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "清单客户"
        ordering = ["retention_list", "customer"]
        constraints = [
            models.UniqueConstraint(
                fields=["retention_list", "customer"],
                name="planning_member_once",
                violation_error_message="该客户已在这份清单上。",
            )
        ]

    def __str__(self):
        return str(self.customer)


class TargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody's branch, and the departments that one is in or above."""
        scope = Q(pk__in=[])
        for person in user.acting_for():
            scope |= _targets_of(person)
        return self.filter(scope)


def _targets_of(person: User) -> Q:
    if person.role in (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR):
        return Q(branch=person.branch_id)
    here = Q(department=None)
    if person.role == User.Role.DEPT_HEAD:
        here |= Q(department__in=person.departments_below())
    elif person.department_id:
        here |= Q(department=person.department_id)
    return Q(branch=person.branch_id) & here


class RetentionTarget(models.Model):
    """存量保有目标 of a branch or one of its departments for a year (R48).

    The branch's is confirmed when its departments together take on at least as much.
    """

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    year = models.PositiveSmallIntegerField("年度")
    stock_revenue_base = models.DecimalField(
        "存量收入基数（元）",
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    target_rate = models.DecimalField(
        "保有率目标（%）",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(150)],
    )
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="责任人")
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="下达人"
    )
    confirmed_at = models.DateTimeField("下达时间", null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保有目标"
        ordering = ["-year", "branch", "department__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "year"],
                condition=Q(department=None),
                name="planning_target_branch_once",
            ),
            models.UniqueConstraint(
                fields=["department", "year"],
                condition=Q(department__isnull=False),
                name="planning_target_department_once",
            ),
            models.CheckConstraint(
                name="planning_target_not_negative",
                condition=Q(stock_revenue_base__gte=0, target_rate__gte=0),
            ),
        ]

    def __str__(self):
        return f"{self.year} 年{self.department or self.branch}保有目标"

    @property
    def amount(self):
        """元 that are to be kept."""
        return self.stock_revenue_base * self.target_rate / 100
