"""A rung may keep to working days: whoever must act that day reads it while still at work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0004_open_duties_cover")]
    operations = [
        migrations.AddField(
            "ladderstage",
            "on_workday",
            models.BooleanField(default=False, verbose_name="遇休息日提前到上一个工作日"),
        )
    ]
