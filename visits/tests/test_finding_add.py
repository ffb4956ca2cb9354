"""Who was there writes down what was learnt; every other one is asked, once (R10)."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from reminders.models import Obligation
from staff.tests.factories import make_user
from visits.actions import joint
from visits.actions.errors import VisitError
from visits.models import FindingRequest, KeyFinding
from visits.tests.factories import make_visit
from visits.tests.joint_factories import WORDS, add, engineer_of, joint_visit, moment, third_person

pytestmark = pytest.mark.django_db
DATA = {"category": "need", "content": WORDS, "confidence": "2"}


def post(client, visit, by, data=DATA, **headers):
    client.force_login(by)
    return client.post(reverse("visits:finding_add", args=[visit.pk]), data, headers=headers)


@pytest.mark.parametrize("state", ["held", "recorded"])
def test_a_solution_engineer_from_elsewhere_adds_one(client, state):
    visit = joint_visit(state=state)
    response = post(client, visit, engineer_of(visit))
    assert response.status_code == 302 and response.url.endswith("#findings")
    finding = KeyFinding.objects.get()
    assert (finding.content, finding.contributed_by) == (WORDS, engineer_of(visit))
    assert AuditEvent.objects.filter(verb="finding.added").count() == 1


def test_every_other_attendee_gets_one_duty_of_two_working_days():
    visit = joint_visit()
    engineer, third = engineer_of(visit), third_person(visit)
    add(visit, at=moment("2026-11-24 11:00"))
    add(visit, content="预算由局长定", at=moment("2026-11-24 11:05"))
    duties = Obligation.objects.filter(kind="finding_confirm").order_by("owner")
    assert {duty.owner for duty in duties} == {engineer, third}
    assert {duty.due_at for duty in duties} == {moment("2026-11-26 18:00")}
    assert all(duty.path.endswith(f"/visits/{visit.pk}/#findings") for duty in duties)


def test_the_owner_is_asked_about_the_findings_of_others():
    visit = joint_visit()
    add(visit, by=engineer_of(visit))
    assert Obligation.objects.get(kind="finding_confirm").owner == visit.owner


def test_htmx_gets_only_the_body(client):
    visit = joint_visit()
    page = post(client, visit, visit.owner, hx_request="true").content.decode()
    assert page.lstrip().startswith(f'<div id="visit-{visit.pk}">') and WORDS in page


def test_a_colleague_who_did_not_come_gets_403_another_manager_404(client):
    visit = joint_visit()
    visit.participants.update(has_attended=False)
    assert post(client, visit, engineer_of(visit)).status_code == 403
    assert post(client, visit, make_user()).status_code == 404
    assert client.get(reverse("visits:finding_add", args=[visit.pk])).status_code == 405
    assert not KeyFinding.objects.exists()


@pytest.mark.parametrize("state", ["booked", "closed"])
def test_before_the_end_and_after_closing_it_is_refused(client, state):
    visit = joint_visit(state=state, record=None)
    response = post(client, visit, visit.owner)
    assert response.status_code == 422 and not KeyFinding.objects.exists()


def test_what_was_typed_is_kept_at_the_field(client):
    visit = joint_visit()
    response = post(client, visit, visit.owner, DATA | {"category": ""})
    page = response.content.decode()
    assert response.status_code == 422 and WORDS in page and not KeyFinding.objects.exists()


def test_the_same_words_twice_are_one_finding(client):
    visit = joint_visit()
    post(client, visit, visit.owner)
    assert "已经写过" in post(client, visit, visit.owner).content.decode()
    assert KeyFinding.objects.count() == 1


def test_a_visit_alone_needs_none():
    visit = make_visit(state="recorded")
    with pytest.raises(VisitError, match="只有一人到场"):
        add(visit)


def test_whoever_was_not_there_after_all_is_asked_no_more():
    visit = joint_visit()
    third_person(visit)
    add(visit)
    stays = visit.participants.exclude(user=engineer_of_first(visit))
    joint.note_attendance(visit=visit, attended=set(stays.values_list("pk", flat=True)),
                          by=visit.owner)  # fmt: skip
    duty = Obligation.objects.get(owner=engineer_of_first(visit))
    assert duty.state == "cancelled"
    assert FindingRequest.objects.get(user=engineer_of_first(visit)).ended_at


def engineer_of_first(visit):
    return visit.participants.order_by("pk").first().user


def test_the_part_of_a_colleague_is_told_with_a_trace(client):
    visit = joint_visit()
    participant = visit.participants.get()
    client.force_login(visit.owner)
    url = reverse("visits:visit_attendance", args=[visit.pk])
    sent = {"attended": [participant.pk], f"role_{participant.pk}": "recorder"}
    assert client.post(url, sent).status_code == 302
    participant.refresh_from_db()
    assert participant.role == "recorder" and participant.has_attended
    changes = AuditEvent.objects.get(verb="visit.attended").changes
    assert [words.split()[-1] for words in changes["joint_role"]] == ["技术", "记录"]
    assert client.post(url, sent | {f"role_{participant.pk}": "king"}).status_code == 422
    assert client.post(url, {"attended": [participant.pk]}).status_code == 302
    participant.refresh_from_db()
    assert participant.role == "recorder"


def test_attendance_is_noted_on_the_page(client):
    visit = joint_visit()
    client.force_login(visit.owner)
    url = reverse("visits:visit_attendance", args=[visit.pk])
    assert client.post(url, {}).status_code == 302
    assert not visit.participants.get().has_attended
    assert client.post(url, {"attended": [visit.participants.get().pk]}).status_code == 302
    assert visit.participants.get().has_attended
    assert AuditEvent.objects.filter(verb="visit.attended").count() == 2
    client.force_login(engineer_of(visit))
    assert client.post(url, {}).status_code == 403
