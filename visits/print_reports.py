"""Letters as one file for the printer: a cover list, then each letter on a sheet of its own."""

import io
from dataclasses import dataclass

from django.utils import timezone
from pypdf import PageObject, PdfReader, PdfWriter

from core.pdf import render_pdf
from visits import letter_reports
from visits.actions import authority
from visits.actions.errors import VisitError
from visits.models import LetterReply, PrintJob, ThankYouLetter

COVER = "visits/pdf/print_cover.html"
UNKNOWN = "不在您的范围内，或者已经不存在"


@dataclass(frozen=True)
class Sheet:
    """One letter, ready for the printer."""

    letter: ThankYouLetter | LetterReply
    number: str
    title: str
    customer: str
    recipient: str
    content: bytes


@dataclass(frozen=True)
class LeftOut:
    letter: str
    reason: str


def sheet_of(kind: str, key: int, user) -> Sheet | LeftOut:
    """The letter as its own page would print it, or why it stays out. In the scope of `user`."""
    find, make = {
        PrintJob.Kind.THANKS: (_thanks, _thanks_sheet),
        PrintJob.Kind.REPLY: (_reply, _reply_sheet),
    }[kind]
    letter = find(user).filter(pk=key).first()
    if letter is None:
        return LeftOut(f"第 {key} 号", UNKNOWN)
    try:
        return make(letter)
    except VisitError as error:
        return LeftOut(str(letter), str(error))


def _thanks(user):
    return ThankYouLetter.objects.visible_to(user).select_related(
        "visit__customer__branch",
        "visit__owner__branch",
        "visit__owner__department",
        "visit__record",
        "number__branch",
        "sent_pdf",
    )


def _thanks_sheet(letter: ThankYouLetter) -> Sheet:
    content = _kept(letter)
    if content is None:
        _check_thanks(letter)
        content, pages = letter_reports.thanks_print(letter)
        if pages > 1:
            raise VisitError(f"有 {pages} 页，请先精简到一页")
    names = letter.recipient or "、".join(contact.name for contact in letter.contacts.all())
    return Sheet(letter, str(letter.number), "感谢函", letter.visit.customer.name, names, content)


def _check_thanks(letter: ThankYouLetter) -> None:
    if letter.state == ThankYouLetter.State.WAIVED:
        raise VisitError("已豁免")
    if letter.number is None or not letter.body:
        raise VisitError("正文还没有保存")
    blocking = [f for f in letter_reports.thanks_findings(letter) if f.is_blocking]
    if blocking:
        raise VisitError(f"{blocking[0].place}：{blocking[0].advice}")
    authority.check_thanks(letter, by=letter.visit.owner, text=letter)


def _reply(user):
    return LetterReply.objects.visible_to(user).select_related(
        "letter__customer__branch", "letter__owner__branch", "number__branch", "sent_pdf",
        "written_by", "approved_by",
    )  # fmt: skip


def _reply_sheet(reply: LetterReply) -> Sheet:
    content = _kept(reply)
    if content is None:
        if reply.state != LetterReply.State.ISSUED:
            raise VisitError(f"还没有签发（{reply.get_state_display()}）")
        authority.check_reply(reply, by=reply.written_by)
        content = letter_reports.reply_pdf(reply)
    to = reply.recipient or reply.addressee
    return Sheet(reply, str(reply.number), reply.title, reply.letter.customer.name, to, content)


def _kept(letter) -> bytes | None:
    """The sheet as it was sent; None when it is still to be printed."""
    if not letter.sent_pdf:
        return None
    with letter.sent_pdf.file.open("rb") as file:
        return file.read()


def bound(job: PrintJob, sheets: list[Sheet], left_out: list[LeftOut]) -> bytes:
    """One PDF: the cover with both lists, then every letter beginning on a new sheet of paper.

    An odd page is followed by a blank one, so that printing on both sides keeps letters apart.
    """
    context = {
        "job": job,
        "sheets": sheets,
        "left_out": left_out,
        "unit": job.owner.branch.letter_name,
        "now": timezone.localtime(),
    }
    writer = PdfWriter()
    for content in (render_pdf(COVER, context), *(sheet.content for sheet in sheets)):
        pages = PdfReader(io.BytesIO(content)).pages
        for page in pages:
            writer.add_page(page)
        if len(pages) % 2:
            size = pages[0].mediabox
            writer.add_page(PageObject.create_blank_page(None, size.width, size.height))
    writer.add_metadata({"/Title": str(job), "/Author": context["unit"]})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
