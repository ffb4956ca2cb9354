"""A loss names the winner, and the price gap when it was the price; a contract why it was won.

What was lost before stays as it was told: is_loss_told is False there (§B.4).
"""

from django.db import migrations, models
from django.db.models import Q

NOBODY_WON = ["customer_cancelled", "policy"]
WIN_REASONS = [
    ("relationship", "关系"), ("solution", "方案"), ("price", "价格"), ("service", "服务与维护"),
    ("network", "网络与交付"), ("brand", "品牌与信誉"), ("own_incumbent", "我方已有基础"),
    ("policy", "政策"), ("other", "其他"),
]  # fmt: skip
TOLD = (~Q(winner="") | Q(loss_reason__in=NOBODY_WON)) & (
    ~Q(loss_reason="price") | Q(price_gap_pct__isnull=False)
)


def mark(apps, schema_editor):
    lost = apps.get_model("opportunities", "Opportunity").objects.filter(stage="lost")
    lost.exclude(TOLD).update(is_loss_told=False)


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0003_forecast_rows")]
    operations = [
        migrations.AddField(
            "opportunity",
            "win_reason",
            models.CharField(
                "赢单原因", max_length=25, choices=WIN_REASONS, blank=True, default="",
                db_default="",
            ),
        ),
        migrations.AddField(
            "opportunity",
            "is_loss_told",
            models.BooleanField("输单记录完整", default=True, db_default=True, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AddConstraint(
            "opportunity",
            models.CheckConstraint(
                name="opportunities_lost_tells_who_won",
                condition=~Q(stage="lost") | Q(is_loss_told=False) | TOLD,
                violation_error_message="输单要写明中选方；因价格输单还要写明价格差。",
            ),
        ),
    ]  # fmt: skip
