"""Problems of customers: from what was found to the customer's word that it is solved (R22)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import TimelineEntry
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits import brief_reports, issue_rules
from visits.actions import handover, issues
from visits.actions.errors import VisitError
from visits.forms.issues import IssueForm
from visits.models import CustomerIssue
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db
WHAT = "夜间网速很慢，监控画面卡住"


def make_issue(customer=None, **fields) -> CustomerIssue:
    customer = customer or make_customer(manager=make_user())
    defaults = {"description": WHAT, "severity": "major", "found_on": timezone.localdate()}
    return issues.log_issue(customer=customer, by=customer.manager, **defaults | fields)


def solve(issue, at=None):
    at = at or timezone.now()
    issues.solve_issue(issue=issue, resolution="更换了交换机端口", at=at, by=issue.owner)


def confirm(issue, contact=None, at=None):
    contact = contact or make_contact(customer=issue.customer)
    at = at or timezone.now()
    issues.confirm_issue(issue=issue, confirmed_by=contact, at=at, by=issue.owner)


def verbs(issue) -> list[str]:
    return list(AuditEvent.objects.about(issue).order_by("pk").values_list("verb", flat=True))


def test_ends_only_with_the_customers_word_and_every_step_is_kept():
    issue = make_issue()
    issues.note_progress(issue=issue, note="已请网络部门排查", by=issue.owner)
    solve(issue)
    assert issue.state == "resolved" and issue in CustomerIssue.objects.unended()
    confirm(issue)
    assert issue.state == "confirmed" and not CustomerIssue.objects.unended()
    steps = ["issue.logged", "issue.progress", "issue.solved", "issue.confirmed"]
    assert verbs(issue) == steps


def test_the_timeline_of_the_customer_has_one_entry_that_says_how_it_stands():
    issue = make_issue()
    solve(issue)
    [entry] = TimelineEntry.objects.filter(customer=issue.customer, source=f"issue:{issue.pk}")
    assert WHAT in entry.title and "更换了交换机端口" in entry.detail


def test_what_is_there_again_is_opened_again():
    issue = make_issue()
    solve(issue)
    confirm(issue)
    issues.reopen_issue(issue=issue, reason="夜里又慢了", by=issue.owner)
    assert (issue.state, issue.resolution, issue.confirmed_by) == ("open", "", None)
    assert verbs(issue)[-1] == "issue.reopened"


@pytest.mark.parametrize("step", ["note", "solve", "confirm", "reopen"])
def test_a_step_whose_time_has_passed_is_refused_without_change(step):
    issue = make_issue()
    stale = CustomerIssue.objects.get(pk=issue.pk)
    if step in ("note", "solve"):
        solve(issue)
    if step == "reopen":
        wanted = "open"
    else:
        wanted = issue.state
    before = len(verbs(issue))
    tries = {
        "note": lambda: issues.note_progress(issue=stale, note="又查了一次", by=issue.owner),
        "solve": lambda: solve(stale),
        "confirm": lambda: confirm(stale),
        "reopen": lambda: issues.reopen_issue(issue=stale, reason="还在", by=issue.owner),
    }
    with pytest.raises(VisitError):
        tries[step]()
    issue.refresh_from_db()
    assert (issue.state, len(verbs(issue))) == (wanted, before)


def test_somebody_of_another_customer_cannot_confirm():
    issue = make_issue()
    solve(issue)
    with pytest.raises(VisitError, match="联系人"):
        confirm(issue, make_contact(customer=make_customer()))


def test_is_not_solved_before_it_was_found():
    issue = make_issue()
    with pytest.raises(VisitError, match="发现日期"):
        solve(issue, at=timezone.now() - timedelta(days=1))


def test_is_not_confirmed_before_it_was_solved():
    issue = make_issue()
    solve(issue)
    with pytest.raises(VisitError, match="不能早于"):
        confirm(issue, at=issue.resolved_at - timedelta(minutes=1))


@pytest.mark.parametrize("fields", [{"state": "resolved"}, {"state": "confirmed"}])
def test_the_database_wants_to_know_how_and_by_whom(fields):
    issue = make_issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerIssue.objects.filter(pk=issue.pk).update(**fields)


# --- pages ----------------------------------------------------------------------------------------
def test_found_in_a_visit_and_shown_where_one_looks_before_the_next(client):
    visit = make_visit(state="held")
    client.force_login(visit.owner)
    url = reverse("visits:issue_create") + f"?visit={visit.pk}"
    data = {"description": WHAT, "severity": "major", "found_on": timezone.localdate()}
    answer = client.post(url, data)
    issue = CustomerIssue.objects.get()
    assert answer.url == issue.get_absolute_url()
    assert (issue.visit, issue.owner, issue.customer) == (visit, visit.owner, visit.customer)
    assert WHAT in client.get(visit.get_absolute_url()).content.decode()
    of_customer = reverse("visits:customer_visits", args=[visit.customer_id])
    assert WHAT in client.get(of_customer).content.decode()
    planned = make_visit(customer=visit.customer, owner=visit.owner, state="planned")
    parts = {part.title: part for part in brief_reports.brief(planned, visit.owner).parts}
    assert WHAT in parts["未了的问题"].lines[0].text
    solve(issue)
    confirm(issue)
    clear = brief_reports.brief(planned, visit.owner).clear
    assert "未了的问题" in clear


def test_bad_input_is_said_at_the_field_and_nothing_is_lost(client):
    customer = make_customer(manager=make_user())
    client.force_login(customer.manager)
    url = reverse("visits:issue_create") + f"?customer={customer.pk}"
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = {"description": "慢", "severity": "heavy", "found_on": tomorrow}
    answer = client.post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422 and not CustomerIssue.objects.exists()
    for text in ("至少 4 个字", "请选择轻重", "不能晚于今天", str(tomorrow)):
        assert text in page


def test_the_day_it_was_found_lies_within_five_years():
    data = {"description": WHAT, "severity": "minor"}
    today = timezone.localdate()
    for day, is_taken in ((today - issue_rules.LONGEST_AGO, True), ("1900-01-01", False)):
        form = IssueForm(data | {"found_on": day})
        assert form.is_valid() is is_taken
    assert form.errors["found_on"] == ["发现日期早于五年以前，请核对年份。"]


@pytest.mark.parametrize(
    ("step", "field", "words"),
    [
        ("progress", "note", "请把做了什么写清楚"),
        ("solve", "resolution", "请把怎样解决的写清楚"),
        ("reopen", "reason", "请把客户说了什么写清楚"),
    ],
)
def test_too_few_words_are_refused_with_what_is_asked_for(client, step, field, words):
    issue = make_issue()
    if step == "reopen":
        solve(issue)
    client.force_login(issue.owner)
    answer = client.post(reverse(f"visits:issue_{step}", args=[issue.pk]), {field: "查"})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page and "原因" not in page


def test_a_customer_without_contacts_is_given_one_before_somebody_can_confirm(client):
    issue = make_issue()
    solve(issue)
    client.force_login(issue.owner)
    add = reverse("accounts:contact_create", args=[issue.customer_id])
    assert add in client.get(issue.get_absolute_url()).content.decode()
    make_contact(customer=issue.customer)
    assert add not in client.get(issue.get_absolute_url()).content.decode()


def test_a_stale_tab_is_told_and_keeps_what_was_typed(client):
    issue = make_issue()
    client.force_login(issue.owner)
    solve(issue)
    url = reverse("visits:issue_progress", args=[issue.pk])
    answer = client.post(url, {"note": "我刚打的一段话"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "状态已变更" in page and "我刚打的一段话" in page


def test_the_page_leads_through_the_steps(client):
    issue = make_issue()
    contact = make_contact(customer=issue.customer, name="周工")
    client.force_login(issue.owner)

    def send(step, **data):
        answer = client.post(reverse(f"visits:issue_{step}", args=[issue.pk]), data, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert "已请网络部门排查" in send("progress", note="已请网络部门排查")
    assert "请向客户确认" in send("solve", resolution="更换了交换机端口", at=now)
    CustomerIssue.objects.update(resolved_at=timezone.now() - timedelta(hours=1))
    page = send("confirm", confirmed_by=contact.pk, at=now)
    assert "周工" in page and "已登记客户确认" in page
    assert "已重新打开" in send("reopen", reason="夜里又慢了")


def test_the_list_finds_by_state_weight_person_and_customer(client):
    mine = make_issue()
    other = make_issue(
        make_customer(manager=mine.owner), description="账单看不懂", severity="minor"
    )
    solve(other)
    client.force_login(mine.owner)
    url = reverse("visits:issue_list")

    def found(**query):
        return [issue.pk for issue in client.get(url, query).context["page"].rows]

    assert found() == [mine.pk, other.pk]
    assert found(state="open") == [mine.pk] and found(severity="minor") == [other.pk]
    assert found(q=mine.customer.name) == [mine.pk]


def test_goes_with_the_customer_to_the_next_manager():
    issue, other = make_issue(), make_user()
    items = handover.hand_over_work(
        customer=issue.customer, old=issue.owner, to=other, by=other, reason="换人"
    )
    issue.refresh_from_db()
    assert issue.owner == other
    assert {"kind": "issue", "id": issue.pk, "text": WHAT} in items


def test_a_second_click_on_a_step_does_it_once_and_ends_on_the_page(client):
    issue = make_issue()
    client.force_login(issue.owner)
    url = reverse("visits:issue_progress", args=[issue.pk])
    sent = {"note": "已请网络部门排查", "submission_key": "7a4a8b1e-5a43-4f3c-9a53-0f0c4a3c5b11"}
    for _ in range(2):
        assert client.post(url, sent).url == issue.get_absolute_url()
    assert verbs(issue).count("issue.progress") == 1
