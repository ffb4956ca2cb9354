"""Preparation of visits: the brief, materials, invitations to the customer, calendar feeds."""

from django.utils import timezone

from tests.authz.asking import Ask
from visits.models import Visit, VisitFile, VisitInvitation


def material(world, estate):
    return {
        "title": "组网图",
        "confidentiality": VisitFile._meta.get_field("confidentiality").default,
    }


ASKS = {
    "visits:visit_brief": {"GET": Ask("planned")},
    "visits:visit_brief_pdf": {"GET": Ask("planned")},
    "visits:visit_materials": {"GET": Ask("planned"), "POST": Ask("planned", material)},
    "visits:invitation_retry": {"POST": Ask("invitation")},
    "visits:feed_settings": {"GET": Ask(), "POST": Ask()},
    "visits:feed_revoke": {"POST": Ask()},
    "visits:calendar_feed": {"GET": Ask(kwargs={"token": "wrong"})},
}
FORMS = {"visits.forms.preparing.MaterialForm": ("visits:visit_materials", "owner")}
MANY_ROWS = {"visits:visit_brief"}
NO_PAGES = {
    "visits:calendar_feed",
    "visits:feed_revoke",
    "visits:invitation_retry",
    "visits:visit_brief_pdf",
}
NO_ROWS = {"visits:calendar_feed", "visits:feed_settings"}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A material that is only named, and an invitation that did not arrive."""
    visit = Visit.objects.get(pk=pks["planned"])
    Visit.objects.filter(pk=visit.pk).update(risks=word, expected_questions=word)
    VisitFile.objects.create(visit=visit, kind="material", title=word, added_by=manager)
    row = VisitInvitation.objects.create(
        visit=visit,
        contact_id=pks["contact"],
        email="guest@example.com",
        method="request",
        sequence=0,
        state="failed",
        error=word,
        next_try_at=timezone.now(),
        created_by=manager,
    )
    return {"invitation": row.pk}
