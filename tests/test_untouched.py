"""Looking changes nothing: every page opened by everybody leaves every row as it was."""

import logging

from django.test import TestCase, override_settings

from tests.authz.asks import ASKS
from tests.authz.table import browsers, difference, dump
from tests.authz.world import COLUMNS, build


@override_settings(ROOT_URLCONF="tests.authz.quiet_urls")
class Untouched(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_no_get_changes_a_row(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        clients, wrong = browsers(self.world), {}
        before = dump()
        for name, methods in ASKS.items():
            for who in COLUMNS if "GET" in methods else ():
                clients[who].get(methods["GET"].url(name, self.world.estates["own"]))
            after = dump()
            if changed := difference(before, after):
                wrong[name] = changed
            before = after
        assert wrong == {}
