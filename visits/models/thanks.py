"""感谢函 and the ways a letter leaves the house (R8, R13)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Contact
from core.models import StoredFile
from staff.models import User
from visits.models.visit import Visit


class OutChannel(models.TextChoices):
    """How a letter leaves the house. All of them are written (R13)."""

    PAPER = "paper", "纸质邮寄"
    EMAIL = "email", "电子邮件"
    FAX = "fax", "传真"
    E_LETTER = "e_letter", "电子函件"
    HAND = "hand", "当面送达"


class ThankYouLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(visit__in=Visit.objects.visible_to(user))


class ThankYouLetter(models.Model):
    """感谢函 of one visit (R8). Its duty runs from the actual end of the visit."""

    class State(models.TextChoices):
        PENDING = "pending", "待起草"
        DRAFTED = "drafted", "已起草"
        SENT = "sent", "已送出"
        WAIVED = "waived", "已豁免"

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="thank_you")
    contacts = models.ManyToManyField(Contact, related_name="+", blank=True, verbose_name="收函人")
    salutation = models.CharField("称呼", max_length=60, blank=True)  # 「尊敬的王局长」
    body = models.TextField("正文", blank=True)
    letter_on = models.DateField("落款日期", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    channel = models.CharField("送出方式", max_length=10, choices=OutChannel, blank=True)
    recipient = models.CharField("实际收件人", max_length=60, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送出人"
    )
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送出凭据"
    )
    sent_pdf = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送出原件"
    )
    body_sha256 = models.CharField("送出内容指纹", max_length=64, blank=True)
    waived_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="豁免人"
    )
    waived_reason = models.CharField("豁免理由", max_length=300, blank=True)
    number = models.OneToOneField(
        "visits.LetterNumber", models.PROTECT, null=True, blank=True, related_name="thank_you"
    )
    signed_scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签章扫描件",
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ThankYouLetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "感谢函"
        indexes = [
            models.Index(
                name="visits_thanks_waived",
                fields=["-updated_at", "-id"],
                condition=Q(state="waived"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="visits_thanks_sent_has_evidence",
                condition=~Q(state="sent")
                | (
                    Q(sent_at__isnull=False, sent_by__isnull=False)
                    & ~Q(channel="")
                    & ~Q(recipient="")
                ),
                violation_error_message="登记送出必须有时间、方式和收件人。",
            ),
            models.CheckConstraint(
                name="visits_thanks_waived_has_reason",
                condition=~Q(state="waived") | (Q(waived_by__isnull=False) & ~Q(waived_reason="")),
                violation_error_message="豁免必须写明理由。",
            ),
        ]

    def __str__(self):
        return f"{self.visit.customer} 感谢函"

    def get_absolute_url(self):
        return reverse("visits:thank_you", args=[self.visit_id])

    @property
    def customer_id(self):
        return self.visit.customer_id
