"""What hides inside a form: rows of others in its choices, and fields that it does not have."""

import pytest
from django import forms
from django.test import TestCase
from django.urls import reverse

from accounts.models import Contact, Customer
from accounts.sections.kinds import KINDS
from core.models import StoredFile
from staff.models import Department, User
from tests.authz.table import browsers, difference, dump, undone
from tests.authz.world import build
from tests.test_bad_input import ASKS, FORMS, bound_form, nothing
from visits.models import InboundLetter, LetterReply, Visit, VisitKeyPoint

# Lists that every branch has in common; `seen` is only compared with the row, nothing is looked up.
SHARED = ("industry", "informatization_stage", "next_stage", "seen")


class Nested(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = build()
        cls.far = cls.world.estates["far"].pks

    def setUp(self):
        self.clients = browsers(self.world)

    def send(self, url, who, payload):
        ask, estate = ASKS[url]["POST"], self.world.estates["own"]
        return self.clients[who].post(ask.url(url, estate), payload)

    def valid(self, url, who):
        return ASKS[url]["POST"].payload(self.world, self.world.estates["own"], who)

    def foreign(self, model) -> int:
        keys = {Customer: "customer", Contact: "contact", User: "user", Visit: "held"}
        keys |= {kind.model: f"item_{code}" for code, kind in KINDS.items()}
        return self.far[keys.get(model, "department")]

    @pytest.mark.once  # the querysets of the choices are those that the pages show
    def test_no_choice_takes_a_row_of_another_branch(self):
        before, wrong, tried = dump(leave_out={"core.Draft"}), [], 0
        for name, (url, who) in FORMS.items():
            for field, value in self.choices_of(name, url, who):
                tried += 1
                answer = self.send(url, who, self.valid(url, who) | {field: value})
                form = bound_form(answer, name)
                told = answer.status_code in (200, 422) and form and field in form.errors
                if not (told or answer.status_code == 404):
                    wrong.append(f"{name}.{field}: {answer.status_code}")
        assert tried >= 30
        assert wrong == []
        assert difference(before, dump(leave_out={"core.Draft"})) == {}

    def choices_of(self, name, url, who):
        """(field, pk of the other branch) of each model choice on the form."""
        with undone():
            form = bound_form(self.send(url, who, nothing(url, self.valid(url, who))), name)
        for field_name, field in (form.fields if form else {}).items():
            if isinstance(field, forms.ModelChoiceField) and field_name not in SHARED:
                pk = self.foreign(field.queryset.model)
                is_many = isinstance(field, forms.ModelMultipleChoiceField)
                yield field_name, [pk] if is_many else pk

    def test_one_foreign_contact_among_own_ones_refuses_all(self):
        before, own = dump(leave_out={"core.Draft"}), self.world.estates["own"].pks
        for url in ("visits:visit_plan", "visits:quick_log", "visits:thank_you"):
            for other in (self.far, self.world.estates["near"].pks):
                payload = self.valid(url, "owner")
                payload["contacts"] = [own["contact"], other["contact"]]
                assert self.send(url, "owner", payload).status_code in (200, 422)
        assert difference(before, dump(leave_out={"core.Draft"})) == {}

    def test_a_key_point_of_another_visit_stays_as_it_is(self):
        point = VisitKeyPoint.objects.filter(visit=self.far["held"]).first()
        payload = self.valid("visits:visit_record", "owner") | {f"outcome_{point.pk}": "deferred"}
        self.send("visits:visit_record", "owner", payload)
        point.refresh_from_db()
        assert point.outcome == ""

    def test_a_tapped_customer_of_others_shows_nothing_of_it(self):
        for url in ("visits:quick_log", "visits:visit_plan"):
            for where in ("near", "far"):
                estate = self.world.estates[where]
                for extra in ({"pick": estate.pks["customer"]}, {"reload": "1"}):
                    payload = {"customer": estate.pks["customer"]} | extra
                    answer = self.send(url, "owner", payload)
                    assert estate.canary not in answer.content.decode()

    def test_one_customer_of_others_refuses_the_whole_assignment(self):
        before, own = dump(leave_out={"core.Draft"}), self.world.estates["own"].pks
        for other in (self.far, self.world.estates["near"].pks):
            payload = self.valid("crm:bulk_assign", "dept_head")
            payload["ids"] = [own["customer"], other["customer"]]
            assert self.send("crm:bulk_assign", "dept_head", payload).status_code == 404
        assert difference(before, dump(leave_out={"core.Draft"})) == {}

    def test_a_merge_needs_both_customers_in_scope(self):
        own = self.world.estates["own"].pks["customer"]
        for other in (self.far["customer"], self.world.estates["near"].pks["customer"]):
            for kept, gone in ((own, other), (other, own)):
                url = reverse("accounts:merge_preview", args=[kept, gone])
                for ask in (self.clients["dept_head"].get, self.clients["dept_head"].post):
                    assert ask(url).status_code == 404

    def test_a_contact_of_others_is_not_linked(self):
        for other in (self.far, self.world.estates["near"].pks):
            payload = {"other": other["contact"]}
            assert self.send("accounts:contact_link", "owner", payload).status_code == 404

    def test_the_work_of_one_cannot_go_to_somebody_of_another_branch(self):
        field = f"customer-{self.world.estates['own'].pks['customer']}"
        payload = self.valid("crm:handover_person", "dept_head") | {field: self.far["user"]}
        answer = self.send("crm:handover_person", "dept_head", payload)
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])

    def test_a_draft_cannot_show_a_customer_of_others(self):
        estate = self.world.estates["near"]
        for key, url in (("visits:quick_log", "quick/"), ("visits:plan", "new/")):
            text = f'{{"customer": "{estate.pks["customer"]}"}}'
            self.clients["owner"].post("/drafts/save/", {"form": key, "payload": text})
            assert estate.canary not in self.clients["owner"].get(f"/visits/{url}").content.decode()


