"""Customers by the thousand from a real xlsx, some of them bad in 12 ways: taken in once only.

10 000 with 300 bad ones in `make deep`; how long that takes stands in docs/measured.md.
"""

import time

import pytest

from accounts.models import Customer, CustomerAssignment
from accounts.rules import credit_check_sign
from accounts.tests.factories import make_customer, make_industry
from accounts.tests.sheets import checked, counts, imported, xlsx
from core.models import AuditEvent
from staff.tests.factories import make_user
from tests.sizes import size

pytestmark = [pytest.mark.django_db, pytest.mark.faults]

HEAD = [
    "客户编码", "客户名称", "客户行业", "统一社会信用代码", "客户等级", "单位性质", "所属区域",
    "通信地址", "邮编", "法人代表", "成立年份", "员工人数", "主营业务或服务功能", "名单制客户",
]  # fmt: skip
ROWS, BAD = size(2_000, 10_000), size(60, 300)
PLACES = ("越城", "柯桥", "上虞", "诸暨", "嵊州", "新昌", "镜湖", "鉴湖", "会稽", "稽山")
WORDS = (
    "纺织",
    "机械",
    "医药",
    "粮油",
    "电子",
    "建设",
    "水务",
    "旅游",
    "印染",
    "物流",
    "酒业",
    "茶业",
)
FORMS = ("有限公司", "股份有限公司", "集团有限公司", "研究院", "管理局", "中心医院")


def name_of(n):
    return f"{PLACES[n % 10]}{WORDS[n // 10 % 12]}{FORMS[n // 120 % 6]}{n // 720 + 1}部"


def credit_code(n):
    body = f"91330688{n:09d}"
    return body + credit_check_sign(body)


def good_row(n):
    place = PLACES[n % 10]
    return [
        f"S{n:06d}", name_of(n), "金融", credit_code(n), "ABCD"[n % 4] + " 级", "民营企业",
        f"{place}区", f"中兴路 {n % 900 + 1} 号", "012000", "陈立新", 1980 + n % 40, n % 5000,
        "生产和销售", "是" if n % 3 else "否",
    ]  # fmt: skip


# (column, what stands in it): one cell each, a kind of fault each
SPOILS = (
    ("客户编码", "编码 有空格"), ("客户名称", "短"), ("客户名称", None), ("客户行业", "没有的行业"),
    ("统一社会信用代码", "913306880000000001"), ("客户等级", "E 级"), ("单位性质", "外星"),
    ("邮编", "31200"), ("成立年份", "去年"), ("员工人数", -5), ("客户编码", "FOREIGN"),
    ("名单制客户", "也许"),
)  # fmt: skip


def table():
    """(rows, {(row, column)} of the bad cells), spread over the whole file."""
    rows, bad = [HEAD], set()
    for n in range(ROWS):
        row, number = good_row(n), n + 2
        if n % (ROWS // BAD) == 0 and len(bad) < BAD:
            column, value = SPOILS[len(bad) % len(SPOILS)]
            row[HEAD.index(column)] = f"F{len(bad):04d}" if value == "FOREIGN" else value
            bad.add((number, column))
        rows.append(row)
    return rows, bad


def test_thousands_of_rows_come_in_and_every_bad_cell_is_named():
    make_industry()
    other, manager = make_user(), make_user()
    rows, bad = table()
    for n in range(BAD):
        if SPOILS[n % len(SPOILS)][1] == "FOREIGN":
            make_customer(manager=other, code=f"F{n:04d}")
    upload, before = xlsx(rows), Customer.objects.count()

    wall, cpu = time.monotonic(), time.process_time()
    job = imported([], manager, upload=upload)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    print(f"check and import of {ROWS} rows: {wall:.1f} s, of it {cpu:.1f} s of this process")

    assert {(fault["row"], fault["column"]) for fault in job.errors} == bad
    assert (job.state, counts(job)) == ("done", (ROWS - BAD, 0, 0, BAD))
    assert Customer.objects.count() == before + ROWS - BAD
    assert CustomerAssignment.objects.filter(user=manager).count() == ROWS - BAD
    assert AuditEvent.objects.filter(verb="customer.created").count() == ROWS - BAD
    assert Customer.objects.get(code="S000001").postcode == "012000"
    assert counts(checked([], manager, upload=upload)) == (0, 0, ROWS - BAD, BAD)
