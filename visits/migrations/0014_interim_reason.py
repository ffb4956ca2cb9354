"""An interim reply says why the full answer takes longer (R13); so does its pattern text."""

from django.db import migrations, models

BEFORE = "见正文（登记这一项以前的答复）"
HOLE = "来函所提事项需要【核实或协调的内容】，目前正在办理。"
SAID = "来函所提事项因{interim_reason}，暂时不能正式答复，目前正在办理。"


def say_why(apps, schema_editor):
    replies = apps.get_model("visits", "LetterReply").objects
    replies.filter(kind="interim", interim_reason="").update(interim_reason=BEFORE)
    _reworded(apps, HOLE, SAID)


def take_back(apps, schema_editor):
    _reworded(apps, SAID, HOLE)


def _reworded(apps, old, new):
    """Only where the words still stand as they were delivered."""
    for row in apps.get_model("visits", "LetterTemplate").objects.filter(body__contains=old):
        row.body = row.body.replace(old, new)
        row.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [("visits", "0013_of_one_state")]
    operations = [
        migrations.AddField(
            "letterreply",
            "interim_reason",
            models.CharField(
                "暂不能正式答复的原因", max_length=200, blank=True, default="", db_default=""
            ),
        ),
        migrations.RunPython(say_why, take_back),
        migrations.AddConstraint(
            model_name="letterreply",
            constraint=models.CheckConstraint(
                condition=~models.Q(kind="interim") | ~models.Q(interim_reason=""),
                name="visits_reply_interim_has_reason",
                violation_error_message="初步答复必须写明暂不能正式答复的原因。",
            ),
        ),
    ]
