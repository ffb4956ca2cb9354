"""Every form × every bad input: told at the field in Chinese, nothing lost, nothing kept."""

import logging
import re

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import TestCase
from django.utils.html import escape

import accounts.urls  # noqa: F401 - every form module of the product is imported by its views
import crm.urls  # noqa: F401
import opportunities.urls  # noqa: F401
import planning.urls  # noqa: F401
import reminders.urls  # noqa: F401
import service.urls  # noqa: F401
import staff.urls  # noqa: F401
import valuation.urls  # noqa: F401
import visits.urls  # noqa: F401
from accounts.sections.kinds import KINDS
from tests.authz.asks import ASKS as PLAIN_ASKS
from tests.authz.asks_view import MORE_ASKS
from tests.authz.table import browser, difference, dump, sessions
from tests.authz.world import build
from tests.sizes import IS_DEEP
from tests.topics import merged, united

ASKS = PLAIN_ASKS | MORE_ASKS
HANZI = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{4,}")
WORDS = {"CSV", "XLSX", "Excel", "DOCX", "name", "example"}
# form class → (URL that takes it, who sends it)
FORMS = {
    "accounts.forms.assignments.AssignForm": ("crm:customer_assign", "dept_head"),
    "accounts.forms.assignments.BackupForm": ("accounts:customer_backup", "dept_head"),
    "accounts.forms.contacts.ContactForm": ("accounts:contact_create", "owner"),
    "accounts.forms.customers.CustomerForm": ("accounts:customer_edit", "owner"),
    "accounts.forms.customers.NewCustomerForm": ("accounts:customer_create", "owner"),
    "accounts.forms.imports.ImportForm": ("accounts:import_create", "owner"),
    "accounts.forms.lifecycle.LifecycleForm": ("accounts:customer_lifecycle", "owner"),
    "accounts.forms.merging.MergeForm": ("accounts:merge_preview", "dept_head"),
    "accounts.forms.saved_views.SavedViewForm": ("accounts:saved_view_create", "owner"),
    "accounts.forms.tree.MoveForm": ("accounts:customer_move", "owner"),
    "crm.forms.duties.ReassignForm": ("crm:duty_reassign", "dept_head"),
    "crm.forms.handover.BulkAssignForm": ("crm:bulk_assign", "dept_head"),
    "crm.forms.handover.HandoverForm": ("crm:handover_person", "dept_head"),
    "reminders.forms.calendar.ConfirmYearForm": ("reminders:calendar_confirm", "sysadmin"),
    "reminders.forms.calendar.DayForm": ("reminders:calendar_day", "sysadmin"),
    "reminders.forms.calendar.ImportForm": ("reminders:calendar_import", "sysadmin"),
    "reminders.forms.ladder.RungForm": ("reminders:ladder_edit", "sysadmin"),
    "staff.forms.absence.AbsenceForm": ("staff:absence_create", "owner"),
    "staff.forms.departments.BranchForm": ("staff:branch_edit", "sysadmin"),
    "staff.forms.departments.DepartmentForm": ("staff:department_edit", "sysadmin"),
    "staff.forms.departments.NewDepartmentForm": ("staff:department_create", "sysadmin"),
    "staff.forms.parameters.ParameterForm": ("staff:parameter_edit", "sysadmin"),
    "staff.forms.people.LeaveForm": ("staff:user_leave", "sysadmin"),
    "staff.forms.people.NewUserForm": ("staff:user_create", "sysadmin"),
    "staff.forms.people.ProfileForm": ("staff:profile", "owner"),
    "staff.forms.people.UserForm": ("staff:user_edit", "sysadmin"),
    "visits.forms.letters.AssignForm": ("visits:letter_assign", "owner"),
    "visits.forms.letters.CloseForm": ("visits:letter_close", "owner"),
    "visits.forms.letters.RegisterForm": ("visits:letter_register", "owner"),
    "visits.forms.planning.PlanForm": ("visits:visit_plan", "owner"),
    "visits.forms.planning.ReasonForm": ("visits:visit_cancel", "owner"),
    "visits.forms.planning.RescheduleForm": ("visits:visit_reschedule", "owner"),
    "visits.forms.promises.FulfilForm": ("visits:commitment_fulfil", "owner"),
    "visits.forms.quick_log.QuickLogForm": ("visits:quick_log", "owner"),
    "visits.forms.recording.RecordForm": ("visits:visit_record", "owner"),
    "visits.forms.replies.DecideForm": ("visits:reply_decide", "dept_head"),
    "visits.forms.replies.ReplyForm": ("visits:reply_draft", "owner"),
    "visits.forms.replies.VoidForm": ("visits:reply_void", "owner"),
    "visits.forms.sending.SendForm": ("visits:thank_you_send", "owner"),
    "visits.forms.thanks.ThanksForm": ("visits:thank_you", "owner"),
    "visits.forms.thanks.WaiveForm": ("visits:thank_you_waive", "dept_head"),
    "visits.forms.visiting.BookForm": ("visits:visit_book", "owner"),
    "visits.forms.visiting.HoldForm": ("visits:visit_hold", "owner"),
}
FORMS |= {
    f"{kind.form.__module__}.{kind.form.__qualname__}": (f"accounts:item_create#{code}", "owner")
    for code, kind in KINDS.items()
}
FORMS |= merged("FORMS")
# No page of their own: base classes, and one field behind a button (visits/tests).
WITHOUT_PAGE = {
    "accounts.forms.items.base.ItemForm",
    "visits.forms.fields.OnWords",
    "visits.forms.recording.OutcomeFields",
    "visits.forms.visiting.LateArrivalForm",
} | united("WITHOUT_PAGE")
# Shows what is there to be shown: a reload of the page is the same as an empty form.
NOTHING_REQUIRED = {"staff:profile", "visits:letter_close", "accounts:customer_move"}
NOTHING_REQUIRED |= united("NOTHING_REQUIRED")
# What a page cannot do without even when its form is empty: which customers, and that it was sent.
GIVEN = {"crm:bulk_assign": ("ids", "confirmed")} | merged("GIVEN")
NOTES = {"core.Draft"}
EMPTY = {"csrfmiddlewaretoken": "every browser sends one"}
LONG = "很长的话" * 4000
TEXTS = {"too long": LONG, "NUL": "前\x00后", "control": "前\x01\x08后", "escape": "前\x1b[2J后"}
MOMENTS = ("不是日期", "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00")
DAYS = ("不是日期", "0001-01-01", "9999-12-31", "2026-02-30")
CHOICES = ("999999999", "不是选项", "1" * 40, "1\x00")
DECIMALS = ("不是数", "1" * 40, "1e30", "NaN", "Infinity", "0.12345", "１\x00")
NUMBERS = ("不是数", "-1", "1" * 40, "1e9", "NaN")
FILES = {
    "50 MB": lambda: SimpleUploadedFile("big.pdf", b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024)),
    "renamed exe": lambda: SimpleUploadedFile("a.pdf", b"MZ\x90\x00" + b"\0" * 200),
    "empty": lambda: SimpleUploadedFile("a.pdf", b""),
    "exe": lambda: SimpleUploadedFile("a.exe", b"MZ\x90\x00"),
}


