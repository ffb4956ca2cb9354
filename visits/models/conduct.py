"""What happens around a meeting: files, check-in, checklists, next steps, tips (R3–R7, R37–R40)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Confidentiality
from core.models import StoredFile
from staff.models import User
from visits.models.visit import Visit


class OfVisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(visit__in=Visit.objects.visible_to(user))


class VisitFile(models.Model):
    """Material taken along, or a photo and paper brought back (R3, R11)."""

    class Kind(models.TextChoices):
        MATERIAL = "material", "携带资料"
        PHOTO = "photo", "现场照片"
        DOCUMENT = "document", "会后文件"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="files", verbose_name="拜访")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    title = models.CharField("名称", max_length=100)
    # Material may be named before the file exists.
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    confidentiality = models.CharField(
        "密级", max_length=30, choices=Confidentiality, default=Confidentiality.INTERNAL
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="添加人")
    added_at = models.DateTimeField("添加时间", auto_now_add=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "拜访资料"
        ordering = ["kind", "pk"]

    def __str__(self):
        return self.title


class VisitLocation(models.Model):
    """One rounded point, only of a user who turned it on; removed after 90 days (§8 of trust)."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="place")
    latitude = models.DecimalField("纬度", max_digits=6, decimal_places=3)
    longitude = models.DecimalField("经度", max_digits=6, decimal_places=3)
    taken_at = models.DateTimeField("取得时间")

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "签到位置"
        indexes = [models.Index(fields=["taken_at"])]
        constraints = [
            models.CheckConstraint(
                name="visits_place_on_earth",
                condition=Q(
                    latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180
                ),
                violation_error_message="位置不正确。",
            ),
        ]

    def __str__(self):
        return f"{self.latitude}, {self.longitude}"


class VisitNextStep(models.Model):
    """What either side does next, as agreed at the end of the meeting (R7)."""

    class Side(models.TextChoices):
        US = "us", "我方"
        CUSTOMER = "customer", "客户方"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="next_steps")
    side = models.CharField("哪一方", max_length=10, choices=Side, default=Side.US)
    content = models.CharField("事项", max_length=200)
    person = models.CharField("负责人", max_length=50, blank=True)
    due_on = models.DateField("完成日期", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后续事项"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_on", "visit"], condition=Q(done_at=None), name="visits_step_open_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="visits_step_done_by_somebody",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                violation_error_message="完成的事项必须有登记人。",
            ),
        ]

    def __str__(self):
        return self.content


class Tip(models.Model):
    """A short piece of advice shown where it is needed (R6, R37–R40). Rows an admin can edit."""

    class Area(models.TextChoices):
        STAGE = "stage", "拜访阶段"
        BEHAVIOUR = "behaviour", "客户态度"
        PHONE = "phone", "电话礼仪"
        HARD_CALL = "hard_call", "特殊来电"
        RECEPTION = "reception", "接待来访"
        MEETING = "meeting", "会谈礼仪"
        OPENING = "opening", "开场"
        CLOSING = "closing", "收尾"

    code = models.SlugField("代码", max_length=40, unique=True)
    area = models.CharField("类别", max_length=12, choices=Area)
    # Where it shows: a stage, a mood, a mode; empty: wherever its area does.
    context = models.CharField("适用", max_length=40, blank=True)
    text = models.CharField("提示", max_length=300)
    order = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "提示"
        ordering = ["area", "order", "pk"]

    def __str__(self):
        return self.text


class KeyFinding(models.Model):
    """关键信息 of a joint visit, worked out by the team together (R10)."""

    class Category(models.TextChoices):
        NEED = "need", "需求"
        DECISION = "decision", "决策"
        BUDGET = "budget", "预算"
        COMPETITOR = "competitor", "竞争"
        RELATION = "relation", "关系"
        RISK = "risk", "风险"
        OTHER = "other", "其他"

    class Confidence(models.IntegerChoices):
        LOW = 1, "听说"
        MEDIUM = 2, "较可信"
        HIGH = 3, "已证实"

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    category = models.CharField("类别", max_length=12, choices=Category)
    content = models.CharField("关键信息", max_length=300)
    confidence = models.PositiveSmallIntegerField(
        "可信度", choices=Confidence, default=Confidence.MEDIUM
    )
    contributed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    contributed_at = models.DateTimeField("提出时间", auto_now_add=True)
    # The two working days of the others run from the present wording (R10).
    worded_at = models.DateTimeField("措辞时间", default=timezone.now, editable=False)
    # A disputed finding is settled by rewording it or by taking it back.
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回说明", max_length=200, blank=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "关键信息"
        ordering = ["pk"]

    def __str__(self):
        return self.content


class FindingAnswer(models.Model):
    """What one attendee says to one finding; silence is noted after two working days (R10)."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", "确认"
        DISPUTED = "disputed", "有异议"
        COMMENTED = "commented", "补充"
        NOTED = "noted", "逾期未表态"

    finding = models.ForeignKey(KeyFinding, models.CASCADE, related_name="answers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="同行人")
    verdict = models.CharField("意见", max_length=10, choices=Verdict)
    comment = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "关键信息意见"
        constraints = [
            models.UniqueConstraint(fields=["finding", "user"], name="visits_finding_answer_once"),
            models.CheckConstraint(
                name="visits_finding_dispute_says_why",
                condition=~Q(verdict__in=["disputed", "commented"]) | ~Q(comment=""),
                violation_error_message="有异议或补充时请写明内容。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.get_verdict_display()}"


class FindingRequest(models.Model):
    """One attendee is asked to answer the findings of one visit; what the duty is about (R10).

    A finding that comes when everything was answered opens the next request.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="finding_requests")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="同行人")
    asked_at = models.DateTimeField("起算时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "关键信息待表态"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "user"],
                condition=Q(ended_at=None),
                name="visits_finding_request_one_open",
            )
        ]

    def __str__(self):
        return f"{self.user} {self.visit}"
