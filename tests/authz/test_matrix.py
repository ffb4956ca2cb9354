"""Every URL × method × person × own, near and far row, plain and by htmx, against matrix.csv."""

import logging
import re
from collections import defaultdict

import pytest
from django.db import connection
from django.test import TestCase, override_settings
from django.urls import reverse

from core.models import AuditEvent
from staff.audit_words import is_said
from tests.authz.asks import ASKS
from tests.authz.table import browsers, difference, dump, every_url, rows, sessions, undone
from tests.authz.world import CANARY, COLUMNS, NOBODY, build
from tests.sizes import IS_DEEP
from tests.topics import united

BY_URL = defaultdict(list)
for row in rows():
    BY_URL[row.url].append(row)
NEAR = {(row.url, row.method): row for row in rows() if row.where == "near"}
TOPICS = defaultdict(list)  # {"planning_six": [URL, …]}: compared with the tables once for all
for url in BY_URL:
    TOPICS[re.match(r"[a-z]+(:[a-z]+)?", url)[0].replace(":", "_")].append(url)
HTMX = {"hx-request": "true"}
DONE = (200, 204, 302)
FULL = connection.vendor == "sqlite" or IS_DEEP
# Changes that leave no business trace: drafts are the writer's own notes; signing in and out and
# a wrong name are allauth's (staff/tests/test_sign_in.py proves their events).
WITHOUT_EVENT = {"core:draft_save", "core:draft_discard", "account_login"}
WITHOUT_EVENT |= united("WITHOUT_EVENT")
# Somebody's own notes: what is half written, and what was opened last.
NOTES = {"core.Draft", "accounts.RecentCustomer"}
REFUSED_AT_THE_FIELD = {"visits:visit_plan", "visits:quick_log"}


def test_every_url_is_in_the_table_and_nothing_else():
    urls = {name for name, _ in every_url()}
    # One address that answers for several kinds of row stands there once for each: "…_add#threat".
    assert {name.partition("#")[0] for name in BY_URL} == urls
    assert {name.partition("#")[0] for name in ASKS} == urls


def test_every_line_has_a_cell_for_everybody():
    assert all(list(row.cells) == COLUMNS for row in rows())
    asked = {(name, method) for name, methods in ASKS.items() for method in methods}
    assert {(row.url, row.method) for row in rows()} == asked