# What an engine may choke on before a form has refused it: the others are refused in Python, and
# the pass on SQLite asks for them.
FULL = connection.vendor == "sqlite" or IS_DEEP
HARD = {"NUL", "1" * 40, "1\x00", "１\x00", "1e30", "NaN", "0001-01-01", "9999-12-31"}
HARD |= {"0001-01-01T00:00", "9999-12-31T23:59", "\x00", "999999999"}


def form_classes(base=forms.BaseForm) -> set[str]:
    found = set()
    for cls in base.__subclasses__():
        found |= form_classes(cls)
        if re.match(
            r"(core|staff|reminders|accounts|visits|service|opportunities|valuation|planning|crm)\.forms",
            cls.__module__,
        ):
            found.add(f"{cls.__module__}.{cls.__qualname__}")
    return found


def test_every_form_is_tried():
    assert form_classes() == set(FORMS) | WITHOUT_PAGE


def bad_values(field):
    """(what, value) pairs that this field must refuse."""
    if isinstance(field, forms.FileField):
        yield from ((what, make()) for what, make in FILES.items())
    elif isinstance(field, forms.DateTimeField):
        yield from ((value, value) for value in MOMENTS)
    elif isinstance(field, forms.DateField):
        yield from ((value, value) for value in DAYS)
    elif isinstance(field, forms.BooleanField):
        return
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        many = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
        yield from ((value, [value] if many else value) for value in CHOICES)
    elif isinstance(field, forms.DecimalField):
        yield from ((value, value) for value in DECIMALS)
    elif isinstance(field, forms.IntegerField):
        may_be_negative = field.min_value is None or field.min_value < 0
        yield from ((v, v) for v in NUMBERS if not (v == "-1" and may_be_negative))
    elif isinstance(field, forms.TimeField):
        yield from ((value, value) for value in ("25:00", "不是时刻"))
    else:
        yield from TEXTS.items()


def rounds(form):
    """{field: (what, value)}: in each round another bad value of every field that has one left."""
    left = {
        name: [(w, v) for w, v in bad_values(field) if FULL or w in HARD]
        for name, field in form.fields.items()
        if not field.disabled
    }
    while left := {name: values for name, values in left.items() if values}:
        yield {name: values.pop(0) for name, values in left.items()}


SOME = ("note", "phone", "reason", "attended")  # one of them is in every form that asks nothing


