"""Search keys are ordered by their bytes, so that a range of them is a prefix."""

from django.db import migrations


def compare_bytes(apps, schema_editor):
    """A range of keys is a prefix only where text is ordered by its bytes; SQLite always does so."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute(
            'ALTER TABLE accounts_searchkey ALTER COLUMN key TYPE varchar(24) COLLATE "C"'
        )
        # A hundred steps are too coarse to tell a common beginning from a rare one.
        schema_editor.execute('ALTER TABLE accounts_searchkey ALTER COLUMN key SET STATISTICS 2000')


class Migration(migrations.Migration):
    replaces = [("accounts", "0004_search_index")]
    dependencies = [("accounts", "0004_bank_stages")]
    operations = [migrations.RunPython(compare_bytes, migrations.RunPython.noop)]
