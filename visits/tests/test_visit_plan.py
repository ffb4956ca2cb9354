"""Plan a visit (R2, R3, R4)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from core import drafts
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_absence, make_user
from visits.models import Visit

pytestmark = pytest.mark.django_db
URL = "/visits/new/"
PURPOSE = "汇报扩容方案并确认试点时间"


def moment(value):
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def contact():
    return make_contact(make_customer())


def plan(contact, **changes):
    start = timezone.now() + timedelta(days=5)
    return {
        "customer": contact.customer_id,
        "contacts": contact.pk,
        "mode": "on_site",
        "is_formal": "on",
        "stage": "general_contact",
        "purpose": PURPOSE,
        "scheduled_start": moment(start),
        "scheduled_end": moment(start + timedelta(hours=1)),
        "key_kind": ["ask", "answer"],
        "key_content": ["明年的预算", ""],
        "verb": "plan",
    } | changes


def send(client, contact, **changes):
    client.force_login(contact.customer.manager)
    return client.post(URL, plan(contact, **changes))


def refused(client, contact, message, **changes):
    response = send(client, contact, **changes)
    page = response.content.decode()
    assert response.status_code == 200 and message in page
    assert Visit.objects.count() == 0 and Obligation.objects.count() == 0
    return page


def test_a_formal_visit_is_planned_and_owes_its_booking(client, contact):
    response = send(client, contact)

    visit = Visit.objects.get()
    assert response.status_code == 302 and response.url == visit.get_absolute_url()
    assert (visit.state, visit.owner) == ("planned", contact.customer.manager)
    assert [p.content for p in visit.key_points.all()] == ["明年的预算"]
    duty = Obligation.objects.get()
    assert duty.kind == DutyKind.VISIT_BOOKING
    evening = timezone.localtime(duty.due_at)
    assert (evening.hour, evening.date()) == (
        18,
        timezone.localdate(visit.scheduled_start) - timedelta(days=1),
    )


def test_an_informal_visit_owes_no_booking(client, contact):
    send(client, contact, is_formal="")
    assert Visit.objects.get().state == "planned" and not Obligation.objects.exists()


def test_a_draft_needs_no_key_points_and_owes_nothing(client, contact):
    send(client, contact, verb="draft", key_content=["", ""], contacts=[])
    assert Visit.objects.get().state == "draft" and not Obligation.objects.exists()


def test_skipping_two_stages_warns_and_is_saved(client, contact):
    client.force_login(contact.customer.manager)
    response = client.post(URL, plan(contact, stage="substantive"), follow=True)
    assert "跨了一级以上" in response.content.decode()
    assert Visit.objects.get().stage == "substantive"


def test_colleagues_come_along(client, contact):
    engineer = make_user("solution_engineer")
    send(client, contact, colleagues=engineer.pk)
    assert Visit.objects.get().participants.get().user == engineer


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"purpose": "聊聊"}, "10"),
        ({"purpose": "很长" * 200}, "300"),
        ({"purpose": ""}, "error-summary"),
        ({"contacts": []}, "请至少选择一位拜访对象"),
        ({"key_content": ["", ""]}, "请至少写一条拜访重点"),
        ({"key_content": ["好" * 201, ""]}, "请写在 200 字以内"),
        ({"key_kind": ["bogus", "ask"]}, "请选择类别"),
        ({"stage": "married"}, "error-summary"),
        ({"mode": "carrier_pigeon"}, "error-summary"),
        ({"scheduled_start": "昨天下午"}, "请按「年-月-日 时:分」填写"),
        ({"scheduled_start": "2026-01-05T10:00"}, "已经过去的拜访"),
        ({"scheduled_end": "2026-01-05T10:00"}, "约定结束时间必须晚于开始时间"),
        ({"customer": "999999"}, "不在您的范围内"),
        ({"customer": "x"}, "不在您的范围内"),
        ({"contacts": "999999"}, "不在您的范围内"),
        ({"colleagues": "999999"}, "不在您的范围内"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(client, contact, changes, message):
    page = refused(client, contact, message, prep_text="带上合同复印件", **changes)
    assert "带上合同复印件" in page


def test_the_key_point_that_is_too_long_stays_on_the_page(client, contact):
    assert "好" * 201 in refused(client, contact, "201", key_content=["好" * 201, ""])


def test_a_foreign_customer_or_contact_is_refused(client, contact):
    foreign = make_contact(make_customer(name="别人的客户"))
    page = refused(client, contact, "不在您的范围内", customer=foreign.customer_id)
    assert "别人的客户" not in page
    refused(client, contact, "不在您的范围内", contacts=foreign.pk)


def test_choosing_a_customer_loads_its_contacts_and_keeps_the_rest(client, contact):
    client.force_login(contact.customer.manager)
    data = plan(contact, contacts=[], purpose="短", reload="1", stage="")

    page = client.post(URL, data).content.decode()
    fragment = client.post(URL, data, headers={"HX-Request": "true"}).content.decode()

    assert contact.name in page and "短" in page and "error-summary" not in page
    assert fragment.lstrip().startswith('<div id="visit-people">') and contact.name in fragment
    assert not Visit.objects.exists()


def test_a_link_presets_the_customer(client, contact):
    client.force_login(contact.customer.manager)
    page = client.get(f"{URL}?customer={contact.customer_id}").content.decode()
    assert contact.name in page


@pytest.mark.parametrize("query", ["?customer=999999", "?customer=abc"])
def test_a_link_to_an_unknown_customer_is_404(client, contact, query):
    client.force_login(contact.customer.manager)
    assert client.get(URL + query).status_code == 404


def test_the_same_form_sent_twice_plans_once(client, contact):
    key = str(uuid4())
    first = send(client, contact, submission_key=key)
    second = send(client, contact, submission_key=key)
    assert first.url == second.url and Visit.objects.count() == 1


def test_a_kept_draft_comes_back_and_is_gone_after_saving(client, contact):
    user = contact.customer.manager
    drafts.save(user, "visits:plan", {"purpose": "写到一半的目的", "key_content": ["甲", "乙"]})
    client.force_login(user)
    page = client.get(URL).content.decode()
    assert "写到一半的目的" in page and "乙" in page and "error-summary" not in page
    send(client, contact)
    assert drafts.load(user, "visits:plan") is None


def test_a_delegate_plans_for_the_absent_manager(client, contact):
    manager, delegate, today = contact.customer.manager, make_user(), timezone.localdate()
    make_absence(manager, delegate, today, today)
    client.force_login(delegate)
    client.post(URL, plan(contact))
    assert Visit.objects.get().owner == manager


@pytest.mark.parametrize("role", ["branch_director", "auditor", "solution_engineer"])
def test_the_wrong_role_gets_403(client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403 and client.post(URL).status_code == 403


@pytest.mark.parametrize("name", ["key_point_row", "promise_row"])
def test_one_more_line_is_a_fragment(client, name):
    client.force_login(make_user())
    page = client.get(reverse(f"visits:{name}")).content.decode()
    assert page.strip().startswith('<div class="line-row') and "<html" not in page
    assert client.post(reverse(f"visits:{name}")).status_code == 405


def test_a_long_list_of_customers_is_searched_and_still_accepted(client, contact):
    manager = contact.customer.manager
    for number in range(55):
        make_customer(manager=manager, code=f"A{number:04}")
    client.force_login(manager)
    page = client.get(URL).content.decode()
    assert "查找客户" in page and f'<option value="{contact.customer_id}"' not in page
    assert send(client, contact).status_code == 302
