"""How good the view of a customer is (R17): written by actions and every night, read by lists."""

from django.core.validators import MaxValueValidator
from django.db import models

from accounts.models.customer import Customer
from accounts.models.scope import OfCustomerQuerySet

PERCENT = [MaxValueValidator(100)]


class ViewQuality(models.Model):
    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="quality", verbose_name="客户"
    )
    completeness = models.PositiveSmallIntegerField("完整率", validators=PERCENT, db_index=True)
    truth = models.PositiveSmallIntegerField("真实率", null=True, blank=True, validators=PERCENT)
    continuity = models.PositiveSmallIntegerField("连续率", validators=PERCENT)
    # [{"code": "file", "percent": 80, "gaps": ["法人代表"]}, …] in the order of rules.WEIGHTS
    sections = models.JSONField("各部分", default=list)
    # {"file": "2026-11-29T…"}: the last change or check of each section
    refreshed = models.JSONField("各部分更新时间", default=dict)
    stale = models.JSONField("过期部分", default=list)  # codes
    month_gaps = models.JSONField("账单缺月", default=list)  # ["2026-03", …]
    computed_at = models.DateTimeField("计算时间")

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户视图质量"

    def __str__(self):
        return f"{self.customer} {self.completeness}%"
