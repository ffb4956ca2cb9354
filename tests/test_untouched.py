"""Looking changes nothing: every page leaves every row as it was, whoever opens it.

Two who may open it, of those with the most different rows: a refusal comes before the view.

Once: a page that writes does so on any engine.
"""

import logging

import pytest
from django.test import TestCase, override_settings

from tests.authz.asks import ASKS as PLAIN_ASKS
from tests.authz.asks_view import MORE_ASKS
from tests.authz.table import browsers, difference, dump, rows
from tests.authz.world import build

ASKS = PLAIN_ASKS | MORE_ASKS
# What somebody opened last is a note of the reader, not of the customer.
NOTES = {"accounts.RecentCustomer"}
FEW = ("owner", "dept_head", "auditor")  # of every kind of row and every tab
MOST = 2
AT_ONCE = 15  # pages between two looks at all tables


def readers() -> dict[str, list[str]]:
    """{URL: who opens it}, FEW first; what nobody opens (a redirect, a file) is asked by FEW."""
    found = {}
    for row in rows():
        if row.method == "GET" and row.where in ("-", "own"):
            may = [who for who, code in row.cells.items() if code == 200]
            found[row.url] = sorted(may, key=lambda who: who not in FEW)[:MOST] or list(FEW)
    return found


@pytest.mark.once
@override_settings(ROOT_URLCONF="tests.authz.quiet_urls")
class Untouched(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_no_get_changes_a_row(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        clients, wrong = browsers(self.world), {}
        before, asked, people = dump(leave_out=NOTES), [], readers()
        for name, methods in ASKS.items():
            for who in people.get(name, FEW) if "GET" in methods else ():
                clients[who].get(methods["GET"].url(name, self.world.estates["own"]))
            asked.append(name)
            if len(asked) == AT_ONCE or name == list(ASKS)[-1]:
                after = dump(leave_out=NOTES)
                if changed := difference(before, after):
                    wrong[" ".join(asked)] = changed
                before, asked = after, []
        assert wrong == {}
