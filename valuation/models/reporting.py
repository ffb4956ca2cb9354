"""A valuation report on its way to paper (R51, R57)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.models import StoredFile
from staff.models import User
from valuation.models.runs import ValuationRun


class ReportJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It holds what one person may see: only this one sees it."""
        return self.filter(owner=user)

    def free(self, now):
        """Waiting, and nobody holds the lease."""
        held = Q(lease_until__gte=now)
        return self.filter(state=ReportJob.State.WAITING).exclude(held)


class ReportJob(models.Model):
    """The row is the job (ADR 0002); whoever holds its lease makes the PDF."""

    class State(models.TextChoices):
        WAITING = "waiting", "正在生成"
        DONE = "done", "已生成"
        FAILED = "failed", "未能生成"

    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="生成人")
    run = models.ForeignKey(
        ValuationRun, models.CASCADE, related_name="reports", verbose_name="评估"
    )
    top = models.PositiveSmallIntegerField("排名列出")
    state = models.CharField("状态", max_length=7, choices=State, default=State.WAITING)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    failure = models.CharField("失败原因", max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = ReportJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评估报告"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="valuation_report_done_has_file",
                condition=~Q(state="done") | Q(file__isnull=False),
                violation_error_message="已生成的报告必须有文件。",
            )
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state="waiting"), name="valuation_report_waiting"
            )
        ]

    def __str__(self):
        return f"评估报告 {self.run}"

    def get_absolute_url(self):
        return reverse("valuation:report_job", args=[self.pk])
