"""Timed duties and what was sent about them. The row is the truth; Celery only looks at it."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from reminders import rules
from staff.models import User


class DutyKind(models.TextChoices):
    """The kinds of A0 that have a page so far; each issue adds its own."""

    THANK_YOU_LETTER = "thank_you_letter", "感谢函"
    LETTER_REPLY = "letter_reply", "来函答复"
    VISIT_BOOKING = "visit_booking", "拜访预约"
    VISIT_DEPARTURE = "visit_departure", "按时到访"
    VISIT_RECORD = "visit_record", "拜访记录"
    COMMITMENT = "commitment", "承诺"
    FINDING_CONFIRM = "finding_confirm", "关键信息确认"
    ESCALATION_RESPONSE = "escalation_response", "请示决定"
    SERVICE_LAUNCH_NOTICE = "service_launch_notice", "业务开办告知"
    DEMAND_FORECAST = "demand_forecast", "需求预测"
    WEEKLY_PLAN = "weekly_plan", "周计划提交"
    WEEKLY_PLAN_REVIEW = "weekly_plan_review", "周计划批阅"
    PLAN_SUBMISSION = "plan_submission", "营销计划提交"
    PLAN_REVIEW = "plan_review", "营销计划审核"
    PLAN_TASK = "plan_task", "计划编制任务"
    RETENTION_ACTION = "retention_action", "保有行动"
    SUPPORT_IMPROVEMENT = "support_improvement", "支撑能力改进"


class Channel(models.TextChoices):
    EMAIL = "email", "邮件"


class ObligationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own duties, those of people one stands in for, and those of everyone one oversees."""
        return self.filter(owner__in=User.objects.overseen_by(user))

    def open(self):
        return self.filter(state=Obligation.State.OPEN)

    def of_customer(self, pk):
        """Every duty about one customer, whatever its kind."""
        return self.filter(customer_ref=pk)

    def overdue(self, now):
        return self.open().filter(due_at__lt=now)

    def due_between(self, start, end):
        return self.open().filter(due_at__gte=start, due_at__lt=end)

    def to_look_at(self, now):
        """Open duties with a stage that has come. What the sweep works on."""
        return self.open().filter(next_look_at__lte=now)

    def of(self, kind, subject):
        """The one duty of `kind` about `subject` (unique by constraint)."""
        content_type = ContentType.objects.get_for_model(subject)
        return self.filter(kind=kind, content_type=content_type, object_id=subject.pk)


