"""For every customer the numbers shown on the page add up by hand to the score shown."""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from staff.tests.factories import make_user
from valuation import explain_rules
from valuation.models import CustomerValuation, ValueIndicator
from valuation.tests.reading_factories import make_cohort, make_run

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")
DIMENSIONS = ("current", "potential", "loyalty", "social")


class Shown(HTMLParser):
    """What a reader has before the eyes: the cells of the tables, by their mark."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.results = {}, {}
        self._table, self._cell, self._result = None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        marks = dict(attributes)
        if "data-explain" in marks:
            self._table = self.tables.setdefault(marks["data-explain"], {"rows": [], "foot": {}})
        if self._table is not None and tag == "tr":
            self._table["rows"].append({})
        if tag == "span" and "data-formula" in marks:
            self._cell = "formula"
        for name in ("score", "weight", "product", "available", "total"):
            if tag == "td" and f"data-{name}" in marks:
                self._cell = name
        if "data-result" in marks:
            self._result = marks["data-result"]

    def handle_data(self, text):
        if self._cell:
            self._table["rows"][-1][self._cell] = text.strip()
            self._cell = None
        if self._result:
            self.results[self._result] = Decimal(text.strip())
            self._result = None

    def handle_endtag(self, tag):
        if tag == "table":
            self._table = None


def by_hand(table):
    """(sum of products, sum of weights) from score and weight as they stand in the table."""
    total = available = Decimal(0)
    for row in table["rows"]:
        if re.fullmatch(r"\d+(\.\d+)?", row.get("score", "")):
            product = Decimal(row["score"]) * Decimal(row["weight"])
            assert product == Decimal(row["product"]), row
            total += product
            available += Decimal(row["weight"])
    foot = table["rows"][-1]
    assert (total, available) == (Decimal(foot["total"]), Decimal(foot["available"]))
    return total, available


def check(html, row):
    shown = Shown(html)
    for name in (*DIMENSIONS, "composite"):
        total, available = by_hand(shown.tables[name])
        stored = getattr(row, name)
        if stored is None:
            assert name not in shown.results and available < Decimal("0.6")
            continue
        assert shown.results[name] == stored
        assert (total / available).quantize(CENT, ROUND_HALF_UP) == stored
    parts = [one for one in shown.tables["composite"]["rows"] if one.get("score")]
    for name, line in zip(DIMENSIONS, parts, strict=True):
        stored = getattr(row, name)
        assert line["score"] == ("数据不足" if stored is None else str(stored))


def test_the_numbers_of_every_customer_add_up_to_the_score(client):
    director = make_user("branch_director")
    ValueIndicator.objects.filter(code="CV2").update(normalization="percentile")
    ValueIndicator.objects.filter(code="PV1").update(normalization="minmax")
    customers = make_cohort(40)
    run = make_run(director.branch, by=director)
    client.force_login(director)
    rows = CustomerValuation.objects.filter(run=run)
    assert rows.count() == len(customers)
    assert rows.filter(composite=None).exists() and rows.filter(has_missing=True).exists()
    for row in rows:
        html = client.get(reverse("valuation:customer", args=[row.customer_id])).content.decode()
        check(html, row)


def sum_of(formula):
    """The result of 「100 − (3 + 1 ÷ 2) ÷ 39 × 100」, to two places."""
    assert re.fullmatch(r"[\d.()+−÷× ]+", formula), formula
    python = formula.translate(str.maketrans({"−": "-", "÷": "/", "×": "*"}))
    exact = eval(re.sub(r"[\d.]+", r"F('\g<0>')", python), {"F": Fraction})  # noqa: S307 - ours
    return (Decimal(exact.numerator) / exact.denominator).quantize(CENT, ROUND_HALF_UP)


@pytest.mark.parametrize("direction", ["up", "down"])
def test_percentile_and_minmax_scores_follow_from_the_numbers_shown(client, direction):
    director = make_user("branch_director")
    change = ValueIndicator.objects.filter
    change(code__in=("CV2", "LY5")).update(normalization="percentile", direction=direction)
    change(code__in=("PV1", "PV2")).update(normalization="minmax", direction=direction)
    customers = make_cohort(40)
    type(customers[0]).objects.filter(pk=customers[0].pk).update(is_managed=False)
    run = make_run(director.branch, by=director)
    client.force_login(director)
    seen, raws = 0, list(run.results.values_list("indicators", "is_managed"))
    for row in run.results.all():
        html = client.get(reverse("valuation:customer", args=[row.customer_id])).content.decode()
        lines = [line for table in Shown(html).tables.values() for line in table["rows"]]
        formulas = [line for line in lines if "formula" in line]
        for line in formulas:
            assert sum_of(line["formula"]) == Decimal(line["score"]), line
        scored = [c for c in ("CV2", "LY5", "PV1", "PV2") if row.indicators[c][1] is not None]
        assert len(formulas) == len(scored)
        seen += len(formulas)
        for code in ("CV2", "LY5"):
            if row.indicators[code][0] is None:
                continue
            value = Decimal(row.indicators[code][0])
            others = [Decimal(i[code][0]) for i, managed in raws if managed and i[code][0]]
            below, ties = sum(v < value for v in others), others.count(value) - row.is_managed
            count = len(others) - row.is_managed
            assert f"其余 {count} 家中，{below} 家低于本客户，{ties} 家相同" in html
    assert seen > 100


def test_a_run_from_before_the_figures_were_kept_is_still_shown(client):
    director = make_user("branch_director")
    ValueIndicator.objects.filter(code="PV1").update(normalization="minmax")
    make_cohort(6)
    run = make_run(director.branch, by=director, state="computed")
    run.refresh_from_db()
    del run.model_snapshot["cohorts"]
    explained = explain_rules.explain(run.model_snapshot, run.results.first().indicators, {})
    assert not any(line.formula for part in explained.parts for line in part.lines)


def test_a_wrong_score_is_found_out_by_the_same_sum(client):
    director = make_user("branch_director")
    make_cohort(6)
    run = make_run(director.branch, by=director)
    client.force_login(director)
    row = run.results.exclude(composite=None).first()
    html = client.get(reverse("valuation:customer", args=[row.customer_id])).content.decode()
    wrong = html.replace(f"<strong data-result=\"composite\">{row.composite}",
                         f"<strong data-result=\"composite\">{row.composite + 1}")  # fmt: skip
    with pytest.raises(AssertionError):
        check(wrong, row)


def test_what_moved_since_the_last_run_is_said(client):
    director = make_user("branch_director")
    customers = make_cohort(8)
    make_run(director.branch, by=director)
    measure = customers[0].measures.get()
    measure.satisfaction = 30 if measure.satisfaction > 70 else 95
    measure.save()
    run = make_run(director.branch, by=director)
    client.force_login(director)
    html = client.get(reverse("valuation:customer", args=[customers[0].pk])).content.decode()
    row, former = (r.indicators["LY5"] for r in
                   customers[0].valuations.order_by("-run_id"))  # fmt: skip
    points = Decimal(row[1]) - Decimal(former[1])
    assert points and f"{points.normalize():+f} 分" in html
    assert f"原始值 {former[0]} 分 → {row[0]} 分" in html
    assert "上次" in html and run.pk != customers[0].valuations.order_by("run_id").first().run_id


def test_later_edits_of_the_model_change_nothing_of_what_is_explained(client):
    director = make_user("branch_director")
    [customer] = make_cohort(1)
    make_run(director.branch, by=director)
    client.force_login(director)
    url = reverse("valuation:customer", args=[customer.pk])
    before = Shown(client.get(url).content.decode())
    ValueIndicator.objects.filter(code="CV1").update(weight="0.10", name="改过的名字")
    after = client.get(url).content.decode()
    assert "改过的名字" not in after
    assert Shown(after).tables == before.tables


def test_who_may_not_see_the_customer_gets_404_and_who_may_not_read_values_403(client):
    manager = make_user()
    [customer] = make_cohort(1, manager)
    make_run(manager.branch)
    for name in ("customer", "of_customer"):
        url = reverse(f"valuation:{name}", args=[customer.pk])
        client.force_login(manager)
        assert client.get(url).status_code == 200
        assert client.post(url).status_code == 405
        assert client.get(f"{url}?run=999999").status_code == 404
        client.force_login(make_user())
        assert client.get(url).status_code == 404
        client.force_login(make_user("sysadmin"))
        assert client.get(url).status_code == 403


def test_the_tab_is_a_fragment_for_htmx_and_a_page_without(client):
    manager = make_user()
    [customer] = make_cohort(1, manager)
    make_run(manager.branch)
    client.force_login(manager)
    url = reverse("valuation:of_customer", args=[customer.pk])
    fragment = client.get(url, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in fragment and 'id="customer-value"' in fragment
    assert "<html" in client.get(url).content.decode()


def test_an_unpublished_run_is_not_shown(client):
    manager = make_user()
    [customer] = make_cohort(1, manager)
    run = make_run(manager.branch, state="computed")
    client.force_login(manager)
    url = reverse("valuation:customer", args=[customer.pk])
    assert "没有这个客户" in client.get(url).content.decode()
    assert client.get(f"{url}?run={run.pk}").status_code == 404
