"""Bills of many customers are added from the index alone, without their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_keys_by_bytes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='monthlybill',
            name='accounts_mo_custome_78ac86_idx',
        ),
        migrations.AddIndex(
            model_name='monthlybill',
            index=models.Index(fields=['customer', '-month', 'reported_total'], name='accounts_bill_sums'),
        ),
    ]
