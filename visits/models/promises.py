"""Promises made to customers (R12)."""

from django.db import models

from accounts.models import Customer
from staff.models import User
from visits.models.visit import Visit


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class Commitment(models.Model):
    """A promise made to a customer, with a day (R12)."""

    class State(models.TextChoices):
        OPEN = "open", "待兑现"
        FULFILLED = "fulfilled", "已兑现"
        WITHDRAWN = "withdrawn", "已撤回"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="commitments", verbose_name="客户"
    )
    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    letter = models.ForeignKey(
        "visits.InboundLetter", models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    content = models.CharField("承诺内容", max_length=200)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="commitments", verbose_name="负责人"
    )
    due_on = models.DateField("兑现日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    fulfilled_at = models.DateTimeField("兑现时间", null=True, blank=True)
    evidence = models.CharField("兑现情况", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "承诺"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.content

    def get_absolute_url(self):
        source = self.visit or self.letter
        return source.get_absolute_url()
