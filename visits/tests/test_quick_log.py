"""快速记拜访: one screen, two typed fields, one transaction."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core import drafts
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user
from visits.actions import planning
from visits.models import ThankYouLetter, Visit, VisitRecord
from visits.tests.factories import make_visit
from visits.tests.test_visit_plan import moment

pytestmark = pytest.mark.django_db
URL = "/visits/quick/"


@pytest.fixture
def contact():
    return make_contact(make_customer())


def send(client, contact, *, ended=timedelta(0), **changes):
    client.force_login(contact.customer.manager)
    data = {
        "customer": contact.customer_id,
        "contacts": contact.pk,
        "mode": "on_site",
        "is_formal": "on",
        "purpose": "needs",
        "minutes": "60",
        "ended_at": moment(timezone.now() - ended),
        "customer_opinions": "账单看不懂",
        "summary_points": "月底前送方案",
        "has_no_next_step": "on",
        "no_view_change": "on",
    }
    return client.post(URL, data | changes)


def today_plan(contact, state="booked", **fields):
    start = timezone.now()
    return make_visit(
        customer=contact.customer, contact=contact, scheduled_start=start, state=state, **fields
    )


def test_it_is_held_recorded_and_leads_to_the_letter(client, contact):
    response = send(client, contact)
    visit = Visit.objects.get()
    assert (visit.state, visit.source) == ("recorded", "quick_log")
    assert visit.ended_at - visit.started_at == timedelta(hours=1)
    assert len(visit.purpose) >= 10 and list(visit.contacts.all()) == [contact]
    assert Obligation.objects.get(kind=DutyKind.THANK_YOU_LETTER).started_at == visit.ended_at
    page = client.get(response.url)
    assert page.context["choices"].primary.label == "写感谢函"


def test_its_record_duty_is_already_done(client, contact):
    send(client, contact)
    assert Obligation.objects.get(kind=DutyKind.VISIT_RECORD).state == "done"


def test_a_phone_call_owes_no_letter(client, contact):
    response = send(client, contact, mode="phone")
    assert not ThankYouLetter.objects.exists()
    assert client.get(response.url).context["choices"].primary is None  # the head reads it first
    VisitRecord.objects.update(state="accepted")
    assert client.get(response.url).context["choices"].primary.label == "办结"


def test_two_days_ago_is_born_late_and_says_so(client, contact):
    response = send(client, contact, ended=timedelta(hours=49))
    assert "从一开始就是逾期的" in client.get(response.url).content.decode()
    assert Obligation.objects.get(kind=DutyKind.THANK_YOU_LETTER).is_overdue(timezone.now())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"customer_opinions": ""}, "请填写这一项"),
        ({"summary_points": ""}, "请填写这一项"),
        ({"summary_points": "长" * 4001}, "4000"),
        ({"has_no_next_step": ""}, "请填写下一步安排"),
        ({"contacts": []}, "请选择见了谁"),
        ({"contacts": "999999"}, "不在您的范围内"),
        ({"customer": "999999"}, "不在您的范围内"),
        ({"planned": "999999"}, "不在您的范围内"),
        ({"ended_at": "2099-01-01T10:00"}, "不能晚于现在"),
        ({"ended_at": "刚才"}, "请按「年-月-日 时:分」填写"),
        ({"minutes": "7"}, "error-summary"),
        ({"purpose": "bogus"}, "error-summary"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(client, contact, changes, message):
    page = send(client, contact, facts="", next_step="", **changes).content.decode()
    assert message in page
    assert "账单看不懂" in page or "customer_opinions" in changes
    assert not Visit.objects.exists() and not Obligation.objects.exists()


def test_a_foreign_customer_is_refused(client, contact):
    foreign = make_contact(make_customer(name="别人的客户"))
    page = send(client, contact, customer=foreign.customer_id).content.decode()
    assert "不在您的范围内" in page and "别人的客户" not in page


def test_the_same_screen_sent_twice_is_one_visit(client, contact):
    key = str(uuid4())
    first, second = (
        send(client, contact, submission_key=key),
        send(client, contact, submission_key=key),
    )
    assert first.url == second.url and Visit.objects.count() == 1


def test_completing_a_plan_twice_leads_to_the_same_visit(client, contact):
    plan, key = today_plan(contact), str(uuid4())
    first = send(client, contact, planned=plan.pk, submission_key=key)
    second = send(client, contact, planned=plan.pk, submission_key=key)
    assert first.url == second.url == plan.get_absolute_url()


def test_the_plan_of_today_is_offered_and_completed(client, contact):
    plan = today_plan(contact, started_at=None)
    client.force_login(contact.customer.manager)
    page = client.get(URL)
    assert list(page.context["form"].matches) == [plan]
    send(client, contact, planned=plan.pk)
    plan.refresh_from_db()
    assert plan.state == "recorded" and Visit.objects.count() == 1


def test_an_unbooked_plan_is_marked_as_not_booked_in_time(client, contact):
    plan = today_plan(contact, "planned")
    planning.open_booking_duty(plan, by=plan.owner, at=timezone.now() - timedelta(days=3))
    send(client, contact, planned=plan.pk)
    plan.refresh_from_db()
    assert plan.is_booked_in_time is False and plan.late_booking_note == "拜访后补记"
    assert Obligation.objects.get(kind=DutyKind.VISIT_BOOKING).state == "done_late"


def test_a_double_is_still_possible(client, contact):
    plan = today_plan(contact)
    send(client, contact, planned="")
    plan.refresh_from_db()
    assert plan.state == "booked" and Visit.objects.count() == 2


def test_a_plan_of_somebody_else_is_not_offered(client, contact):
    plan = today_plan(contact, owner=make_user())
    assert "不在您的范围内" in send(client, contact, planned=plan.pk).content.decode()


def test_the_nearest_planned_customer_is_preset_else_the_last(client, contact):
    user = contact.customer.manager
    last = make_customer(manager=user)
    make_visit(customer=last, state="held", ended_at=timezone.now() - timedelta(days=1))
    client.force_login(user)
    assert client.get(URL).context["form"].chosen == last
    today_plan(contact)
    form = client.get(URL).context["form"]
    assert form.chosen == contact.customer and form.initial["contacts"] == [contact]


def test_another_customer_brings_its_contacts_and_keeps_the_text(client, contact):
    other = make_contact(make_customer(manager=contact.customer.manager), name="李敏")
    data = {"pick": other.customer_id, "customer_opinions": "写到一半"}
    client.force_login(contact.customer.manager)

    page = client.post(URL, data).content.decode()
    fragment = client.post(URL, data, headers={"HX-Request": "true"}).content.decode()

    assert "李敏" in page and "写到一半" in page and "error-summary" not in page
    assert fragment.lstrip().startswith('<div id="quick-people">') and "李敏" in fragment


def test_what_was_typed_comes_back_and_can_be_thrown_away(client, contact):
    user = contact.customer.manager
    drafts.save(user, "visits:quick_log", {"customer_opinions": "写到一半", "mode": "phone"})
    client.force_login(user)
    page = client.get(URL).content.decode()
    assert "写到一半" in page and "已恢复" in page
    client.post(URL, {"restart": "1"})
    assert drafts.load(user, "visits:quick_log") is None


def test_saving_forgets_the_draft(client, contact):
    drafts.save(contact.customer.manager, "visits:quick_log", {"customer_opinions": "旧"})
    send(client, contact)
    assert drafts.load(contact.customer.manager, "visits:quick_log") is None


def test_nothing_remains_when_the_record_is_refused(client, contact):
    plan = today_plan(contact)
    Visit.objects.filter(pk=plan.pk).update(started_at=timezone.now(), state="in_progress")
    page = send(client, contact, planned=plan.pk, ended=timedelta(hours=5)).content.decode()
    assert "结束时间不能早于开始时间" in page
    assert not VisitRecord.objects.exists() and not Obligation.objects.exists()


@pytest.mark.parametrize("role", ["branch_director", "auditor", "solution_engineer"])
def test_the_wrong_role_gets_403(client, role):
    client.force_login(make_user(role))
    assert client.get(reverse("visits:quick_log")).status_code == 403


def test_what_was_refused_is_kept_as_a_draft(client, contact):
    send(client, contact, summary_points="", next_step="周五回访", has_no_next_step="")
    kept = drafts.load(contact.customer.manager, "visits:quick_log")
    assert kept["customer_opinions"] == "账单看不懂" and "csrfmiddlewaretoken" not in kept


def test_going_back_and_sending_the_same_words_again_is_the_same_visit(client, contact):
    """The browser fetches a new form then, with a new key, and fills in the old words."""
    first = send(client, contact, submission_key=str(uuid4()))
    again = send(client, contact, submission_key=str(uuid4()))
    assert (again.url, Visit.objects.count()) == (first.url, 1)
    assert "没有重复登记" in client.get(again.url).content.decode()


def test_the_same_words_an_hour_later_are_another_visit(client, contact):
    send(client, contact)
    VisitRecord.objects.update(written_at=timezone.now() - timedelta(hours=1))
    send(client, contact)
    assert Visit.objects.count() == 2


# --- key points, view change, speaker -----------------------------------------------------------
def test_the_key_points_of_the_plan_are_shown_preset_to_covered(client, contact):
    plan = today_plan(contact)
    point = plan.key_points.get()
    client.force_login(contact.customer.manager)
    page = client.get(f"{URL}?customer={contact.customer_id}").content.decode()
    chip = page[page.index(f'name="outcome_{point.pk}" value="covered"') :]
    assert "checked" in chip[: chip.index(">")] and point.content in page


@pytest.mark.parametrize(
    ("told", "kept"),
    [("covered", "covered"), ("not_applicable", "not_applicable"), ("", "deferred")],
)
def test_a_key_point_that_nobody_told_of_is_not_covered(client, contact, told, kept):
    plan = today_plan(contact)
    point = plan.key_points.get()
    send(client, contact, planned=plan.pk, **{f"outcome_{point.pk}": told})
    point.refresh_from_db()
    assert point.outcome == kept


def test_it_keeps_that_the_customer_view_has_not_changed(client, contact):
    client.force_login(contact.customer.manager)
    assert client.get(URL).context["form"]["no_view_change"].value() is True
    page = send(client, contact, no_view_change="")
    assert "没有变化的，请勾选" in page.content.decode() and not Visit.objects.exists()
    send(client, contact)
    assert VisitRecord.objects.get().has_no_view_change


def test_the_only_one_we_met_is_the_speaker(client, contact):
    send(client, contact)
    assert VisitRecord.objects.get().opinion_speaker == contact


def test_of_two_nobody_is_made_the_speaker(client, contact):
    other = make_contact(contact.customer)
    send(client, contact, contacts=[contact.pk, other.pk])
    assert VisitRecord.objects.get().opinion_speaker is None
