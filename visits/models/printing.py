"""Many letters printed at once (R8, R13)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import StoredFile
from staff.models import User


class PrintJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What was printed was printed with the rights of one person: only this one sees it."""
        return self.filter(owner=user)

    def stuck(self, now, since):
        """Waiting, but nobody holds the lease: the message or the worker was lost."""
        waiting = Q(lease_until=None, sent_at__lt=since) | Q(lease_until__lt=now)
        return self.filter(waiting, state=PrintJob.State.WAITING)


class PrintJob(models.Model):
    """Letters chosen from a list, on their way into one file. The row is the job (ADR 0002)."""

    class Kind(models.TextChoices):
        THANKS = "thanks", "感谢函"
        REPLY = "reply", "复函"

    class State(models.TextChoices):
        WAITING = "waiting", "正在生成"
        DONE = "done", "已生成"
        FAILED = "failed", "未能生成"

    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="打印人")
    kind = models.CharField("类别", max_length=6, choices=Kind)
    keys = models.JSONField("函件")  # primary keys in the order of printing
    state = models.CharField("状态", max_length=7, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("已处理", default=0)
    printed = models.PositiveIntegerField("已打印", default=0)
    left_out = models.JSONField("未打印", default=list)  # [[which letter, why], …]
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )
    failure = models.CharField("失败原因", max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)  # last message to a worker
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = PrintJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量打印"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state="waiting"), name="visits_print_waiting"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {len(self.keys)} 份"

    @property
    def total(self) -> int:
        return len(self.keys)
