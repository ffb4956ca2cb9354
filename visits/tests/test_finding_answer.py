"""Confirm, dispute with the reason, comment; reword, take back (R10)."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from reminders.models import Obligation
from visits.actions import joint
from visits.actions.errors import VisitError
from visits.models import FindingAnswer
from visits.tests.joint_factories import WORDS, add, answer, engineer_of, joint_visit, third_person

pytestmark = pytest.mark.django_db


def post(client, finding, by, verb="answer", **data):
    client.force_login(by)
    finding.refresh_from_db()
    data.setdefault("seen", finding.worded_at.isoformat())
    return client.post(reverse(f"visits:finding_{verb}", args=[finding.pk]), data)


def duty_of(user):
    return Obligation.objects.filter(kind="finding_confirm", owner=user).latest("pk")


def test_confirming_fulfils_the_duty(client):
    visit = joint_visit()
    finding, engineer = add(visit), engineer_of(visit)
    assert post(client, finding, engineer, verdict="confirmed").status_code == 302
    assert FindingAnswer.objects.get().verdict == "confirmed"
    assert duty_of(engineer).state == "done"


def test_the_duty_ends_only_when_every_finding_is_answered():
    visit = joint_visit()
    first, second = add(visit), add(visit, content="预算由局长定")
    answer(first, engineer_of(visit))
    assert duty_of(engineer_of(visit)).state == "open"
    answer(second, engineer_of(visit), "commented", "听说副局长也要签字")
    assert duty_of(engineer_of(visit)).state == "done"


@pytest.mark.parametrize("verdict", ["disputed", "commented"])
def test_a_dispute_says_why(client, verdict):
    visit = joint_visit()
    finding = add(visit)
    response = post(client, finding, engineer_of(visit), verdict=verdict)
    assert response.status_code == 422
    assert "请写明内容" in response.content.decode() and not FindingAnswer.objects.exists()
    post(client, finding, engineer_of(visit), verdict=verdict, comment="是六月")
    assert FindingAnswer.objects.get().comment == "是六月"


def test_a_changed_mind_takes_the_place_and_is_audited():
    visit = joint_visit()
    finding = add(visit)
    answer(finding, engineer_of(visit), "disputed", "是六月")
    answer(finding, engineer_of(visit))
    assert FindingAnswer.objects.get().verdict == "confirmed"
    last = AuditEvent.objects.filter(verb="finding.answered").latest("pk")
    assert last.changes["verdict"] == ["有异议：是六月", "确认"]


def test_nobody_answers_the_own_finding_nor_who_was_not_there(client):
    visit = joint_visit()
    finding = add(visit)
    with pytest.raises(VisitError, match="由同行的人表态"):
        answer(finding, visit.owner)
    visit.participants.update(has_attended=False)
    assert post(client, finding, engineer_of(visit), verdict="confirmed").status_code == 403


def test_words_that_changed_meanwhile_are_not_confirmed(client):
    visit = joint_visit()
    finding = add(visit)
    seen = finding.worded_at.isoformat()
    reword(finding, "六月前完成机房搬迁")
    response = post(client, finding, engineer_of(visit), verdict="confirmed", seen=seen)
    assert response.status_code == 422 and "改写过" in response.content.decode()
    assert not FindingAnswer.objects.exists()


def reword(finding, content):
    finding.refresh_from_db()
    joint.reword_finding(
        finding=finding, category="need", content=content, confidence=2,
        seen=finding.worded_at, by=finding.contributed_by,
    )  # fmt: skip


def test_rewording_asks_everybody_anew_and_keeps_the_history():
    visit = joint_visit()
    third = third_person(visit)
    finding = add(visit)
    answer(finding, third)
    answer(finding, visit.participants.first().user, "disputed", "是六月")
    assert duty_of(third).state == "done"
    reword(finding, "六月前完成机房搬迁")
    assert not FindingAnswer.objects.exists()
    assert duty_of(third).state == "open"
    assert Obligation.objects.filter(owner=third).count() == 2  # what was done stays done
    changes = AuditEvent.objects.get(verb="finding.reworded").changes
    assert changes["content"] == [WORDS, "六月前完成机房搬迁"] and "是六月" in changes["verdict"][0]


def test_only_the_contributor_rewords_and_takes_back(client):
    visit = joint_visit()
    finding = add(visit, by=engineer_of(visit))
    data = {"category": "need", "content": "别的", "confidence": "2"}
    assert post(client, finding, visit.owner, "reword", **data).status_code == 403
    assert post(client, finding, visit.owner, "withdraw", reason="不对").status_code == 403
    assert post(client, finding, engineer_of(visit), verdict="confirmed").status_code == 403
    finding.refresh_from_db()
    assert finding.content == WORDS and not finding.withdrawn_at


def test_taking_back_needs_a_reason_and_ends_the_duties(client):
    visit = joint_visit()
    finding = add(visit)
    assert post(client, finding, visit.owner, "withdraw").status_code == 422
    assert post(client, finding, visit.owner, "withdraw", reason="听错了").status_code == 302
    finding.refresh_from_db()
    assert finding.withdrawn_reason == "听错了" and duty_of(engineer_of(visit)).state == "cancelled"
    assert "听错了" in client.get(visit.get_absolute_url()).content.decode()
    response = post(client, finding, engineer_of(visit), verdict="confirmed")
    assert "已经撤回" in response.content.decode()


def test_the_owner_takes_back_what_a_leaver_left_disputed(client):
    visit = joint_visit()
    finding = add(visit, by=engineer_of(visit))
    answer(finding, visit.owner, "disputed", "不是这样")
    engineer = engineer_of(visit)
    engineer.state, engineer.left_on = "left", "2026-11-20"
    engineer.save()
    assert post(client, finding, visit.owner, "withdraw", reason="提出人已离职").status_code == 302


def test_get_is_405_and_a_stranger_404(client):
    visit = joint_visit()
    finding = add(visit)
    client.force_login(visit.owner)
    for verb in ("answer", "reword", "withdraw"):
        assert client.get(reverse(f"visits:finding_{verb}", args=[finding.pk])).status_code == 405
    other = joint_visit()
    assert post(client, finding, other.owner, verdict="confirmed").status_code == 404
