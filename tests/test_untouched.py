"""Looking changes nothing: every page opened by everybody leaves every row as it was."""

import logging

from django.test import TestCase, override_settings

from tests.authz.asks import ASKS as PLAIN_ASKS
from tests.authz.asks_view import MORE_ASKS
from tests.authz.table import browsers, difference, dump
from tests.authz.world import COLUMNS, build

ASKS = PLAIN_ASKS | MORE_ASKS
# What somebody opened last is a note of the reader, not of the customer.
NOTES = {"accounts.RecentCustomer"}
FEW = ("owner", "dept_head", "auditor")  # of every kind of row and every tab
AT_ONCE = 15  # pages between two looks at all tables


@override_settings(ROOT_URLCONF="tests.authz.quiet_urls")
class Untouched(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_no_get_changes_a_row(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        clients, wrong = browsers(self.world), {}
        before, asked = dump(leave_out=NOTES), []
        for name, methods in ASKS.items():
            for who in (FEW if name in MORE_ASKS else COLUMNS) if "GET" in methods else ():
                clients[who].get(methods["GET"].url(name, self.world.estates["own"]))
            asked.append(name)
            if len(asked) == AT_ONCE or name == list(ASKS)[-1]:
                after = dump(leave_out=NOTES)
                if changed := difference(before, after):
                    wrong[" ".join(asked)] = changed
                before, asked = after, []
        assert wrong == {}
