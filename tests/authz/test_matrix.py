"""Every URL × method × person × own, near and far row, plain and by htmx, against matrix.csv."""

import logging
from collections import defaultdict

from django.db import connection
from django.test import TestCase, override_settings
from django.urls import reverse

from core.models import AuditEvent
from staff.audit_words import is_said
from tests.authz.asks import ASKS
from tests.authz.table import browsers, difference, dump, every_url, rows, sessions, undone
from tests.authz.world import CANARY, COLUMNS, NOBODY, build

BY_URL = defaultdict(list)
for row in rows():
    BY_URL[row.url].append(row)
HTMX = {"hx-request": "true"}
DONE = (200, 204, 302)
FULL = connection.vendor == "sqlite"
# Changes that leave no business trace: drafts are the writer's own notes; signing in and out and
# a wrong name are allauth's (staff/tests/test_sign_in.py proves their events).
WITHOUT_EVENT = {"core:draft_save", "core:draft_discard", "account_login"}
# Somebody's own notes: what is half written, and what was opened last.
NOTES = {"core.Draft", "accounts.RecentCustomer"}
REFUSED_AT_THE_FIELD = {"visits:visit_plan", "visits:quick_log"}


def test_every_url_is_in_the_table_and_nothing_else():
    urls = {name for name, _ in every_url()}
    assert set(BY_URL) == urls
    assert set(ASKS) == urls


def test_every_line_has_a_cell_for_everybody():
    assert all(list(row.cells) == COLUMNS for row in rows())
    asked = {(name, method) for name, methods in ASKS.items() for method in methods}
    assert {(row.url, row.method) for row in rows()} == asked


@override_settings(ROOT_URLCONF="tests.authz.quiet_urls")
class Matrix(TestCase):
    """One test a URL (made below). Refused requests are not undone: they must change nothing."""

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

    def check(self, url):
        wrong = []
        for row in BY_URL[url]:
            for who in COLUMNS:
                for headers in self.ways(row, who):
                    wrong += self.faults(row, who, headers)
        changed = difference(self.before, dump(leave_out=NOTES))
        assert wrong == []
        assert changed == {}

    def ways(self, row, who):
        """Plain and by htmx; plain only where the answer of the other way is already known.

        A wrong role is refused before the row is read, somebody unknown before the view is; a far
        row is not found like a near one; what a change answers does not depend on who makes it.
        On PostgreSQL (FULL) everything is asked plainly: the way of asking never reaches it.
        """
        status, is_other = row.cells[who], row.where in ("near", "far")
        is_early = status == 403 or who in (*NOBODY, "newcomer")
        done = [one for one, code in row.cells.items() if code in DONE and one not in NOBODY]
        is_again = row.method == "POST" and status in DONE and who != done[0]
        is_known = (is_early and is_other) or (status == 404 and row.where == "far") or is_again
        return ({},) if is_known or not FULL else ({}, HTMX)

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


def _test_of(url):
    def test(self):
        self.check(url)

    return test


for _url in BY_URL:
    setattr(Matrix, f"test_{_url.replace(':', '_')}", _test_of(_url))


class WrongMethod(TestCase):
    """Whoever may use a URL is told 405 for a method that it does not have."""

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
            who = next(
                name for name, status in cells.items() if status in DONE and name != "anonymous"
            )
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
