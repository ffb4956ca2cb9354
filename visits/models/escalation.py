"""授权有限: what goes up the line, and what came back (R14, R16)."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Customer
from staff.models import AuthorityTopic, User


class EscalationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def about(self, origin):
        content_type = ContentType.objects.get_for_model(origin)
        return self.filter(content_type=content_type, object_id=origin.pk)

    def undecided(self):
        return self.filter(state__in=Escalation.UNDECIDED)


class Escalation(models.Model):
    """One question beyond an account manager's authority, decided within one working day (R14)."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待决定"
        FORWARDED = "forwarded", "已上报待决定"
        APPROVED = "approved", "同意"
        CONDITIONAL = "approved_with_conditions", "附条件同意"
        REJECTED = "rejected", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"
        COMMUNICATED = "communicated", "已告知客户"

    UNDECIDED = (State.SUBMITTED, State.FORWARDED)
    GRANTED = (State.APPROVED, State.CONDITIONAL)
    DECIDED = (*GRANTED, State.REJECTED)

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="escalations", verbose_name="客户"
    )
    # The visit, letter, reply, thank-you letter or promise that waits for the answer.
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    origin = GenericForeignKey()
    topic = models.CharField("事由", max_length=20, choices=AuthorityTopic)
    question = models.TextField("客户的要求")
    proposal = models.TextField("建议答复")
    discount_pct = models.DecimalField(
        "折扣（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    term_months = models.PositiveSmallIntegerField("期限（月）", null=True, blank=True)
    policy_ref = models.CharField("规定依据", max_length=200, blank=True)
    special_reason = models.TextField("特殊原因", blank=True)
    requested_by = models.ForeignKey(
        User, models.PROTECT, related_name="escalations", verbose_name="请示人"
    )
    requested_at = models.DateTimeField("请示时间")
    approver = models.ForeignKey(
        User, models.PROTECT, related_name="escalations_to_decide", verbose_name="决定人"
    )
    state = models.CharField("状态", max_length=25, choices=State, default=State.SUBMITTED)
    conditions = models.TextField("条件", blank=True)
    alternative = models.TextField("替代方案或解释", blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    outcome = models.CharField("决定", max_length=25, blank=True, choices=State)
    expires_on = models.DateField("例外有效期至", null=True, blank=True)
    communicated_at = models.DateTimeField("告知客户时间", null=True, blank=True)
    communicated_how = models.CharField("告知方式", max_length=200, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "请示"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_escalation_not_decided_by_asker",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                violation_error_message="请示人不能自己决定。",
            ),
            models.CheckConstraint(
                name="visits_escalation_decided_has_who",
                condition=~Q(state__in=["approved", "approved_with_conditions", "rejected"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message="决定必须有决定人和时间。",
            ),
            models.CheckConstraint(
                name="visits_escalation_conditions_said",
                condition=~Q(outcome="approved_with_conditions") | ~Q(conditions=""),
                violation_error_message="附条件同意时请写明条件。",
            ),
            models.CheckConstraint(
                name="visits_escalation_rejection_has_way",
                condition=~Q(outcome="rejected") | ~Q(alternative=""),
                violation_error_message="不同意时请给出替代方案或解释。",
            ),
            models.CheckConstraint(
                name="visits_escalation_policy_named",
                condition=~Q(topic="out_of_policy") | ~Q(policy_ref=""),
                violation_error_message="不符合规定的要求必须写明依据的规定。",
            ),
        ]
        indexes = [
            models.Index(fields=["approver", "state"]),
            models.Index(fields=["content_type", "object_id"]),
        ]

    def __str__(self):
        return f"{self.customer} {self.get_topic_display()}"

    def get_absolute_url(self):
        return reverse("visits:escalation_detail", args=[self.pk])


class EscalationStep(models.Model):
    """One thing that happened to a request on its way up and down."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="steps")
    verb = models.CharField("事项", max_length=25)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "请示经过"
        ordering = ["pk"]

    def __str__(self):
        return self.verb
