"""Two implementations of §B.1–§B.3 agree: 2 000 random cohorts, and some through the database."""

import random
from collections import Counter
from datetime import date
from decimal import Decimal as D

import pytest

from accounts.tests.factories import make_customer
from staff.tests.factories import make_user
from valuation import matrix_rules, revenue_rules, rules
from valuation.actions import computing
from valuation.models import RawOverride, ValueIndicator, ValueModel
from valuation.tests import second

COHORTS = 2_000
DIMENSIONS = {"current": "CV", "potential": "PV", "loyalty": "LY", "social": "SI"}
HOWS = ("band", "percentile", "minmax", "direct")
METHODS = ("median", "mean", "fixed")


def weights(random_, count, step=20):
    """So many weights of 1/step each at least nothing, which add up to exactly 1."""
    marks = sorted(random_.randint(0, step) for _ in range(count - 1))
    return [D(b - a) / step for a, b in zip([0, *marks], [*marks, step], strict=True)]


def a_model(random_):
    """Weights, ways and directions at random; sometimes a weight is nothing."""
    dimensions = []
    for (code, prefix), weight in zip(DIMENSIONS.items(), weights(random_, 4), strict=True):
        count = random_.randint(1, 4)
        indicators = [
            {"code": f"{prefix}{n}", "weight": inner, "how": random_.choice(HOWS),
             "down": random_.random() < 0.4, "bands": bands(random_)}
            for n, inner in enumerate(weights(random_, count), 1)
        ]  # fmt: skip
        dimensions.append({"code": code, "weight": weight, "indicators": indicators})
    return {"min_weight": random_.choice((D("0.60"), D(0), D(1))), "dimensions": dimensions}


def bands(random_):
    lowers = sorted(random_.sample(range(-8, 25), random_.randint(1, 5)))
    return [(None, D(20)), *((D(x) / 2, D(random_.randint(0, 100))) for x in lowers)]


def customers(random_, model):
    """1 to 60 of them, of few different values, so that there are ties; some values missing."""
    codes = [i["code"] for d in model["dimensions"] for i in d["indicators"]]
    spread, gaps = random_.choice((1, 4, 30, 1000)), random_.choice((0, 0.1, 0.6))
    return [
        {
            "managed": random_.random() < 0.9,
            "raw": {
                code: None if random_.random() < gaps
                else D(random_.randint(-spread, 4 * spread)) / random_.choice((1, 2, 100, 10_000))
                for code in codes
            },
        }
        for _ in range(random_.choice((1, 2, 3, 5, 9, 20, 60)))
    ]  # fmt: skip


def as_rules(model):
    return rules.Model(
        tuple(
            rules.Dimension(
                d["code"], d["weight"],
                tuple(
                    rules.Indicator(
                        i["code"], i["code"], i["weight"], i["down"], i["how"],
                        tuple(rules.Band(*band) for band in i["bands"]),
                    )
                    for i in d["indicators"]
                ),
            )
            for d in model["dimensions"]
        ),
        model["min_weight"],
    )  # fmt: skip


def first(model, people, method, fixed):
    """What the product makes of it: results, and the cuts over those that are managed."""
    known = as_rules(model)
    cohorts = {
        one.code: rules.Cohort(
            p["raw"][one.code] for p in people
            if p["managed"] and p["raw"][one.code] is not None
        )
        for one in known.indicators
    }  # fmt: skip
    results = [rules.evaluate(known, one["raw"], cohorts, one["managed"]) for one in people]
    scores = [
        {**r.dimensions, "combined": r.combined}
        for r, one in zip(results, people, strict=True) if one["managed"]
    ]  # fmt: skip
    cuts = {
        axis: matrix_rules.cut([s[axis] for s in scores if s[axis] is not None], method, fixed)
        for axis in computing.AXES
    }
    return results, cuts


def disagreement(seed, seen):
    """The first difference of one random cohort; None when all agree. `seen` counts what came."""
    random_ = random.Random(seed)
    model, method = a_model(random_), random_.choice(METHODS)
    people, fixed = customers(random_, model), D(random_.randint(0, 10_000)) / 100
    ours, cuts = first(model, people, method, fixed)
    theirs, other_cuts = second.run(model, people, method, fixed)
    if cuts != other_cuts:
        return seed, "cuts", cuts, other_cuts
    for one, a, b in zip(people, ours, theirs, strict=True):
        points = {line.code: line.score for line in a.lines if line.score is not None}
        mine = (points, *(a.dimensions[c] for c in DIMENSIONS), a.composite, a.combined,
                rules.grade(a.composite))  # fmt: skip
        other = (b["points"], *(b[c] for c in DIMENSIONS), b["composite"], b["combined"],
                 b["grade"])  # fmt: skip
        if mine != other:
            return seed, one, mine, other
        if one["managed"] and (found := placed(a, cuts)) != (b["quadrant"], b["cell"]):
            return seed, one, found, b
        seen[method, b.get("quadrant"), b["composite"] is None] += 1
    seen.update(i["how"] for d in model["dimensions"] for i in d["indicators"])
    return None


