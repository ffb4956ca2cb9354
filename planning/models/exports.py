"""The weekly file of a branch or department, and who is told of it (§B.13)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from staff.models import Branch, Department, User


class PlanExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A branch's file: its director and auditor. A department's: its head as well."""
        scope = Q(pk__in=[])
        for person in user.acting_for():
            if person.role in (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR):
                scope |= Q(branch=person.branch_id)
            elif person.role == User.Role.DEPT_HEAD and person.department_id:
                below = Department.objects.under(person.department)
                scope |= Q(department__in=below.values("pk"))
        return self.filter(scope)

    def of(self, branch, department):
        """The weeks and versions of one scope; `department` None is the branch itself."""
        return self.filter(branch=branch, department=department)

    def complete(self):
        return self.filter(state=PlanExport.State.DONE)

    def stuck(self, now, since):
        """Waiting, but nobody holds the lease: the message or the worker was lost."""
        waiting = Q(lease_until=None, sent_at__lt=since) | Q(lease_until__lt=now)
        return self.filter(waiting, state=PlanExport.State.WAITING)


class PlanExport(models.Model):
    """One version of one week's file. The row is the job; a file hangs on it only when complete."""

    class Scope(models.TextChoices):
        BRANCH = "branch", "分公司"
        DEPARTMENT = "department", "部门"

    class State(models.TextChoices):
        WAITING = "waiting", "正在生成"
        DONE = "done", "已生成"
        FAILED = "failed", "未能生成"

    class Why(models.TextChoices):
        BEAT = "beat", "每周定时"
        CATCH_UP = "catch_up", "补生成"
        ON_DEMAND = "on_demand", "手工生成"

    scope = models.CharField("范围", max_length=10, choices=Scope)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="分公司")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    monday = models.DateField("周一")
    version = models.PositiveSmallIntegerField("版本")
    state = models.CharField("状态", max_length=7, choices=State, default=State.WAITING)
    why = models.CharField("来由", max_length=9, choices=Why)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="生成人"
    )
    done = models.PositiveSmallIntegerField("进度", default=0)  # of exporting.STEPS
    failure = models.CharField("失败原因", max_length=200, blank=True)
    file = models.FileField("文件", upload_to="weekly/", max_length=200, blank=True)
    size = models.PositiveIntegerField("大小（字节）", null=True, blank=True)
    sha256 = models.CharField("指纹", max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    # What next week's file compares with: {plan number: {"version", "state", "total"}}.
    figures = models.JSONField("各计划数字", default=dict, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = PlanExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "周报"
        ordering = ["-monday", "scope", "department", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "monday", "version"],
                condition=Q(department=None),
                name="planning_export_branch_version",
            ),
            models.UniqueConstraint(
                fields=["department", "monday", "version"],
                condition=Q(department__isnull=False),
                name="planning_export_department_version",
            ),
            # Two clocks at once still make one file of a Monday.
            models.UniqueConstraint(
                fields=["branch", "monday"],
                condition=Q(department=None) & ~Q(why="on_demand"),
                name="planning_export_branch_monday",
            ),
            models.UniqueConstraint(
                fields=["department", "monday"],
                condition=Q(department__isnull=False) & ~Q(why="on_demand"),
                name="planning_export_department_monday",
            ),
            models.CheckConstraint(
                name="planning_export_scope_named",
                condition=Q(scope="branch", department=None)
                | Q(scope="department", department__isnull=False),
            ),
            models.CheckConstraint(
                name="planning_export_done_is_whole",
                condition=(
                    Q(state="done", sha256__gt="", pages__gt=0, size__gt=0)
                    & ~Q(file="")
                    & Q(finished_at__isnull=False)
                )
                | (~Q(state="done") & Q(file="", sha256="")),
                violation_error_message="生成完的周报必须有完整的文件，没生成完的不能有。",
            ),
            models.CheckConstraint(
                name="planning_export_asked_by_somebody",
                condition=~Q(why="on_demand") | Q(requested_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "-monday"]),
            models.Index(
                fields=["sent_at"], condition=Q(state="waiting"), name="planning_export_waiting"
            ),
        ]

    def __str__(self):
        return f"{self.about()} {self.monday:%Y-%m-%d} 周报 第 {self.version} 版"

    def about(self) -> str:
        return str(self.department or self.branch)


class ExportNotice(models.Model):
    """That a file is ready, told to one person by mail. The row is the queue; a sweep sends it."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    export = models.ForeignKey(PlanExport, models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收件人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试", default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField("失败原因", max_length=200, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "周报通知"
        ordering = ["export", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["export", "recipient"], name="planning_export_told_once"
            )
        ]
        indexes = [models.Index(fields=["state", "next_try_at"])]

    def __str__(self):
        return f"{self.export} → {self.recipient}"
