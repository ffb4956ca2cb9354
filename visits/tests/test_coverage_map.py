"""走访分布: every figure is the number of customers that its address lists (R22)."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Customer, CustomerAssignment
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from staff.tests.factories import make_department, make_user
from visits import rhythm_rules
from visits.coverage_reports import coverage, customers_with_last, of_band
from visits.models import LastVisit

pytestmark = pytest.mark.django_db
AGES = (0, 30, 31, 60, 61, 90, 91, 180, 181, 400, None)
EXPECTED = {"le30": 2, "d31": 2, "d61": 2, "d91": 2, "gt180": 2, "never": 1}


def seen(customer, days):
    day = timezone.localdate() - timedelta(days=days)
    for hour in (0, 23)[days % 2 :][:1]:
        at = datetime.combine(day, time(hour), SHANGHAI)
        LastVisit.objects.create(customer=customer, kind="on_site", at=at)
    LastVisit.objects.create(customer=customer, kind="phone", at=timezone.now())


@pytest.fixture
def head(db):
    head = make_user("dept_head", department=make_department())
    for number in range(2):
        manager = make_user(department=head.department, name=f"经理{number}")
        for days in AGES:
            customer = make_customer(
                manager=manager, grade="AB"[number], region=("越城区", "")[number]
            )
            if days is not None:
                seen(customer, days)
    return head


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_bands_meet_at_whole_days(head):
    today = timezone.localdate()
    found = coverage(head, today)
    assert [dict(row.counts) for row in found.people] == [EXPECTED, EXPECTED]
    for code in rhythm_rules.BAND_CODES:
        for customer in customers_with_last(head).filter(of_band(code, today)):
            at = customer.last_at
            day = at.astimezone(SHANGHAI).date() if at else None
            assert rhythm_rules.band_of(day, today) == code


def test_each_figure_opens_exactly_the_customers_it_counts(head):
    client, found = browser(head), coverage(head, timezone.localdate())
    rows = [found.whole, *found.people, *found.grades, *found.regions, *found.departments]
    assert len(rows) == 8
    for row in rows:
        for cell in row.cells:
            page = client.get(cell.url)
            assert len(page.context["page"].rows) == cell.count, cell.url


def test_narrowed_to_a_grade_the_figures_still_agree(head):
    client, found = browser(head), coverage(head, timezone.localdate(), grade="A")
    assert found.whole.total == len(AGES)
    for cell in found.whole.cells:
        assert len(client.get(cell.url).context["page"].rows) == cell.count


def test_nobody_counts_customers_out_of_scope(head):
    other = make_user("dept_head", department=make_department())
    assert coverage(other, timezone.localdate()).whole.total == 0
    manager = Customer.objects.first().manager
    assert coverage(manager, timezone.localdate()).whole.total == len(AGES)


def test_a_lost_customer_is_not_counted(head):
    Customer.objects.filter(grade="A").update(lifecycle="lost")
    assert coverage(head, timezone.localdate()).whole.total == len(AGES)


def test_two_queries_whatever_the_number(head, django_assert_num_queries):
    head.acting_for(), head.departments_below()  # read once a request
    with django_assert_num_queries(2):
        coverage(head, timezone.localdate())


def test_the_page_is_a_table_that_can_be_read_out(head):
    html = browser(head).get("/visits/coverage/").content.decode()
    assert html.count("<caption") >= 3
    assert re.search(r'aria-label="经理0，从未上门，1 家"', html)
    assert "style=" not in html.split("<main")[1].split("</main>")[0]


def test_a_wrong_filter_in_the_address_is_no_error(head):
    client = browser(head)
    for query in ("?grade=X", "?department=x", "?department=99999999999999999999"):
        assert client.get(f"/visits/coverage/{query}").status_code == 200


def test_a_role_without_customers_gets_403(head):
    client = browser(make_user("solution_engineer", department=head.department))
    assert client.get("/visits/coverage/").status_code == 403
    assert client.get("/visits/coverage/customers/").status_code == 403


def test_the_row_of_a_colleague_lists_only_the_shared_customers(db):
    """A backup sees a colleague's customer; the figure of that row must not list all of the own."""
    colleague, backup = make_user(), make_user()
    shared = make_customer(manager=colleague)
    CustomerAssignment.objects.create(
        customer=shared, user=backup, role="backup", valid_from=timezone.localdate()
    )
    make_customer(manager=backup)
    client, row = browser(backup), None
    for row in coverage(backup, timezone.localdate()).people:
        listed = client.get(next(cell.url for cell in row.cells if cell.code == "never"))
        assert len(listed.context["page"].rows) == row.counts["never"] == 1
    assert row is not None


def pages(client, query):
    """Days of the last visits as the list gives them, page after page; and the way back."""
    url, found = f"/visits/coverage/customers/{query}", []
    while url:
        page = client.get(url).context["page"]
        found += [row.last_at for row in page.rows]
        url = page.next_url
    back = client.get(page.previous_url).context["page"]
    assert [row.last_at for row in back.rows] == found[:50]
    return found


def test_who_has_waited_longest_is_on_top_on_every_page(head):
    manager = Customer.objects.first().manager
    for number in range(60):
        seen(make_customer(manager=manager), 200 + number * 7 % 60)
    for client, query in ((browser(head), f"?manager={manager.pk}"), (browser(manager), "")):
        found = pages(client, query)
        assert len(found) == 60 + len(AGES)
        assert found[0] is None and found[1:] == sorted(found[1:])
    found = pages(browser(head), "?band=gt180")
    assert len(found) == 64 and found == sorted(found)


def test_a_whole_branch_is_not_sorted_and_the_page_says_so(head):
    answer = browser(head).get("/visits/coverage/customers/")
    codes = [row.code for row in answer.context["page"].rows]
    assert codes == sorted(codes) and "按客户编码排列" in answer.content.decode()
