"""A returned record is changed and handed in again; every version is kept (R11, R25)."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from staff.models import Attestation
from staff.tests.factories import make_user
from visits.actions import reviewing
from visits.models import RecordVersion, VisitRecord
from visits.tests.test_visit_record import held, send

pytestmark = pytest.mark.django_db


def returned(client):
    """A record that was handed in on the page and sent back by the head."""
    visit = held(mode="phone")
    send(client, visit)
    record = VisitRecord.objects.get(visit=visit)
    head = make_user("dept_head", department=visit.customer.department)
    reviewing.return_record(record=record, version=1, note="写明预算", by=head)
    return record


def payload(record, **data):
    data = {
        "customer_opinions": record.customer_opinions,
        "opinion_speaker": record.opinion_speaker_id or "",
        "summary_points": record.summary_points,
        "step_side": ["us"],
        "step_content": ["下周送方案"],
        "step_person": [""],
        "step_due_on": [""],
        "no_view_change": "on",
        "declares_truth": "on",
        "version": "1",
    } | data
    points = record.visit.key_points.all()
    return {f"outcome_{point.pk}": "covered" for point in points} | data


def again(client, record, by=None, **data):
    client.force_login(by or record.visit.owner)
    url = reverse("visits:record_resubmit", args=[record.visit_id])
    return client.post(url, payload(record, **data))


def test_the_form_is_filled_with_the_record_and_says_what_to_change(client):
    record = returned(client)
    client.force_login(record.visit.owner)
    page = client.get(reverse("visits:record_resubmit", args=[record.visit_id])).content.decode()
    assert record.customer_opinions in page and "写明预算" in page


def test_it_becomes_the_next_version_and_the_first_is_kept(client):
    record = returned(client)
    old = record.facts
    assert again(client, record, facts="预算 20 万元").status_code == 302
    record.refresh_from_db()
    assert (record.state, record.version, record.facts) == ("submitted", 2, "预算 20 万元")
    assert record.reviewed_by is None
    kept = {row.number: row.content["facts"] for row in RecordVersion.objects.all()}
    assert kept == {1: old, 2: "预算 20 万元"}
    event = AuditEvent.objects.get(verb="visit_record.resubmitted")
    assert event.changes["facts"] == [old, "预算 20 万元"]


def test_the_page_shows_what_differs(client):
    record = returned(client)
    again(client, record, facts="预算 20 万元", summary_points="月底前给方案和报价")
    page = client.get(reverse("visits:record_review", args=[record.visit_id])).content.decode()
    assert "<ins>预算 20 万元</ins>" in page and "<ins>月底前给方案和报价</ins>" in page
    assert f"<del>{record.summary_points}</del>" in page


def test_the_truth_is_declared_for_every_version(client):
    record = returned(client)
    again(client, record, facts="预算 20 万元")
    rows = Attestation.objects.about(record).order_by("revision")
    assert [(row.revision, row.user, row.address) for row in rows] == [
        (1, record.visit.owner, "127.0.0.1"),
        (2, record.visit.owner, "127.0.0.1"),
    ]


def test_without_the_declaration_it_is_not_taken_and_nothing_is_lost(client):
    record = returned(client)
    response = again(client, record, facts="预算 20 万元", declares_truth="")
    page = response.content.decode()
    assert "请确认对所填内容负责" in page and "预算 20 万元" in page
    record.refresh_from_db()
    assert record.version == 1


def test_a_second_tab_is_refused(client):
    record = returned(client)
    again(client, record, facts="第一页")
    response = again(client, record, facts="第二页")
    assert "状态已变更" in response.content.decode()
    page = response.content.decode()
    assert 'name="version" value="1"' in page and "这一页不能再提交" in page
    record.refresh_from_db()
    assert (record.version, record.facts) == (2, "第一页")


def test_a_replay_after_acceptance_changes_nothing(client):
    record = returned(client)
    again(client, record, facts="第一页")
    record.refresh_from_db()
    head = make_user("dept_head", department=record.visit.customer.department)
    reviewing.accept_record(record=record, version=2, by=head)
    response = again(client, record, facts="太晚了", version="2")
    assert "锁定" in response.content.decode()
    record.refresh_from_db()
    assert (record.facts, record.version, record.state) == ("第一页", 2, "accepted")
    page = client.get(reverse("visits:record_resubmit", args=[record.visit_id]), follow=True)
    assert "锁定，不能再改" in page.content.decode()


def test_others_may_not(client):
    record = returned(client)
    assert again(client, record, by=make_user()).status_code == 404
    engineer = make_user("solution_engineer")
    record.visit.participants.create(user=engineer)
    assert again(client, record, by=engineer).status_code == 403


def test_the_writer_finds_it_on_the_page_of_the_day(client):
    record = returned(client)
    client.force_login(record.visit.owner)
    assert "拜访记录被退回：写明预算" in client.get(reverse("crm:today")).content.decode()
