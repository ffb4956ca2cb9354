"""The golden table of §E.3: from rows of the customer view through the real run, to the cent."""

from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from django.test import TestCase

from valuation import ahp_rules, matrix_rules
from valuation.actions import computing, raw_values
from valuation.models import CustomerValuation, ValuationRun
from valuation.tests import golden

NETWORK = """
C0001 83.00 76.00 78.00 79.00 79.65 80.31 Q1 hh
C0002 83.00 80.00 75.00 68.00 78.40 81.85 Q1 hh
C0003 68.00 65.00 68.00 63.00 66.50 66.85 Q2 hh
C0004 63.00 64.00 54.00 43.00 58.45 63.38 Q3 ll
C0005 55.00 44.00 53.00 34.00 48.70 50.77 Q3 ll
C0006 20.00 36.00 28.00 20.00 25.60 26.15 Q3 ll
C0007 86.00 92.00 91.00 100.00 90.60 88.31 Q1 hh
C0008 68.00 72.00 75.00 70.00 70.70 69.54 Q1 hh
C0009 68.00 80.00 79.00 70.00 73.50 72.62 Q1 hh
C0010 68.00 60.00 64.00 71.00 65.65 64.92 Q2 lh
C0011 55.00 51.00 68.00 56.00 56.75 53.46 Q3 lh
C0012 52.00 60.00 50.00 56.00 54.20 55.08 Q3 ll
C0013 48.00 71.00 43.00 63.00 55.00 56.85 Q4 ll
C0014 68.00 51.00 96.00 81.00 71.30 61.46 Q2 lh
C0015 69.00 72.00 67.00 63.00 68.45 70.15 Q1 hh
C0016 71.00 84.00 72.00 68.00 74.00 76.00 Q1 hh
C0017 71.00 64.00 75.00 85.00 72.15 68.31 Q2 hh
C0018 48.00 71.00 39.00 29.00 49.10 56.85 Q4 ll
C0019 83.00 80.00 75.00 73.00 79.15 81.85 Q1 hh
C0020 68.00 76.00 58.00 53.00 65.75 71.08 Q1 hl
"""
INDUSTRY = {
    "FIN": "C0001 Q1, C0002 Q1, C0003 Q1, C0004 Q3, C0005 Q3, C0006 Q3",
    "GOV": "C0007 Q1, C0008 Q1, C0009 Q1, C0010 Q2, C0011 Q3, C0012 Q3, C0013 Q4, C0014 Q2",
}
QUADRANTS = {
    "high_value": "Q1", "secondary_value": "Q2", "low_value": "Q3", "latent_value": "Q4",
}  # fmt: skip
CUTS = {"current": "68.00", "potential": "71.00", "loyalty": "64.00", "combined": "66.38"}
ABANDON = {"C0006": "both", "C0029": "A2", "C0039": "both"}


def computed(branch, industry=None) -> ValuationRun:
    scope = "industry" if industry else "local_network"
    run = computing.start_run(
        branch=branch, scope=scope, industry=industry, as_of=golden.TODAY, by=None
    )
    assert computing.compute(run.pk)
    run.refresh_from_db()
    return run


class GoldenTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.made = golden.make_forty()
        cls.branch = cls.made["C0001"].branch
        cls.run_ = computed(cls.branch)
        rows = cls.run_.results.select_related("customer")
        cls.rows = {row.customer.code: row for row in rows}

    def test_the_raw_values_are_those_of_the_seed(self):
        gathered = raw_values.gather([one.pk for one in self.made.values()], golden.TODAY)
        for code, row in golden.SEED.items():
            values = gathered[self.made[code].pk].values
            assert len(values) == 20, (code, values)
            assert values["CV2"] == D(row["rev"]), code
            costs = sum(D(row[f"cost_{kind}"]) for kind in ("marketing", "service", "om"))
            assert values["CV1"] == D(row["rev"]) - costs, code
            assert values["CV4"] == (D(row["ontime_of_12"]) / 12).quantize(D("0.0001")), code
            assert values["PV1"] == D(row["own_growth_pct"]), code
            assert values["PV2"] == D(row["budget_wan"]), code
            assert values["PV4"] == D(row["weighted_pipeline_wan"]), code
            assert abs(values["PV5"] - D(row["our_growth_pct"])) < D("0.001"), code
            assert values["LY4"] == D(row["wallet_share"]), code
            assert values["LY3"] == D(row["sticky"]), code
            assert int(values["LY1"]) == int(row["tenure_y"]), code
            assert values["LY6"] == D(row["agreement"]), code
            assert [values[f"SI{n}"] for n in (1, 2, 3, 4)] == [
                D(row[f"s{n}"]) * 20 for n in (1, 2, 3, 4)
            ]

    def test_twenty_rows_of_the_table_are_right_to_the_cent(self):
        lines = []
        for code in (line.split()[0] for line in NETWORK.strip().splitlines()):
            row = self.rows[code]
            scores = (row.current, row.potential, row.loyalty, row.social, row.composite)
            figures = " ".join(str(score) for score in (*scores, row.combined))
            lines.append(f"{code} {figures} {QUADRANTS[row.quadrant]} {row.loyalty_cell}")
        assert lines == NETWORK.strip().splitlines()

    def test_the_cuts_are_the_medians_of_the_forty(self):
        assert (self.run_.cuts, len(self.rows)) == (CUTS, 40)

    def test_all_eight_cells_of_the_two_matrices_are_filled(self):
        assert {row.quadrant for row in self.rows.values()} == set(QUADRANTS)
        assert {row.loyalty_cell for row in self.rows.values()} == {"hh", "hl", "lh", "ll"}

    def test_nothing_is_missing_and_every_score_adds_up_from_its_lines(self):
        for row in self.rows.values():
            assert not row.has_missing
            assert sum(D(used) * D(score) for code, (_, score, used, _) in row.indicators.items()
                       if code.startswith("CV")) == row.current  # fmt: skip

    def test_inside_the_two_industries_with_five_customers(self):
        for code, expected in INDUSTRY.items():
            industry = next(c.industry for c in self.made.values() if c.industry.code == code)
            run = computed(self.branch, industry)
            rows = run.results.select_related("customer").order_by("customer__code")
            found = ", ".join(f"{row.customer.code} {QUADRANTS[row.quadrant]}" for row in rows)
            assert found == expected

    def test_the_abandon_rules_find_three_customers(self):
        gathered = raw_values.gather([one.pk for one in self.made.values()], golden.TODAY)
        found = {}
        for code, row in self.rows.items():
            seen = gathered[row.customer_id].behaviour
            behaviour = matrix_rules.Behaviour(
                row.loyalty, seen.price_sensitivity, seen.conversion_cost_ratio,
                seen.quality_extra_cost_ratio, seen.credit_grade,
            )  # fmt: skip
            rule = matrix_rules.abandon_rule(
                row.quadrant,
                row.customer.industry.is_public_duty,
                behaviour,
                matrix_rules.AbandonLimits(),
            )
            found |= {code: rule} if rule else {}
        assert found == ABANDON

    def test_a_second_run_gives_the_same_to_the_last_digit(self):
        fields = ("customer", "current", "composite", "quadrant", "rank", "indicators")
        again = computed(self.branch)
        first, second = (
            list(CustomerValuation.objects.filter(run=run).order_by("customer").values(*fields))
            for run in (self.run_, again)
        )
        assert first == second


def test_the_pairwise_example_of_the_specification():
    matrix = [
        [F(1), F(2), F(2), F(3)], [F(1, 2), F(1), F(1), F(2)],
        [F(1, 2), F(1), F(1), F(1)], [F(1, 3), F(1, 2), F(1), F(1)],
    ]  # fmt: skip
    assert ahp_rules.matrix_faults(matrix) == []
    found = ahp_rules.solve(matrix)
    assert [round(weight, 3) for weight in found.weights] == [0.429, 0.230, 0.194, 0.147]
    assert (found.largest, found.ratio) == (
        pytest.approx(4.046, abs=0.0005), pytest.approx(0.017, abs=0.0005)
    )  # fmt: skip
    assert found.is_consistent
