"""Write a visit down: facts, the customer's opinions and our assessment apart (R7, R11)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact
from core import drafts
from core.models import AuditEvent
from reminders.models import DutyKind, Obligation
from visits.actions import visiting
from visits.models import Commitment, VisitRecord
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db


def held(**fields):
    visit = make_visit(state="held", **fields)
    visiting.open_duties_after(visit, by=visit.owner)
    return visit


def send(client, visit, **changes):
    client.force_login(visit.owner)
    data = {
        "facts": "专线 3 条",
        "customer_opinions": "账单看不懂",
        "opinion_speaker": visit.contacts.first().pk,
        "our_assessment": "有扩容意愿",
        "summary_points": "月底前送方案\n\n  同意试点 ",
        "next_step": "下周三送方案",
        "no_view_change": "on",
        "declares_truth": "on",
    } | {f"outcome_{p.pk}": "covered" for p in visit.key_points.all()}
    url = reverse("visits:visit_record", args=[visit.pk])
    return client.post(url, {k: v for k, v in (data | changes).items() if v is not None})


def test_the_three_blocks_are_kept_apart_and_the_duty_ends(client):
    visit = held()
    assert send(client, visit).status_code == 302
    record = VisitRecord.objects.get()
    assert (record.facts, record.customer_opinions) == ("专线 3 条", "账单看不懂")
    assert record.our_assessment == "有扩容意愿"
    assert record.summary_points == "月底前送方案\n同意试点"
    assert visit.key_points.get().outcome == "covered"
    assert Obligation.objects.get(kind=DutyKind.VISIT_RECORD).state in ("done", "done_late")


def test_the_customer_reaches_the_stage_of_the_visit(client):
    visit = held(stage="substantive")
    send(client, visit)
    visit.customer.refresh_from_db()
    assert visit.customer.relationship_stage == "substantive"
    assert AuditEvent.objects.filter(verb="customer.stage_raised").count() == 1


def test_a_lower_stage_never_lowers_the_customer(client):
    visit = held(stage="general_contact")
    type(visit.customer).objects.update(relationship_stage="long_term")
    send(client, visit)
    visit.customer.refresh_from_db()
    assert visit.customer.relationship_stage == "long_term"


def test_promises_become_commitments_with_duties(client):
    visit, day = held(), timezone.localdate() + timedelta(days=4)
    send(client, visit, promise_content=["送组网图", ""], promise_due_on=[str(day), ""])
    promise = Commitment.objects.get()
    assert (promise.content, promise.due_on, promise.visit) == ("送组网图", day, visit)
    due_at = timezone.localtime(Obligation.objects.get(kind=DutyKind.COMMITMENT).due_at)
    assert (due_at.date(), due_at.hour) == (day, 18)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"customer_opinions": ""}, "请填写这一项"),
        ({"customer_opinions": "长" * 4001}, "4000"),
        ({"summary_points": " \n "}, "请填写这一项"),
        ({"next_step": ""}, "请填写下一步安排，或勾选没有后续安排"),
        ({"has_no_next_step": "on"}, "请二选一"),
        ({"customer_mood": "dissatisfied"}, "请写明改进措施"),
        ({"customer_mood": "hungry"}, "error-summary"),
        ({"satisfaction": "9"}, "error-summary"),
        ({"opinion_speaker": ""}, "请填写这一项"),
        ({"opinion_speaker": "999999"}, "不在您的范围内"),
        ({"promise_content": "送图", "promise_due_on": ""}, "请填写兑现日期"),
        ({"promise_content": "", "promise_due_on": "2026-12-30"}, "请写明承诺的内容"),
        ({"promise_content": "送图", "promise_due_on": "2020-01-01"}, "不能早于拜访当天"),
        ({"promise_content": "长" * 201, "promise_due_on": "2026-12-30"}, "请写在 200 字以内"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(client, changes, message):
    visit = held()
    page = send(client, visit, **changes).content.decode()
    assert message in page and "有扩容意愿" in page
    visit.refresh_from_db()
    assert visit.state == "held" and not VisitRecord.objects.exists()
    assert not Commitment.objects.exists()


def test_every_key_point_needs_its_outcome(client):
    visit = held(key_points=2)
    missing = visit.key_points.last()
    page = send(client, visit, **{f"outcome_{missing.pk}": None}).content.decode()
    assert "请选择结果" in page and not VisitRecord.objects.exists()


def test_a_contact_who_was_not_there_cannot_have_said_it(client):
    visit = held()
    absent = make_contact(visit.customer, name="李敏")
    page = send(client, visit, opinion_speaker=absent.pk).content.decode()
    assert "不在您的范围内" in page and not VisitRecord.objects.exists()


def test_what_was_typed_comes_back_and_is_gone_after_saving(client):
    visit = held()
    key = f"visits:record:{visit.pk}"
    drafts.save(visit.owner, key, {"customer_opinions": "写到一半", "promise_content": ["甲", "乙"],
                                   "promise_due_on": ["", "2026-12-30"]})  # fmt: skip
    client.force_login(visit.owner)
    page = client.get(reverse("visits:visit_record", args=[visit.pk])).content.decode()
    assert "写到一半" in page and "乙" in page and "已恢复" in page
    send(client, visit)
    assert drafts.load(visit.owner, key) is None


def test_a_draft_can_be_thrown_away(client):
    visit = held()
    drafts.save(visit.owner, f"visits:record:{visit.pk}", {"facts": "旧"})
    send(client, visit, restart="1")
    assert drafts.load(visit.owner, f"visits:record:{visit.pk}") is None
    assert not VisitRecord.objects.exists()


def test_a_second_record_is_refused_and_its_text_stays(client):
    visit = held()
    send(client, visit)
    page = send(client, visit, facts="第二次写的").content.decode()
    assert "状态已变更" in page and "第二次写的" in page
    assert VisitRecord.objects.count() == 1
