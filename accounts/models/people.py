"""People and power: persons, decision levels, approval routes, who knows whom (R72)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models.contact import Contact
from accounts.models.customer import Customer
from accounts.models.scope import OfCustomerQuerySet
from staff.models import User


class Person(models.Model):
    """One human being who is a contact of several customers. Contacts without one stand alone."""

    name = models.CharField("姓名", max_length=50)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self):
        return self.name


class PurchaseDecisionLevel(models.Model):
    """One level of the customer's organisation and what it may decide (R72)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="decision_levels", verbose_name="客户"
    )
    order = models.PositiveSmallIntegerField("次序")
    unit_level = models.CharField("层级", max_length=40)
    # {business line or "all": deciding department}
    department_by_line = models.JSONField("决策部门", default=dict, blank=True)
    scope_text = models.CharField("决策内容", max_length=200, blank=True)
    has_right = models.BooleanField("有决策权", default=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "购买决策层级"
        ordering = ["customer", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "order"],
                name="accounts_decision_level_order",
                violation_error_message="该客户已有这个次序的层级。",
            )
        ]

    def __str__(self):
        return self.unit_level


class ApprovalRoute(models.Model):
    """Which steps a purchase goes through (购买行为审批程序, R72)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="approval_routes", verbose_name="客户"
    )
    trigger = models.CharField("适用情形", max_length=80)
    steps = models.JSONField("审批步骤", default=list)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审批程序"
        ordering = ["customer", "pk"]

    def __str__(self):
        return self.trigger


class RelationshipTie(models.Model):
    """How well one colleague knows one contact now, and how well we want it (0–5)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="ties", verbose_name="联系人")
    user = models.ForeignKey(User, models.PROTECT, related_name="ties", verbose_name="我方人员")
    current = models.PositiveSmallIntegerField(
        "当前关系", default=0, validators=[MaxValueValidator(5)]
    )
    wanted = models.PositiveSmallIntegerField(
        "期望关系", default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "关系"
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "user"],
                name="accounts_tie_once",
                violation_error_message="这位同事与该联系人的关系已经登记。",
            ),
            models.CheckConstraint(
                name="accounts_tie_range",
                condition=Q(current__lte=5, wanted__gte=1, wanted__lte=5),
                violation_error_message="关系深度在 0 到 5 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.user} → {self.contact}"
