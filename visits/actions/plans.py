"""What the plan of a visit says now, a mark of it, and where another wording differs (R3)."""

import json
from collections.abc import Mapping

from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.actions.revisions import Difference, shown
from visits.actions.preparing import materials_of
from visits.models import Visit, VisitKeyPoint

PLAN_FIELDS = (
    *("mode", "stage", "purpose", "prep_text", "expected_questions", "risks", "location"),
)
FIXED_ONCE_PLANNED = ("customer", "is_formal", "scheduled_start", "scheduled_end")
ROWS = {
    "contacts": "拜访对象",
    "colleagues": "同行人",
    "key_points": "拜访重点",
    "materials": "携带资料",
}
"""What hangs on the visit as rows of their own, and what people call it."""


def values_of(visit: Visit) -> dict:
    """{field of the form: value}, each as the form's cleaned_data has it."""
    values = {name: getattr(visit, name) for name in (*FIXED_ONCE_PLANNED, *PLAN_FIELDS)}
    people = visit.participants.select_related("user").order_by("user_id")
    points = visit.key_points.select_related("owner")
    return values | {
        "contacts": list(visit.contacts.order_by("pk")),
        "colleagues": [one.user for one in people],
        "key_points": [(point.kind, point.content, point.owner) for point in points],
        "materials": [row.title for row in materials_of(visit)],
    }


def mark_of(visit: Visit) -> str:
    """Another mark means that somebody has changed the plan, or confirmed the draft."""
    said = values_of(visit) | {"is_draft": visit.state == Visit.State.DRAFT}
    text = json.dumps(said, sort_keys=True, default=_key)
    return salted_hmac("visits.plan", text, algorithm="sha256").hexdigest()


def _key(value) -> str:
    return str(value.pk if isinstance(value, Model) else value)


def differences(visit: Visit, wanted: Mapping) -> list[Difference]:
    """Where what stands now and what is `wanted` (values_of) read differently."""
    found = []
    for name, value in values_of(visit).items():
        now, then = _words(name, value), _words(name, wanted.get(name, value))
        if now != then:
            label = ROWS.get(name) or str(Visit._meta.get_field(name).verbose_name)
            found.append(Difference(name, label, now, then))
    return found


def _words(name: str, value) -> str:
    if name in ("contacts", "colleagues"):
        return "、".join(person.name for person in sorted(value, key=lambda one: one.pk))
    if name == "key_points":
        return "\n".join(_point(*point) for point in value)
    if name == "materials":
        return "\n".join(value)
    if name.startswith("scheduled_"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return "\n".join(shown(Visit._meta.get_field(name), value).splitlines())


def _point(kind: str, content: str, owner) -> str:
    return f"{VisitKeyPoint.Kind(kind).label}：{content}" + (f"（{owner.name}）" if owner else "")