@override_settings(ROOT_URLCONF="tests.authz.quiet_urls")
class Matrix(TestCase):
    """One test a topic (made below). Refused requests are not undone: they must change nothing."""

    @classmethod
    def setUpTestData(cls):
        cls.world = build()
        cls.cookies = sessions(cls.world)
        cls.before = dump(leave_out=NOTES)
        cls.last = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()

    def setUp(self):
        # Thousands of refusals, each with its traceback, would take longer than the requests.
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)

    def ask(self, row, who, **headers):
        ask, estate = ASKS[row.url][row.method], self.estate(row)
        self.client.cookies.clear()
        if self.cookies[who]:
            self.client.cookies["sessionid"] = self.cookies[who]
        url = ask.url(row.url, estate)
        if row.method == "GET":
            return self.client.get(url, headers=headers)
        return self.client.post(url, ask.payload(self.world, estate, who), headers=headers)

    def estate(self, row):
        return self.world.estates["own" if row.where == "-" else row.where]

    def is_refused(self, row, who) -> bool:
        status = row.cells[who]
        if row.url.startswith("account_"):
            return row.url == "account_change_password" and who in NOBODY
        at_the_field = row.method == "POST" and row.url in REFUSED_AT_THE_FIELD and status == 200
        led_away = status == 302 and who in (*NOBODY, "newcomer")
        return at_the_field or status in (403, 404) or led_away or who in row.told

    def check(self, urls):
        wrong = {url: found for url in urls if (found := list(self.all_faults(url)))}
        changed = difference(self.before, dump(leave_out=NOTES))
        assert wrong == {}
        assert changed == {}

    def all_faults(self, url):
        for row in BY_URL[url]:
            for who in COLUMNS:
                for headers in self.ways(row, who):
                    yield from self.faults(row, who, headers)

    def ways(self, row, who):
        """How it is asked: plainly; also by htmx; or not at all, where the answer is known.

        - Own rows: everybody, plainly. By htmx the first who may, the first who may not, nobody.
        - Near rows: a wrong role is refused before the row is read: by the first of them only.
        - Far rows, not found like near ones: by the owner, and by whoever sees the near ones.
        - On PostgreSQL (not FULL) by the first who may: what others see of it, and what not, is
          asked there by tests/leaks, for each kind of scope.
        """
        done = [one for one, code in row.cells.items() if code in DONE and one not in NOBODY]
        refused = next((one for one, code in row.cells.items() if code == 403), "anonymous")
        if not FULL:
            return ({},) if row.where in ("-", "own") and who in done[:1] else ()
        if row.where in ("-", "own"):
            return ({}, HTMX) if who in (*done[:1], refused, "anonymous") else ({},)
        is_early = row.cells[who] == 403 or who in (*NOBODY, "newcomer")
        if row.where == "far":
            is_asked = who == "owner" or NEAR[row.url, row.method].cells[who] in DONE
            return ({},) if is_asked and not is_early else ()
        return ({},) if not is_early or who == refused else ()

    def faults(self, row, who, headers):
        """What is wrong with one cell: its status, its trail, or a canary that flew in."""
        where = f"{row.method} {row.where} {who} {'htmx' if headers else ''}".strip()
        if self.is_refused(row, who):
            answer = self.ask(row, who, **headers)
        else:
            with undone():
                answer = self.ask(row, who, **headers)
                if row.method == "POST" and answer.status_code in DONE and who not in NOBODY:
                    yield from (f"{where}: {fault}" for fault in self.faults_of_trail(row))
        status, expected = answer.status_code, self.expected(row, who, headers)
        if status not in expected:
            yield f"{where}: {status}, not {expected}"
        if status in (200, 403, 404) and self.leaks(row, who, answer):
            yield f"{where}: canary"

    def faults_of_trail(self, row):
        """The request left an event, and each has a name in Chinese."""
        verbs = set(AuditEvent.objects.filter(pk__gt=self.last).values_list("verb", flat=True))
        if not verbs and row.url not in WITHOUT_EVENT:
            yield "no audit event"
        yield from (f"{verb} is not in staff/audit_words.py" for verb in verbs if not is_said(verb))

    def expected(self, row, who, headers):
        status = row.cells[who]
        if not headers or status in (403, 404):
            return (status,)
        if who in row.told:
            return DONE
        if status == 302 and (self.is_refused(row, who) or row.url.startswith("account_")):
            return (401,) if self.is_refused(row, who) else (302, 401)
        return DONE if row.method == "POST" else (status,)

    def leaks(self, row, who, answer):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen = content.decode(errors="ignore")
        return any(word in seen for word in forbidden(who))


BRANCH_WIDE = {"branch_director", "auditor", "sysadmin"}


def forbidden(who) -> list[str]:
    """The canaries that must reach nobody but those entitled: far to no one in this branch."""
    words = [CANARY["far"]]
    if who not in BRANCH_WIDE | {"other_head"}:
        words.append(CANARY["near"])
    if who in ("colleague", "other_head", "newcomer", *NOBODY):
        words.append(CANARY["own"])
    return words


def _test_of(urls):
    def test(self):
        self.check(urls)

    return test


for _topic, _urls in TOPICS.items():
    setattr(Matrix, f"test_{_topic}", _test_of(_urls))


@pytest.mark.once
class WrongMethod(TestCase):
    """Whoever may use a URL is told 405 for a method that it does not have.

    Once: the method is looked at before any row.
    """

    OF_ALLAUTH = ("account_login", "account_logout", "account_change_password")
    METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_a_wrong_method_is_405_everywhere(self):
        clients, wrong = browsers(self.world), []
        for url, methods in ASKS.items():
            if url in self.OF_ALLAUTH:
                continue
            cells = next(row.cells for row in BY_URL[url] if row.where in ("-", "own"))
            done = (name for name, status in cells.items() if status in DONE)
            who = next((name for name in done if name not in ("anonymous", "newcomer")), "owner")
            target = next(iter(methods.values())).url(url, self.world.estates["own"])
            for method in set(self.METHODS) - set(methods):
                answer = clients[who].generic(method, target)
                if answer.status_code != 405:
                    wrong.append(f"{method} {url} {who}: {answer.status_code}")
        assert wrong == []


class Anonymous(TestCase):
    def test_htmx_is_sent_to_the_sign_in_page_as_a_whole(self):
        answer = self.client.get(
            reverse("reminders:duty_list"),
            headers=HTMX | {"hx-current-url": "http://testserver/reminders/duties/?state=all"},
        )

        assert answer.status_code == 401
        login = reverse("account_login")
        assert answer["HX-Redirect"] == f"{login}?next=/reminders/duties/%3Fstate%3Dall"
        assert answer.content == b""
