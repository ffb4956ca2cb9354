"""来函 and 复函, and the numbers given to replies (R13)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Contact, Customer
from core.models import StoredFile
from staff.models import Branch, User
from visits.models.thanks import OutChannel, ThankYouLetter


class InboundLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))


class InboundLetter(models.Model):
    """来函: a customer's written letter, answered in writing within 2 working days (R13)."""

    class Channel(models.TextChoices):
        PAPER = "paper", "纸质信函"
        FAX = "fax", "传真"
        EMAIL = "email", "电子邮件"
        E_DOCUMENT = "e_document", "电子公文"
        IM_FILE = "im_file", "即时消息文件"

    class Category(models.TextChoices):
        INQUIRY = "inquiry", "咨询"
        NEW_DEMAND = "new_demand", "新需求"
        FAULT = "fault", "故障"
        COMPLAINT = "complaint", "投诉"
        BILLING = "billing", "账单"
        CONTRACT = "contract", "合同"
        TENDER = "tender", "招投标"
        COOPERATION = "cooperation", "合作"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        RECEIVED = "received", "已收件"
        ASSIGNED = "assigned", "已分派"
        DRAFTING = "drafting", "起草中"
        PENDING_APPROVAL = "pending_approval", "待审核"
        INTERIM_REPLIED = "interim_replied", "已初步答复"
        REPLIED = "replied", "已答复"
        CLOSED = "closed", "已办结"

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="letters", verbose_name="客户"
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="来函联系人"
    )
    number = models.OneToOneField(  # 收文号
        "LetterNumber", models.PROTECT, null=True, blank=True, related_name="inbound"
    )
    subject = models.CharField("来函标题", max_length=120)
    customer_ref = models.CharField("对方文号", max_length=60, blank=True)
    letter_on = models.DateField("来函日期", null=True, blank=True)
    received_at = models.DateTimeField("收到时间")
    received_channel = models.CharField("收到方式", max_length=12, choices=Channel)
    category = models.CharField("类别", max_length=12, choices=Category)
    summary = models.TextField("内容摘要", blank=True)
    scan = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件"
    )
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="letters", verbose_name="答复责任人"
    )
    state = models.CharField("状态", max_length=20, choices=State, default=State.RECEIVED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = InboundLetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来函"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-received_at"]),
            models.Index(fields=["owner", "-received_at"]),
        ]

    def __str__(self):
        return f"{self.customer}《{self.subject}》"

    def get_absolute_url(self):
        return reverse("visits:letter_detail", args=[self.pk])


class LetterReplyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(letter__in=InboundLetter.objects.visible_to(user))

    def in_work(self):
        """Neither sent nor void: at most one per letter."""
        return self.exclude(state__in=LetterReply.ENDED)

    def void(self):
        return self.filter(state=LetterReply.State.VOID)


class LetterReply(models.Model):
    """复函. Only one that was sent in writing ends the duty of the letter (R13)."""

    class Kind(models.TextChoices):
        FINAL = "final", "正式答复"
        INTERIM = "interim", "初步答复"

    class State(models.TextChoices):
        DRAFT = "draft", "起草中"
        PENDING_APPROVAL = "pending_approval", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审核"
        ISSUED = "issued", "已签发"
        SENT = "sent", "已送出"
        VOID = "void", "已作废"

    ENDED = (State.SENT, State.VOID)

    letter = models.ForeignKey(
        InboundLetter, models.CASCADE, related_name="replies", verbose_name="来函"
    )
    kind = models.CharField("答复类别", max_length=10, choices=Kind, default=Kind.FINAL)
    title = models.CharField("复函标题", max_length=120)
    addressee = models.CharField("主送", max_length=100)
    body = models.TextField("正文")
    promised_on = models.DateField("承诺正式答复日期", null=True, blank=True)
    interim_reason = models.CharField(
        "暂不能正式答复的原因", max_length=200, blank=True, default="", db_default=""
    )
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拟稿人")
    approver_note = models.CharField("审核意见", max_length=300, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    approved_at = models.DateTimeField("审核时间", null=True, blank=True)
    number = models.OneToOneField(
        "LetterNumber", models.PROTECT, null=True, blank=True, related_name="reply"
    )
    issued_on = models.DateField("签发日期", null=True, blank=True)
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
    signed_scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签章扫描件",
    )
    voided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="作废人"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = LetterReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复函"
        indexes = [
            models.Index(
                name="visits_reply_waiting",
                fields=["updated_at", "id"],
                condition=Q(state="pending_approval"),
            )
        ]
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_reply_issued_has_number",
                condition=~Q(state__in=["issued", "sent", "void"])
                | Q(number__isnull=False, issued_on__isnull=False),
                violation_error_message="签发的复函必须有发文字号。",
            ),
            models.CheckConstraint(
                name="visits_reply_sent_has_evidence",
                condition=~Q(state="sent")
                | (
                    Q(sent_at__isnull=False, sent_by__isnull=False)
                    & ~Q(channel="")
                    & ~Q(recipient="")
                ),
                violation_error_message="登记送出必须有时间、方式和收件人。",
            ),
            models.CheckConstraint(
                name="visits_reply_void_has_reason",
                condition=~Q(state="void")
                | (Q(voided_by__isnull=False, voided_at__isnull=False) & ~Q(void_reason="")),
                violation_error_message="作废必须写明理由。",
            ),
            models.CheckConstraint(
                name="visits_reply_interim_has_promise",
                condition=~Q(kind="interim") | Q(promised_on__isnull=False),
                violation_error_message="初步答复必须写明正式答复的日期。",
            ),
            models.CheckConstraint(
                name="visits_reply_interim_has_reason",
                condition=~Q(kind="interim") | ~Q(interim_reason=""),
                violation_error_message="初步答复必须写明暂不能正式答复的原因。",
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=~Q(state__in=["sent", "void"]),
                name="visits_reply_one_in_work",
                violation_error_message="这封来函已有一份复函在办理。",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.letter.get_absolute_url()


class LetterNumberQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The numbers of letters whose customer or visit `user` sees."""
        letters = InboundLetter.objects.visible_to(user)
        thanks = ThankYouLetter.objects.visible_to(user)
        return self.filter(
            Q(series="in", inbound__in=letters)
            | Q(series="out", reply__letter__in=letters)
            | Q(series="thanks", thank_you__in=thanks)
        )


class LetterNumber(models.Model):
    """Gap-free per branch, series and year; a number once given is never given again.

    The number of a voided reply or a waived thank-you letter stays with it, so that the register
    has no hole (§4.6).
    """

    class Series(models.TextChoices):
        OUT = "out", "复函"
        IN = "in", "来函"
        THANKS = "thanks", "感谢函"

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    series = models.CharField("类别", max_length=6, choices=Series, default=Series.OUT)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    taken_at = models.DateTimeField("取号时间", auto_now_add=True)

    objects = LetterNumberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "series", "year", "serial"], name="visits_letter_number_once"
            )
        ]

    def __str__(self):
        return f"{self.head(self.branch, self.series)}〔{self.year}〕{self.serial}号"

    @classmethod
    def head(cls, branch: Branch, series: str) -> str:
        """「绍电政函」, 「绍电政收」 or 「绍电政谢函」: what stands before the year."""
        stem = branch.letter_prefix.removesuffix("函")
        return {cls.Series.IN: f"{stem}收", cls.Series.THANKS: f"{stem}谢函"}.get(
            series, branch.letter_prefix
        )
