"""The ladder of an opportunity: rows that an administrator can change (R77, §B.4)."""

from django.db import models
from django.db.models import Q


class Phase(models.TextChoices):
    IDENTIFY = "identify", "商机识别"
    ASSESS = "assess", "商机评估"
    CONTROL = "control", "汇总管控"
    CONVERT = "convert", "商机转化"
    ENDED = "ended", "已结束"


class Stage(models.TextChoices):
    """The codes are fixed, their numbers are rows (OpportunityStage)."""

    IDENTIFIED = "identified", "商机登记"
    QUALIFIED = "qualified", "需求确认"
    APPROVED = "approved", "立项汇总"
    SOLUTION = "solution", "方案交流"
    PROPOSAL = "proposal", "报价投标"
    NEGOTIATION = "negotiation", "商务谈判"
    CONTRACTING = "contracting", "合同签订"
    WON = "won", "赢单"
    LOST = "lost", "输单"
    SUSPENDED = "suspended", "搁置"


class OpportunityStageQuerySet(models.QuerySet):
    def required(self) -> dict[str, list[str]]:
        """{stage: names of stage_rules.LABELS that must be there to stand on it}. One query."""
        return dict(self.values_list("code", "required"))


class OpportunityStage(models.Model):
    """Probability, exit criterion, mandatory content and patience of one stage (§B.4)."""

    code = models.CharField("阶段", max_length=12, choices=Stage, unique=True)
    order = models.PositiveSmallIntegerField("次序", unique=True)
    phase = models.CharField("环节", max_length=10, choices=Phase)
    probability = models.PositiveSmallIntegerField("成功可能性（%）")
    exit_criterion = models.CharField("走出本阶段的标志", max_length=120, blank=True)
    required = models.JSONField("必填内容", default=list, blank=True)  # of stage_rules.LABELS
    stale_days = models.PositiveSmallIntegerField("停留超过（天）提醒", null=True, blank=True)

    objects = OpportunityStageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "商机阶段"
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="opportunities_stage_probability",
                condition=Q(probability__lte=100),
                violation_error_message="可能性在 0 到 100 之间。",
            )
        ]

    def __str__(self):
        return self.get_code_display()
