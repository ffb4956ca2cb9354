"""Customers from a table: found by key, in scope, written with trail, the same again is nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Customer, CustomerViewRevision, TimelineEntry
from accounts.reports import columns
from accounts.rules import credit_check_sign
from accounts.tests.factories import make_customer, make_industry
from accounts.tests.sheets import checked, counts, faults, imported
from accounts.views.lists import RELATED
from core import exports
from core.models import AuditEvent
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db

HEAD = ["客户编码", "客户名称", "客户行业", "统一社会信用代码", "邮编", "员工人数"]
GOOD_CREDIT = "91330699000000123" + credit_check_sign("91330699000000123")


@pytest.fixture
def manager():
    make_industry()
    return make_user(name="王晓明")


def test_new_customers_come_with_trail_keys_and_assignment(manager):
    job = imported([HEAD, ["N001", "绍兴兰亭纸业", "金融", "", "312000", 12]], manager)

    assert (job.state, counts(job)) == ("done", (1, 0, 0, 0))
    customer = Customer.objects.get(code="N001")
    assert (customer.manager, customer.department) == (manager, manager.department)
    assert customer.assignments.get().user == manager
    assert Customer.objects.search("ltzy").get() == customer
    event = AuditEvent.objects.about(customer).get()
    assert (event.verb, event.actor, event.changes["邮编"]) == (
        "customer.created",
        manager,
        ["", "312000"],
    )
    assert "批量导入 客户.xlsx" in event.reason
    assert CustomerViewRevision.objects.get(customer=customer, field="employees").new == "12"
    assert TimelineEntry.objects.get(customer=customer).actor == manager


def test_the_same_file_again_changes_nothing(manager):
    rows = [HEAD, *([f"N{n:03}", f"客户{n}号", "金融", "", "312000", n] for n in range(1, 6))]
    imported(rows, manager)
    trail = AuditEvent.objects.filter(verb__startswith="customer.").count()

    job = checked(rows, manager)

    assert counts(job) == (0, 0, 5, 0)
    assert not job.worth_writing
    assert AuditEvent.objects.filter(verb__startswith="customer.").count() == trail
    assert Customer.objects.count() == 5


def test_only_the_fields_that_differ_are_written(manager):
    customer = make_customer(
        manager=manager, code="N001", name="老名字", region="越城区", employees=3
    )

    job = imported(
        [["客户编码", "客户名称", "所属区域", "员工人数"], ["N001", "新名字", "越城区", ""]],
        manager,
    )

    assert counts(job) == (0, 1, 0, 0)
    customer.refresh_from_db()
    assert (customer.name, customer.employees, customer.name_initials) == ("新名字", 3, "xmz")
    assert AuditEvent.objects.about(customer).get().changes == {"客户名称": ["老名字", "新名字"]}
    assert CustomerViewRevision.objects.get(customer=customer).field == "name"
    assert Customer.objects.search("新名").get() == customer


def test_without_code_the_credit_code_is_the_key(manager):
    rows = [HEAD, ["", "无码客户", "金融", GOOD_CREDIT, "", ""]]

    assert counts(imported(rows, manager)) == (1, 0, 0, 0)
    assert counts(checked(rows, manager)) == (0, 0, 1, 0)
    assert Customer.objects.get().code.startswith("C0")


def test_a_row_without_any_key_is_bad(manager):
    job = checked([HEAD, ["", "无码客户", "金融", "", "", ""]], manager)

    assert faults(job) == [(2, "客户编码")]


def test_a_foreign_code_is_refused_and_untouched(manager):
    other = make_customer(manager=make_user(), code="F001", name="别人的客户")

    job = imported(
        [HEAD, ["F001", "改了名字", "", "", "", ""], ["N001", "自己的", "金融", "", "", ""]],
        manager,
    )

    assert counts(job) == (1, 0, 0, 1)
    assert faults(job)[0] == (2, "客户编码")
    assert "别人的客户" not in str(job.errors)
    other.refresh_from_db()
    assert other.name == "别人的客户"


def test_a_manager_makes_customers_only_for_himself(manager):
    make_user(name="李同事", username="li")
    rows = [
        [*HEAD, "客户经理"],
        ["N1", "客户甲", "金融", "", "", "", "李同事"],
        ["N2", "客户乙", "金融", "", "", "", "谁也不是"],
    ]

    job = checked(rows, manager)

    assert faults(job) == [(2, "客户经理"), (3, "客户经理")]
    assert len({fault["message"] for fault in job.errors}) == 1


def test_a_head_makes_customers_for_the_own_people_only(manager):
    head = make_user("dept_head", department=manager.department)
    make_user(name="外人", username="outside", department=make_department())
    rows = [
        [*HEAD, "客户经理"],
        ["N1", "客户甲", "金融", "", "", "", "王晓明"],
        ["N2", "客户乙", "金融", "", "", "", "outside"],
    ]

    job = imported(rows, head)

    assert counts(job) == (1, 0, 0, 1)
    assert Customer.objects.get(code="N1").manager == manager


def test_an_import_never_hands_over_nor_moves_on_the_ladder(manager):
    make_customer(manager=manager, code="N1", name="客户甲")
    rows = [["客户编码", "客户经理", "关系发展"], ["N1", "别人", "战略合作伙伴"]]

    assert faults(checked(rows, manager)) == [(2, "客户经理"), (2, "关系发展")]


def test_a_new_customer_begins_as_a_potential_one(manager):
    rows = [[*HEAD, "关系发展"], ["N1", "客户甲", "金融", "", "", "", ""]]
    rows.append(["N2", "客户乙", "金融", "", "", "", "已流失"])

    assert counts(imported(rows, manager)) == (2, 0, 0, 0)
    steps = Customer.objects.order_by("code").values_list("lifecycle", flat=True)
    assert list(steps) == ["potential", "lost"]
    assert counts(checked(rows, manager)) == (0, 0, 2, 0)


@pytest.mark.parametrize("step", ["现实客户", "长期合作伙伴", "战略合作伙伴"])
def test_a_step_without_proof_is_refused_at_its_cell(manager, step):
    rows = [[*HEAD, "关系发展"], ["N1", "客户甲", "金融", "", "", "", step]]

    job = checked(rows, manager)

    assert faults(job) == [(2, "关系发展")] and "逐级" in job.errors[0]["message"]


def test_doubles_within_the_file_are_all_named(manager):
    rows = [HEAD, *([code, "客户甲", "金融", "", "", ""] for code in ("N1", "N2", "N1"))]

    job = checked(rows, manager)

    assert faults(job) == [(2, "客户编码"), (4, "客户编码")]
    assert "和第 4 行重复" in job.errors[0]["message"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_comes_back_without_any_change(manager, kind):
    make_customer(manager=manager, code="N1", name="=HYPERLINK(1)", region="-越城", grade="A")
    make_customer(manager=manager, code="N2", lifecycle="strategic_partner", parent_name="+总部")
    shown = list(columns.COLUMNS.values())
    header = columns.export_header(shown)
    rows = columns.export_rows(Customer.objects.select_related(*RELATED).order_by("code"), shown)
    content = (
        exports.xlsx_bytes("客户", header, rows)
        if kind == "xlsx"
        else "".join(exports.csv_lines(header, rows)).encode()
    )

    upload = SimpleUploadedFile(f"客户.{kind}", content)
    assert counts(checked([], manager, upload=upload)) == (0, 0, 2, 0)
