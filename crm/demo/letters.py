"""What the register shows besides the ordinary: a void number, signed copies, a batch for print."""

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.demo.story import HOUR, Story, at
from visits import letter_reports, print_reports
from visits.actions import printing, replying, signing, thanks
from visits.models import LetterReply, ThankYouLetter


def load(story: Story) -> None:
    """Needs the letters and visits of the demo; call it once."""
    _void_and_again(story)
    _beyond_the_head(story)
    _waived_after_writing(story)
    _signed(story)
    _printed(story)


def _void_and_again(story: Story) -> None:
    """The first reply named the wrong addressee: its number is void, the next one went out."""
    letter = story.letter("C0022", at(story.workday(-3), "10:10"), "training")
    reply = replying.issue_reply(reply=story.drafted(letter), by=letter.owner)
    replying.void_reply(reply=reply, reason="主送单位写成了下属部门，重新签发。", by=letter.owner)
    story.answered(letter, story.now - HOUR)


def _beyond_the_head(story: Story) -> None:
    """A complaint whose answer waits for the head, to be read beside the customer's letter."""
    letter = story.letter("C0030", at(story.workday(-1), "09:15"), "outage")
    replying.submit_reply(reply=story.drafted(letter), by=letter.owner)


def _waived_after_writing(story: Story) -> None:
    """Written, then not wanted: its number stays in the register as void."""
    visit = story.recorded("C0033", story.workday(-2), "10:00", 45)
    letter = visit.thank_you
    text = letter_reports.proposed_thanks(letter)
    thanks.save_draft(letter=letter, contacts=visit.contacts.all(), by=visit.owner, **vars(text))
    reason = "客户来电说明当天已口头致谢，不需要书面信函。"
    thanks.waive_letter(letter=letter, reason=reason, by=visit.owner.dept_head())


def _signed(story: Story) -> None:
    for model in (LetterReply, ThankYouLetter):
        letter = model.objects.filter(state="sent").order_by("pk").last()
        content = letter.sent_pdf.file.read() if letter.sent_pdf else _sheet(letter)
        scan = SimpleUploadedFile("签章扫描件.pdf", content, "application/pdf")
        signing.keep_signed(letter=letter, scan=scan, by=letter.sent_by)


def _sheet(letter) -> bytes:
    is_reply = isinstance(letter, LetterReply)
    return letter_reports.reply_pdf(letter) if is_reply else letter_reports.thanks_pdf(letter)


def _printed(story: Story) -> None:
    """Three letters in one file, and one that is not written yet and stays out."""
    owner = story.people["heqiong"]
    mine = ThankYouLetter.objects.filter(visit__owner=owner).order_by("pk")
    keys = [*mine.filter(state="sent").values_list("pk", flat=True)[:3]]
    keys += mine.filter(state="pending").values_list("pk", flat=True)[:1]
    job = printing.start_batch(kind="thanks", keys=keys, by=owner)
    printing.work(pk=job.pk, sheet_of=print_reports.sheet_of, bound=print_reports.bound)
