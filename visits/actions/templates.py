"""Pattern texts and watched words: changed by their administrator, with a trace (§B.6, R35)."""

from django.db import transaction

from accounts.actions.items import STALE, version_of
from core import audit, clock
from staff.models import User
from visits.actions.errors import VisitError
from visits.models import LetterTemplate, LintWord


@transaction.atomic
def change_template(
    *, template: LetterTemplate, name: str, body: str, is_active: bool, seen: str, by: User
) -> None:
    """Replace a pattern text. Letters that were written with it stay as they are.

    `seen` is accounts.actions.items.version_of the row that the form was drawn from: VisitError
    when somebody has changed it since.
    """
    stored = LetterTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if version_of(stored) != seen:
        raise VisitError(STALE)
    wanted = {"name": name, "body": body, "is_active": is_active}
    changes = _changed(stored, wanted)
    same = LetterTemplate.objects.filter(pk=template.pk)
    same.update(updated_by=by, updated_at=clock.now(), **wanted)
    template.refresh_from_db()
    audit.record(verb="letter_template.changed", target=template, by=by, changes=changes)


@transaction.atomic
def keep_word(
    *, word: str, severity: str, advice: str, is_active: bool, by: User, row: LintWord | None = None
) -> LintWord:
    """A new watched word, or a changed one."""
    wanted = {"word": word, "severity": severity, "advice": advice, "is_active": is_active}
    if row is None:
        row = LintWord.objects.create(**wanted)
        audit.record(verb="lint_word.created", target=row, by=by)
        return row
    changes = _changed(LintWord.objects.get(pk=row.pk), wanted)
    LintWord.objects.filter(pk=row.pk).update(**wanted)
    row.refresh_from_db()
    audit.record(verb="lint_word.changed", target=row, by=by, changes=changes)
    return row


def _changed(row, wanted: dict) -> dict:
    old = {name: getattr(row, name) for name in wanted}
    return {name: [old[name], new] for name, new in wanted.items() if old[name] != new}
