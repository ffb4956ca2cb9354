"""One person's work changes hands in one transaction, and nothing is left without an owner."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import AccountError, add_backup
from accounts.models import CustomerAssignment, TimelineEntry
from accounts.tests.factories import make_customer, make_duty
from core import drafts
from core.models import AuditEvent
from crm.actions import handover as actions
from crm.reports.orphans import orphans
from opportunities.models import DemandForecast, SolutionRequest
from opportunities.tests.factories import make_opportunity
from reminders.actions import DutyError
from staff.actions import people
from staff.actions.errors import StaffError
from staff.models import User
from staff.tests.factories import make_absence, make_department, make_user
from visits.tests.factories import make_commitment, make_letter, make_participant, make_visit

pytestmark = pytest.mark.django_db


def hand_over(person, to, **fields):
    fields.setdefault("by", make_user("dept_head"))
    fields.setdefault("reason", "reassignment")
    return actions.hand_over_person(user=person, to=to, note="分工调整", **fields)


def leave(person, to, **fields):
    return hand_over(person, to, reason="leave", left_on=timezone.localdate(), **fields)


def test_customers_visits_letters_promises_and_duties_go_to_the_receiver():
    person, to = make_user(), make_user()
    customer = make_customer(manager=person)
    rows = [make_visit(customer=customer), make_letter(customer=customer)]
    rows.append(make_commitment(visit=make_visit(customer=customer, state="held")))
    duty = make_duty(customer, person)
    hand_over(person, to)
    for row in (*rows, duty):
        row.refresh_from_db()
        assert row.owner == to
    customer.refresh_from_db()
    assert customer.manager == to


def test_what_has_ended_stays_with_who_did_it():
    person, to = make_user(), make_user()
    visit = make_visit(owner=person, state="closed")
    letter = make_letter(customer=visit.customer, state="closed")
    kept = make_commitment(visit=visit, state="fulfilled")
    hand_over(person, to)
    for row in (visit, letter, kept):
        row.refresh_from_db()
        assert row.owner == person


def test_a_single_customer_may_go_to_somebody_else():
    person, to, other = make_user(), make_user(), make_user()
    first, second = make_customer(manager=person), make_customer(manager=person)
    records = hand_over(person, to, receivers={second.pk: other})
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.manager, second.manager) == (to, other)
    assert {record.to_user for record in records} == {to, other}


def test_work_for_the_customer_of_a_colleague_goes_to_that_colleague():
    person, to, colleague = make_user(), make_user(), make_user()
    visit = make_visit(customer=make_customer(manager=colleague), owner=person)
    hand_over(person, to)
    visit.refresh_from_db()
    assert visit.owner == colleague


def make_forecast(customer, **fields):
    known = {"author": customer.manager, "month": timezone.localdate().replace(day=1)}
    return DemandForecast.objects.create(customer=customer, **(known | fields))


def test_open_opportunities_and_unsent_forecasts_go_along():
    person, to = make_user(), make_user()
    customer = make_customer(manager=person)
    row, forecast = make_opportunity(customer), make_forecast(customer, state="returned")
    [record] = hand_over(person, to)
    row.refresh_from_db(), forecast.refresh_from_db()
    assert (row.owner, forecast.author) == (to, to)
    assert {"opportunity", "forecast"} <= {item["kind"] for item in record.items}
    assert row.changes.get(field="owner").new.startswith(str(to))


def test_what_was_sent_or_has_ended_keeps_the_name():
    person, to = make_user(), make_user()
    customer = make_customer(manager=person)
    sent, row = make_forecast(customer, state="submitted"), make_opportunity(customer)
    type(row).objects.filter(pk=row.pk).update(
        stage="lost", loss_reason="late", winner="移动", lesson="介入太晚", ended_at=timezone.now()
    )
    hand_over(person, to)
    row.refresh_from_db(), sent.refresh_from_db()
    assert (row.owner, sent.author) == (person, person)


def test_an_opportunity_for_the_customer_of_a_colleague_goes_to_that_colleague():
    person, to, colleague = make_user(), make_user(), make_user()
    row = make_opportunity(make_customer(manager=colleague), owner=person)
    hand_over(person, to)
    row.refresh_from_db()
    assert row.owner == colleague


@pytest.mark.parametrize(("role", "moves"), [("solution_engineer", True), ("dept_head", False)])
def test_unfinished_solutions_go_to_an_engineer_only(role, moves):
    engineer, to, customer = make_user("solution_engineer"), make_user(role), make_customer()
    told = {"customer": customer, "engineer": engineer, "asked_by": customer.manager}
    row = SolutionRequest.objects.create(**told, content="同城双活", state="working")
    done = SolutionRequest.objects.create(**told, content="专线", state="delivered")
    hand_over(engineer, to)
    row.refresh_from_db(), done.refresh_from_db()
    assert (row.engineer == to, done.engineer) == (moves, engineer)


def test_a_receiver_who_came_along_is_no_longer_listed_beside_the_owner():
    person, to = make_user(), make_user()
    visit = make_visit(owner=person)
    make_participant(visit, to)
    hand_over(person, to)
    assert not visit.participants.exists()


def test_a_backup_passes_on_for_the_rest_of_its_time():
    person, to = make_user(), make_user()
    customer = make_customer()
    until = timezone.localdate() + timedelta(days=30)
    begun = timezone.localdate() - timedelta(days=5)
    add_backup(customer=customer, user=person, by=None, valid_from=begun, valid_to=until)
    hand_over(person, to)
    running = CustomerAssignment.objects.running_backups(customer).get()
    assert (running.user, running.valid_to) == (to, until)


def test_a_draft_follows_its_visit_but_never_replaces_the_receivers_own():
    person, to = make_user(), make_user()
    visit, other = make_visit(owner=person, state="held"), make_visit(owner=person, state="held")
    for one in (visit, other):
        drafts.save(person, f"visits:record:{one.pk}", {"facts": "谈了专线"})
    drafts.save(to, f"visits:record:{other.pk}", {"facts": "我写的"})
    hand_over(person, to)
    assert drafts.load(to, f"visits:record:{visit.pk}") == {"facts": "谈了专线"}
    assert drafts.load(to, f"visits:record:{other.pk}") == {"facts": "我写的"}


def test_the_record_names_what_moved_and_the_timeline_says_so():
    person, to = make_user(), make_user()
    visit = make_visit(owner=person)
    [record] = hand_over(person, to)
    assert {item["kind"] for item in record.items} == {"customer", "visit"}
    entry = TimelineEntry.objects.get(customer=visit.customer, kind="assignment")
    assert (entry.title, entry.detail) == (f"客户经理由 {person} 换为 {to}", "分工调整")
    assert AuditEvent.objects.filter(verb="handover.made", target_id=str(record.pk)).exists()


def test_a_failure_half_way_moves_nothing():
    person, gone = make_user(), make_user(state="left", left_on=timezone.localdate())
    visit = make_visit(owner=person)
    with pytest.raises(DutyError, match="已离职"):
        hand_over(person, make_user(), receivers={visit.customer_id: gone})
    visit.refresh_from_db()
    assert (visit.owner, visit.customer.manager) == (person, person)


def test_after_a_leaver_is_handed_over_nothing_is_without_a_living_owner():
    boss = make_user("dept_head")
    person, to = make_user(reports_to=boss), make_user()
    below = make_user(reports_to=person)
    for state in ("planned", "booked", "held"):
        make_visit(owner=person, state=state)
    make_letter(owner=person), make_commitment(owner=person)
    make_duty(make_customer(manager=person), person)
    today = timezone.localdate()
    absence = make_absence(make_user(), person, today, today + timedelta(days=9))
    leave(person, to, by=boss)
    for row in (person, below, absence):
        row.refresh_from_db()
    assert (person.state, below.reports_to, absence.delegate) == (User.State.LEFT, boss, to)
    assert orphans() == []


def test_an_industry_goes_to_the_receiver_who_is_an_industry_manager():
    person, to = make_user("industry_manager"), make_user("industry_manager")
    industry = make_customer(manager=person).industry
    industry.managers.add(person)
    leave(person, to)
    assert list(industry.managers.all()) == [to]


def test_a_leaver_with_customers_elsewhere_is_refused_and_nothing_moves():
    person, to = make_user(), make_user()
    visit = make_visit(owner=person)
    make_customer(manager=person, department=make_department())
    with pytest.raises(Exception, match="还负责 1 家客户"):
        leave(person, to)
    visit.refresh_from_db()
    assert visit.owner == person


def test_an_administrator_cannot_close_an_account_that_has_work_in_hand():
    admin, person = make_user("sysadmin"), make_user()
    make_visit(owner=person, customer=make_customer(manager=make_user()), state="booked")
    with pytest.raises(StaffError, match="名下还有 1 次未完成的拜访"):
        people.leave(user=person, left_on=timezone.localdate(), by=admin)
    person.refresh_from_db()
    assert person.is_active


def test_the_receiver_confirms_once():
    person, to = make_user(), make_user()
    make_customer(manager=person)
    [record] = hand_over(person, to)
    actions.confirm_handover(record=record, by=to)
    assert record.confirmed_at
    with pytest.raises(AccountError, match="已确认"):
        actions.confirm_handover(record=record, by=to)
