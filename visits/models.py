"""Visits, thank-you letters, customer letters and replies, promises."""

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Contact, Customer
from core.models import StoredFile
from staff.models import Branch, User
from visits.rules import MIN_PURPOSE_LENGTH


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Visits of visible customers, and those one takes part in (A0)."""
        customers = Customer.objects.visible_to(user)
        taking_part = VisitParticipant.objects.filter(user__in=user.acting_for())
        return self.filter(Q(customer__in=customers) | Q(pk__in=taking_part.values("visit")))

    def on_day(self, start, end):
        return self.filter(scheduled_start__gte=start, scheduled_start__lt=end)


class Visit(models.Model):
    """One meeting or call, from plan to close (R2–R5)."""

    class Mode(models.TextChoices):
        ON_SITE = "on_site", "上门拜访"
        PHONE = "phone", "电话拜访"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PLANNED = "planned", "已计划"
        BOOKED = "booked", "已预约"
        IN_PROGRESS = "in_progress", "进行中"
        HELD = "held", "已结束待记录"
        RECORDED = "recorded", "已记录"
        CLOSED = "closed", "已办结"
        RESCHEDULED = "rescheduled", "已改期"
        CANCELLED = "cancelled", "已取消"
        NO_SHOW = "no_show", "客户未到"

    class BookingChannel(models.TextChoices):
        PHONE = "phone", "电话"
        MESSAGE = "message", "短信或即时消息"
        EMAIL = "email", "邮件"
        IN_PERSON = "in_person", "当面"

    class LateBooking(models.TextChoices):
        CUSTOMER_REQUEST = "customer_request", "客户临时要求"
        FAULT_OR_COMPLAINT = "fault_or_complaint", "故障或投诉"
        EXECUTIVE_ORDER = "executive_order", "领导安排"
        OTHER = "other", "其他"

    class Source(models.TextChoices):
        PLAN = "plan", "事先计划"
        QUICK_LOG = "quick_log", "快速记录"

    Stage = Customer.RelationshipStage

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="visits", verbose_name="客户"
    )
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="visits", verbose_name="拜访人"
    )
    contacts = models.ManyToManyField(Contact, related_name="visits", blank=True, verbose_name="拜访对象")
    mode = models.CharField("方式", max_length=10, choices=Mode, default=Mode.ON_SITE)
    is_formal = models.BooleanField("正式拜访", default=True)
    stage = models.CharField("拜访阶段", max_length=20, choices=Stage)
    purpose = models.CharField(
        "拜访目的", max_length=300, validators=[MinLengthValidator(MIN_PURPOSE_LENGTH)]
    )
    prep_text = models.TextField("拜访预案", blank=True)
    location = models.CharField("地点", max_length=120, blank=True)
    scheduled_start = models.DateTimeField("约定开始")
    scheduled_end = models.DateTimeField("约定结束")
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.PLAN)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PLANNED)

    booked_at = models.DateTimeField("预约时间", null=True, blank=True)
    booked_with = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="与谁预约"
    )
    booking_channel = models.CharField("预约方式", max_length=10, choices=BookingChannel, blank=True)
    late_booking_reason = models.CharField(
        "未提前一天的原因", max_length=20, choices=LateBooking, blank=True
    )
    late_booking_note = models.CharField("原因说明", max_length=200, blank=True)
    is_booked_in_time = models.BooleanField("提前一天预约", null=True, blank=True)

    arrived_at = models.DateTimeField("到达时间", null=True, blank=True)
    started_at = models.DateTimeField("实际开始", null=True, blank=True)
    ended_at = models.DateTimeField("实际结束", null=True, blank=True)
    logged_at = models.DateTimeField("登记结束的时间", null=True, blank=True)
    late_arrival_reason = models.CharField("未提前到达的原因", max_length=200, blank=True)

    end_reason = models.CharField("取消、改期或未到的说明", max_length=200, blank=True)
    rescheduled_to = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="rescheduled_from"
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拜访"
        ordering = ["-scheduled_start", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_visit_scheduled_order",
                condition=Q(scheduled_end__gt=F("scheduled_start")),
                violation_error_message="约定结束时间必须晚于开始时间。",
            ),
            models.CheckConstraint(
                name="visits_visit_actual_order",
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gte=F("started_at")),
                violation_error_message="结束时间不能早于开始时间。",
            ),
            models.CheckConstraint(
                name="visits_visit_held_has_end",
                condition=~Q(state__in=["held", "recorded", "closed"]) | Q(ended_at__isnull=False),
                violation_error_message="已结束的拜访必须有实际结束时间。",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-scheduled_start"]),
            models.Index(fields=["owner", "-scheduled_start"]),
        ]

    def __str__(self):
        return f"{self.customer} {self.get_mode_display()}"

    def get_absolute_url(self):
        return reverse("visits:visit_detail", args=[self.pk])


class VisitParticipant(models.Model):
    """A colleague who comes along (R10). The owner is not repeated here."""

    class Role(models.TextChoices):
        PRESENTER = "presenter", "主讲"
        TECHNICAL = "technical", "技术"
        RECORDER = "recorder", "记录"
        EXECUTIVE = "executive", "领导"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="joint_visits", verbose_name="同行人"
    )
    role = models.CharField("角色", max_length=10, choices=Role, default=Role.TECHNICAL)

    class Meta:
        verbose_name = verbose_name_plural = "同行人"
        constraints = [
            models.UniqueConstraint(fields=["visit", "user"], name="visits_participant_once")
        ]

    def __str__(self):
        return str(self.user)


class VisitKeyPoint(models.Model):
    """What to introduce, answer, ask or deliver, and what became of it (R3)."""

    class Kind(models.TextChoices):
        INTRODUCE = "introduce", "介绍"
        ANSWER = "answer", "解答"
        ASK = "ask", "了解"
        DELIVER = "deliver", "递交"

    class Outcome(models.TextChoices):
        COVERED = "covered", "已谈到"
        DEFERRED = "deferred", "留待下次"
        NOT_APPLICABLE = "not_applicable", "不再需要"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="key_points")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    content = models.CharField("内容", max_length=200)
    outcome = models.CharField("结果", max_length=15, choices=Outcome, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拜访重点"
        ordering = ["pk"]

    def __str__(self):
        return self.content


class VisitRecord(models.Model):
    """What happened: facts, the customer's own opinions and our assessment, kept apart (R11)."""

    class Mood(models.TextChoices):
        COOPERATIVE = "cooperative", "配合"
        RETICENT = "reticent", "不愿多谈"
        DISSATISFIED = "dissatisfied", "对服务不满"
        ANGRY_THIRD_PARTY = "angry_third_party", "因他人而生气"

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="record")
    facts = models.TextField("事实与数据", blank=True)
    customer_opinions = models.TextField("客户的主观看法")
    opinion_speaker = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="看法由谁提出"
    )
    our_assessment = models.TextField("我方判断", blank=True)
    customer_mood = models.CharField("客户态度", max_length=20, choices=Mood, blank=True)
    improvement_measures = models.TextField("改进措施", blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        "满意程度", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    summary_points = models.TextField("达成的要点")  # one per line (R7)
    is_confirmed_with_customer = models.BooleanField("已与客户核实", default=False)
    next_step = models.TextField("下一步安排", blank=True)
    has_no_next_step = models.BooleanField("本次没有后续安排", default=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    written_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "拜访记录"
        constraints = [
            models.CheckConstraint(
                name="visits_record_has_opinions",
                condition=~Q(customer_opinions=""),
                violation_error_message="请写下客户的主观看法。",
            ),
            models.CheckConstraint(
                name="visits_record_next_step_or_none",
                condition=(~Q(next_step="") & Q(has_no_next_step=False))
                | Q(next_step="", has_no_next_step=True),
                violation_error_message="请填写下一步安排，或勾选没有后续安排。",
            ),
        ]

    def __str__(self):
        return f"{self.visit} 记录"


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
        "InboundLetter", models.PROTECT, null=True, blank=True, related_name="commitments"
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
    body_sha256 = models.CharField("送出内容指纹", max_length=64, blank=True)
    waived_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="豁免人"
    )
    waived_reason = models.CharField("豁免理由", max_length=300, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ThankYouLetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "感谢函"
        constraints = [
            models.CheckConstraint(
                name="visits_thanks_sent_has_evidence",
                condition=~Q(state="sent")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(channel="") & ~Q(recipient="")),
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

    @property
    def customer_id(self):
        return self.visit.customer_id

    def get_absolute_url(self):
        return reverse("visits:thank_you", args=[self.visit_id])


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
        """Not sent yet: at most one per letter."""
        return self.exclude(state=LetterReply.State.SENT)


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

    letter = models.ForeignKey(
        InboundLetter, models.CASCADE, related_name="replies", verbose_name="来函"
    )
    kind = models.CharField("答复类别", max_length=10, choices=Kind, default=Kind.FINAL)
    title = models.CharField("复函标题", max_length=120)
    addressee = models.CharField("主送", max_length=100)
    body = models.TextField("正文")
    promised_on = models.DateField("承诺正式答复日期", null=True, blank=True)
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
    body_sha256 = models.CharField("送出内容指纹", max_length=64, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = LetterReplyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "复函"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="visits_reply_issued_has_number",
                condition=~Q(state__in=["issued", "sent"])
                | Q(number__isnull=False, issued_on__isnull=False),
                violation_error_message="签发的复函必须有发文字号。",
            ),
            models.CheckConstraint(
                name="visits_reply_sent_has_evidence",
                condition=~Q(state="sent")
                | (Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(channel="") & ~Q(recipient="")),
                violation_error_message="登记送出必须有时间、方式和收件人。",
            ),
            models.CheckConstraint(
                name="visits_reply_interim_has_promise",
                condition=~Q(kind="interim") | Q(promised_on__isnull=False),
                violation_error_message="初步答复必须写明正式答复的日期。",
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=~Q(state="sent"),
                name="visits_reply_one_in_work",
                violation_error_message="这封来函已有一份复函在办理。",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.letter.get_absolute_url()


class LetterNumber(models.Model):
    """发文字号, gap-free per branch and year; a number once given is never given again."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    taken_at = models.DateTimeField("取号时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "发文字号"
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "year", "serial"], name="visits_letter_number_once"
            )
        ]

    def __str__(self):
        return f"{self.branch.letter_prefix}〔{self.year}〕{self.serial}号"
