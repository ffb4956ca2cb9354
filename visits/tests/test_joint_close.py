"""A joint visit is closed when its findings are settled; a dispute blocks it (R10)."""

import pytest
from django.urls import reverse

from visits.actions import joint, recording
from visits.actions.errors import VisitError
from visits.tests.joint_factories import add, answer, engineer_of, joint_visit

pytestmark = pytest.mark.django_db


def close(client, visit):
    client.force_login(visit.owner)
    url = reverse("visits:visit_close", args=[visit.pk])
    response = client.post(url, headers={"hx-request": "true"})
    visit.refresh_from_db()
    return response.content.decode()


def test_without_a_finding_it_stays_open_and_says_so(client):
    visit = joint_visit()
    assert "联合拜访还没有写关键信息" in close(client, visit)
    assert visit.state == "recorded"


def test_an_unanswered_finding_names_who_is_silent(client):
    visit = joint_visit()
    add(visit)
    assert f"{engineer_of(visit).name}还没有对全部关键信息表态" in close(client, visit)
    assert visit.state == "recorded"


def test_a_disputed_finding_blocks_closing_until_it_is_reworded_and_confirmed(client):
    visit = joint_visit()
    finding = add(visit)
    answer(finding, engineer_of(visit), "disputed", "是六月")
    assert "有异议，请改写或撤回" in close(client, visit)
    with pytest.raises(VisitError, match="有异议"):
        recording.close_visit(visit=visit, by=visit.owner)
    finding.refresh_from_db()
    joint.reword_finding(
        finding=finding, category="need", content="六月前完成搬迁", confidence=3,
        seen=finding.worded_at, by=visit.owner,
    )  # fmt: skip
    close(client, visit)
    assert visit.state == "recorded"
    answer(finding, engineer_of(visit))
    close(client, visit)
    assert visit.state == "closed"


def test_taking_back_the_only_disputed_one_asks_for_another(client):
    visit = joint_visit()
    finding = add(visit)
    answer(finding, engineer_of(visit), "disputed", "是六月")
    finding.refresh_from_db()
    joint.withdraw_finding(finding=finding, reason="听错了", seen=finding.worded_at, by=visit.owner)
    assert "联合拜访还没有写关键信息" in close(client, visit)


def test_whoever_did_not_come_holds_nothing_up(client):
    visit = joint_visit()
    joint.note_attendance(visit=visit, attended=set(), by=visit.owner)
    close(client, visit)
    assert visit.state == "closed"


def test_after_closing_nothing_is_said_any_more(client):
    visit = joint_visit()
    finding = add(visit)
    answer(finding, engineer_of(visit))
    close(client, visit)
    with pytest.raises(VisitError, match="关键信息不能再改"):
        answer(finding, engineer_of(visit), "disputed", "是六月")