SMUGGLED = {
    "state": "closed",
    "version": "99",
    "number": "1",
    "is_staff": "on",
    "is_superuser": "on",
    "must_change_password": "",
    "due_at": "2030-01-01T00:00",
    "original_due_at": "2030-01-01T00:00",
    "created_at": "2001-01-01T00:00",
    "registered_at": "2001-01-01T00:00",
    "issued_on": "2001-01-01",
    "logged_at": "2001-01-01T00:00",
    "is_booked_in_time": "on",
    "body_sha256": "f" * 64,
    "waived_reason": "偷带的理由",
    "evidence_note": "偷带的理由",
    "code": "SMUGGLED",
    "username": "smuggled",
    "password": "Smuggled-2026-x",
    "is_training_case": "on",
    "repeats_daily": "",
}
# Fields that name somebody or something: filled with a key that is visible to the sender.
NAMED = ("owner", "manager", "created_by", "written_by", "approved_by", "sent_by", "waived_by")
NAMED += ("registered_by", "branch", "department", "customer_id", "pk", "id", "user", "delegate")


@pytest.mark.once
class MassAssignment(TestCase):
    """A payload with fields that the form does not have leaves the same rows as one without.

    Once: what a form takes is decided before anything is written.
    """

    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_what_a_form_does_not_have_is_not_taken(self):
        self.clients, wrong = browsers(self.world), []
        for name, (url, who) in FORMS.items():
            plain, _ = self.rows_after(name, url, who, {})
            smuggled, taken = self.rows_after(name, url, who, self.extra(who))
            if plain != smuggled:
                wrong.append(f"{name}: {difference(plain, smuggled)} of {sorted(taken)}")
        assert wrong == [], "\n".join(wrong)

    def extra(self, who) -> dict:
        return SMUGGLED | dict.fromkeys(NAMED, self.world.people["colleague"])

    def rows_after(self, name, url, who, extra):
        """Rows without keys and moments, so that two runs can be compared; and what was sent."""
        ask, estate = ASKS[url]["POST"], self.world.estates["own"]
        with undone():
            empty = nothing(url, ask.payload(self.world, estate, who))
            form = bound_form(self.clients[who].post(ask.url(url, estate), empty), name)
        known = set(form.fields if form else ())
        payload = ask.payload(self.world, estate, who)
        extra = {k: v for k, v in extra.items() if k not in known and k not in payload}
        with undone():
            answer = self.clients[who].post(ask.url(url, estate), extra | payload)
            assert answer.status_code in (200, 302), (name, answer.status_code)
            return summary(), set(extra)


def summary() -> dict[str, set]:
    """What was written, without what differs between two runs."""
    changing = ("id", "pk", "at", "target_id", "object_id", "key", "payload", "password", "path")
    # keys again: PostgreSQL does not take a number back with the row
    changing += ("tree_path", "rescheduled_to_id", "number_id", "signed_scan_id")
    changing += ("message_id", "token", "file", "body_sha256", "changes")
    found = {}
    for model in (
        Customer,
        Contact,
        User,
        Visit,
        Department,
        InboundLetter,
        LetterReply,
        StoredFile,
        *(kind.model for kind in KINDS.values()),
    ):
        names = [
            f.attname
            for f in model._meta.concrete_fields
            if f.attname not in changing and f.get_internal_type() != "DateTimeField"
        ]
        found[model._meta.label] = sorted(map(repr, model.objects.values_list(*names)))
    return {label: set(rows) for label, rows in found.items()}