class Obligation(models.Model):
    """One timed duty (A0). Unique per kind and subject; made in the transaction of its cause."""

    class Clock(models.TextChoices):
        CALENDAR_HOURS = "calendar_hours", "自然小时"
        WORKING_DAYS = "working_days", "工作日"
        FIXED = "fixed", "约定时间"

    class State(models.TextChoices):
        OPEN = "open", "未完成"
        DONE = "done", "按时完成"
        DONE_LATE = "done_late", "逾期完成"
        WAIVED = "waived", "已豁免"
        CANCELLED = "cancelled", "已取消"

    kind = models.CharField("类别", max_length=30, choices=DutyKind)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="obligations", verbose_name="责任人"
    )
    # Written once with the duty, so that a list of duties needs no other table.
    title = models.CharField("事项", max_length=200)
    customer_name = models.CharField("客户", max_length=100, blank=True)
    # The customer's key without a foreign key: accounts stands above this app.
    customer_ref = models.PositiveBigIntegerField(
        "客户编号", null=True, blank=True, db_index=True, editable=False
    )
    path = models.CharField("办理页面", max_length=200)

    clock = models.CharField("计时方式", max_length=20, choices=Clock)
    amount = models.PositiveSmallIntegerField("期限长度", null=True, blank=True)
    started_at = models.DateTimeField("起算时间")
    due_at = models.DateTimeField("期限")
    original_due_at = models.DateTimeField("最初期限", editable=False)
    is_provisional = models.BooleanField("暂估", default=False)
    # Names the stages after a move: also a deadline that moved back to its first day speaks anew.
    moved_count = models.PositiveSmallIntegerField("期限调整次数", default=0, editable=False)

    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    evidence = models.JSONField("完成凭据", default=dict, blank=True)
    waived_reason = models.TextField("豁免理由", blank=True)
    acknowledged_at = models.DateTimeField("已知悉时间", null=True, blank=True)
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)

    # When the sweep must look at this row next. Null: nothing more to send.
    next_look_at = models.DateTimeField("下次检查", null=True, blank=True, editable=False)
    sweep_error = models.TextField("检查错误", blank=True, editable=False)

    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "时限任务"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id"], name="reminders_obligation_once"
            ),
            models.CheckConstraint(
                name="reminders_obligation_done_has_time",
                condition=Q(state__in=["done", "done_late"], completed_at__isnull=False)
                | Q(state__in=["open", "waived", "cancelled"], completed_at=None),
                violation_error_message="完成的任务必须有完成时间，未完成的不能有。",
            ),
            models.CheckConstraint(
                name="reminders_obligation_late_is_late",
                condition=~Q(state="done") | Q(completed_at__lte=F("due_at")),
                violation_error_message="超过期限完成的任务只能记为逾期完成。",
            ),
            models.CheckConstraint(
                name="reminders_obligation_waived_has_reason",
                condition=~Q(state="waived") | ~Q(waived_reason=""),
                violation_error_message="豁免必须写明理由。",
            ),
        ]
        indexes = [
            models.Index(
                name="reminders_open_look", fields=["next_look_at"], condition=Q(state="open")
            ),
            # With all that is counted of open duties, so that no row is read for it.
            models.Index(
                name="reminders_open_owner_due",
                fields=["owner", "due_at", "kind", "id"],
                condition=Q(state="open"),
            ),
            # The rates of a month count ended duties too.
            models.Index(name="reminders_owner_due", fields=["owner", "due_at"]),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.path

    def times(self) -> rules.Times:
        """What a ladder is measured from."""
        return rules.Times(self.started_at, self.due_at, self.moved_count, self.acknowledged_at)

    def is_overdue(self, now) -> bool:
        return self.state == self.State.OPEN and now > self.due_at


class LadderStage(models.Model):
    """One rung: when, before or after which instant, who is told. Rows an administrator edits.

    The instant is the anchor, moved by `workdays` working days, then either set to the clock time
    `at_time` of that day, or moved by `minutes`.
    """

    class Anchor(models.TextChoices):
        START = "start", "起算时间"
        DUE = "due", "期限"

    class Audience(models.TextChoices):
        OWNER = "owner", "责任人"
        SUPERIOR = "superior", "直属上级"
        DEPT_HEAD = "dept_head", "部门经理"
        DIRECTOR = "director", "分公司主任"

    kind = models.CharField("类别", max_length=30, choices=DutyKind)
    code = models.SlugField("代码", max_length=30)
    anchor = models.CharField("相对于", max_length=5, choices=Anchor)
    workdays = models.SmallIntegerField("工作日偏移", default=0)
    minutes = models.IntegerField("分钟偏移", default=0)
    at_time = models.TimeField("时刻", null=True, blank=True)
    audiences = models.JSONField("通知对象", default=list)  # list of Audience codes
    repeats_daily = models.BooleanField("此后每天重复", default=False)
    on_workday = models.BooleanField("遇休息日提前到上一个工作日", default=False)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "提醒阶梯"
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="reminders_ladder_stage_code")
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.code}"

    def as_rung(self) -> rules.Rung:
        return rules.Rung(
            self.code,
            self.anchor,
            self.workdays,
            self.minutes,
            self.at_time,
            tuple(self.audiences),
            self.repeats_daily,
            self.on_workday,
        )


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Messages to people of the administrator's or auditor's branch: they name colleagues."""
        branches = {person.branch_id for person in user.acting_for()}
        return self.filter(recipient__branch__in=branches)

    def claimable(self, now):
        """Waiting and due, or held by a worker whose lease has run out. The claim's predicate."""
        waiting = Q(state=Delivery.State.PENDING, next_at__lte=now)
        abandoned = Q(state=Delivery.State.SENDING, lease_until__lt=now)
        return self.filter(waiting | abandoned)

    def held(self, pk, token):
        """The row, if this token still holds it. Every write of a worker starts from here."""
        return self.filter(pk=pk, token=token, state=Delivery.State.SENDING)

    def empty_pending(self):
        """Not being sent, and nothing left in them to send."""
        pending = Reminder.objects.filter(
            delivery=models.OuterRef("pk"), state=Reminder.State.PENDING
        )
        return self.filter(~models.Exists(pending), state=Delivery.State.PENDING)


