"""No problem is forgotten: on the day's page, in the list, in the plan of the week (R22)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_absence, make_department, make_user
from visits import issue_reports, issue_rules, kpi_waiting_reports, weekly_reports, weekly_rules
from visits.actions import weekly
from visits.models import CustomerIssue

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    return make_user("dept_head", department=make_department())


@pytest.fixture
def manager(head):
    return make_user(department=head.department)


def make_issue(manager, what="网速慢", severity="minor", days=0, state="open", customer=None):
    customer = customer or make_customer(manager=manager)
    fields = {"found_on": timezone.localdate() - timedelta(days=days), "created_by": manager}
    if state != "open":
        fields |= {"resolution": "换端口", "resolved_at": timezone.now()}
    if state == "confirmed":
        word = make_contact(customer=customer)
        fields |= {"confirmed_by": word, "confirmed_at": timezone.now()}
    return CustomerIssue.objects.create(
        customer=customer, owner=manager, description=what, severity=severity, state=state, **fields
    )


def pressing(user):
    return [line.issue for line in issue_reports.pressing(user, timezone.localdate()).lines]


def listed(client, user, **query):
    client.force_login(user)
    return client.get(reverse("visits:issue_list"), query).context["page"].rows


@pytest.mark.parametrize("severity", issue_rules.HEAVIEST_FIRST)
def test_each_weight_has_its_own_patience(severity):
    today = timezone.localdate()
    last = today - timedelta(days=issue_rules.PATIENCE[severity])
    assert not issue_rules.is_late(severity, last, today)
    assert issue_rules.is_late(severity, last - timedelta(days=1), today)


def test_every_weight_that_can_be_chosen_has_a_rank_and_a_patience():
    weights = set(CustomerIssue.Severity.values)
    assert weights == set(issue_rules.HEAVIEST_FIRST) == set(issue_rules.PATIENCE)


def test_a_manager_is_shown_the_own_ones_that_are_not_ended_heaviest_and_oldest_first(manager):
    light = make_issue(manager, days=40)
    new = make_issue(manager, severity="critical")
    old = make_issue(manager, severity="critical", days=9, state="resolved")
    make_issue(manager, state="confirmed")
    make_issue(make_user(department=manager.department), severity="critical")
    assert pressing(manager) == [old, new, light]


def test_a_head_is_shown_what_is_critical_or_old_in_the_department(head, manager):
    critical = make_issue(manager, severity="critical")
    old = make_issue(manager, severity="major", days=15)
    make_issue(manager, severity="major", days=14)
    make_issue(make_user(department=make_department()), severity="critical")
    assert pressing(head) == [critical, old]
    director = make_user("branch_director")
    assert len(pressing(director)) == 3


def test_who_stands_in_is_shown_those_of_the_absent(manager):
    other, today = make_user(department=manager.department), timezone.localdate()
    issue = make_issue(manager)
    assert pressing(other) == []
    make_absence(manager, other, today, today)
    assert pressing(type(other).objects.get(pk=other.pk)) == [issue]


def test_the_page_of_the_day_shows_the_first_ones_says_how_many_and_how_long(client, manager):
    customer = make_customer(manager=manager)
    for number in range(issue_reports.TOP + 2):
        make_issue(manager, f"第 {number} 个问题", days=31 + number, customer=customer)
    client.force_login(manager)
    page = client.get(reverse("crm:today")).content.decode()
    assert '未了结的客户问题 <span class="count">7</span>' in page
    assert "第 6 个问题" in page and "第 1 个问题" not in page
    assert "历时 37 天，拖得太久" in page


def test_without_a_problem_the_page_of_the_day_has_no_panel(client, manager):
    client.force_login(manager)
    assert "未了结的客户问题" not in client.get(reverse("crm:today")).content.decode()


def test_the_list_begins_with_what_is_not_ended_the_heaviest_and_oldest_first(client, manager):
    light, ended = make_issue(manager, days=3), make_issue(manager, state="confirmed")
    heavy, older = make_issue(manager, severity="major"), make_issue(manager, days=50)
    assert listed(client, manager) == [heavy, older, light]
    assert listed(client, manager, tab="ended") == [ended]
    assert set(listed(client, manager, tab="all")) == {heavy, ended, light, older}
    assert listed(client, manager, tab="nonsense") == [heavy, older, light]


def test_a_state_that_is_looked_for_is_found_from_any_tab(client, manager):
    ended, waiting = make_issue(manager, state="confirmed"), make_issue(manager)
    assert listed(client, manager, tab="unended", state="confirmed") == [ended]
    assert listed(client, manager, tab="ended", state="open") == [waiting]


def test_a_long_list_is_turned_page_by_page_without_repeating_a_row(client, manager):
    customer = make_customer(manager=manager)
    weights = issue_rules.HEAVIEST_FIRST
    for number in range(60):
        make_issue(manager, severity=weights[number % 3], days=number % 7, customer=customer)
    client.force_login(manager)
    first = client.get(reverse("visits:issue_list")).context["page"]
    rest = client.get(first.next_url).context["page"]
    ranks = [weights.index(issue.severity) for issue in [*first, *rest]]
    assert ranks == sorted(ranks)
    assert len({issue.pk for issue in [*first, *rest]}) == 60 and rest.next_url is None


def test_what_is_urgent_is_counted_for_the_head_and_the_link_lists_the_same(client, head, manager):
    urgent = make_issue(manager, severity="critical")
    make_issue(manager)
    counts = kpi_waiting_reports.waiting(head, timezone.now())
    [count] = [one for one in counts if one.label == "客户问题紧急或拖得太久"]
    client.force_login(head)
    assert count.count == 1
    assert client.get(count.url).context["page"].rows == [urgent]


def test_the_plan_of_the_week_proposes_what_is_not_ended(manager):
    worked = make_issue(manager, "夜里慢")
    solved = make_issue(manager, "账单不符", severity="major", state="resolved")
    make_issue(manager, "了结的事", state="confirmed")
    make_issue(make_user(department=manager.department), "别人的事")
    monday = weekly_rules.next_monday(timezone.now())
    plan = weekly.start_plan(user=manager, monday=monday, by=manager)
    lines = [(one.day, one.content, one.customer) for one in weekly_reports.proposals(plan)]
    assert lines == [
        (monday, "请客户确认已解决：账单不符", solved.customer),
        (monday, "跟进客户问题：夜里慢", worked.customer),
    ]
