"""Promises made to customers (R12)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Contact, Customer
from core.models import StoredFile
from staff.models import AuthorityTopic, User
from visits.models.visit import Visit


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def running(self):
        """Made and neither kept nor given up."""
        return self.filter(state__in=Commitment.RUNNING)


class Commitment(models.Model):
    """A promise made to a customer, with a day (R12). Beyond authority it is not made yet (R14)."""

    class State(models.TextChoices):
        BLOCKED = "blocked", "待上级决定"
        OPEN = "open", "待兑现"
        IN_PROGRESS = "in_progress", "办理中"
        FULFILLED = "fulfilled", "已兑现"
        CONFIRMED = "confirmed", "客户已确认"
        BROKEN = "broken", "未兑现"
        WITHDRAWN = "withdrawn", "已撤回"

    class Source(models.TextChoices):
        VISIT = "visit", "拜访"
        LETTER = "letter", "函件"
        CALL = "call", "电话"
        TICKET = "ticket", "服务工单"
        TENDER = "tender", "招投标"

    RUNNING = (State.OPEN, State.IN_PROGRESS)
    KEPT = (State.FULFILLED, State.CONFIRMED)

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="commitments", verbose_name="客户"
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    letter = models.ForeignKey(
        "visits.InboundLetter", models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.VISIT)
    content = models.CharField("承诺内容", max_length=200)
    promised_to = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承诺对象"
    )
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="commitments", verbose_name="负责人"
    )
    due_on = models.DateField("兑现日期")
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    # What it is about, for the comparison with the authority of who makes it (R14).
    topic = models.CharField("事由", max_length=20, choices=AuthorityTopic, blank=True)
    discount_pct = models.DecimalField(
        "折扣（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    amount = models.DecimalField(
        "金额（元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    term_months = models.PositiveSmallIntegerField("期限（月）", null=True, blank=True)
    within_authority = models.BooleanField("授权范围内", default=True)
    escalation = models.ForeignKey(
        "visits.Escalation", models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    fulfilled_at = models.DateTimeField("兑现时间", null=True, blank=True)
    evidence = models.CharField("兑现情况", max_length=300, blank=True)
    evidence_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="凭据"
    )
    confirmed_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("客户确认时间", null=True, blank=True)
    ended_reason = models.CharField("未兑现或撤回的原因", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_commitment_authority",
                condition=Q(within_authority=True)
                | Q(state__in=["blocked", "withdrawn"])
                | Q(escalation__isnull=False),
                violation_error_message="超出授权的承诺要先请示，批准后才算作出。",
            ),
            models.CheckConstraint(
                name="visits_commitment_ended_says_why",
                condition=~Q(state__in=["broken", "withdrawn"]) | ~Q(ended_reason=""),
                violation_error_message="请写明原因。",
            ),
        ]

    def __str__(self):
        return self.content

    def get_absolute_url(self):
        return reverse("visits:commitment_detail", args=[self.pk])


class PromiseRenegotiation(models.Model):
    """Another day, with the customer's consent; the first day stays on record (R12)."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="renegotiations", verbose_name="承诺"
    )
    old_due_on = models.DateField("原日期")
    new_due_on = models.DateField("新日期")
    consent_by = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name="客户方同意人"
    )
    consent_on = models.DateField("同意日期")
    consent_how = models.CharField("同意方式", max_length=100)
    reason = models.CharField("原因", max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "承诺改期"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.old_due_on} → {self.new_due_on}"
