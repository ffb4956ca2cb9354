"""An auditor reads what happened in the branch, and nothing of the customers of another (A0)."""

from datetime import date

import pytest

from accounts.actions import timeline
from accounts.tests.factories import make_contact, make_customer
from core import audit
from core.models import AuditEvent
from reminders.actions.mailing import _subject
from staff.tests.factories import make_absence, make_branch, make_department, make_user
from visits.tests.factories import make_commitment, make_record, make_visit

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


@pytest.fixture
def far():
    make_user()  # of the first branch, which is the one that factories fall back to
    branch = make_branch(code="NB", name="宁波")
    return make_customer(
        manager=make_user(department=make_department(branch=branch)), name="远方局"
    )


def test_what_the_system_did_to_a_far_customer_is_not_shown(client, far):
    audit.record(verb="customer.updated", target=far, by=None)
    audit.record(verb="calendar.confirmed", target=make_user("auditor"), by=None)
    client.force_login(make_user("auditor"))
    page = client.get("/staff/audit/").content.decode()
    assert "远方局" not in page and "工作日历确认" in page


def test_an_event_belongs_to_the_branch_of_its_object_not_of_its_actor(client, far):
    audit.record(verb="customer.updated", target=far, by=make_user("sysadmin"))
    assert AuditEvent.objects.get().branch_ref == far.branch_id


def test_whatever_hangs_on_a_customer_has_its_branch(far):
    visit = make_visit(customer=far)
    absence = make_absence(far.manager, make_user(department=far.department), DAY, DAY)
    rows = [make_contact(far), visit, make_record(visit), make_commitment(visit=visit), absence]
    rows += [far.manager, far.department, far.branch]
    rows.append(timeline.note(customer=far, kind=timeline.Kind.EVENT, title="大事") or far)
    assert {audit.branch_of(row) for row in rows} == {far.branch_id}


def test_what_belongs_to_no_branch_is_told_to_the_one_of_the_actor(far):
    event = audit.event(verb="industry.changed", target=far.industry, by=far.manager)
    assert event.branch_ref == far.branch_id
    assert audit.event(verb="industry.changed", target=far.industry, by=None).branch_ref is None


def test_the_subject_of_a_mail_is_one_line():
    item = {"is_overdue": False, "kind": "来函答复", "title": "甲\r\nBcc: x\u2028乙\x0b丙"}
    assert _subject([item], 0).split() == _subject([item], 0).split(" ")
