"""The register, pattern texts, watched words, batch printing and signed copies."""

from accounts.actions.items import version_of
from tests.authz.asking import Ask
from visits import print_reports
from visits.actions import printing, signing
from visits.models import LetterReply, LetterTemplate, LintWord, ThankYouLetter
from visits.tests.letter_factories import pdf_file


def pattern(world, estate):
    seen = version_of(LetterTemplate.objects.get(pk=estate.pks["pattern"]))
    return {"name": "一般答复", "body": "{letter_ref}\n同意。", "is_active": "on", "seen": seen}


def watched(world, estate):
    return {"word": "包您满意", "severity": "warn", "advice": "写明约定", "is_active": "on"}


def chosen(world, estate):
    letter = ThankYouLetter.objects.get(visit=estate.pks["thanks"])
    return {"kind": "thanks", "ids": [letter.pk]}


def scanned(world, estate):
    return {"scan": pdf_file("签章.pdf")}


ASKS = {
    "visits:register": {"GET": Ask()},
    "visits:register_export": {"POST": Ask()},
    "visits:register_pdf": {"POST": Ask()},
    "visits:template_list": {"GET": Ask()},
    "visits:template_edit": {"GET": Ask("pattern"), "POST": Ask("pattern", pattern)},
    "visits:lint_list": {"GET": Ask()},
    "visits:lint_create": {"GET": Ask(), "POST": Ask(data=watched)},
    "visits:lint_edit": {"GET": Ask("word"), "POST": Ask("word", watched)},
    "visits:batch_print": {"POST": Ask(data=chosen)},
    "visits:print_job": {"GET": Ask("print_job")},
    "visits:print_file": {"GET": Ask("print_job")},
    "visits:reply_signed": {"GET": Ask("reply_sent")},
    "visits:reply_sign": {"POST": Ask("reply_sent", scanned)},
    "visits:thank_you_signed": {"GET": Ask("thanks_sent")},
    "visits:thank_you_sign": {"POST": Ask("thanks_sent", scanned)},
}
FORMS = {
    "visits.forms.templates.TemplateForm": ("visits:template_edit", "records_officer"),
    "visits.forms.templates.LintForm": ("visits:lint_edit", "records_officer"),
    "visits.forms.sending.SignedForm": ("visits:reply_sign", "owner"),
}
NO_PAGES = {
    "visits:register_export",
    "visits:register_pdf",
    "visits:batch_print",
    "visits:print_file",
    "visits:reply_sign",
    "visits:reply_signed",
    "visits:thank_you_sign",
    "visits:thank_you_signed",
}
NO_ROWS = {"visits:lint_create"}
QUERIES = {"visits:register": ("", "?series=out", "?series=thanks", "?q=金", "?q=1")}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    reply = LetterReply.objects.get(pk=pks["reply_sent"])
    thanks = ThankYouLetter.objects.get(visit=pks["thanks_sent"])
    for letter in (reply, thanks):
        signing.keep_signed(letter=letter, scan=_scan(word), by=manager)
    job = printing.start_batch(kind="reply", keys=[pks["reply_issued"]], by=manager)
    printing.work(pk=job.pk, sheet_of=_sheet, bound=lambda *parts: pdf_file("批量.pdf").read())
    template = LetterTemplate.objects.get(code="reply-standard")
    return {
        "print_job": job.pk,
        "pattern": template.pk,
        "word": LintWord.objects.order_by("pk").first().pk,
    }


def _sheet(kind, key, user):
    """Not set in type: worlds are built by the dozen, and who may open the file is the question."""
    reply = LetterReply.objects.get(pk=key)
    return print_reports.Sheet(
        reply, str(reply.number), reply.title, str(reply.letter.customer), "", b""
    )


def _scan(word):
    file = pdf_file(f"{word}.pdf")
    file.content_type = "application/pdf"
    return file
