"""Open duties are counted by person, kind and date without reading them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('reminders', '0003_ladder_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='obligation',
            name='reminders_open_owner_due',
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['owner', 'due_at', 'kind', 'id'], name='reminders_open_owner_due'),
        ),
    ]
