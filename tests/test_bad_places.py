"""What stands in an address, in repeated lines and in drafts may be anything, and harms nothing."""

import logging
import re
from itertools import cycle

from django.db import transaction
from django.test import TestCase

from tests.authz.table import browsers, difference, dump, rows
from tests.authz.world import build
from tests.test_bad_input import ASKS, FULL, MORE_ASKS
from visits.models import Visit

PARAMETERS = """q state mode owner since until tab category kind person year cursor
customer situation for department role actor verb target day industry grade manager region
inline page
view columns order expires lifecycle ownership_type open all by due section faults name credit_code
phone business_line layer parent""".split()
NONSENSE = ("1" * 40, "前\x00后", "-1", "9999-12-31", "²", "'\"<💥𠮷")
"""The first two are what an engine chokes on."""
ALIKE = [dict.fromkeys(PARAMETERS, value) for value in NONSENSE]
MIXED = dict(zip(PARAMETERS, cycle(NONSENSE), strict=False))


def entitled(url) -> str:
    url = url.partition("#")[0]
    cells = next(row.cells for row in rows() if row.url == url and row.where in ("-", "own"))
    # A page that nobody signed in needs (a feed with its secret) is asked by anybody.
    return next((who for who, status in cells.items() if status == 200), "owner")


class BadQueries(TestCase):
    """What stands in the address bar may be anything."""

    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_no_page_fails_on_a_nonsensical_query(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        clients, wrong = browsers(self.world), []
        for name, methods in ASKS.items():
            if name.startswith("accounts:item_") and not name.startswith("accounts:item_create#"):
                continue  # the other pages of a row read no query
            if "GET" not in methods or name.startswith("account_") or "_pdf" in name:
                continue
            url = methods["GET"].url(name, self.world.estates["own"]).partition("?")[0]
            # The page of one thing reads at most a choice of what it shows.
            is_of_one = name in MORE_ASKS or bool(re.search(r"/\d+/", url))
            for query in (MIXED,) if is_of_one else ALIKE[: None if FULL else 2]:
                if failed := self.failure(clients[entitled(name)], url, query):
                    wrong.append(f"{name} {query['q']!r}: {failed}")
        assert wrong == [], "\n" + "\n".join(wrong)

    def failure(self, client, url, query):
        try:
            with transaction.atomic():
                client.get(url, query)
        except Exception as error:
            return f"{type(error).__name__} {error}"
        return ""


class BadLines(TestCase):
    """Repeated lines and drafts are no form fields, and are checked all the same."""

    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def setUp(self):
        self.client = browsers(self.world)["owner"]
        self.estate = self.world.estates["own"]

    def post(self, name, **bad):
        ask = ASKS[name]["POST"]
        payload = ask.payload(self.world, self.estate, "owner") | bad
        return self.client.post(ask.url(name, self.estate), payload)

    def refused(self, name, text, **bad):
        before = dump(leave_out={"core.Draft"})
        answer = self.post(name, **bad)
        assert answer.status_code in (200, 422), answer.status_code
        assert text in answer.content.decode()
        assert difference(before, dump(leave_out={"core.Draft"})) == {}

    def test_a_key_point_is_told_at_its_line(self):
        for bad in ("前\x00后", "前\x07后"):
            self.refused("visits:visit_plan", "看不见的控制字符", key_content=[bad])
        self.refused("visits:visit_plan", "200 字以内", key_content=["很长" * 101])
        self.refused("visits:visit_plan", "请选择类别", key_kind=["foreign"])

    def test_a_promise_is_told_at_its_line(self):
        for bad in ("前\x00后", "前\x07后"):
            line = {"promise_content": [bad], "promise_due_on": ["2026-12-20"]}
            self.refused("visits:visit_record", "看不见的控制字符", **line)
        for day in ("9999-12-31", "2026-02-30", "0001-01-01", "明天", "2026-12-20\x00"):
            line = {"promise_content": ["送方案"], "promise_due_on": [day]}
            self.refused("visits:visit_record", "送方案", **line)

    def test_rare_characters_and_emoji_are_kept_as_they_are(self):
        text = "䶮㛃𠮷的意见👍🏽，‘引号’<b>&amp;"
        assert self.post("visits:quick_log", customer_opinions=text).status_code == 302
        assert Visit.objects.order_by("-pk").first().record.customer_opinions == text

    def test_a_draft_keeps_what_a_database_can_hold(self):
        for payload in ('{"a": "1\\u0000\\ud800"}', '{"\\u0000": ["x\\u0000"]}'):
            answer = self.post("core:draft_save", payload=payload)
            assert answer.status_code == 200
        for payload in ("[" * 100_000, '{"a": {"b": 1}}', "[]", "", '"x"', "\x00"):
            assert self.post("core:draft_save", payload=payload).status_code == 422

    def test_a_late_arrival_is_explained_in_a_few_words(self):
        estate, was = self.estate.pks, {"arrived_at": "2026-11-28T10:00+08:00"}
        Visit.objects.filter(pk=estate["booked"]).update(scheduled_start=was["arrived_at"], **was)
        for bad in ("前\x00后", "很长" * 200, ""):
            self.post("visits:visit_arrive", reason=bad)
            assert Visit.objects.get(pk=estate["booked"]).late_arrival_reason == ""
