"""周计划 as pages: written, handed in, answered on one screen."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import make_customer
from core import drafts
from core.rules import SHANGHAI
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_department, make_user
from visits import kpi_waiting_reports, weekly_rules
from visits.actions import weekly
from visits.models import VisitSuggestion, WeeklyPlan
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    return make_user("dept_head", department=make_department())


@pytest.fixture
def author(head):
    return make_user(department=head.department)


@pytest.fixture
def monday(db):
    return weekly_rules.next_monday(timezone.now())


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def payload(plan, **fields):
    line = {
        "item_kind": "visit",
        "item_day": plan.monday.isoformat(),
        "item_content": "上门走访",
        "item_customer": "",
        "item_visit": "",
    }
    given = {"seen_at": plan.updated_at.isoformat(), "summary": "走访了三家", "verb": "submit"}
    return line | given | fields


@pytest.fixture
def plan(author, monday):
    return weekly.start_plan(user=author, monday=monday, by=author)


@pytest.fixture
def submitted(author, plan):
    browser(author).post(plan.get_absolute_url(), payload(plan))
    plan.refresh_from_db()
    assert plan.state == "submitted"
    return plan


def test_starting_twice_leads_to_the_same_plan(author):
    client = browser(author)
    first, second = client.post("/weekly/start/"), client.post("/weekly/start/")
    assert first["Location"] == second["Location"]
    assert WeeklyPlan.objects.count() == 1


def test_the_page_proposes_visits_duties_suggestions_and_what_was_left_over(author, monday):
    customer = make_customer(manager=author)
    start = datetime.combine(monday, time(10), SHANGHAI)
    visit = make_visit(customer=customer, scheduled_start=start, purpose="商量明年专线扩容的事情")
    Obligation.objects.create(
        kind=DutyKind.COMMITMENT, subject=visit, owner=author, title="兑现承诺：送组网图", path="/",
        clock="fixed", started_at=timezone.now(), due_at=start, original_due_at=start,
    )  # fmt: skip
    due = make_customer(manager=author)
    VisitSuggestion.objects.create(customer=due, kind="phone", due_on=monday)
    long_past = monday - timedelta(days=330)
    VisitSuggestion.objects.create(customer=due, kind="on_site", due_on=long_past)
    before = weekly.start_plan(user=author, monday=monday - weekly_rules.WEEK, by=author)
    weekly.save_plan(
        plan=before, items=[weekly.Item("task", before.monday, "没做完的事")],
        summary="", outcomes={},
        seen_at=before.updated_at, by=author,
    )  # fmt: skip
    plan = weekly.start_plan(user=author, monday=monday, by=author)
    html = browser(author).get(plan.get_absolute_url()).content.decode()
    for words in ("商量明年专线扩容的事情", "兑现承诺：送组网图", 'value="没做完的事"'):
        assert words in html
    assert f"应在 {long_past} 前" in html  # with the year: it is long past


def test_saving_keeps_the_draft_and_last_weeks_outcome(author, monday, plan):
    before = weekly.start_plan(user=author, monday=monday - weekly_rules.WEEK, by=author)
    weekly.save_plan(
        plan=before, items=[weekly.Item("task", before.monday, "对账")],
        summary="", outcomes={},
        seen_at=before.updated_at, by=author,
    )  # fmt: skip
    item = before.items.get()
    answer = browser(author).post(
        plan.get_absolute_url(), payload(plan, verb="save", **{f"outcome_{item.pk}": "已完成"})
    )
    plan.refresh_from_db(), item.refresh_from_db()
    assert answer.status_code == 302
    assert (plan.state, plan.items.get().content, item.outcome) == ("draft", "上门走访", "已完成")


def test_a_wrong_line_is_told_and_nothing_typed_is_lost(author, plan):
    far = (plan.monday + timedelta(days=30)).isoformat()
    typed = payload(plan, item_day=far)
    html = browser(author).post(plan.get_absolute_url(), typed).content.decode()
    assert "请选择这一周里的一天" in html
    assert "上门走访" in html
    foreign = make_customer(manager=make_user())
    answer = browser(author).post(plan.get_absolute_url(), payload(plan, item_customer=foreign.pk))
    assert "请从列表中选择客户" in answer.content.decode()


def test_the_second_of_two_tabs_is_told_and_overwrites_nothing(author, plan):
    stale = payload(plan, verb="save", item_content="第二个页面")
    browser(author).post(plan.get_absolute_url(), payload(plan, verb="save"))
    html = browser(author).post(plan.get_absolute_url(), stale).content.decode()
    assert "另一个页面" in html and "第二个页面" in html
    assert plan.items.get().content == "上门走访"


def test_handing_in_twice_is_told(author, submitted):
    html = browser(author).post(submitted.get_absolute_url(), payload(submitted)).content.decode()
    assert "不能再修改" in html


def test_another_manager_gets_404_and_an_engineer_403(author, submitted):
    url = submitted.get_absolute_url()
    assert browser(make_user(department=author.department)).get(url).status_code == 404
    assert browser(make_user("solution_engineer")).get(url).status_code == 403


def test_the_head_reads_and_answers_from_one_screen(head, submitted, monday):
    client = browser(head)
    html = client.get(f"/weekly/review/?week={monday}").content.decode()
    assert "上门走访" in html and "走访了三家" in html
    url = f"{submitted.get_absolute_url()}review/"
    answer = client.post(url, {"decision": "reviewed", "feedback": "同意", "from": "pile"})
    assert answer["Location"] == f"/weekly/review/?week={monday}"
    submitted.refresh_from_db()
    assert (submitted.state, submitted.reviewed_by) == ("reviewed", head)
    assert "上门走访" not in client.get(f"/weekly/review/?week={monday}").content.decode()
    assert "状态已变更" in client.post(url, {"decision": "reviewed"}).content.decode()


def test_returning_needs_a_reason(head, submitted):
    url = f"{submitted.get_absolute_url()}review/"
    assert "要改什么" in browser(head).post(url, {"decision": "returned"}).content.decode()
    submitted.refresh_from_db()
    assert submitted.state == "submitted"


def test_the_author_may_not_answer_and_the_head_may_not_write(author, head, submitted):
    url = submitted.get_absolute_url()
    assert browser(author).post(f"{url}review/", {"decision": "reviewed"}).status_code == 403
    assert browser(head).post(url, payload(submitted)).status_code == 403
    assert browser(head).get(f"{url}review/").status_code == 405


def test_the_head_sees_who_handed_in_and_who_is_missing(head, author, submitted, monday):
    make_user(department=head.department, name="没交的人")
    response = browser(head).get(f"/weekly/?week={monday}")
    assert response.context["tally"] == {
        "submitted": 1, "reviewed": 0, "returned": 0, "all": 2, "missing": 1
    }  # fmt: skip
    assert "没交的人" in response.content.decode()


def test_a_wrong_week_in_the_address_is_no_error(head):
    for query in ("?week=x", "?week=0001-01-01", "?week=9999-12-31"):
        assert browser(head).get(f"/weekly/{query}").status_code == 200


def test_the_pile_begins_with_the_oldest_week_and_leads_to_the_others(submitted, head, monday):
    """The heads' page counts plans of every week: each of them must be found."""
    before = monday - timedelta(days=7)
    old = WeeklyPlan.objects.create(
        user=submitted.user, monday=before, state="submitted", submitted_at=timezone.now()
    )
    page = browser(head).get("/weekly/review/")
    assert [plan for plan, _, _ in page.context["cards"]] == [old]
    assert page.context["other_weeks"] == [(monday, 1)]
    assert f'href="?week={monday}"' in page.content.decode()
    counts = {row.label: row.count for row in kpi_waiting_reports.waiting(head, timezone.now())}
    shown = len(page.context["cards"]) + sum(n for _, n in page.context["other_weeks"])
    assert counts["周计划待批阅"] == shown == 2


