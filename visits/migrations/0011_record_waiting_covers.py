"""The records that wait for a head are counted without reading them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_bill_sums'),
        ('visits', '0010_promise_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='visitrecord',
            name='visits_record_waiting',
        ),
        migrations.AddIndex(
            model_name='visitrecord',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['written_at', 'id', 'visit', 'written_by'], name='visits_record_waiting'),
        ),
    ]