def placed(result, cuts):
    def high(axis, score):
        return matrix_rules.is_high(score, cuts[axis])

    current, potential = result.dimensions["current"], result.dimensions["potential"]
    loyalty, quadrant, cell = result.dimensions["loyalty"], "", ""
    if None not in (current, potential, cuts["current"], cuts["potential"]):
        quadrant = matrix_rules.quadrant(high("current", current), high("potential", potential))
    if None not in (result.combined, loyalty, cuts["combined"], cuts["loyalty"]):
        value = high("combined", result.combined)
        cell = matrix_rules.loyalty_cell(value, high("loyalty", loyalty))
    return quadrant, cell


def test_two_thousand_random_cohorts():
    seen = Counter()
    found = [d for seed in range(COHORTS) if (d := disagreement(seed, seen))]
    assert found[:1] == []
    # What was to be covered has come, each many times.
    assert all(seen[how] > 500 for how in HOWS)
    for method in METHODS:
        assert all(seen[method, name, False] > 100 for name in matrix_rules.QUADRANTS.values())
        assert sum(n for key, n in seen.items() if key[0] == method and key[-1] is True) > 100


def test_revenue_against_the_text():
    random_ = random.Random(61)
    lines = ("data", "internet", "voice", "ict", "video")
    for _ in range(300):
        rows = [
            {code: D(random_.randint(1, 10**7)) / 100 for code in random_.sample(lines, 4)}
            for _ in range(random_.randint(2, 9))
        ]
        cut = random_.randint(1, len(rows))
        industry, own = rows[:cut], rows[0]
        total = _summed(industry)
        for code in _summed(rows):
            ours = revenue_rules.location_quotient(total, _summed(rows), code)
            assert ours == second.index(industry, rows, code)
        shares = revenue_rules.reference(total, own, len(industry))
        found = {gap.code: gap.shortfall for gap in revenue_rules.gaps(own, shares)}
        expected = second.shortfalls(own, industry)
        assert {c: a for c, a in found.items() if a} == {c: a for c, a in expected.items() if a}


def _summed(rows):
    return {code: sum(row.get(code, D(0)) for row in rows) for row in rows for code in row}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_the_same_through_the_database(seed):
    random_ = random.Random(seed)
    active = ValueModel.objects.get(state="active")
    for one in ValueIndicator.objects.filter(dimension__model=active):
        one.normalization, one.direction = random_.choice(HOWS[1:]), random_.choice(("up", "down"))
        one.save()
    ValueModel.objects.update(cut_method=METHODS[seed % 3])
    model = {
        "min_weight": active.min_weight,
        "dimensions": [
            {"code": d.code, "weight": d.weight, "indicators": [
                {"code": i.code, "weight": i.weight, "how": i.normalization,
                 "down": i.direction == "down", "bands": []}
                for i in d.indicators.order_by("pk")
            ]}
            for d in active.dimensions.order_by("pk")
        ],
    }  # fmt: skip
    people = customers(random_, model)[:12] or customers(random_, model)
    manager = make_user()
    keys = [_in_database(one, manager).pk for one in people]
    run = computing.start_run(
        branch=manager.branch, scope="local_network", as_of=date(2026, 11, 23), by=None
    )
    assert computing.compute(run.pk)
    run.refresh_from_db()
    scored, cuts = second.run(model, people, METHODS[seed % 3], D(60))
    assert run.cuts == {axis: None if cut is None else str(cut) for axis, cut in cuts.items()}
    rows = {row.customer_id: row for row in run.results.all()}
    for key, b in zip(keys, scored, strict=True):
        row = rows[key]
        names = (*DIMENSIONS, "composite", "combined", "grade")
        assert [getattr(row, name) for name in names] == [b[name] for name in names]
        expected = (b.get("quadrant", ""), b.get("cell", ""), b.get("rank"))
        assert (row.quadrant, row.loyalty_cell, row.rank) == expected


# What the product takes as a fact when nothing stands there, and so is never missing.
NEVER_MISSING = ("PV4", "LY1", "LY2", "LY3", "LY6")


def _in_database(one, manager):
    """A customer whose raw values are set by hand, all that `one` has."""
    customer = make_customer(manager=manager, is_managed=one["managed"])
    one["raw"] |= {code: D(0) for code in NEVER_MISSING if one["raw"].get(code, 1) is None}
    one["raw"] |= {code: D(0) for code in NEVER_MISSING if code not in one["raw"]}
    RawOverride.objects.bulk_create(
        RawOverride(
            customer=customer, indicator=code, value=value, reason="试", made_by=manager,
            expires_on=date(2027, 1, 1), made_at="2026-11-01T00:00:00Z",
        )
        for code, value in one["raw"].items() if value is not None
    )  # fmt: skip
    return customer
