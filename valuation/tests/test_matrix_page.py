"""Both matrices: every point where its score is, counts of what one may see, who moved."""

import re
from decimal import Decimal

import pytest

from core.charts.svg import render_svg
from staff.tests.factories import make_department, make_user
from valuation import matrix_reports
from valuation.models import CustomerValuation
from valuation.tests.reading_factories import make_cohort, make_run

pytestmark = pytest.mark.django_db
URL = "/valuation/matrix/"


@pytest.fixture
def scene():
    mine, other = make_user(), make_user(department=make_department())
    make_cohort(12, mine, seed=1)
    foreign = make_cohort(12, other, seed=2)
    type(foreign[0]).objects.filter(pk__in=[c.pk for c in foreign]).update(name="外人单位")
    director = make_user("branch_director")
    return {"mine": mine, "director": director, "run": make_run(mine.branch, by=director)}


def test_each_point_lies_in_the_field_that_its_stored_quadrant_names(client, scene):
    client.force_login(scene["director"])
    first = client.get(URL).context["first"]
    rows = {f"/valuation/customers/{row.customer_id}/?run={row.run_id}": row
            for row in scene["run"].results.all()}  # fmt: skip
    points = first.chart.option["series"][0]["data"]
    assert len(points) == first.total > 10
    cut_x, cut_y = (float(scene["run"].cuts[axis]) for axis in ("potential", "current"))
    for point in points:
        row, (x, y) = rows[point["href"]], point["value"]
        assert (x, y) == (float(row.potential), float(row.current))
        expected = {"high_value": (True, True), "secondary_value": (False, True),
                    "low_value": (False, False), "latent_value": (True, False)}  # fmt: skip
        assert expected[row.quadrant] == (x >= cut_x, y >= cut_y)
        number = matrix_reports.QUADRANT_ORDER.index(row.quadrant) + 1
        assert point["itemStyle"]["color"] == f"@chart-{number}"


def test_a_manager_sees_only_own_points_and_counts(client, scene):
    client.force_login(scene["mine"])
    page = client.get(URL)
    assert "外人单位" not in page.content.decode()
    for matrix in (page.context["first"], page.context["second"]):
        assert 0 < matrix.total <= 12 and len(matrix.chart.rows) == matrix.total


