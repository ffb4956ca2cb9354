"""What becomes of a written record: versions, addenda (R11)."""

from django.db import models

from staff.models import User
from visits.models.conduct import OfVisitQuerySet
from visits.models.visit import Visit, VisitRecord


class RecordVersion(models.Model):
    """A record as it was handed in; a returned one that is changed becomes the next version."""

    record = models.ForeignKey(VisitRecord, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    content = models.JSONField("内容")  # {field: value as text}
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提交人")
    written_at = models.DateTimeField("提交时间")

    class Meta:
        verbose_name = verbose_name_plural = "记录版本"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="visits_record_version_once")
        ]

    def __str__(self):
        return f"{self.record} 第 {self.number} 版"


class RecordAddendum(models.Model):
    """What is added to an accepted record, which itself never changes any more (R11)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="addenda")
    text = models.TextField("补充说明")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="补充人")
    written_at = models.DateTimeField("补充时间", auto_now_add=True)

    objects = OfVisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "补充记录"
        ordering = ["pk"]

    def __str__(self):
        return self.text[:40]
