"""Industries, who answers for them, and how far each can come in informatisation (R66)."""

from django.db import models

from staff.models import User


class Industry(models.Model):
    code = models.SlugField("代码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=40)
    managers = models.ManyToManyField(
        User, related_name="industries", blank=True, verbose_name="行业经理"
    )
    # R59: 党政军 and bodies with statutory duties are never suggested for abandonment.
    is_public_duty = models.BooleanField(
        "党政军或承担普遍服务、应急保障", default=False, db_default=False,
        help_text="该行业的客户都不列入放弃评估。",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "行业"
        ordering = ["code"]

    def __str__(self):
        return self.name


class InformatizationStage(models.Model):
    """How far an industry's customers have come in informatisation (R66), in order."""

    industry = models.ForeignKey(
        Industry, models.CASCADE, related_name="stages", verbose_name="行业"
    )
    order = models.PositiveSmallIntegerField("次序")
    name = models.CharField("阶段", max_length=40)
    goals = models.CharField("目标", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "信息化阶段"
        ordering = ["industry", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["industry", "order"], name="accounts_informatization_order"
            )
        ]

    def __str__(self):
        return self.name
