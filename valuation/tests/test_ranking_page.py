"""排名: ranks of the whole run, rows and counts of one's own customers."""

import io

import pytest
from openpyxl import load_workbook

from core.models import AuditEvent
from staff.tests.factories import make_branch, make_department, make_user
from valuation.tests.reading_factories import make_cohort, make_run

pytestmark = pytest.mark.django_db
URL = "/valuation/"


@pytest.fixture
def two():
    """Two managers of two departments with a cohort each, one published run."""
    mine, other = make_user(), make_user(department=make_department())
    own, foreign = make_cohort(9, mine, seed=1), make_cohort(9, other, seed=2)
    type(own[0]).objects.filter(pk__in=[c.pk for c in foreign]).update(name="外人单位")
    return {"mine": mine, "other": other, "own": own, "foreign": foreign,
            "run": make_run(mine.branch), "director": make_user("branch_director")}  # fmt: skip


def names_in(page):
    return [line.row.customer_id for line in page.context["lines"]]


def test_a_manager_sees_only_the_own_customers_with_their_ranks_in_the_whole_run(client, two):
    client.force_login(two["mine"])
    page = client.get(URL)
    own = {c.pk for c in two["own"]}
    assert set(names_in(page)) == own - {
        row.customer_id for row in two["run"].results.filter(rank=None)
    }
    assert "外人单位" not in page.content.decode()
    assert page.context["totals"].customers == 9 and not page.context["sees_all"]
    ranks = [line.row.rank for line in page.context["lines"]]
    assert ranks == sorted(ranks) and max(ranks) > len(ranks)


def test_the_director_sees_everybody_and_the_page_says_so(client, two):
    client.force_login(two["director"])
    page = client.get(URL)
    assert page.context["sees_all"] and page.context["totals"].customers == 18


def test_the_shift_is_the_money_rank_minus_the_composite_rank(client, two):
    client.force_login(two["director"])
    for line in client.get(URL).context["lines"]:
        if line.row.revenue_rank:
            assert line.by_revenue == line.row.revenue_rank - line.row.rank


@pytest.mark.parametrize("query", ["quadrant=high_value", "cell=hh", "missing=1", "differs=1",
                                   "cell=hl&axis=current", "order=none", "q=单位"])  # fmt: skip
def test_list_and_file_hold_the_same_rows(client, two, query):
    client.force_login(two["director"])
    page = client.get(f"{URL}?{query}")
    answer = client.post(f"{URL}export/?{query}")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [line.row.customer.code for line in page.context["lines"]]


def test_a_filter_narrows_to_its_quadrant(client, two):
    client.force_login(two["director"])
    lines = client.get(f"{URL}?quadrant=high_value").context["lines"]
    assert lines and {line.row.quadrant for line in lines} == {"high_value"}


def test_sorted_by_revenue_the_richest_stands_first(client, two):
    client.force_login(two["director"])
    lines = client.get(f"{URL}?order=revenue_rank").context["lines"]
    assert [line.row.revenue_rank for line in lines] == sorted(
        line.row.revenue_rank for line in lines
    )


def test_the_file_of_a_manager_holds_no_stranger_and_leaves_a_trace(client, two):
    client.force_login(two["mine"])
    answer = client.post(f"{URL}export/")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert "外人单位" not in {row[1] for row in rows} and len(rows) > 1
    assert AuditEvent.objects.filter(verb="valuation.exported").count() == 1
    assert client.get(f"{URL}export/").status_code == 405


@pytest.mark.parametrize("query", ["run=0", "run=x", "run=²", "run=99999999999999999999"])
def test_a_run_that_is_not_there_is_404(client, two, query):
    client.force_login(two["director"])
    for path in ("", "matrix/", "pareto/", "report/"):
        assert client.get(f"{URL}{path}?{query}").status_code == 404


def test_a_run_that_was_not_published_is_404_and_not_the_latest(client):
    manager = make_user()
    make_cohort(3, manager)
    run = make_run(manager.branch, state="computed")
    client.force_login(manager)
    assert client.get(f"{URL}?run={run.pk}").status_code == 404
    assert "还没有发布过" in client.get(URL).content.decode()


def test_a_run_of_another_branch_is_404(client, two):
    branch = make_branch(code="NB")
    client.force_login(make_user("branch_director", branch=branch))
    assert client.get(f"{URL}?run={two['run'].pk}").status_code == 404


@pytest.mark.parametrize("path", ["", "matrix/", "pareto/", "revenue/", "report/"])
def test_roles_outside_the_front_line_get_403_and_nobody_else(client, two, path):
    for role in ("sysadmin", "back_office", "solution_engineer"):
        client.force_login(make_user(role))
        assert client.get(URL + path).status_code == 403
    client.force_login(make_user("auditor"))
    assert client.get(URL + path).status_code == 200
