"""Tips stand where they help; an administrator words them (R2, R5–R7, R37–R40)."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.models import Tip
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db


def words(code):
    return Tip.objects.get(code=code).text


def page_of(client, user, url):
    client.force_login(user)
    return client.get(url).content.decode()


def test_a_telephone_visit_shows_the_telephone_and_not_the_meeting(client):
    visit = make_visit(mode="phone", state="booked")
    page = page_of(client, visit.owner, visit.get_absolute_url())
    assert words("phone-rings") in page and words("call-complaint") in page
    assert words("meeting-seats") not in page


def test_a_visit_on_site_shows_opening_meeting_and_its_own_stage(client):
    visit = make_visit(state="in_progress", stage="substantive")
    page = page_of(client, visit.owner, visit.get_absolute_url())
    assert words("opening-self") in page and words("meeting-seats") in page
    assert words("stage-substance") in page and words("stage-long") not in page
    assert words("phone-rings") not in page


def test_after_the_visit_was_written_down_there_is_nothing_left_to_advise(client):
    visit = make_visit(state="recorded")
    assert words("opening-self") not in page_of(client, visit.owner, visit.get_absolute_url())


def test_the_record_shows_every_mood_until_one_is_chosen(client):
    visit = make_visit(state="held")
    page = page_of(client, visit.owner, reverse("visits:visit_record", args=[visit.pk]))
    assert words("mood-reticent") in page and words("mood-angry") in page


@pytest.mark.parametrize(("mood", "shown"), [("reticent", True), ("angry_third_party", False)])
def test_choosing_a_mood_brings_its_tip_alone(client, mood, shown):
    client.force_login(make_user())
    answer = client.get(reverse("visits:mood_tips"), {"customer_mood": mood})
    assert (words("mood-reticent") in answer.content.decode()) is shown


def test_the_page_has_every_active_tip(client):
    Tip.objects.filter(code="phone-late").update(is_active=False)
    page = page_of(client, make_user(), reverse("visits:tips"))
    assert all(tip.text in page for tip in Tip.objects.filter(is_active=True))
    assert words("phone-late") not in page


def test_stairs_are_as_the_handbook_has_them():
    assert "下楼也请客人先行" in words("reception-stairs")


def test_the_table_is_drawn_from_the_people_of_a_visit(client):
    visit = make_visit()
    make_contact(visit.customer, name="钱局长", title="局长")
    visit.contacts.add(visit.customer.contacts.get(name="钱局长"))
    make_participant(visit, make_user("dept_head", name="赵部长"))
    page = page_of(client, visit.owner, reverse("visits:tips") + f"?visit={visit.pk}")
    svg = page[page.index('<svg class="seating"') : page.index("</svg>")]
    assert "钱局长" in svg and "赵部长" in svg
    order = page[page.index("seat-orders") :]
    assert order.index("钱局长") < order.index("赵部长")


def test_the_people_may_be_typed_and_are_kept_nowhere(client):
    sent = {"guests_name": ["李", "王"], "guests_rank": ["3", "1"]}
    sent |= {"hosts_name": ["张<b>"], "hosts_rank": ["无"]}
    client.force_login(make_user())
    page = client.get(reverse("visits:tips"), sent).content.decode()
    order = page[page.index("seat-orders") :]
    assert order.index("王") < order.index("李") and "张&lt;b&gt;" in page


@pytest.mark.parametrize(
    "query", ["?visit=x", "?visit=" + "9" * 40, "?guests_name=%00&hosts_rank=9"]
)
def test_nonsense_in_the_address_breaks_nothing(client, query):
    client.force_login(make_user())
    assert client.get(reverse("visits:tips") + query).status_code == 200


def test_the_people_of_a_visit_out_of_scope_are_not_seated(client):
    client.force_login(make_user())
    url = reverse("visits:tips") + f"?visit={make_visit().pk}"
    assert client.get(url).status_code == 404


def edit(client, user, tip, **data):
    client.force_login(user)
    url = reverse("visits:tip_edit", args=[tip.pk])
    return client.post(url, {"text": "先道歉。", "order": 5, "is_active": "on"} | data)


def test_an_administrator_words_a_tip_and_the_old_words_stay_in_the_trail(client):
    tip = Tip.objects.get(code="phone-late")
    assert edit(client, make_user("sysadmin"), tip).status_code == 302
    assert Tip.objects.get(pk=tip.pk).text == "先道歉。"
    assert AuditEvent.objects.get(verb="tip.edited").changes["text"] == [tip.text, "先道歉。"]


@pytest.mark.parametrize(
    ("data", "message"),
    [({"text": ""}, "请填写这一项"), ({"text": "长" * 301}, "300"), ({"order": "-1"}, "0")],
)
def test_a_bad_wording_is_told(client, data, message):
    answer = edit(client, make_user("sysadmin"), Tip.objects.first(), **data)
    assert answer.status_code == 422 and message in answer.content.decode()


@pytest.mark.parametrize("role", ["account_manager", "dept_head", "auditor"])
def test_nobody_else_may_word_them(client, role):
    assert edit(client, make_user(role), Tip.objects.first()).status_code == 403
    assert client.get(reverse("visits:tip_list")).status_code == 403


def test_the_list_has_those_that_are_switched_off_too(client):
    Tip.objects.filter(code="phone-late").update(is_active=False)
    page = page_of(client, make_user("sysadmin"), reverse("visits:tip_list"))
    assert words("phone-late") in page and "停用" in page