class Delivery(models.Model):
    """One message to one person on one channel: a single reminder or a digest. What is leased."""

    class State(models.TextChoices):
        PENDING = "pending", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        CANCELLED = "cancelled", "已取消"

    recipient = models.ForeignKey(
        User, models.PROTECT, related_name="deliveries", verbose_name="收件人"
    )
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    next_at = models.DateTimeField("下次尝试")
    token = models.UUIDField("租约号", null=True, blank=True)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    message_id = models.CharField("邮件编号", max_length=120)
    last_error = models.TextField("最近错误", blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                name="reminders_delivery_pending",
                fields=["next_at"],
                condition=Q(state__in=["pending", "sending"]),
            )
        ]

    def __str__(self):
        return f"{self.get_channel_display()} → {self.recipient}"


class ReminderQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=Reminder.State.PENDING)

    def unpacked(self):
        return self.pending().filter(delivery=None)


class Reminder(models.Model):
    """The ledger: this stage of this duty goes to this person on this channel, once."""

    class State(models.TextChoices):
        PENDING = "pending", "待发送"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        SUPERSEDED = "superseded", "已被更新的提醒取代"
        CANCELLED = "cancelled", "已取消"

    obligation = models.ForeignKey(
        Obligation, models.CASCADE, related_name="reminders", verbose_name="时限任务"
    )
    stage = models.CharField("阶段", max_length=50)  # ladder code, with a date for daily repeats
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        User, models.PROTECT, related_name="reminders", verbose_name="收件人"
    )
    scheduled_at = models.DateTimeField("应发时间")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="reminders"
    )
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-scheduled_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "stage", "channel", "recipient"],
                name="reminders_reminder_once",
            )
        ]
        indexes = [
            models.Index(
                name="reminders_reminder_unpacked",
                fields=["recipient", "channel"],
                condition=Q(state="pending", delivery=None),
            )
        ]

    def __str__(self):
        return f"{self.obligation_id} {self.stage}"


class ChannelState(models.Model):
    """The circuit breaker of one channel: while it is open nothing is claimed or burned."""

    channel = models.CharField("渠道", max_length=10, choices=Channel, primary_key=True)
    consecutive_errors = models.PositiveSmallIntegerField("连续错误", default=0)
    open_until = models.DateTimeField("暂停到", null=True, blank=True)
    last_error = models.TextField("最近错误", blank=True)
    last_success_at = models.DateTimeField("最近成功", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "渠道状态"

    def __str__(self):
        return self.get_channel_display()


class SweepRun(models.Model):
    """One pass of the sweep. The age of the newest finished one tells whether reminders live."""

    started_at = models.DateTimeField("开始", db_index=True)
    finished_at = models.DateTimeField("结束", null=True, blank=True, db_index=True)
    host = models.CharField("主机", max_length=80)
    looked = models.PositiveIntegerField("检查", default=0)
    sent = models.PositiveIntegerField("发送", default=0)
    errors = models.PositiveIntegerField("错误", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "巡检"
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return f"{self.started_at:%Y-%m-%d %H:%M:%S}"
