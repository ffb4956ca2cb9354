"""What writing keeps beside the content: every state of a row, and who is looking just now."""

from django.db import models

from planning.models.content import PlanRow
from planning.models.plan import PlanVersion
from staff.models import User


class RowCells(models.Model):
    """Every content that a row ever had: the base of a comparison when two write at once."""

    row = models.ForeignKey(PlanRow, models.CASCADE, related_name="history")
    edit = models.PositiveIntegerField()
    cells = models.JSONField("内容", default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "计划表行历次内容"
        ordering = ["row", "-edit"]
        constraints = [
            models.UniqueConstraint(fields=["row", "edit"], name="planning_row_cells_once")
        ]

    def __str__(self):
        return f"{self.row_id} {self.edit}"


class PlanPresence(models.Model):
    """Who has which place of a plan open to write in; a row for each person and plan."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="presences")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    code = models.CharField("章节", max_length=10)
    seen_at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "正在编写的人"
        ordering = ["version", "user"]
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="planning_presence_once")
        ]

    def __str__(self):
        return f"{self.user} {self.code}"
