"""One plan in two tabs: the second is refused, shown what stands there, and may insist (R3)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.actions import preparing
from visits.models import Visit, VisitKeyPoint
from visits.tests.factories import make_participant, make_visit
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db
TOLD = "刚在另一个页面改过"


def url(visit):
    return reverse("visits:visit_edit", args=[visit.pk])


def open_tab(client, visit) -> dict:
    """What the open edit page sends back untouched."""
    client.force_login(visit.owner)
    form = client.get(url(visit)).context["form"]
    names = ("mode", "location", "stage", "purpose", "prep_text", "risks", "materials", "seen")
    tab = {name: form[name].value() for name in names}
    tab["contacts"] = form["contacts"].value()
    lines = form.key_points.filled
    tab |= {"key_kind": [one.kind for one in lines], "key_content": [one.content for one in lines]}
    if visit.state == "draft":
        start = visit.scheduled_start
        tab |= {"customer": visit.customer_id, "is_formal": "on"}
        tab |= {"scheduled_start": moment(start), "scheduled_end": moment(visit.scheduled_end)}
    return tab


def save(client, visit, tab, **changes):
    return client.post(url(visit), tab | changes)


def now(visit):
    return Visit.objects.get(pk=visit.pk)


def found(page) -> dict:
    """{label: (what stands now, what was typed)} as the page shows it."""
    return {one.label: (one.old, one.new) for one in page.context["form"].conflict}


def test_the_second_tab_is_refused_and_sees_both_sides(client):
    visit = make_visit(location="甲路")
    first, second = open_tab(client, visit), open_tab(client, visit)
    assert save(client, visit, first, location="乙路").status_code == 302
    page = save(client, visit, second, prep_text="先谈故障的处理结果")
    text = page.content.decode()
    assert TOLD in text and "两边不同的地方" in text
    assert found(page) == {"地点": ("乙路", "甲路"), "拜访预案": ("", "先谈故障的处理结果")}
    assert page.context["form"]["prep_text"].value() == "先谈故障的处理结果"
    assert (now(visit).location, now(visit).prep_text) == ("乙路", "")
    assert AuditEvent.objects.filter(verb="visit.edited").count() == 1


def test_saving_once_more_is_a_decision_and_holds(client):
    visit = make_visit(location="甲路")
    first, second = open_tab(client, visit), open_tab(client, visit)
    save(client, visit, first, location="乙路")
    again = save(client, visit, second, location="丙路").context["form"]["seen"].value()
    assert save(client, visit, second | {"seen": again}, location="丙路").status_code == 302
    assert now(visit).location == "丙路"


def test_after_the_refusal_a_third_change_is_not_overwritten_either(client):
    visit = make_visit(location="甲路")
    first, second = open_tab(client, visit), open_tab(client, visit)
    save(client, visit, first, location="乙路")
    again = save(client, visit, second, location="丙路").context["form"]["seen"].value()
    save(client, visit, open_tab(client, visit), location="丁路")
    page = save(client, visit, second | {"seen": again}, location="丙路")
    assert found(page)["地点"] == ("丁路", "丙路") and now(visit).location == "丁路"


def other_contact(visit):
    visit.contacts.set([make_contact(visit.customer, name="李敏")])


def other_point(visit):
    VisitKeyPoint.objects.filter(visit=visit).update(content="谈续约")


def a_material(visit):
    preparing.add_material(visit=visit, title="组网图", confidentiality="internal", by=visit.owner)


def a_colleague(visit):
    make_participant(visit, make_user("solution_engineer", name="周工"))


@pytest.mark.parametrize("change, label, words", [
    (other_contact, "拜访对象", "李敏"),
    (other_point, "拜访重点", "了解：谈续约"),
    (a_material, "携带资料", "组网图"),
    (a_colleague, "同行人", "周工"),
])  # fmt: skip
def test_people_points_and_materials_of_another_page_are_not_lost(client, change, label, words):
    visit = make_visit()
    tab = open_tab(client, visit)
    change(visit)
    page = save(client, visit, tab, risks="别提故障")
    assert found(page)[label][0] == words
    assert TOLD in page.content.decode() and now(visit).risks == ""


def test_what_is_no_part_of_the_plan_stands_in_nobodys_way(client):
    visit = make_visit()
    tab = open_tab(client, visit)
    Visit.objects.filter(pk=visit.pk).update(state="booked", invite_sequence=3)
    assert save(client, visit, tab, risks="别提故障").status_code == 302
    assert now(visit).risks == "别提故障"


def test_a_draft_that_was_confirmed_meanwhile_shows_the_time_that_was_typed(client):
    visit = make_visit(state="draft")
    first, second = open_tab(client, visit), open_tab(client, visit)
    assert save(client, visit, first, verb="plan").status_code == 302
    later = moment(visit.scheduled_end + timedelta(days=1))
    page = save(client, visit, second, verb="draft", scheduled_end=later)
    assert found(page)["约定结束"][1] == later.replace("T", " ")
    assert "只能用「改期」改" in page.content.decode() and now(visit).state == "planned"


def test_one_tab_sent_twice_is_saved_once_and_led_to_the_visit(client):
    visit = make_visit()
    tab = open_tab(client, visit) | {"submission_key": "0b1f6d3e-7a54-4d0c-9d7e-2f1f4a9b8c11"}
    for _ in range(2):
        answer = save(client, visit, tab, risks="别提故障")
        assert answer.status_code == 302 and answer.url == visit.get_absolute_url()
    assert AuditEvent.objects.filter(verb="visit.edited").count() == 1


def test_a_page_without_its_mark_overwrites_nothing(client):
    visit = make_visit()
    tab = open_tab(client, visit) | {"seen": ""}
    assert TOLD in save(client, visit, tab, risks="别提故障").content.decode()
    assert now(visit).risks == ""
