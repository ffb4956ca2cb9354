"""A record keeps that its writer said: the customer view has not changed (R9)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0011_record_waiting_covers")]
    operations = [
        migrations.AddField(
            "visitrecord",
            "has_no_view_change",
            models.BooleanField(default=False, verbose_name="客户视图没有变化"),
        )
    ]
