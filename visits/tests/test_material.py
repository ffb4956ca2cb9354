"""Things to take along: named first, the file later, served in scope (R3)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from staff.tests.factories import make_user
from visits.actions import visiting
from visits.models import Visit, VisitFile
from visits.tests.factories import make_participant, make_visit
from visits.tests.letter_factories import pdf_file
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db


def send(client, visit, user=None, **data):
    client.force_login(user or visit.owner)
    data = {"title": "组网图", "confidentiality": level()} | data
    data = {k: v for k, v in data.items() if v is not None}
    return client.post(reverse("visits:visit_materials", args=[visit.pk]), data)


def level():
    return VisitFile._meta.get_field("confidentiality").default


def test_a_name_is_enough_and_the_file_comes_later(client):
    visit = make_visit()
    assert send(client, visit).status_code == 302
    assert send(client, visit, file=pdf_file("图.pdf")).status_code == 302
    row = VisitFile.objects.get()
    assert (row.kind, row.title) == ("material", "组网图") and row.file
    answer = client.get(reverse("visits:visit_file", args=[row.pk]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    client.force_login(make_user())
    assert client.get(reverse("visits:visit_file", args=[row.pk])).status_code == 404


def test_a_named_thing_without_a_file_is_not_served(client):
    visit = make_visit()
    send(client, visit)
    row = VisitFile.objects.get()
    assert client.get(reverse("visits:visit_file", args=[row.pk])).status_code == 404


def test_a_bad_file_is_told_and_what_was_typed_stays(client):
    visit = make_visit()
    bad = pdf_file("图.exe")
    page = send(client, visit, file=bad)
    assert page.status_code == 422 and "组网图" in page.content.decode()
    assert not VisitFile.objects.exists()


def test_another_manager_gets_404_and_a_participant_403(client):
    visit = make_visit()
    guest = make_participant(visit).user
    assert send(client, visit, make_user()).status_code == 404
    assert send(client, visit, guest).status_code == 403


def test_after_the_visit_has_begun_the_list_stands(client):
    visit = make_visit(state="in_progress")
    page = send(client, visit)
    assert "不能再改" in page.content.decode() and not VisitFile.objects.exists()


def plan_with(client, visit=None, **changes):
    visit = visit or make_visit()
    client.force_login(visit.owner)
    data = {
        "customer": visit.customer_id, "contacts": [visit.contacts.first().pk], "mode": "on_site",
        "is_formal": "on", "scheduled_start": moment(visit.scheduled_start),
        "scheduled_end": moment(visit.scheduled_end), "stage": "general_contact",
        "purpose": "商量明年的专线扩容安排", "key_kind": ["ask", "introduce"],
        "key_content": ["明年的预算", "新的组网"], "key_owner": ["", ""],
    } | changes  # fmt: skip
    return client.post(reverse("visits:visit_plan"), data)


def planned():
    return Visit.objects.order_by("pk").last()


def test_a_plan_keeps_questions_risks_materials_and_speakers(client):
    visit = make_visit()
    mate = make_user(department=visit.owner.department)
    answer = plan_with(
        client, visit, expected_questions="涨价吗\n工期", risks="别提故障",
        materials="组网图\n 报价单 \n\n组网图", colleagues=[mate.pk], key_owner=["", str(mate.pk)],
    )  # fmt: skip
    assert answer.status_code == 302
    new = planned()
    assert (new.expected_questions, new.risks) == ("涨价吗\n工期", "别提故障")
    assert list(new.files.values_list("title", flat=True)) == ["组网图", "报价单"]
    assert [point.owner for point in new.key_points.all()] == [None, mate]


def test_who_does_not_come_along_says_no_key_point(client):
    visit = make_visit()
    mate = make_user(department=visit.owner.department)
    page = plan_with(client, visit, key_owner=["", str(mate.pk)])
    assert "选为同行人" in page.content.decode() and planned() == visit


def test_editing_keeps_what_has_a_file(client):
    visit = make_visit()
    send(client, visit, file=pdf_file("图.pdf"))
    send(client, visit, title="旧名单")
    form = client.get(reverse("visits:visit_edit", args=[visit.pk])).context["form"]
    assert "旧名单" in form["materials"].value()
    client.post(reverse("visits:visit_edit", args=[visit.pk]), {
        "contacts": [visit.contacts.first().pk], "mode": "on_site", "stage": "general_contact",
        "purpose": "商量明年的专线扩容安排", "key_kind": ["ask"], "key_content": ["预算"],
        "materials": "新名单", "seen": form["seen"].value(),
    })  # fmt: skip
    assert set(visit.files.values_list("title", flat=True)) == {"组网图", "新名单"}


def test_a_moved_visit_takes_the_same_things_along(client):
    visit = make_visit()
    send(client, visit, file=pdf_file("图.pdf"))
    Visit.objects.filter(pk=visit.pk).update(risks="别提故障", expected_questions="涨价吗")
    visit.refresh_from_db()
    start = visit.scheduled_start + timedelta(days=1)
    new = visiting.reschedule_visit(
        visit=visit, scheduled_start=start, scheduled_end=start + timedelta(hours=1),
        reason="改期", by=visit.owner,
    )  # fmt: skip
    assert new.files.get().file_id == visit.files.get().file_id
    assert (new.risks, new.expected_questions) == ("别提故障", "涨价吗")
