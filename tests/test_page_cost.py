"""A page with ten rows of each kind asks the database exactly as often as one with one.

Once: the number of queries grows with the rows on any engine, or on none.
"""

import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Customer
from accounts.reports.columns import COLUMNS
from accounts.sections import SECTIONS
from accounts.tests.factories import make_contact, make_customer
from staff.models import User
from staff.tests.factories import make_absence, make_department
from tests.authz.asks import ASKS
from tests.authz.asks_view import MORE_ASKS
from tests.authz.table import browsers, rows
from tests.authz.view_rows import make_items
from tests.authz.world import CANARY, build, make_estate
from tests.topics import merged, united
from visits.tests.factories import make_visit
from visits.tests.letter_factories import make_inbound

ALL = "&columns=".join(COLUMNS)
HTMX = {"hx-request": "true"}
# Pages of one thing, and files: their cost does not grow with the number of rows.
OF_ONE_THING = (
    {name for name, methods in ASKS.items() if "GET" in methods and methods["GET"].pk}
    - {
        "accounts:contact_link",
        "accounts:customer_detail",
        "accounts:customer_section",
        "accounts:customer_tree",
        "accounts:tree_children",
        "crm:handover_person",
        "staff:user_detail",
        "visits:customer_visits",
    }
    - united("MANY_ROWS")
)
NO_ROWS = {
    "crm:healthz",
    "crm:readyz",
    "accounts:import_template",
    "account_login",
    "account_logout",
    "account_change_password",
    "reminders:calendar_template",
    "visits:key_point_row",
    "visits:promise_row",
} | united("NO_ROWS")
QUERIES = {
    "visits:thanks_list": ("", "?tab=sent", "?tab=late", "?tab=waived", "?q=金"),
    "visits:letter_list": ("", "?tab=late", "?tab=answered", "?tab=all", "?q=金"),
    "visits:visit_list": ("", "?q=金", "?state=held", "?mode=on_site"),
    "visits:commitment_list": ("", "?q=金", "?state=open"),
    "reminders:duty_list": ("", "?state=all", "?state=overdue", "?kind=letter_reply"),
    "accounts:customer_list": ("?view=none", "?q=金", "?grade=C", "?expires=30", f"?columns={ALL}"),
    "accounts:contract_calendar": ("", "?due=expired", "?due=d90"),
    "accounts:duplicate_list": ("", "?by=phone"),
    "accounts:customer_section": tuple(f"#{code}" for code in SECTIONS),
} | merged("QUERIES")
LOOKING = ("dept_head", "owner", "branch_director", "auditor", "sysadmin")
MORE = 9  # one query a row would show at two; ten are still one page


@pytest.mark.once
class PageCost(TestCase):
    """One estate of each kind first; then nine more of the same customer manager and branch."""

    @classmethod
    def setUpTestData(cls):
        cls.world = build()

    def test_ten_rows_cost_what_one_costs(self):
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)
        clients = browsers(self.world)
        pages = list(self.pages())
        assert len(pages) > 80
        ContentType.objects.get_for_models(*apps.get_models())  # read once for each process
        self.remember_regions(clients)
        few = {page: self.cost(clients, *page) for page in pages}
        self.nine_more()
        self.remember_regions(clients)
        many = {page: self.cost(clients, *page) for page in pages}
        assert {page: (few[page], many[page]) for page in pages if few[page] != many[page]} == {}

    def remember_regions(self, clients):
        """Those in the filter are kept for a while only, and this takes longer."""
        for client in clients.values():
            client.get("/customers/?view=none")

    def pages(self):
        """(URL, who, is it htmx) of every page of lists.

        The page itself, and each of its tabs, by the first two of LOOKING who see it; its queries,
        and by htmx, which draws a part of the same page, by the first.
        """
        for row in rows():
            if row.method != "GET" or row.where not in ("-", "own"):
                continue
            if row.url in OF_ONE_THING | NO_ROWS:
                continue
            found = list(self.addresses(row.url))
            for number, who in enumerate(who for who in LOOKING if row.cells[who] == 200):
                for address in found:
                    if number == 0 or (number == 1 and "?" not in address):
                        yield address, who, False
                if number == 0:
                    yield found[-1], who, True

    def addresses(self, name):
        """The page with every query; a tab is another address of the same name."""
        for query in QUERIES.get(name, ("",)):
            asked = MORE_ASKS[name + query] if query.startswith("#") else ASKS[name]
            base = asked["GET"].url(name, self.world.estates["own"])
            yield base if query.startswith("#") else base + query

    def cost(self, clients, url, who, is_htmx) -> int:
        connection.queries_log.clear()  # it holds 9000: more estates fill it, then nothing counts
        with CaptureQueriesContext(connection) as queries:
            answer = clients[who].get(url, headers=HTMX if is_htmx else {})
        assert answer.status_code == 200, url
        return len(queries)

    def nine_more(self):
        owner = User.objects.get(pk=self.world.people["owner"])
        engineer = User.objects.get(pk=self.world.people["solution_engineer"])
        customer = Customer.objects.get(pk=self.world.estates["own"].pks["customer"])
        for number in range(MORE):
            make_estate("own", owner, customer.industry, engineer)
            contact = make_contact(customer, name=f"联系人{number}")
            make_visit(customer=customer, contact=contact)
            make_inbound(customer=customer)
            make_items(customer, CANARY["own"], number + 1)
            make_customer(manager=owner, parent=customer)
            make_department(branch=owner.branch)
            day = timezone.localdate() + timedelta(days=100 + number)
            make_absence(owner, engineer, day, day)
