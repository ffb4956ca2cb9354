"""The demo's own rows give the golden table of §E.3, with all other customers of it beside.

Part of test_demo.py, which loads the demo once for all that look at it.
"""

from datetime import date

import pytest

from accounts.models import Customer
from staff.models import Branch
from valuation.actions import computing
from valuation.models import CustomerValuation
from valuation.tests.test_golden import CUTS, NETWORK, QUADRANTS


def network_run(branch, as_of):
    run = computing.start_run(branch=branch, scope="local_network", as_of=as_of, by=None)
    assert computing.compute(run.pk)
    run.refresh_from_db()
    return run


def lines_of(run):
    found = []
    for row in run.results.select_related("customer").order_by("customer__code"):
        scores = (row.current, row.potential, row.loyalty, row.social, row.composite)
        figures = " ".join(str(score) for score in (*scores, row.combined))
        found.append(
            f"{row.customer.code} {figures} {QUADRANTS.get(row.quadrant)} {row.loyalty_cell}"
        )
    return found


class GoldenTable:
    @pytest.mark.once  # valuation/tests/test_golden.py has the same table on both engines
    def test_the_demo_shows_the_golden_table_and_moves_since_may(self):
        branch = Branch.objects.get(code="SX-GOVENT")
        run = network_run(branch, date(2026, 11, 23))

        assert lines_of(run)[:20] == NETWORK.strip().splitlines()
        assert run.cuts == CUTS
        assert Customer.objects.filter(branch=branch, is_managed=True).count() == 40
        prospect = CustomerValuation.objects.get(run=run, customer__code="C0043")
        assert prospect.potential >= 80 and not prospect.is_managed

        earlier = network_run(branch, date(2026, 5, 31))
        before = dict(earlier.results.values_list("customer", "quadrant"))
        after = dict(run.results.values_list("customer", "quadrant"))
        assert sum(before[pk] != after[pk] for pk in after) >= 5
