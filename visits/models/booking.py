"""Invitations to the customer and the calendar feed of a user (R4)."""

from django.db import models

from accounts.models import Contact
from staff.models import User
from visits.models.conduct import OfVisitQuerySet
from visits.models.visit import Visit


class VisitInvitation(models.Model):
    """One iCalendar message to one contact. The row is the queue; the sweep sends it."""

    class Method(models.TextChoices):
        REQUEST = "request", "邀请"
        CANCEL = "cancel", "取消"

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        SUPERSEDED = "superseded", "已被更新"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="invitations")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+", verbose_name="联系人")
    email = models.EmailField("邮箱")
    method = models.CharField("类别", max_length=10, choices=Method)
    sequence = models.PositiveIntegerField("序号")  # SEQUENCE of RFC 5545
    state = models.CharField("状态", max_length=12, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试", null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField("失败原因", max_length=200, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "日历邀请"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "contact", "sequence"], name="visits_invitation_once"
            )
        ]
        indexes = [models.Index(fields=["state", "next_try_at"])]

    def __str__(self):
        return f"{self.get_method_display()} {self.email}"


class CalendarFeed(models.Model):
    """The secret address under which a user's calendar program reads the visits and due days."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField("建立时间")
    read_at = models.DateTimeField("最近读取", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self):
        return f"{self.user} 的日历"