def test_the_two_pictures_of_the_page_are_two(client, scene):
    client.force_login(scene["director"])
    html = client.get(URL).content.decode()
    ids = re.findall(r'data-chart="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2
    assert html.count('<script id="chart-') == 2


@pytest.mark.parametrize("axis", ["combined", "current", "potential"])
def test_the_count_of_a_cell_is_the_length_of_its_list(client, scene, axis):
    client.force_login(scene["director"])
    second = client.get(f"{URL}?axis={axis}").context["second"]
    for group in second.groups:
        assert len(client.get(group.url).context["lines"]) == group.count
    by_cell = {group.code: group.count for group in second.groups}
    drawn = [row[3] for row in second.chart.rows]
    assert {code: drawn.count(second_name(code)) for code in by_cell} == by_cell


def second_name(code):
    return matrix_reports.CELLS[code].name


def test_transitions_count_who_changed_the_quadrant(client, scene):
    client.force_login(scene["director"])
    row = scene["run"].results.filter(quadrant="low_value").first()
    measure = row.customer.measures.first()
    type(measure).objects.filter(pk=measure.pk).update(cost_marketing=0, cost_service=0, cost_om=0)
    row.customer.bills.update(reported_total=Decimal(900_000))
    run = make_run(row.run.branch, by=scene["director"])
    page = client.get(URL)
    moves = page.context["moves"]
    now = dict(run.results.values_list("customer", "quadrant"))
    was = dict(
        CustomerValuation.objects.filter(run=scene["run"]).values_list("customer", "quadrant")
    )
    changed = [pk for pk in now if was[pk] and now[pk] and was[pk] != now[pk]]
    assert moves.moved == len(changed) >= 1
    assert sum(total for _, _, total in moves.rows) == sum(bool(place) for place in now.values())
    arrows = page.context["first"].chart.option["series"][1]["data"]
    assert len(arrows) == len(changed)


@pytest.mark.parametrize("axis", ["combined", "current", "potential"])
def test_the_second_matrix_counts_its_moves_on_every_axis(client, scene, axis):
    client.force_login(scene["director"])
    row = scene["run"].results.filter(loyalty_cell="ll", quadrant="low_value").first()
    type(row.customer.measures.first()).objects.filter(customer=row.customer).update(
        cost_marketing=0, cost_service=0, cost_om=0
    )
    row.customer.bills.update(reported_total=Decimal(900_000))
    run = make_run(row.run.branch, by=scene["director"])
    page = client.get(f"{URL}?axis={axis}")
    moves, place = page.context["cell_moves"], matrix_reports.second_placement(axis)
    now, was = (by_cuts(one, place) for one in (run, scene["run"]))
    changed = [pk for pk in now if pk in was and was[pk] != now[pk]]
    assert moves.moved == len(changed)
    assert sum(total for _, _, total in moves.rows) == len(now) > 10
    assert [name for name, _, _ in moves.rows[:4]] == moves.columns
    assert "价值与忠诚度的变动" in page.content.decode()
    if axis != "potential":
        assert moves.moved >= 1


def by_cuts(run, place):
    """{customer: (right, above)} worked out from the scores and the cut lines alone."""
    cut_x, cut_y = (Decimal(run.cuts[axis]) for axis in (place.x, place.y))
    return {
        row.customer_id: (getattr(row, place.x) >= cut_x, getattr(row, place.y) >= cut_y)
        for row in run.results.all()
        if getattr(row, place.x) is not None and getattr(row, place.y) is not None
    }


def test_a_field_leads_to_its_suggestion_and_its_list(client, scene):
    client.force_login(scene["director"])
    page = client.get(URL)
    groups = [*page.context["first"].groups, *page.context["second"].groups]
    for group in groups:
        assert f"{group.url.replace('&', '&amp;')}#strategy" in page.content.decode()
        html = client.get(group.url).content.decode()
        words = (matrix_reports.QUADRANTS | matrix_reports.CELLS)[group.code]
        assert 'id="strategy"' in html and f"{words.name}：建议做法" in html
        assert all(step in html for step in words.steps)
    assert 'id="strategy"' not in client.get("/valuation/").content.decode()
    assert 'id="strategy"' not in client.get("/valuation/?quadrant=nonsense").content.decode()


def test_on_paper_only_the_first_bear_their_names(scene):
    place = matrix_reports.first_placement()
    matrix = matrix_reports.matrix(scene["run"], scene["director"], place, labelled=5)
    points = matrix.chart.option["series"][0]["data"]
    assert [point.get("label") != {"show": False} for point in points[:6]] == [True] * 5 + [False]
    drawn = render_svg(matrix.chart)
    assert "高价值客户群" in drawn and "@" not in drawn


def test_a_run_without_scores_draws_no_picture_and_says_so(client):
    director = make_user("branch_director")
    run = make_run(director.branch, by=director)
    client.force_login(director)
    assert "没有划出分界" in client.get(URL).content.decode() and run.total == 0
    for path in ("/valuation/", "/valuation/pareto/", "/valuation/revenue/"):
        assert client.get(path).status_code == 200


def test_pareto_totals_of_a_manager_hold_only_own_revenue(client, scene):
    client.force_login(scene["mine"])
    page = client.get("/valuation/pareto/")
    own = CustomerValuation.objects.visible_to(scene["mine"]).filter(run=scene["run"])
    revenues = [value for value in own.values_list("revenue", flat=True) if value]
    assert page.context["revenue"].total == sum(revenues)
    assert "外人单位" not in page.content.decode()
    assert sum(row.count for row in page.context["industries"]) == 12
    drawn = page.context["distribution"].option["series"][0]["data"]
    assert sum(drawn) == own.exclude(composite=None).count()


def test_the_scores_of_every_industry_are_spread_over_the_same_steps(client, scene):
    client.force_login(scene["mine"])
    page = client.get("/valuation/pareto/")
    chart = page.context["by_industry"]
    own = CustomerValuation.objects.visible_to(scene["mine"]).filter(run=scene["run"])
    expected = {}
    for row in own.exclude(composite=None).select_related("customer__industry"):
        steps = expected.setdefault(row.customer.industry.name, ["0"] * 10)
        place = min(int(row.composite / 10), 9)
        steps[place] = str(int(steps[place]) + 1)
    assert {row[0]: row[1:] for row in chart.rows} == expected and len(expected) == 3
    assert "各行业的综合得分分布" in page.content.decode()


def test_small_industries_are_named_so(client, scene):
    client.force_login(scene["mine"])
    rows = client.get("/valuation/pareto/").context["industries"]
    assert all(row.is_small == (row.count < 5) for row in rows) and any(r.is_small for r in rows)
