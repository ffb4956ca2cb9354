from django.db import migrations


class Migration(migrations.Migration):
    """What was billed last year is asked of the bills; nothing ever wrote this column.

    Dropped in place on both engines: no table is rebuilt, the triggers of 0005 stay.
    """

    dependencies = [("planning", "0007_others_below_the_annual_plan")]

    operations = [migrations.RemoveField("plantargetline", "last_year_actual")]
