"""What people think of an opportunity, item by item (§B.4)."""

from django.db import models

from opportunities.models.opportunity import OfOpportunityQuerySet, Opportunity
from staff.models import User


class Assessment(models.Model):
    """One filled-in assessment; a new one stands beside the old, the newest counts (§B.4)."""

    class Kind(models.TextChoices):
        VALUE = "value", "价值评分"
        COMPETE = "compete", "竞争评分"
        QUESTIONS = "questions", "二十问"

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="assessments")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    answers = models.JSONField("回答")  # {item code: answer}; opportunities.assessment_rules
    score = models.SmallIntegerField("得分")
    rival_score = models.SmallIntegerField("对手得分", null=True, blank=True)
    verdict = models.CharField("结论", max_length=20)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评估人")
    at = models.DateTimeField("评估时间")

    objects = OfOpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "商机评估"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["opportunity", "kind", "-at"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.score}"
