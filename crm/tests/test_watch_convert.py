"""转为商机: a customer who was told of an opening wants the service (R15)."""

import re

import pytest
from django.urls import reverse

from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from opportunities.models import Opportunity, StageMove
from opportunities.tests.factories import make_opportunity
from service.models import ServiceWatch
from service.tests.factories import make_watch
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch():
    watch = make_watch()
    make_contact(watch.customer)
    ServiceWatch.objects.update(state="notified", notified_how="电话告知")
    watch.refresh_from_db()
    return watch


def url(watch):
    return reverse("crm:watch_convert", args=[watch.pk])


def convert(client, watch, user=None, **changes):
    client.force_login(user or watch.customer.manager)
    contact = watch.customer.contacts.first()
    data = {"name": "万兆光网接入", "kind": "network_line", "contact": contact.pk}
    return client.post(url(watch), data | changes)


def test_the_demand_goes_along_and_the_watch_is_converted(client, watch):
    answer = convert(client, watch)
    made = Opportunity.objects.get()
    assert (answer.status_code, answer.url) == (302, made.get_absolute_url())
    assert (made.source, made.need_text) == ("service_watch_launch", watch.demand)
    assert (made.customer, made.owner) == (watch.customer, watch.customer.manager)
    watch.refresh_from_db()
    assert watch.state == "converted"
    assert AuditEvent.objects.filter(verb="watch.converted").count() == 1


def tab(client, watch) -> dict:
    """What a tab that was just opened sends besides what is typed: a key of its own."""
    client.force_login(watch.customer.manager)
    page = client.get(url(watch)).content.decode()
    return dict(re.findall(r'name="(submission_key)" value="([^"]+)"', page))


def deeds(watch) -> tuple:
    """How often everything happened that happens once."""
    events = AuditEvent.objects.filter(verb__in=("watch.converted", "opportunity.registered"))
    said = watch.customer.timeline.filter(title__startswith="已转商机")
    return tuple(rows.count() for rows in (Opportunity.objects, StageMove.objects, events, said))


def test_a_second_tab_is_told_and_doubles_nothing(client, watch):
    first, second = tab(client, watch), tab(client, watch)
    assert first["submission_key"] != second["submission_key"]
    assert convert(client, watch, **first).status_code == 302
    once = deeds(watch)
    assert once == (1, 1, 2, 1)
    for _ in range(2):  # pressing again helps nobody
        page = convert(client, watch, name="第二个名字", **second)
        assert page.status_code == 422
        assert "只能转一次，请刷新后查看" in str(page.context["form"].non_field_errors())
        assert page.context["form"]["name"].value() == "第二个名字"
    assert deeds(watch) == once
    assert Opportunity.objects.get().name == "万兆光网接入"


def test_one_tab_that_is_sent_twice_leads_to_the_one_opportunity(client, watch):
    only = tab(client, watch)
    answers = [convert(client, watch, **only) for _ in range(3)]
    urls = {(answer.status_code, answer.url) for answer in answers}
    assert urls == {(302, Opportunity.objects.get().get_absolute_url())}
    assert deeds(watch) == (1, 1, 2, 1)


def test_a_refused_tab_may_be_put_right_and_sent_again(client, watch):
    only = tab(client, watch)
    assert convert(client, watch, kind="x", **only).status_code == 422
    assert convert(client, watch, **only).status_code == 302
    assert deeds(watch) == (1, 1, 2, 1)


@pytest.mark.parametrize("state", ["watching", "available", "cancelled"])
def test_who_was_not_told_yet_is_not_converted(client, watch, state):
    launched_at = watch.registered_at if state == "available" else None
    ServiceWatch.objects.update(state=state, launched_at=launched_at)
    assert convert(client, watch).status_code == 422
    assert not Opportunity.objects.exists()


def test_a_refused_opportunity_leaves_the_watch_as_it_was(client, watch):
    assert convert(client, watch, kind="x").status_code == 422
    watch.refresh_from_db()
    assert watch.state == "notified"


def test_the_page_is_reached_from_the_watch_and_is_filled_in(client, watch):
    client.force_login(watch.customer.manager)
    assert url(watch) in client.get(watch.get_absolute_url()).content.decode()
    assert watch.customer.name in client.get(url(watch)).context["form"]["name"].value()


def test_another_manager_gets_404_and_who_serves_no_customer_403(client, watch):
    assert convert(client, watch, make_user()).status_code == 404
    assert convert(client, watch, make_user("back_office")).status_code == 403
    assert not Opportunity.objects.exists()


def shown(client, watch, user=None):
    client.force_login(user or watch.customer.manager)
    page = client.get(url(watch)).content.decode()
    [button] = re.findall(r'<button class="btn btn-primary"[^>]*>转为商机', page)
    return page, "disabled" not in button


def test_a_watch_that_waits_for_it_has_an_active_button_and_no_note(client, watch):
    page, is_active = shown(client, watch)
    assert is_active and "不能再转" not in page and "note-warn" not in page


def test_a_converted_watch_says_so_and_leads_to_the_opportunity(client, watch):
    other = make_opportunity(customer=watch.customer, source="service_watch_launch")
    convert(client, watch)
    made = Opportunity.objects.exclude(pk=other.pk).get()
    page, is_active = shown(client, watch)
    assert not is_active and "这条关注已经转成商机，不能再转" in page
    assert f'href="{made.get_absolute_url()}"' in page and made.name in page
    assert other.get_absolute_url() not in page


def test_who_cannot_open_the_opportunity_is_not_led_there(client, watch):
    convert(client, watch)
    made, elsewhere = Opportunity.objects.get(), make_customer(manager=make_user())
    Opportunity.objects.update(customer=elsewhere, owner=elsewhere.manager)
    page, is_active = shown(client, watch)
    assert not is_active and "不能再转" in page
    assert made.get_absolute_url() not in page and made.name not in page


def test_one_that_was_converted_before_this_was_noted_says_so_without_a_link(client, watch):
    make_opportunity(customer=watch.customer)
    ServiceWatch.objects.update(state="converted")
    page, is_active = shown(client, watch)
    assert not is_active and "不能再转" in page and "查看商机" not in page


@pytest.mark.parametrize("state", ["watching", "cancelled"])
def test_who_was_not_told_has_no_active_button_either(client, watch, state):
    ServiceWatch.objects.update(state=state)
    page, is_active = shown(client, watch)
    assert not is_active and watch.State(state).label in page
