"""Problems in use or in working together that come to light at a customer's (R22)."""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from accounts.models import Contact, Customer
from staff.models import User
from visits import issue_rules
from visits.models.visit import Visit


class CustomerIssueQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def unsolved(self):
        """Nobody has said yet that it is solved."""
        return self.filter(state=CustomerIssue.State.OPEN)

    def unended(self):
        """Open, or solved as we see it and not yet confirmed by the customer."""
        return self.filter(state__in=(CustomerIssue.State.OPEN, CustomerIssue.State.RESOLVED))

    def urgent(self, today):
        """Not ended, and critical or there for longer than its weight allows."""
        urgent = Q(severity=CustomerIssue.Severity.CRITICAL)
        for severity in issue_rules.PATIENCE:
            before = issue_rules.late_before(severity, today)
            urgent |= Q(severity=severity, found_on__lt=before)
        return self.unended().filter(urgent)

    def ranked(self):
        """With `rank`: 0 of the heaviest, to sort by."""
        ranks = enumerate(issue_rules.HEAVIEST_FIRST)
        return self.annotate(
            rank=Case(
                *(When(severity=code, then=Value(rank)) for rank, code in ranks),
                default=Value(len(issue_rules.HEAVIEST_FIRST)),
            )
        )


class CustomerIssue(models.Model):
    """Something that does not go well for a customer; ended by the customer's word alone (R22)."""

    class Severity(models.TextChoices):
        MINOR = "minor", "一般"
        MAJOR = "major", "较重"
        CRITICAL = "critical", "紧急"

    class State(models.TextChoices):
        OPEN = "open", "处理中"
        RESOLVED = "resolved", "已解决，待客户确认"
        CONFIRMED = "confirmed", "客户已确认"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="issues", verbose_name="客户"
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name="拜访"
    )
    description = models.CharField("问题", max_length=300)
    severity = models.CharField("轻重", max_length=10, choices=Severity, default=Severity.MINOR)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="customer_issues", verbose_name="负责人"
    )
    found_on = models.DateField("发现日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    resolution = models.CharField("解决情况", max_length=300, blank=True)
    resolved_at = models.DateTimeField("解决时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="客户确认人"
    )
    confirmed_at = models.DateTimeField("客户确认时间", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = CustomerIssueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户问题"
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_issue_solved_says_how",
                condition=Q(state="open") | (~Q(resolution="") & Q(resolved_at__isnull=False)),
                violation_error_message="请写明问题是怎样解决的。",
            ),
            models.CheckConstraint(
                name="visits_issue_ended_by_the_customer",
                condition=~Q(state="confirmed")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                violation_error_message="客户确认以后问题才算了结，请写明由谁确认。",
            ),
        ]
        indexes = [
            models.Index(name="visits_issue_recent", fields=["-found_on", "-id"]),
            models.Index(name="visits_issue_state", fields=["state", "-found_on", "-id"]),
            models.Index(name="visits_issue_customer", fields=["customer", "-found_on"]),
        ]

    def __str__(self):
        return self.description

    def get_absolute_url(self):
        return reverse("visits:issue_detail", args=[self.pk])
