"""Thirty visits and twenty letters counted by hand: table, list, export and history all agree."""

import io
import re
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Customer
from core import clock
from core.models import Parameter
from reminders.models import Obligation
from visits import kpi_sets
from visits.actions.kpi import rebuild_kpi
from visits.kpi_rules import METRICS
from visits.models import KpiMonth, ThankYouLetter
from visits.tests import kpi_set
from visits.tests.kpi_set import EXPECTED, LETTERS, NOW, ORDER, VISITS, L, V, make_world

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)
SEEN_BY = {
    "甲": {"甲"},
    "乙": {"乙"},
    "head": {"甲", "乙"},
    "other head": {"丙"},
    "director": {"甲", "乙", "丙"},
    "auditor": {"甲", "乙", "丙"},
}


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Made once; what a test changes is undone after it, the whole after the last one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return made


def rows(world, viewer, metric, part="base", month=NOVEMBER, now=NOW):
    people = kpi_sets.people_of(world.people[viewer], month)
    return kpi_sets.rows_of(metric, month, now, people=people, part=part)


def mark(metric, item, world) -> str:
    """Y, N or -: where the rows of the drill-down put one visit or letter."""
    found = {part: set(rows(world, "director", metric, part).values_list("pk", flat=True))
             for part in ("base", "hit", "miss")}  # fmt: skip
    assert found["hit"] | found["miss"] == found["base"] and not found["hit"] & found["miss"]
    return "Y" if item in found["hit"] else "N" if item in found["miss"] else "-"


def duty_of(subject, kind):
    duty = Obligation.objects.of(kind, subject).first()
    return duty.pk if duty else None


def test_the_set_is_thirty_visits_and_twenty_letters():
    assert (len(VISITS), len(LETTERS)) == (30, 20)


def test_every_visit_counts_as_it_was_marked_by_hand(world):
    found = []
    for visit in world.visits:
        letter = ThankYouLetter.objects.filter(visit=visit).first()
        keys = [visit.pk] * 3 + [
            duty_of(visit, "visit_record"),
            duty_of(letter, "thank_you_letter") if letter else None,
        ]
        found.append("".join(mark(m, k, world) for m, k in zip(ORDER, keys, strict=True)))
    by_hand = [(row.marks, row.why) for row in VISITS]
    assert [(m, row.why) for m, row in zip(found, VISITS, strict=True)] == by_hand


def test_every_letter_counts_as_it_was_marked_by_hand(world):
    found = [mark("reply", duty_of(letter, "letter_reply"), world) for letter in world.letters]
    assert [(m, r.why) for m, r in zip(found, LETTERS, strict=True)] == [
        (row.mark, row.why) for row in LETTERS
    ]


def test_the_sums_are_those_added_up_by_hand(world):
    counted = kpi_sets.tallies(NOVEMBER, NOW)
    for name, sums in EXPECTED.items():
        pk = world.people[name].pk
        found = {code: (counted[pk, code].hits, counted[pk, code].base) for code in sums}
        assert found == sums, name


def test_the_rates_are_those_divided_by_hand(world, client):
    client.force_login(world.people["甲"])
    [line] = client.get(reverse("visits:kpi"), {"month": "2026-11"}).context["lines"]
    found = {c.metric.code: c.tally.rate and str(c.tally.rate) for c in line.cells}
    assert found == kpi_set.RATES_OF_JIA


@pytest.mark.parametrize("viewer", SEEN_BY)
def test_every_number_is_the_count_of_the_rows_behind_it(world, client, viewer):
    client.force_login(world.people[viewer])
    page = client.get(reverse("visits:kpi"), {"month": "2026-11"})
    front = [line for line in page.context["lines"] if line.name in EXPECTED]
    assert {line.name for line in front} == SEEN_BY[viewer]
    links = 0
    for line in [*front, *filter(None, [page.context["whole"]])]:
        for cell in line.cells:
            if not cell.tally.base:
                continue
            query = {"metric": cell.metric.code, "month": "2026-11"}
            query |= {"person": line.person.pk} if line.person else {}
            assert query_link(query) in page.content.decode()
            behind = client.get(reverse("visits:kpi_rows"), query)
            shown = {code: count for code, _, count in behind.context["tabs"]}
            assert (shown["hit"], shown["base"]) == (cell.tally.hits, cell.tally.base)
            assert shown["miss"] == cell.tally.misses
            assert len(behind.context["rows"]) == cell.tally.base
            assert sum(row.is_hit for row in behind.context["rows"]) == cell.tally.hits
            missed = client.get(reverse("visits:kpi_rows"), query | {"part": "miss"})
            assert len(missed.context["rows"]) == cell.tally.misses
            links += 1
    assert links >= 6 * len(front)


def query_link(query: dict) -> str:
    return "&amp;".join(f"{key}={value}" for key, value in query.items())


