"""Ticks, next steps, photos and tips for the product-wide tests."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.uploads import store
from tests.authz.asking import Ask
from visits.models import Tip, Visit, VisitFile, VisitNextStep


def picture(name="现场.png"):
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def photo(world, estate):
    return {"photo": picture(), "title": "机房", "confidentiality": "internal"}


def tick(world, estate):
    return {"name": "has_introduced", "done": "1"}


def done(world, estate):
    return {"done": "1"}


def words(world, estate):
    return {"text": "响了五声以上才接，先道歉。", "order": "3", "is_active": "on"}


ASKS = {
    "visits:step_row": {"GET": Ask()},
    "visits:mood_tips": {"GET": Ask(query="?customer_mood=reticent")},
    "visits:visit_check": {"POST": Ask("in_progress", tick)},
    "visits:visit_files": {"GET": Ask("recorded"), "POST": Ask("recorded", photo)},
    "visits:visit_file": {"GET": Ask("visit_photo")},
    "visits:visit_file_thumb": {"GET": Ask("visit_photo")},
    "visits:visit_file_delete": {"POST": Ask("visit_photo")},
    "visits:step_done": {"POST": Ask("next_step", done)},
    "visits:tips": {"GET": Ask(query="?visit={recorded}")},
    "visits:tip_list": {"GET": Ask()},
    "visits:tip_edit": {"GET": Ask("tip"), "POST": Ask("tip", words)},
}
FORMS = {
    "visits.forms.files.FileForm": ("visits:visit_files", "owner"),
    "visits.forms.tips.TipForm": ("visits:tip_edit", "sysadmin"),
}
WITHOUT_PAGE = {"visits.forms.conduct.PlaceForm"}
NO_PAGES = {
    "visits:visit_check",
    "visits:visit_file",
    "visits:visit_file_thumb",
    "visits:visit_file_delete",
    "visits:step_done",
    "visits:step_row",
    "visits:mood_tips",
}
NO_ROWS = {"visits:step_row", "visits:mood_tips", "visits:tips", "visits:tip_list"}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    visit = Visit.objects.get(pk=pks["recorded"])
    step = VisitNextStep.objects.create(visit=visit, content=word, person=word)
    kept = store(picture(f"{word}.png"), by=manager)
    photo = VisitFile.objects.create(
        visit=visit, kind="photo", title=word, file=kept, added_by=manager
    )
    return {"next_step": step.pk, "visit_photo": photo.pk, "tip": Tip.objects.first().pk}
