from datetime import date

import pytest

from core import bulk
from core.models import WorkCalendarDay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty():
    WorkCalendarDay.objects.all().delete()


def days(count):
    texts = ["元旦", 'a,b"c', "行\n二", "", r"\N", "'"][:count]
    for n, text in enumerate(texts):
        yield {"date": date(2030, 1, 1 + n), "is_workday": n % 2 == 0, "name": text}


def test_rows_arrive_as_they_are_and_defaults_fill_in(monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 4)
    monkeypatch.setattr(bulk, "INSERT_CHUNK", 3)
    assert bulk.load(WorkCalendarDay, days(6)) == 6
    names = list(WorkCalendarDay.objects.order_by("date").values_list("name", flat=True))
    assert names == ["元旦", 'a,b"c', "行\n二", "", r"\N", "'"]
    first = WorkCalendarDay.objects.earliest("date")
    assert (first.is_workday, first.source) == (True, "")


def test_given_keys_are_kept_and_the_next_row_takes_a_new_one():
    start = bulk.next_id(WorkCalendarDay)
    bulk.load(WorkCalendarDay, ({"id": start + n} | row for n, row in enumerate(days(3))))
    later = WorkCalendarDay.objects.create(date=date(2031, 1, 1), is_workday=True, name="x")
    assert later.pk > start + 2


def test_no_rows_is_no_work():
    assert bulk.load(WorkCalendarDay, []) == 0