class BadInput(TestCase):
    """One test a form (made below)."""

    @classmethod
    def setUpTestData(cls):
        cls.world = build()
        cls.sessions = sessions(cls.world)
        cls.before = dump(leave_out=NOTES)

    def setUp(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)

    def send(self, url, who, payload):
        ask, estate = ASKS[url]["POST"], self.world.estates["own"]
        return self.clients[who].post(ask.url(url, estate), payload)

    def valid(self, url, who):
        return ASKS[url]["POST"].payload(self.world, self.world.estates["own"], who)

    def empty(self, url, who):
        return nothing(url, self.valid(url, who))

    def check(self, name, url, who):
        self.clients, wrong = {who: browser(self.sessions[who])}, []
        if url not in NOTHING_REQUIRED:
            wrong += self.tried("empty", None, self.empty(url, who), name, url, who)
        form = self.form_with_errors(name, url, who)
        for bad in rounds(form):
            payload = self.valid(url, who) | {field: value for field, (_, value) in bad.items()}
            told = self.told_together(payload, bad, name, url, who)
            for field, (what, value) in bad.items():
                if field not in told:  # whether it is alone in being wrong may matter
                    payload = self.valid(url, who) | {field: value}
                    wrong += self.tried(f"{field} {what[:20]!r}", field, payload, name, url, who)
        assert wrong == [], "\n" + "\n".join(wrong)
        assert difference(self.before, dump(leave_out=NOTES)) == {}

    def form_with_errors(self, name, url, who):
        """The form as the page was drawn with it, to learn its fields."""
        sent = self.empty(url, who)
        if url in NOTHING_REQUIRED:
            sent = self.valid(url, who) | dict.fromkeys(SOME, LONG)
        return bound_form(self.send(url, who, sent), name)

    def told_together(self, payload, bad, name, url, who) -> set[str]:
        """Fields with an error of their own when all are wrong at once: then each is refused for
        its own sake, and need not be asked alone. None when there is anything else to say.
        """
        try:
            with transaction.atomic():
                answer = self.send(url, who, payload)
                transaction.set_rollback(True)
        except Exception:
            return set()
        form = bound_form(answer, name)
        if form is None or list(self.faults("together", None, payload, answer, name)):
            return set()
        return set(form.errors) & set(bad)

    def tried(self, what, field, payload, name, url, who):
        """Faults of one attempt; what was stored by mistake is taken back."""
        try:
            with transaction.atomic():
                answer = self.send(url, who, payload)
                if answer.status_code not in (200, 422):
                    transaction.set_rollback(True)
        except Exception as error:
            return [f"{what}: {type(error).__name__} {error}"]
        return list(self.faults(what, field, payload, answer, name))

    def faults(self, what, field, payload, answer, name):
        if answer.status_code not in (200, 422):
            yield f"{what}: {answer.status_code}"
            return
        form, page = bound_form(answer, name), answer.content.decode()
        if form is None or not form.errors:
            yield f"{what}: no error"
            return
        is_seen = field and not isinstance(form.fields[field].widget, forms.HiddenInput)
        if is_seen and field not in form.errors:
            yield f"{what}: told elsewhere: {dict(form.errors)}"
        for text in (text for texts in form.errors.values() for text in texts):
            if not HANZI.search(text) or set(LATIN.findall(text)) - WORDS:
                yield f"{what}: not Chinese: {text}"
            if escape(text) not in page:
                yield f"{what}: not on the page: {text}"
        for key, value in payload.items():
            if key in form.fields and not is_kept(form.fields[key], value, page):
                yield f"{what}: lost what was typed in {key}"


def nothing(url, valid) -> dict:
    """What is sent when nothing is filled in."""
    return EMPTY | {name: valid[name] for name in GIVEN.get(url, ())}


def bound_form(answer, name):
    """The form of that class that the page was drawn with, after it was sent."""
    for layer in answer.context or ():
        for value in layer.values() if hasattr(layer, "values") else layer.flatten().values():
            cls = type(value)
            if f"{cls.__module__}.{cls.__qualname__}" == name and value.is_bound:
                return value
    return None


def is_kept(field, value, page) -> bool:
    """Typed text stands in the page again. Files cannot; a wrong choice has no place."""
    if not isinstance(value, str) or isinstance(field, forms.FileField):
        return True
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return True
    if isinstance(field.widget, forms.PasswordInput | forms.HiddenInput):
        return True
    return escape(value) in page


def _test_of(name, url, who):
    def test(self):
        self.check(name, url, who)

    return test


for _name, (_url, _who) in FORMS.items():
    setattr(BadInput, f"test_{_name.rpartition('.')[2]}_{_url.rpartition(':')[2]}",
            _test_of(_name, _url, _who))  # fmt: skip
