"""The page 执行情况: who sees it, what it says, and what it does with a bad address."""

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core import clock
from core.models import AuditEvent, Parameter
from reminders.models import Obligation
from staff.tests.factories import make_department, make_user
from visits.actions.kpi import rebuild_kpi
from visits.kpi_waiting_reports import REGISTRY, Waiting, waiting
from visits.tests.factories import make_visit
from visits.tests.letter_factories import make_thank_you

pytestmark = pytest.mark.django_db
URL = "/kpi/"


@pytest.fixture
def team():
    department = make_department()
    manager = make_user(department=department, name="孟晓")
    head = make_user("dept_head", department=department)
    now = timezone.now()
    make_visit(
        owner=manager, state="held", booked_at=now - timezone.timedelta(days=2),
        ended_at=now - timezone.timedelta(minutes=1), is_booked_in_time=True,
        scheduled_start=now - timezone.timedelta(minutes=40),
        scheduled_end=now - timezone.timedelta(minutes=10),
    )  # fmt: skip
    return {"manager": manager, "head": head}


def of_the_visit(client):
    """The month of the visit of `team`: in the first hour of a month it is the one before."""
    began = timezone.localtime() - timezone.timedelta(minutes=40)
    return client.get(URL, {"month": f"{began:%Y-%m}"})


def test_departments_that_load_late_can_say_that_they_did_not_come(client, team):
    client.force_login(make_user("branch_director", branch=team["head"].branch))
    page = client.get(URL).content.decode()
    late = page[page.index('hx-trigger="load"') :].split("</section>")[0]
    words = re.search(r"<p [^>]*data-load-failed[^>]*>([^<]+)</p>", late)
    assert " hidden" in words.group(0) and "没有载入" in words.group(1)


@pytest.mark.parametrize("role", ["sysadmin", "back_office", "solution_engineer"])
def test_roles_without_the_front_line_get_403(client, role):
    client.force_login(make_user(role))
    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}rows/?metric=held").status_code == 403


@pytest.mark.parametrize("name", ["kpi_export", "kpi_rows_export"])
def test_a_file_is_only_had_by_post_and_leaves_a_trace(client, team, name):
    client.force_login(team["head"])
    url = reverse(f"visits:{name}") + "?metric=held"
    assert client.get(url).status_code == 405
    answer = client.post(url)
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert AuditEvent.objects.filter(verb="kpi.exported").count() == 1


@pytest.mark.parametrize("query", ["metric=x", "person=abc", "person=0", "person=9" + "9" * 30,
                                   "department=0", "metric=held&person=²"])  # fmt: skip
def test_what_does_not_exist_is_404(client, team, query):
    client.force_login(team["head"])
    assert client.get(f"{URL}?{query}").status_code == 404
    assert client.get(f"{URL}rows/?{query}").status_code == 404


def test_an_account_manager_sees_the_own_line_and_nothing_to_decide(client, team):
    make_visit(owner=make_user(department=team["manager"].department, name="旁人"))
    client.force_login(team["manager"])
    page = client.get(URL)
    assert [line.name for line in page.context["lines"]] == ["孟晓"]
    assert page.context["waiting"] == []
    assert "旁人" not in page.content.decode()


def test_a_target_that_is_changed_changes_the_colour(client, team):
    client.force_login(team["manager"])

    def colour():
        [line] = of_the_visit(client).context["lines"]
        return line.cells[0].level

    assert colour() == "ok"
    Parameter.objects.filter(key="kpi_target_held").update(value="100.1")
    assert colour() == "soon"


def test_the_page_carries_two_charts_and_no_inline_code(client, team):
    rebuild_kpi(now=clock.now())
    client.force_login(team["head"])
    text = client.get(URL).content.decode()
    options = re.findall(r'<script id="chart-\d" type="application/json">(.*?)</script>', text)
    assert [json.loads(option)["series"][0]["type"] for option in options] == ["line", "heatmap"]
    assert not re.search(r"<[^>]+\s(style|onclick|onload)=", text)


def test_the_history_says_when_it_was_counted_and_compares_with_the_department(client, team):
    other = make_user(department=team["manager"].department, name="另一位")
    now = timezone.now()
    make_visit(
        owner=other, state="cancelled", booked_at=now - timezone.timedelta(days=2),
        scheduled_start=now - timezone.timedelta(minutes=40),
        scheduled_end=now - timezone.timedelta(minutes=10),
    )  # fmt: skip
    rebuild_kpi(now=clock.now())
    client.force_login(team["head"])
    page = of_the_visit(client)
    lines = {line.name: line.cells[0] for line in page.context["lines"]}
    assert lines["孟晓"].versus == 50 and lines["另一位"].versus == -50
    assert "均值截至" in page.content.decode()


def test_what_waits_is_counted_and_leads_to_its_page(client, team):
    late = timezone.now() - timezone.timedelta(days=4)
    make_thank_you(owner=team["manager"], ended_at=late)
    [count] = [c for c in waiting(team["head"], clock.now()) if c.label == "感谢函逾期"]
    assert (count.count, count.is_late) == (1, True)
    client.force_login(team["head"])
    listed = client.get(count.url)
    assert listed.status_code == 200
    assert Obligation.objects.get(kind="thank_you_letter").title in listed.content.decode()


def test_a_topic_without_a_page_is_absent(team, monkeypatch):
    def nothing(user):
        return Obligation.objects.none()

    extra = Waiting("没有页面", "bi-x", "team.view", ("visits:nowhere",), nothing)
    monkeypatch.setattr("visits.kpi_waiting_reports.REGISTRY", [*REGISTRY, extra])
    labels = [count.label for count in waiting(team["head"], clock.now())]
    assert "没有页面" not in labels and "全部逾期时限" in labels
