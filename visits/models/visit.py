"""Visits from plan to close, and what was said in them (R2–R11)."""

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Contact, Customer, seen_through
from staff.models import User
from visits.rules import MIN_PURPOSE_LENGTH

WIDE = (
    User.Role.DEPT_HEAD,
    User.Role.BRANCH_DIRECTOR,
    User.Role.AUDITOR,
    User.Role.INDUSTRY_MANAGER,
)  # see the customers of others


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Visits of visible customers, and those one takes part in (A0)."""
        return self.filter(visits_seen_through("", user))

    def on_day(self, start, end):
        return self.filter(scheduled_start__gte=start, scheduled_start__lt=end)


def visits_seen_through(path: str, user: User) -> Q:
    """`visible_to`, said of rows that lead to a visit by `path`; of visits themselves by "".

    Who sees few visits gets them by their keys, who sees most of them by a look at each row that
    a page shows: either way half a million visits cost what fifty do.
    """
    people, to = user.acting_for(), f"{path}__" if path else ""
    joined = VisitParticipant.objects.filter(user__in=people).order_by()
    if any(person.role in WIDE for person in people):
        taking_part = Q(Exists(joined.filter(visit=OuterRef(f"{to}pk"))))
        return seen_through(f"{to}customer", user) | taking_part
    own = Visit.objects.filter(customer__in=Customer.objects.visible_to(user)).order_by()
    return Q(**{f"{to}pk__in": own.values("pk").union(joined.values("visit"))})


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
    owner = models.ForeignKey(User, models.PROTECT, related_name="visits", verbose_name="拜访人")
    contacts = models.ManyToManyField(
        Contact, related_name="visits", blank=True, verbose_name="拜访对象"
    )
    mode = models.CharField("方式", max_length=10, choices=Mode, default=Mode.ON_SITE)
    is_formal = models.BooleanField("正式拜访", default=True)
    stage = models.CharField("拜访阶段", max_length=20, choices=Stage)
    purpose = models.CharField(
        "拜访目的", max_length=300, validators=[MinLengthValidator(MIN_PURPOSE_LENGTH)]
    )
    prep_text = models.TextField("拜访预案", blank=True)
    expected_questions = models.TextField("预计客户会问", blank=True)  # one per line (R3)
    risks = models.TextField("注意事项", blank=True)
    location = models.CharField("地点", max_length=120, blank=True)
    scheduled_start = models.DateTimeField("约定开始")
    scheduled_end = models.DateTimeField("约定结束")
    source = models.CharField("来源", max_length=10, choices=Source, default=Source.PLAN)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PLANNED)

    booked_at = models.DateTimeField("预约时间", null=True, blank=True)
    booked_with = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="与谁预约"
    )
    booking_channel = models.CharField(
        "预约方式", max_length=10, choices=BookingChannel, blank=True
    )
    late_booking_reason = models.CharField(
        "未提前一天的原因", max_length=20, choices=LateBooking, blank=True
    )
    late_booking_note = models.CharField("原因说明", max_length=200, blank=True)
    is_booked_in_time = models.BooleanField("提前一天预约", null=True, blank=True)

    arrived_at = models.DateTimeField("到达时间", null=True, blank=True)
    started_at = models.DateTimeField("实际开始", null=True, blank=True)
    ended_at = models.DateTimeField("实际结束", null=True, blank=True)
    logged_at = models.DateTimeField("登记结束的时间", null=True, blank=True)
    # Opening and closing checklists (R5, R7); never mandatory (D46).
    has_introduced = models.BooleanField("已自我介绍", default=False)
    has_stated_purpose = models.BooleanField("已说明来意", default=False)
    has_stated_time = models.BooleanField("已说明所需时间", default=False)
    late_arrival_reason = models.CharField("未提前到达的原因", max_length=200, blank=True)

    invite_sequence = models.PositiveIntegerField("邀请序号", default=0, editable=False)
    # The first appointment of a chain of reschedulings names the calendar event; null: this one.
    series = models.PositiveBigIntegerField(null=True, blank=True, editable=False, db_index=True)
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
            models.Index(name="visits_visit_recent", fields=["-scheduled_start", "-id"]),
            # The few of a rare state, without looking through all the others.
            models.Index(name="visits_visit_state", fields=["state", "-scheduled_start", "-id"]),
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
    has_attended = models.BooleanField("到场", default=True)

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
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="由谁讲"
    )
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

    class State(models.TextChoices):
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已采纳并锁定"

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="record")
    state = models.CharField("状态", max_length=10, choices=State, default=State.SUBMITTED)
    version = models.PositiveSmallIntegerField("版本", default=1)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人"
    )
    reviewed_at = models.DateTimeField("审阅时间", null=True, blank=True)
    review_note = models.CharField("审阅意见", max_length=300, blank=True)
    facts = models.TextField("事实与数据", blank=True)
    customer_opinions = models.TextField("客户的主观看法")
    opinion_speaker = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="看法由谁提出",
    )
    our_assessment = models.TextField("我方判断", blank=True)
    customer_mood = models.CharField("客户态度", max_length=20, choices=Mood, blank=True)
    improvement_measures = models.TextField("改进措施", blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        "满意程度", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    summary_points = models.TextField("达成的要点")  # one per line (R7)
    is_confirmed_with_customer = models.BooleanField("已与客户核实", default=False)
    confirmed_with = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="与谁核实"
    )
    response_taken = models.TextField("当时的应对", blank=True)  # R6
    competitor_mentions = models.TextField("提到的竞争对手", blank=True)
    # The closing checklist (R7); never mandatory (D46).
    has_summarised = models.BooleanField("已总结要点", default=False)
    has_agreed_next = models.BooleanField("已约定下一步", default=False)
    has_thanked = models.BooleanField("已致谢", default=False)
    has_stated_meaning = models.BooleanField("已说明会面的意义", default=False)
    next_step = models.TextField("下一步安排", blank=True)
    has_no_next_step = models.BooleanField("本次没有后续安排", default=False)
    has_no_view_change = models.BooleanField("客户视图没有变化", default=False)  # R9
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
                name="visits_record_returned_says_why",
                condition=~Q(state="returned") | ~Q(review_note=""),
                violation_error_message="退回时请写明要改什么。",
            ),
            models.CheckConstraint(
                name="visits_record_not_reviewed_by_author",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("written_by")),
                violation_error_message="本人不能审阅自己的记录。",
            ),
            models.CheckConstraint(
                name="visits_record_next_step_or_none",
                condition=(~Q(next_step="") & Q(has_no_next_step=False))
                | Q(next_step="", has_no_next_step=True),
                violation_error_message="请填写下一步安排，或勾选没有后续安排。",
            ),
        ]
        indexes = [
            # With who wrote it about what: which of them wait for a head is told from it alone.
            models.Index(
                fields=["written_at", "id", "visit", "written_by"],
                condition=Q(state="submitted"),
                name="visits_record_waiting",
            ),
            models.Index(
                fields=["visit"], condition=Q(state="returned"), name="visits_record_returned"
            ),
        ]

    def __str__(self):
        return f"{self.visit} 记录"
