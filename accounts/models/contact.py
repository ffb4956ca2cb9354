"""The people at a customer (R69, R72)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models.customer import Customer


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def current(self):
        return self.filter(is_current=True)


class Contact(models.Model):
    class DecisionRole(models.TextChoices):
        """R72."""

        DECIDER = "decider", "决策人"
        EVALUATOR = "evaluator", "评估人"
        INFLUENCER = "influencer", "影响人"
        USER = "user", "使用人"
        BUYER = "buyer", "采购人"
        GATEKEEPER = "gatekeeper", "把关人"
        COACH = "coach", "内线支持人"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="contacts", verbose_name="客户"
    )
    name = models.CharField("姓名", max_length=50)
    salutation = models.CharField("称谓", max_length=20, blank=True)  # 「王局长」
    title = models.CharField("职务", max_length=40, blank=True)
    department = models.CharField("部门", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_current = models.BooleanField("在任", default=True)
    # The same human being at another customer; see people.Person.
    person = models.ForeignKey(
        "accounts.Person",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name="人员",
    )
    decision_role = models.CharField("决策角色", max_length=12, choices=DecisionRole, blank=True)
    attitude = models.SmallIntegerField(
        "对我态度", null=True, blank=True, validators=[MinValueValidator(-3), MaxValueValidator(3)]
    )
    influence = models.PositiveSmallIntegerField(
        "影响力", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    decision_level = models.ForeignKey(
        "accounts.PurchaseDecisionLevel",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name="所在层级",
    )
    reports_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="上级"
    )
    # Of history that was imported: who wrote it down at the time, and when. The audit trail says
    # who imported it.
    entered_by = models.CharField("录入人", max_length=50, blank=True, editable=False)
    entered_at = models.DateTimeField("录入时间", null=True, blank=True, editable=False)
    # Written by the actions of visits and letters, so that a map of 50 contacts is one query.
    last_contact_at = models.DateTimeField("最近接触", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系人"
        ordering = ["customer", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accounts_contact_attitude_range",
                condition=Q(attitude=None) | Q(attitude__gte=-3, attitude__lte=3),
                violation_error_message="态度在 −3 到 +3 之间。",
            ),
            models.CheckConstraint(
                name="accounts_contact_influence_range",
                condition=Q(influence=None) | Q(influence__gte=1, influence__lte=5),
                violation_error_message="影响力在 1 到 5 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.title}）" if self.title else self.name

    def get_absolute_url(self):
        return self.customer.get_absolute_url()
