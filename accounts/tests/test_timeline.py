"""One timeline of everything: filtered, 20 at a time, never twice, never another customer's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import actions
from accounts.actions import timeline
from accounts.models import TimelineEntry
from accounts.tests.factories import make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
MORE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "timeline-more"}


@pytest.fixture
def customer(client):
    customer = make_customer()
    client.force_login(customer.manager)
    return customer


def happened(customer, title, kind="visit", days=0, **fields):
    at = timezone.now() - timedelta(days=days)
    return timeline.note(customer=customer, kind=kind, title=title, at=at, **fields)


def titles(response):
    return [entry.title for entry in response.context["story"].page.rows]


def ask(client, customer, query="", **headers):
    return client.get(f"/customers/{customer.pk}/timeline/{query}", **headers)


def test_the_newest_comes_first_twenty_at_a_time(client, customer):
    for n in range(45):
        happened(customer, f"第{n}件", days=n)
    first = ask(client, customer)
    second = client.get(first.context["story"].page.next_url, **MORE)
    third = client.get(second.context["story"].page.next_url, **MORE)
    seen = titles(first) + titles(second) + titles(third)
    assert seen == [f"第{n}件" for n in range(45)]
    assert "<nav" not in second.content.decode()


def test_entries_of_one_moment_are_neither_lost_nor_doubled(client, customer):
    at = timezone.now()
    for n in range(30):
        timeline.note(customer=customer, kind="bill", title=f"{n}", at=at)
    first = ask(client, customer)
    second = client.get(first.context["story"].page.next_url, **MORE)
    assert len({*titles(first), *titles(second)}) == 30


def test_kind_and_period_filter_and_stay_in_the_address(client, customer):
    happened(customer, "旧拜访", days=60)
    happened(customer, "新拜访", days=3)
    happened(customer, "新来函", kind="letter", days=3)
    assert titles(ask(client, customer, "?kind=visit")) == ["新拜访", "旧拜访"]
    assert titles(ask(client, customer, "?kind=visit&days=30")) == ["新拜访"]
    assert len(titles(ask(client, customer, "?kind=x&days=y"))) == 3


def test_the_next_page_keeps_the_filter(client, customer):
    for n in range(25):
        happened(customer, f"访{n}", days=n)
        happened(customer, f"函{n}", kind="letter", days=n)
    first = ask(client, customer, "?kind=visit")
    second = client.get(first.context["story"].page.next_url, **MORE)
    assert titles(second) == [f"访{n}" for n in range(20, 25)]


def test_another_customers_entry_is_not_shown(client, customer):
    happened(make_customer(manager=customer.manager), "别家的事")
    assert titles(ask(client, customer)) == []


def test_the_same_source_is_one_entry_and_the_last_word_counts(customer):
    happened(customer, "待记录", source="visit:1")
    happened(customer, "已记录", source="visit:1")
    assert TimelineEntry.objects.get().title == "已记录"


def test_too_long_texts_are_cut_not_refused(customer):
    entry = happened(customer, "长" * 500, detail="细" * 900)
    assert (len(entry.title), len(entry.detail)) == (150, 300)


def test_a_change_of_the_file_is_told_with_what_changed(client, customer):
    actions.update_customer(customer=customer, by=customer.manager, address="新路 1 号")
    assert titles(ask(client, customer)) == ["修改档案：通信地址"]


def test_a_new_manager_is_told(customer):
    old, new = customer.manager, make_user()
    actions.assign_manager(customer=customer, to=new, by=old, reason="调整分工")
    entry = TimelineEntry.objects.get(kind="assignment")
    assert entry.title == f"客户经理由 {old} 换为 {new}"


def test_a_backup_is_told_when_it_begins_and_when_it_ends(customer):
    today = timezone.localdate()
    backup = actions.add_backup(
        customer=customer, user=make_user(name="沈志远"), by=customer.manager, valid_from=today
    )
    actions.end_backup(assignment=backup, by=customer.manager)
    titles = TimelineEntry.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == [f"备岗：沈志远，{today} 起", "备岗结束：沈志远"]