@pytest.mark.parametrize(("viewer", "other"), [("甲", "乙"), ("head", "丙"), ("other head", "甲")])
def test_nobody_opens_the_rows_of_somebody_out_of_scope(world, client, viewer, other):
    client.force_login(world.people[viewer])
    query = {"metric": "held", "month": "2026-11", "person": world.people[other].pk}
    for name in ("visits:kpi_rows", "visits:kpi"):
        assert client.get(reverse(name), query).status_code == 404
    export = f"{reverse('visits:kpi_rows_export')}?" + "&".join(
        f"{k}={v}" for k, v in query.items()
    )
    assert client.post(export).status_code == 404


def test_the_files_hold_the_same_rows(world, client):
    client.force_login(world.people["head"])
    person = world.people["甲"].pk
    query = f"?metric=reply&month=2026-11&person={person}"
    sheet = sheet_of(client.post(reverse("visits:kpi_rows_export") + query))
    assert len(sheet) - 1 == 8
    assert sum(row[-1] == "按时" for row in sheet[1:]) == 5
    table = sheet_of(client.post(reverse("visits:kpi_export") + "?month=2026-11"))
    [line] = [row for row in table if row[0] == "甲"]
    at = table[0].index("来函按时回复率（%）")
    assert [float(line[at]), line[at + 1], line[at + 2]] == [62.5, 5, 8]


def sheet_of(response):
    book = load_workbook(io.BytesIO(response.content))
    return list(book.active.iter_rows(values_only=True))


def test_the_history_holds_the_same_sums_and_twice_is_once(world):
    rebuild_kpi(now=NOW)
    rebuild_kpi(now=NOW)
    of_people = KpiMonth.objects.filter(month=NOVEMBER, user__isnull=False)
    for name, sums in EXPECTED.items():
        found = of_people.filter(user=world.people[name]).values_list("metric", "hits", "base")
        assert {code: (hits, base) for code, hits, base in found} == sums
    department = world.people["甲"].department
    [whole] = KpiMonth.objects.filter(
        month=NOVEMBER, user=None, department=department, metric="held"
    )
    assert (whole.hits, whole.base) == (9 + 3, 12 + 4)


def test_october_and_december_hold_what_november_does_not(world):
    jia = world.people["甲"].pk
    october = kpi_sets.tallies(date(2026, 10, 1), NOW)
    assert {code: october[jia, code].base for code in METRICS if (jia, code) in october} == {
        "held": 1,
        "booked": 1,
        "punctual": 1,
        "reply": 1,
    }
    december = kpi_sets.tallies(date(2026, 12, 1), NOW)
    assert december[jia, "thanks"].base == 2
    assert december[jia, "held"].base == 1


def test_what_is_not_due_yet_does_not_count(world):
    jia = world.people["甲"].pk
    early = kpi_set.moment("11-04 17:59")
    found = kpi_sets.tallies(NOVEMBER, early)
    # Both letters of 11-02 were already ended in this set; the one that never was is due on 11-13.
    assert found[jia, "reply"].misses < 3
    assert (
        found[jia, "held"].base == 4
    )  # three of the first days, and the first instant of November


def test_close_at_midnight_is_the_day_that_ends_there(world):
    Parameter.objects.filter(key="business_close").update(value="24:00")
    ding, customer = world.people["乙"], world.letters[12].customer
    on_the_stroke = L("乙", "11-26 09:00", "12-01 00:00", "Y", "24:00 of 11-30")
    too_late = L("乙", "11-26 10:00", "12-01 00:00:01", "N", "a second later")
    before = kpi_sets.tallies(NOVEMBER, NOW)[ding.pk, "reply"]
    for row in (on_the_stroke, too_late):
        kpi_set.answer_one(row, ding, customer)
    after = kpi_sets.tallies(NOVEMBER, NOW)[ding.pk, "reply"]
    assert (after.hits - before.hits, after.base - before.base) == (1, 2)


def test_a_customer_who_left_the_scope_counts_and_is_not_named(world, client):
    customer = Customer.objects.get(pk=world.visits[0].customer_id)
    customer.manager = world.people["丙"]
    customer.department = world.people["丙"].department
    customer.save()
    customer.assignments.update(user=world.people["丙"])
    client.force_login(world.people["head"])
    query = {"metric": "held", "month": "2026-11", "person": world.people["甲"].pk}
    page = client.get(reverse("visits:kpi_rows"), query)
    assert len(page.context["rows"]) == 12
    text = re.sub(r"\s+", "", page.content.decode())
    assert customer.name not in text
    assert all(not row.url for row in page.context["rows"])


def test_three_queries_count_everybody(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        kpi_sets.tallies(NOVEMBER, NOW)
    assert isinstance(VISITS[0], V)
