"""One box finds a customer by any of its names, and only in the user's scope (issue 3.7)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import RecentCustomer, SearchKey
from accounts.reports import finding
from accounts.tests.factories import make_contact, make_customer
from staff.tests.factories import make_branch, make_department, make_user

pytestmark = pytest.mark.django_db
URL = "accounts:search"
CODE = "91330600MA2ABCDE1X"


def get(client, user, q="", **headers):
    client.force_login(user)
    return client.get(reverse(URL), {"q": q}, headers=headers)


def names(user, q, **options):
    return [found.customer.name for found in finding.find(user, q, **options)]


@pytest.fixture
def bank():
    customer = make_customer(name="绍兴稽山商业银行（柯桥）", code="C00123", credit_code=CODE)
    make_contact(customer, name="单雄", title="行长", phone="0575-8800 4321")
    return customer


@pytest.mark.parametrize(
    "q",
    [
        "绍兴", "稽山", "银行柯桥", "shaoxing", "jishan", "JSSYYH", "sxjs", "kq", "C00123", "123",
        CODE, "ma2abc", "单雄", "雄", "shanxiong", "sx", "dx", "4321", "88004321", "057588004321",
        "稽山 单雄", "银行 绍兴", "yinhang sx", "ｊｓ",
    ],
)  # fmt: skip
def test_every_way_to_type_it_finds_the_customer(bank, q):
    assert names(bank.manager, q) == [bank.name]
    assert names(make_user("branch_director"), q) == [bank.name]


@pytest.mark.parametrize("q", ["农商", "nongshang", "1234", "兴绍", "稽山 农商", "%", "_", "\x00"])
def test_what_it_is_not_called_does_not_find_it(bank, q):
    assert names(bank.manager, q) == []


def test_the_contact_that_matched_is_named(bank):
    [found] = finding.find(bank.manager, "单雄")
    assert found.hint == "联系人 单雄（行长）"
    assert finding.find(bank.manager, "稽山")[0].hint == ""


def test_the_start_of_a_name_comes_before_its_middle_and_both_before_a_contact():
    manager = make_user()
    third = make_customer(manager=manager, name="甲乙局")
    make_contact(third, name="兰亭")
    second = make_customer(manager=manager, name="新兰亭酒业")
    first = make_customer(manager=manager, name="兰亭小学")
    expected = [first.name, second.name, third.name]
    assert names(manager, "兰亭") == expected
    assert names(make_user("branch_director"), "兰亭") == expected


@pytest.mark.parametrize("many", [2000, 0])
def test_recent_and_frequent_customers_come_first(monkeypatch, many):
    monkeypatch.setattr(finding, "FEW", many)
    manager = make_user()
    rows = [make_customer(manager=manager, name=f"兰亭{n}号") for n in range(4)]
    now = timezone.now()
    opened = [(rows[2], timedelta(days=3), 9), (rows[3], timedelta(days=3), 2)]
    for customer, ago, times in opened:
        RecentCustomer.objects.create(
            user=manager, customer=customer, opened_at=now - ago, times=times
        )
    assert names(manager, "兰亭") == ["兰亭2号", "兰亭3号", "兰亭0号", "兰亭1号"]
    assert names(manager, "") == ["兰亭2号", "兰亭3号"]


def test_both_plans_find_the_same(monkeypatch):
    manager = make_user()
    for n in range(40):
        make_customer(manager=manager, name=f"{'新' * (n % 3)}兰亭{n}号")
        make_customer(name=f"兰亭外{n}号")
    few = names(manager, "兰亭")
    monkeypatch.setattr(finding, "FEW", 5)
    assert names(manager, "兰亭") == few
    assert len(few) == finding.LIMIT


# --- scope ------------------------------------------------------------------------------------
CANARY = "金丝雀专案局"


@pytest.mark.parametrize("few", [2000, 0])
@pytest.mark.parametrize("role", ["account_manager", "industry_manager", "dept_head",
                                  "branch_director", "auditor"])  # fmt: skip
@pytest.mark.parametrize("q", [CANARY, "jinsique", "jsq", "KANARI", "林深", "9876", ""])
def test_a_canary_out_of_scope_is_in_no_suggestion_and_no_count(client, monkeypatch, role, few, q):
    monkeypatch.setattr(finding, "FEW", few)
    user = make_user(role, department=make_department())
    elsewhere = make_department(branch=make_branch())
    canary = make_customer(manager=make_user(department=elsewhere), name=CANARY, code="KANARI")
    make_contact(canary, name="林深", phone="13800009876")
    actions.note_opening(customer=canary, by=user)  # it was the user's until yesterday
    for headers in ({}, {"hx_request": "true"}):
        page = get(client, user, q, **headers)
        assert page.context["found"] == []
        assert "金丝雀专" not in page.content.decode().replace(q, "")
        assert "KANARI" not in page.content.decode().replace(q, "")


@pytest.mark.parametrize("role", ["back_office", "sysadmin", "dispatcher"])
def test_roles_without_customers_get_403_and_no_palette(client, role):
    assert get(client, make_user(role)).status_code == 403


# --- the pages --------------------------------------------------------------------------------
def test_the_page_works_without_javascript(client, bank):
    page = get(client, bank.manager, "jishan")
    assert bank.get_absolute_url() in page.content.decode()
    assert "<html" in page.content.decode()


def test_htmx_gets_the_suggestions_alone(client, bank):
    answer = get(client, bank.manager, "稽山", hx_request="true")
    assert 'role="option"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]


def test_typed_text_is_shown_as_text(client, bank):
    assert "<b>x" not in get(client, bank.manager, "<b>x").content.decode()


def test_post_is_refused(client):
    client.force_login(make_user())
    assert client.post(reverse(URL)).status_code == 405


@pytest.mark.parametrize("few", [2000, 0])
def test_the_number_of_queries_does_not_grow(client, monkeypatch, few):
    monkeypatch.setattr(finding, "FEW", few)
    manager, counts = make_user(), []
    for added in (1, 18):
        for n in range(added):
            make_customer(manager=manager, name=f"兰亭{added}-{n}号")
        get(client, manager, "兰亭", hx_request="true")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(client, manager, "兰亭", hx_request="true")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- keys follow the data -----------------------------------------------------------------------
def test_keys_follow_every_change_and_a_second_run_changes_nothing(bank):
    head = make_user("dept_head")
    actions.update_customer(customer=bank, by=head, name="鉴湖银行")
    contact = bank.contacts.get()
    actions.update_contact(contact=contact, by=head, name="王建华")
    assert names(bank.manager, "稽山") == names(bank.manager, "单雄") == []
    assert names(bank.manager, "鉴湖") == names(bank.manager, "wjh") == ["鉴湖银行"]
    before = list(SearchKey.objects.order_by("pk").values_list("pk", "key", "weight", "hint"))
    actions.index_customer(bank)
    assert (
        list(SearchKey.objects.order_by("pk").values_list("pk", "key", "weight", "hint")) == before
    )
    actions.retire_contact(contact=contact, by=head)
    assert names(bank.manager, "王建华") == names(bank.manager, "4321") == []


def test_an_opening_counts_once_a_minute(bank):
    for _ in range(3):
        actions.note_opening(customer=bank, by=bank.manager)
    row = RecentCustomer.objects.get()
    assert row.times == 1
    RecentCustomer.objects.update(opened_at=timezone.now() - timedelta(minutes=2))
    actions.note_opening(customer=bank, by=bank.manager)
    row.refresh_from_db()
    assert (row.times, row.opened_at > timezone.now() - timedelta(minutes=1)) == (2, True)
