"""The head accepts a record, which locks it, or returns it with what to change (R11, D16)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from staff.tests.factories import make_absence, make_department, make_user
from visits.actions import recording, reviewing
from visits.actions.errors import VisitError
from visits.models import RecordVersion, VisitRecord
from visits.tests.factories import make_record, make_visit

pytestmark = pytest.mark.django_db


def submitted(**fields):
    visit = make_visit(state="recorded", mode="phone", **fields)
    return make_record(visit)


def head_of(record):
    return make_user("dept_head", department=record.visit.customer.department)


def post(client, record, by, decision="accept", note="", version=None):
    client.force_login(by)
    data = {"decision": decision, "note": note, "version": version or record.version}
    return client.post(reverse("visits:record_review", args=[record.visit_id]), data)


def state_of(record):
    return VisitRecord.objects.get(pk=record.pk).state


def test_accepting_locks_the_record_and_is_audited(client):
    record = submitted()
    head = head_of(record)
    assert post(client, record, head, note="写得清楚").status_code == 302
    record.refresh_from_db()
    assert (record.state, record.reviewed_by, record.review_note) == ("accepted", head, "写得清楚")
    assert AuditEvent.objects.filter(verb="visit_record.accepted").count() == 1


def test_returning_needs_what_to_change(client):
    record = submitted()
    head = head_of(record)
    response = post(client, record, head, "return")
    assert response.status_code == 422 and "退回时请写明" in response.content.decode()
    assert state_of(record) == "submitted"
    post(client, record, head, "return", "客户的原话要写全")
    assert state_of(record) == "returned"
    client.force_login(record.visit.owner)
    page = client.get(record.visit.get_absolute_url()).content.decode()
    assert "客户的原话要写全" in page and "修改并重新提交" in page


def test_the_writer_another_manager_and_a_head_of_elsewhere_may_not(client):
    record = submitted()
    assert post(client, record, record.written_by).status_code == 403
    assert post(client, record, make_user()).status_code == 404
    other = make_department(branch=record.visit.customer.branch)
    assert post(client, record, make_user("dept_head", department=other)).status_code in (403, 404)
    assert state_of(record) == "submitted"


def test_the_director_does_not_read_an_account_managers_record(client):
    record = submitted()
    director = make_user("branch_director", branch=record.visit.customer.branch)
    assert post(client, record, director).status_code == 403


def test_a_heads_own_record_goes_to_the_director(client):
    head = make_user("dept_head")
    record = submitted(owner=head)
    director = make_user("branch_director", branch=head.branch)
    assert post(client, record, head).status_code == 403
    assert post(client, record, head_of(record)).status_code == 403  # nor to another head
    assert post(client, record, director).status_code == 302
    assert state_of(record) == "accepted"


def test_the_delegate_of_an_absent_head_decides_but_not_the_own_record(client):
    record = submitted()
    head, delegate = head_of(record), make_user("dept_head", department=make_department())
    today = timezone.localdate()
    make_absence(head, delegate, today, today)
    assert post(client, record, delegate).status_code == 302
    mine = submitted()
    make_absence(head_of(mine), mine.written_by, today, today)
    assert post(client, mine, mine.written_by).status_code == 403


def test_the_query_of_the_queue_knows_the_same_people():
    record, of_head = submitted(), submitted(owner=make_user("dept_head"))
    people = [
        record.written_by, of_head.written_by, head_of(record), head_of(of_head),
        make_user("branch_director", branch=record.visit.customer.branch), make_user(),
        make_user("auditor", branch=record.visit.customer.branch),
        make_user("dept_head", department=make_department()),
    ]  # fmt: skip
    for row in (record, of_head):
        for person in people:
            is_listed = reviewing.to_review(person).filter(pk=row.pk).exists()
            assert is_listed == reviewing.may_review(row, person), (row, person.role)


def test_a_record_that_changed_since_is_not_accepted(client):
    record = submitted()
    VisitRecord.objects.filter(pk=record.pk).update(version=2)
    response = post(client, record, head_of(record), version=1)
    assert response.status_code == 422 and "状态已变更" in response.content.decode()
    assert state_of(record) == "submitted"


def test_an_accepted_record_is_decided_no_more():
    record = submitted()
    head = head_of(record)
    reviewing.accept_record(record=record, version=1, by=head)
    with pytest.raises(VisitError, match="已采纳并锁定"):
        reviewing.return_record(record=record, version=1, note="再改", by=head)
    assert state_of(record) == "accepted"


def test_no_path_changes_an_accepted_record():
    record = submitted()
    reviewing.accept_record(record=record, version=1, by=head_of(record))
    before = VisitRecord.objects.filter(pk=record.pk).values().get()
    words = {"customer_opinions": "别的", "summary_points": "别的", "next_step": "别的"}
    with pytest.raises(VisitError):
        recording.record_visit(visit=record.visit, outcomes={}, by=record.written_by, **words)
    with pytest.raises(VisitError, match="锁定"):
        reviewing.resubmit_record(record=record, version=1, by=record.written_by, **words)
    assert VisitRecord.objects.filter(pk=record.pk).values().get() == before


def test_the_database_refuses_an_author_as_reviewer():
    record = submitted()
    rows = VisitRecord.objects.filter(pk=record.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="accepted", reviewed_by=record.written_by)


def test_a_visit_is_closed_only_when_its_record_is_accepted(client):
    record = submitted()
    visit = record.visit
    assert recording.missing_for_close(visit) == ["记录还没有经负责人审阅采纳"]
    reviewing.return_record(record=record, version=1, note="写全", by=head_of(record))
    assert recording.missing_for_close(visit) == ["记录被退回，请修改后重新提交"]
    with pytest.raises(VisitError, match="记录被退回"):
        recording.close_visit(visit=visit, by=visit.owner)
    client.force_login(visit.owner)
    assert "记录被退回" in client.get(visit.get_absolute_url()).content.decode()


def test_a_visit_without_a_record_has_no_page_of_review(client):
    visit = make_visit(state="held")
    client.force_login(visit.owner)
    assert client.get(reverse("visits:record_review", args=[visit.pk])).status_code == 404


def test_every_reader_sees_versions_only_the_head_a_form(client):
    record = submitted()
    url = reverse("visits:record_review", args=[record.visit_id])
    client.force_login(record.written_by)
    assert 'name="decision"' not in client.get(url).content.decode()
    client.force_login(head_of(record))
    assert 'name="decision"' in client.get(url).content.decode()
    assert not RecordVersion.objects.exists()  # reading writes nothing
