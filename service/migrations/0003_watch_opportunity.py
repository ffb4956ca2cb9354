"""What a watch became, so that its page can lead there; older ones do not know it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("service", "0002_ladder_rows")]
    operations = [
        migrations.AddField(
            model_name="servicewatch",
            name="opportunity_ref",
            field=models.PositiveBigIntegerField(
                editable=False, null=True, verbose_name="商机编号"
            ),
        ),
    ]
