"""Letters made by the actions themselves, so that their duties exist as in real life."""

import io
import zipfile
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core.rules import SHANGHAI
from staff.tests.factories import make_user
from visits.actions import correspondence, replying, thanks, wordings
from visits.rules import day_text
from visits.tests.factories import make_visit

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BODY = "贵单位来函收悉。\n经研究，现函复如下：\n一、请按原计划办理。\n特此函复。"


def shanghai(*parts) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)


def pdf_file(name="来函.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def office_file(name="方案.docx", part="word/document.xml", extra=(), types="<Types/>"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(part, "<document/>")
        for name_inside, content in extra:
            archive.writestr(name_inside, content)
    return SimpleUploadedFile(name, buffer.getvalue())


def make_thank_you(*, ended_at=None, **fields):
    """An empty thank-you letter with its duty, of a visit that ended an hour ago."""
    ended_at = ended_at or timezone.now() - timedelta(hours=1)
    visit = make_visit(ended_at=ended_at, **fields)
    return thanks.open_letter(visit=visit, by=visit.owner)


def make_thank_you_draft(**fields):
    letter = make_thank_you(**fields)
    thanks.save_draft(
        letter=letter,
        contacts=letter.visit.contacts.all(),
        salutation="尊敬的王主任",
        body="您好！\n感谢您的接待。",
        letter_on=timezone.localdate(),
        by=letter.visit.owner,
    )
    return letter


def make_inbound(*, customer=None, manager=None, received_at=None, **fields):
    """A registered letter with its duty."""
    customer = customer or make_customer(manager=manager or make_user())
    fields.setdefault("subject", "关于专线扩容的函")
    fields.setdefault("received_channel", "paper")
    fields.setdefault("category", "inquiry")
    fields.setdefault("contact", customer.contacts.first() or make_contact(customer))
    fields.setdefault("by", customer.manager)
    received_at = received_at or timezone.now() - timedelta(hours=2)
    return correspondence.register_letter(customer=customer, received_at=received_at, **fields)


def make_reply(letter=None, *, by=None, **fields):
    letter = letter or make_inbound()
    fields.setdefault("kind", "final")
    fields.setdefault("title", "关于专线扩容的复函")
    fields.setdefault("addressee", letter.customer.name)
    promised_on = fields.get("promised_on")
    if fields["kind"] == "interim":
        fields.setdefault("interim_reason", "需要省公司核实传输资源")
    why = fields.get("interim_reason", "")
    said = f"\n因{why}，我公司将于{day_text(promised_on)}前正式答复。" if promised_on else ""
    fields.setdefault("body", BODY + said)
    return replying.draft_reply(letter=letter, by=by or letter.owner, **fields)


def seen(letter) -> dict:
    """What a form that was drawn from the words of a letter or a reply sends with it."""
    return {"seen": wordings.mark_of(wordings.wording_of(letter))}


def make_issued(letter=None, **fields):
    reply = make_reply(letter, **fields)
    return replying.issue_reply(reply=reply, by=reply.written_by)


def send(reply, sent_at=None, **fields):
    fields = {"channel": "paper", "recipient": "王建华", "by": reply.letter.owner} | fields
    return replying.send_reply(reply=reply, sent_at=sent_at or timezone.now(), **fields)