def test_a_stale_tab_sees_both_sides_and_may_then_save_its_own(author, plan):
    url, stale = plan.get_absolute_url(), payload(plan, verb="save", item_content="第二个页面")
    web = browser(author)
    web.post(url, payload(plan, verb="save", item_content="第一个页面"))
    refused = web.post(url, stale)
    page = refused.content.decode()
    assert refused.status_code == 422 and "两边不同的地方" in page and "第一个页面" in page
    again = stale | {"seen_at": refused.context["form"]["seen_at"].value()}
    assert web.post(url, again).status_code == 302
    assert [item.content for item in plan.items.all()] == ["第二个页面"]


def test_too_many_lines_are_refused_and_none_is_dropped(author, plan):
    columns = {name: [""] * 63 for name in ("item_customer", "item_visit")}
    columns |= {"item_kind": ["task"] * 63, "item_day": [plan.monday.isoformat()] * 63}
    columns["item_content"] = [f"第 {n} 件事" for n in range(63)]
    refused = browser(author).post(plan.get_absolute_url(), payload(plan, **columns))
    page = refused.content.decode()
    assert refused.status_code == 422 and "一周最多写 60 条" in page and "第 62 件事" in page
    assert not plan.items.exists()


def test_what_was_typed_and_not_sent_comes_back_and_can_be_put_away(author, plan):
    typed = payload(plan, item_content="还没有发出的一条")
    drafts.save(author, f"visits:weekly:{plan.pk}", typed)
    web, url = browser(author), plan.get_absolute_url()
    page = web.get(url).content.decode()
    assert "还没有发出的一条" in page and "已恢复上次没写完的内容" in page
    assert web.post(url, typed | {"restart": "1"}).status_code == 302
    assert "还没有发出的一条" not in web.get(url).content.decode()


def test_the_words_of_a_head_are_not_lost_when_the_plan_has_moved_on(head, submitted):
    web, url = browser(head), f"{submitted.get_absolute_url()}review/"
    weekly.review_plan(plan=submitted, is_accepted=True, feedback="", by=head)
    refused = web.post(url, {"decision": "returned", "feedback": "请补上存量客户的走访"})
    assert refused.status_code == 422
    assert "请补上存量客户的走访" in refused.content.decode()
