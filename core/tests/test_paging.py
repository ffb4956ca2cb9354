"""Keyset pages: no row twice, none lost, whatever happens between two clicks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from core.models import AuditEvent, WorkCalendarDay
from core.paging import count_up_to, keyset_page

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def make_days(count):
    WorkCalendarDay.objects.all().delete()
    first = datetime(2030, 1, 1).date()
    WorkCalendarDay.objects.bulk_create(
        WorkCalendarDay(date=first + timedelta(days=i), is_workday=i % 2 == 0, name=f"日{i // 3}")
        for i in range(count)
    )


def page(url="/days/", keys=("-date",), size=10):
    return keyset_page(
        WorkCalendarDay.objects.all(), RequestFactory().get(url), keys=keys, size=size
    )


def walk(keys, size=10):
    seen, url = [], "/days/?q=abc"
    while url:
        current = page(url, keys, size)
        seen.append([row.pk for row in current])
        url = current.next_url
    return seen


@pytest.mark.parametrize(
    "keys", [("-date",), ("date",), ("name", "-date"), ("-is_workday", "name", "-pk")]
)
def test_walking_forward_shows_every_row_once_in_order(keys):
    make_days(35)
    expected = list(WorkCalendarDay.objects.order_by(*keys).values_list("pk", flat=True))
    pages = walk(keys)
    assert [len(rows) for rows in pages] == [10, 10, 10, 5]
    assert sum(pages, []) == expected


@pytest.mark.parametrize("keys", [("-date",), ("name", "-date"), ("-is_workday", "name", "-pk")])
def test_walking_back_shows_the_same_pages(keys):
    make_days(25)
    first = page(keys=keys)
    second = page(first.next_url, keys)
    third = page(second.next_url, keys)
    assert [r.pk for r in page(third.previous_url, keys)] == [r.pk for r in second]
    again = page(page(third.previous_url, keys).previous_url, keys)
    assert [r.pk for r in again] == [r.pk for r in first]
    assert again.previous_url is None


def test_microseconds_do_not_lose_rows():
    for i in range(6):
        AuditEvent.objects.create(verb=f"v{i}", target_type="x", target_id="1", target_text="x")
    seen, url = [], "/"
    while url:
        current = keyset_page(
            AuditEvent.objects.all(), RequestFactory().get(url), keys=("-at", "-pk"), size=2
        )
        seen += [row.verb for row in current]
        url = current.next_url
    assert seen == ["v5", "v4", "v3", "v2", "v1", "v0"]


def test_a_row_added_in_front_does_not_repeat_one():
    make_days(20)
    first = page()
    WorkCalendarDay.objects.create(date="2031-01-01", is_workday=True, name="新")
    second = page(first.next_url)
    assert not {r.pk for r in first} & {r.pk for r in second}


@pytest.mark.parametrize("cursor", ["", "x", "W10=", "eyJhIjoxfQ:1:2", "%00", "1" * 3000])
def test_a_broken_cursor_gives_the_first_page(cursor):
    make_days(15)
    assert [r.pk for r in page(f"/days/?cursor={cursor}")] == [r.pk for r in page()]


def test_a_cursor_of_another_order_gives_the_first_page():
    make_days(15)
    foreign = page(keys=("date",)).next_url
    assert [r.pk for r in page(foreign)] == [r.pk for r in page()]


def test_when_everything_beyond_is_gone_the_first_page_shows():
    make_days(15)
    url = page().next_url
    WorkCalendarDay.objects.filter(date__lte="2030-01-05").delete()
    assert len(page(url)) == 10


def test_the_filter_stays_in_the_url_and_the_page_costs_one_query(django_assert_num_queries):
    make_days(15)
    with django_assert_num_queries(1):
        current = page("/days/?q=%E6%97%A5&cursor=old")
    assert "q=%E6%97%A5" in current.next_url
    assert current.next_url.count("cursor=") == 1


def test_an_empty_list_is_an_empty_page():
    make_days(0)
    assert (len(page()), page().next_url, page().previous_url) == (0, None, None)


@pytest.mark.parametrize(("rows", "expected"), [(0, (0, False)), (5, (5, False)), (6, (5, True))])
def test_counting_stops_at_the_given_number(rows, expected, django_assert_num_queries):
    make_days(rows)
    with django_assert_num_queries(1):
        assert count_up_to(WorkCalendarDay.objects.order_by("date"), 5) == expected
