"""What happened around the demo's visits: ticks, next steps of both sides, photos and papers."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from crm.demo.story import Story
from staff.models import User
from visits.actions import conduct, files, places
from visits.models import Visit, VisitNextStep

SHARES = ("heqiong",)
THEIRS = (
    "提供机房平面图和走线要求",
    "确认参加试用的部门名单",
    "安排一次与信息科的碰头会",
    "把现有合同的到期日核对一遍",
)
PHOTOS = (("机房现状", "#35606b", "#9fc3c9"), ("会议室合影", "#6b5a35", "#d8c9a4"))
RECENT = timedelta(days=12)


def load(story: Story) -> None:
    """Needs the visits of the demo; call it once."""
    User.objects.filter(username__in=SHARES).update(shares_location=True)
    recorded = Visit.objects.filter(state__in=("recorded", "closed")).select_related("owner")
    for number, visit in enumerate(recorded.order_by("pk")):
        _steps(story, visit, number)
    for visit in Visit.objects.exclude(ended_at=None).filter(mode="on_site"):
        _ticks(visit)
    _place(story)
    _files(story)


def _steps(story: Story, visit: Visit, number: int) -> None:
    """Ours gets a day and a name; every other visit has something for the customer to do too."""
    contact = visit.contacts.first()
    day = story.workday(1 + number % 9)
    visit.next_steps.update(person=visit.owner.name, due_on=day)
    if number % 2:
        person = contact.name if contact else ""
        VisitNextStep.objects.create(
            visit=visit, side="customer", content=THEIRS[number % 4], person=person, due_on=day
        )
    if visit.ended_at < story.now - RECENT:
        for step in visit.next_steps.filter(done_at=None):
            at = visit.ended_at + timedelta(days=4)
            conduct.finish_step(step=step, is_done=True, at=at, by=visit.owner)


def _ticks(visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(
        has_introduced=True, has_stated_purpose=True, has_stated_time=bool(visit.pk % 3)
    )


def _place(story: Story) -> None:
    visit = Visit.objects.filter(owner__username__in=SHARES).exclude(arrived_at=None)
    visit = visit.order_by("-arrived_at").select_related("owner").first()
    if visit:
        places.note_place(
            visit=visit, latitude=places.GRID * 30001, longitude=places.GRID * 120581,
            at=visit.arrived_at, by=visit.owner,
        )  # fmt: skip


def _files(story: Story) -> None:
    mine = Visit.objects.filter(owner__username="heqiong", state__in=("recorded", "closed"))
    for visit in mine.order_by("-ended_at")[:2]:
        for title, dark, light in PHOTOS:
            picture = _picture(title, dark, light)
            files.add_file(visit=visit, upload=picture, title=title, by=visit.owner)


def _picture(title: str, dark: str, light: str) -> SimpleUploadedFile:
    """A drawn room: nobody's photo, and the same at every loading."""
    image = Image.new("RGB", (1200, 900), light)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 900), (300, 620), (900, 620), (1200, 900)], fill=dark)
    for n in range(4):
        draw.rectangle(
            (340 + 140 * n, 260, 440 + 140 * n, 640), fill=dark, outline="white", width=4
        )
        for m in range(6):
            draw.line((355 + 140 * n, 300 + 50 * m, 425 + 140 * n, 300 + 50 * m), "white", 3)
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return SimpleUploadedFile(f"{title}.jpg", out.getvalue(), "image/jpeg")
