"""Every pair of state and verb that the table does not list leaves the database as it was."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from reminders.models import Obligation
from staff.tests.factories import make_user
from visits import rules
from visits.actions import plans, visiting
from visits.models import Visit, VisitRecord, WeeklyPlan, WeeklyPlanItem
from visits.tests.factories import make_record, make_visit
from visits.tests.letter_factories import shanghai

pytestmark = pytest.mark.django_db


def moment(value):
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")


def valid_input(verb, visit):
    now = timezone.now()
    later = now + timedelta(days=3)
    contact = visit.contacts.first().pk
    if verb == "book":
        return {
            "booked_at": moment(now - timedelta(days=9)),
            "booked_with": contact,
            "booking_channel": "phone",
            "late_booking_reason": "customer_request",
        }
    if verb == "hold":
        return {"started_at": moment(now - timedelta(hours=2)), "ended_at": moment(now)}
    if verb == "record":
        outcomes = {f"outcome_{p.pk}": "covered" for p in visit.key_points.all()}
        return outcomes | {
            "customer_opinions": "账单看不懂",
            "opinion_speaker": contact,
            "summary_points": "月底前送方案",
            "no_view_change": "on",
            "declares_truth": "on",
            "has_no_next_step": "on",
        }
    if verb == "reschedule":
        return {
            "scheduled_start": moment(later),
            "reason": "客户出差",
            "scheduled_end": moment(later + timedelta(hours=1)),
        }
    if verb == "plan":
        return {"mode": "on_site", "is_formal": "on", "stage": visit.stage, "verb": "plan",
                "customer": visit.customer_id, "contacts": contact, "purpose": visit.purpose,
                "scheduled_start": moment(later), "key_kind": "ask", "key_content": "新要点",
                "scheduled_end": moment(later + timedelta(hours=1)),
                "seen": plans.mark_of(visit)}  # fmt: skip
    return {"reason": "客户出差"}


URL = {"plan": "visit_edit"}


def post(client, verb, visit, **headers):
    client.force_login(visit.owner)
    url = reverse(f"visits:{URL.get(verb, 'visit_' + verb)}", args=[visit.pk])
    return client.post(url, valid_input(verb, visit), **headers)


def make(state, is_formal):
    visit = make_visit(state=state, is_formal=is_formal)
    if state in ("recorded", "closed"):
        make_record(visit)
    return visit


def snapshot():
    return (
        list(Visit.objects.order_by("pk").values()),
        VisitRecord.objects.count(),
        Obligation.objects.count(),
        AuditEvent.objects.count(),
    )


PAIRS = [
    (state, verb, is_formal)
    for state in rules.STATES
    for verb in rules.MOVES
    for is_formal in (True, False)
]
ILLEGAL = [
    p
    for p in PAIRS
    if not rules.may_move(p[0], p[1], is_formal=p[2])
    # editing a planned visit is no move, but allowed
    and not (p[1] == "plan" and p[0] in rules.EDITABLE)
]
LEGAL = [p for p in PAIRS if rules.may_move(p[0], p[1], is_formal=p[2])]


@pytest.mark.parametrize(("state", "verb", "is_formal"), ILLEGAL)
def test_an_illegal_move_changes_nothing(client, state, verb, is_formal):
    visit = make(state, is_formal)
    before = snapshot()

    response = post(client, verb, visit)

    assert response.status_code in (200, 302)
    assert snapshot() == before


@pytest.mark.parametrize(("state", "verb", "is_formal"), LEGAL)
def test_a_legal_move_reaches_its_state(client, state, verb, is_formal):
    visit = make(state, is_formal)
    if verb == "close":
        visit.mode = "phone"
        visit.save()
        VisitRecord.objects.update(state="accepted")

    response = post(client, verb, visit)

    assert response.status_code == 302, response.context["form"].errors
    visit.refresh_from_db()
    assert visit.state == rules.MOVES[verb].target


VERBS = sorted(rules.MOVES.keys() - {"plan"}) + ["arrive", "edit"]


@pytest.mark.parametrize("verb", VERBS)
def test_another_manager_gets_404(client, verb):
    visit = make_visit()
    client.force_login(make_user())
    assert client.post(reverse(f"visits:visit_{verb}", args=[visit.pk])).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", ["branch_director", "auditor", "sysadmin", "back_office"])
def test_the_wrong_role_gets_403(client, verb, role):
    visit = make_visit()
    client.force_login(make_user(role))
    assert client.post(reverse(f"visits:visit_{verb}", args=[visit.pk])).status_code == 403


@pytest.mark.parametrize("verb", ["start", "arrive", "close"])
def test_a_one_tap_verb_is_no_get(client, verb):
    visit = make_visit()
    client.force_login(visit.owner)
    assert client.get(reverse(f"visits:visit_{verb}", args=[visit.pk])).status_code == 405


@pytest.mark.parametrize(
    "verb", ["book", "hold", "record", "cancel", "reschedule", "no_show", "edit"]
)
def test_the_page_of_a_verb_that_is_over_leads_back(client, verb):
    visit = make_visit(state="closed")
    client.force_login(visit.owner)
    response = client.get(reverse(f"visits:visit_{verb}", args=[visit.pk]))
    assert response.status_code == 302 and response.url == visit.get_absolute_url()


@pytest.mark.parametrize(
    ("state", "goes_along"), [("draft", True), ("submitted", True), ("reviewed", False)]
)
def test_the_line_of_a_weekly_plan_goes_along_until_it_is_answered(state, goes_along):
    visit = make_visit(scheduled_start=shanghai(2026, 12, 8, 9))
    plan = WeeklyPlan.objects.create(user=visit.owner, monday=date(2026, 12, 7), state=state)
    line = WeeklyPlanItem.objects.create(
        plan=plan, kind="visit", day=date(2026, 12, 8), content="拜访", visit=visit
    )
    new = visiting.reschedule_visit(
        visit=visit, scheduled_start=shanghai(2026, 12, 10, 9),
        scheduled_end=shanghai(2026, 12, 10, 10), reason="客户出差", by=visit.owner,
    )  # fmt: skip
    line.refresh_from_db()
    day = date(2026, 12, 10 if goes_along else 8)
    assert (line.visit, line.day) == (new if goes_along else visit, day)
