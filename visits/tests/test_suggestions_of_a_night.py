"""What a night suggests, follows and closes (R22, §B.15)."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import CustomerAssignment
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from staff.tests.factories import make_user
from visits.actions import rhythm, suggesting, visiting
from visits.actions.errors import VisitError
from visits.models import LastVisit, Visit, VisitFrequencyPolicy, VisitSuggestion
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 2, 10, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 27)


def days_ago(days, hour=10):
    day = TODAY - timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def customer_of(grade="A", since=date(2026, 1, 1), **fields):
    customer = make_customer(grade=grade, **fields)
    CustomerAssignment.objects.filter(customer=customer).update(valid_from=since)
    return customer


def found(customer, kind="on_site"):
    return VisitSuggestion.objects.filter(customer=customer, kind=kind).order_by("pk")


def rows():
    return list(VisitSuggestion.objects.order_by("pk").values())


def test_the_seeded_policy_is_that_of_the_handbook():
    days = {(p.grade, p.kind): p.every_days for p in VisitFrequencyPolicy.objects.all()}
    kinds = ("phone", "on_site", "executive")
    said = {g: tuple(days[g, k] for k in kinds) for g in "ABCD"}
    assert said == {
        "A": (7, 30, 90),
        "B": (14, 60, 180),
        "C": (30, 90, None),
        "D": (90, None, None),
    }


def test_a_customer_not_visited_for_the_interval_is_suggested_with_its_day():
    customer = customer_of("A")
    make_visit(customer=customer, ended_at=days_ago(31))
    suggesting.suggest(now=NOW)
    row = found(customer).get()
    assert (row.state, row.due_on) == ("open", TODAY - timedelta(days=1))
    assert row.last_at == days_ago(31)


def test_a_customer_visited_lately_is_not_suggested():
    customer = customer_of("B")
    make_visit(customer=customer, ended_at=days_ago(20))
    suggesting.suggest(now=NOW)
    assert not found(customer).exists()


def test_a_customer_never_visited_counts_from_the_assignment():
    old, new = customer_of("C", since=date(2026, 8, 1)), customer_of("C", since=TODAY)
    suggesting.suggest(now=NOW)
    assert found(old).get().due_on == date(2026, 10, 30)
    assert not found(new).exists()


def test_grade_d_is_called_only_and_a_lost_customer_is_left_alone():
    low, lost = customer_of("D"), customer_of("A", lifecycle="lost")
    suggesting.suggest(now=NOW)
    assert [r.kind for r in VisitSuggestion.objects.filter(customer=low)] == ["phone"]
    assert not VisitSuggestion.objects.filter(customer=lost).exists()


def test_a_visit_without_a_head_is_no_executive_visit():
    customer = customer_of("A")
    make_visit(customer=customer, ended_at=days_ago(5))
    suggesting.suggest(now=NOW)
    assert found(customer, "executive").exists()
    assert not found(customer, "on_site").exists()


def test_a_head_who_came_along_makes_it_an_executive_visit():
    customer = customer_of("A")
    visit = make_visit(customer=customer, ended_at=days_ago(5))
    make_participant(visit, make_user("dept_head"), role="executive")
    suggesting.suggest(now=NOW)
    assert not found(customer, "executive").exists()


def test_a_second_run_changes_no_row():
    for grade in "ABCD":
        make_visit(customer=customer_of(grade), ended_at=days_ago(100))
        customer_of(grade)
    suggesting.suggest(now=NOW)
    before = rows()
    assert len(before) > 6
    assert suggesting.suggest(now=NOW) == 0
    assert rows() == before


def test_a_visit_that_was_logged_meanwhile_closes_the_suggestion():
    customer = customer_of("A")
    suggesting.suggest(now=NOW)
    make_visit(customer=customer, ended_at=days_ago(1))
    suggesting.suggest(now=NOW)
    assert [r.state for r in found(customer)] == ["done"]


def test_an_arranged_visit_of_that_kind_marks_it_planned_and_a_cancelled_one_opens_it():
    customer = customer_of("A")
    visit = make_visit(customer=customer, scheduled_start=NOW + timedelta(days=2))
    suggesting.suggest(now=NOW)
    row = found(customer).get()
    assert (row.state, row.visit_id) == ("planned", visit.pk)
    assert found(customer, "phone").get().state == "open"
    visit.state = "cancelled"
    visit.save()
    suggesting.suggest(now=NOW)
    row.refresh_from_db()
    assert (row.state, row.visit_id) == ("open", None)


def test_what_was_put_aside_comes_again_after_its_day_and_not_before():
    customer = customer_of("A")
    suggesting.suggest(now=NOW)
    row, until = found(customer).get(), TODAY + timedelta(days=10)
    rhythm.dismiss_suggestion(
        suggestion=row, reason="客户搬迁中", until=until, today=TODAY, by=customer.manager
    )
    suggesting.suggest(now=NOW + timedelta(days=10))
    row.refresh_from_db()
    assert row.state == "dismissed"
    suggesting.suggest(now=NOW + timedelta(days=11))
    row.refresh_from_db()
    assert (row.state, row.dismissed_until, found(customer).count()) == ("open", None, 1)


def test_an_interval_that_is_no_longer_asked_for_takes_its_suggestions_away():
    customer = customer_of("A")
    suggesting.suggest(now=NOW)
    VisitFrequencyPolicy.objects.filter(grade="A", kind="on_site").update(every_days=None)
    suggesting.suggest(now=NOW)
    assert [r.state for r in found(customer)] == ["dismissed"]
    assert suggesting.suggest(now=NOW) == 0


def loosen():
    VisitFrequencyPolicy.objects.filter(grade="A", kind="on_site").update(every_days=300)


def test_what_falls_due_much_later_by_a_looser_policy_is_taken_away_until_its_new_day():
    customer = customer_of("A", since=TODAY - timedelta(days=40))
    suggesting.suggest(now=NOW)
    loosen()
    suggesting.suggest(now=NOW)
    row = found(customer).get()
    assert (row.state, row.reason) == ("dismissed", "按现在的频次还没有到期")
    assert suggesting.suggest(now=NOW) == 0
    day = TODAY + timedelta(days=260)
    suggesting.suggest(now=NOW + timedelta(days=253))
    row.refresh_from_db()
    assert (row.state, row.due_on, found(customer).count()) == ("open", day, 1)


def test_a_new_manager_is_given_the_whole_interval():
    customer = customer_of("A")
    suggesting.suggest(now=NOW)
    CustomerAssignment.objects.filter(customer=customer).update(valid_from=TODAY)
    suggesting.suggest(now=NOW)
    assert [row.state for row in found(customer)] == ["dismissed"]


def test_a_visit_that_is_arranged_stays_with_its_suggestion_and_a_cancelled_one_takes_it_away():
    customer = customer_of("A")
    visit = make_visit(customer=customer, scheduled_start=NOW + timedelta(days=2))
    suggesting.suggest(now=NOW)
    CustomerAssignment.objects.filter(customer=customer).update(valid_from=TODAY)
    loosen()
    suggesting.suggest(now=NOW)
    assert [row.state for row in found(customer)] == ["planned"]
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    suggesting.suggest(now=NOW)
    assert [row.state for row in found(customer)] == ["dismissed"]


def test_putting_aside_for_more_than_ninety_days_is_refused():
    customer = customer_of("A")
    suggesting.suggest(now=NOW)
    with pytest.raises(VisitError, match="90"):
        rhythm.dismiss_suggestion(
            suggestion=found(customer).get(), reason="以后再说",
            until=TODAY + timedelta(days=91), today=TODAY, by=customer.manager,
        )  # fmt: skip


def test_the_day_itself_follows_planned_cancelled_and_kept_visits():
    customer = customer_of("A")
    suggesting.suggest(now=timezone.now())
    visit = make_visit(customer=customer, state="planned", is_formal=False)
    rhythm.follow(visit)
    row = found(customer).get()
    assert (row.state, row.visit_id) == ("planned", visit.pk)
    visiting.cancel_visit(visit=visit, reason="客户临时有事", by=visit.owner)
    row.refresh_from_db()
    assert (row.state, row.visit_id) == ("open", None)
    going = make_visit(customer=customer, state="in_progress", is_formal=False)
    now = timezone.now()
    visiting.hold_visit(
        visit=going, started_at=now - timedelta(hours=1), ended_at=now, by=going.owner
    )
    row.refresh_from_db()
    assert (row.state, row.visit_id) == ("done", going.pk)
    assert LastVisit.objects.get(customer=customer, kind="on_site").at == now


def test_the_last_visit_is_put_right_at_night():
    customer = customer_of("A")
    visit = make_visit(customer=customer, ended_at=days_ago(9))
    LastVisit.objects.create(customer=customer, kind="phone", at=NOW)
    suggesting.suggest(now=NOW)
    kept = LastVisit.objects.filter(customer=customer).values_list("kind", "at")
    assert list(kept) == [("on_site", visit.ended_at)]
