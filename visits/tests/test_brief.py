"""预案单: everything before a visit on one page, for the phone and on paper (R3)."""

from datetime import date, timedelta
from io import BytesIO

import pdfplumber
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import CustomerNeed, MonthlyBill, OperatorUsage, ServiceContract
from staff.tests.factories import make_user
from visits.models import VisitFile
from visits.tests.factories import (
    make_commitment,
    make_letter,
    make_participant,
    make_record,
    make_visit,
)

pytestmark = pytest.mark.django_db


def page(client, visit, user=None, name="visit_brief"):
    client.force_login(user or visit.owner)
    return client.get(reverse(f"visits:{name}", args=[visit.pk]))


def bill(customer, month, due_on, paid):
    MonthlyBill.objects.create(
        customer=customer, month=month, due_on=due_on, reported_total=1200,
        computed_total=1200, paid_amount=paid,
    )  # fmt: skip


def full_visit():
    """A visit with a normal amount of everything that a sheet can tell."""
    visit = make_visit(
        key_points=5,
        prep_text="先谢上次的接待，再谈扩容。",
        risks="不要提去年的故障",
        expected_questions="涨价吗\n工期多久\n谁来维护",
        location="越城区胜利路 1 号",
    )
    customer, today = visit.customer, timezone.localdate()
    visit.contacts.update(decision_role="decider", attitude=2, last_contact_at=timezone.now())
    for title in ("组网图", "报价单"):
        VisitFile.objects.create(visit=visit, kind="material", title=title, added_by=visit.owner)
    last = make_visit(
        customer=customer,
        ended_at=timezone.now() - timedelta(days=20),
        purpose="了解机房搬迁的时间和要求",
    )
    make_record(last, competitor_mentions="移动报了 8 折", summary_points="扩容到 500M\n月底给方案")
    for number in range(3):
        make_commitment(visit=last, content=f"送达组网图{number}", due_on=today - timedelta(number))
        make_letter(customer=customer, subject=f"关于扩容的函{number}")
        need = {"customer": customer, "created_by": visit.owner, "description": f"网络卡顿{number}"}
        CustomerNeed.objects.create(layer="fact", **need)
    bill(customer, date(2026, 9, 1), today - timedelta(days=20), 0)
    bill(customer, date(2026, 10, 1), today + timedelta(days=5), 0)
    bill(customer, date(2026, 8, 1), today - timedelta(days=50), 1200)
    OperatorUsage.objects.create(
        customer=customer, year=2026, business_line="data", operator="mobile", amount=36000
    )
    ServiceContract.objects.create(
        customer=customer, number="HT-1", name="专线合同", kind="single", annual_amount=1,
        starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=60),
    )  # fmt: skip
    return visit


TOLD = (
    "决策人",
    "支持",
    "最近接触",
    "涨价吗",
    "组网图",
    "不要提去年的故障",
    "欠费 1,200.00 元",
    "待缴 1,200.00 元",
    "送达组网图0",
    "关于扩容的函1",
    "了解机房搬迁",
    "扩容到 500M",
    "移动报了 8 折",
    "网络卡顿2",
    "专线合同",
    "还有 60 天",
)


def test_the_phone_page_tells_everything(client):
    text = page(client, full_visit()).content.decode()
    assert [word for word in TOLD if word not in text] == []
    assert "内部" in text


def test_the_pdf_is_one_page_of_a4_with_who_and_when(client):
    visit = full_visit()
    answer = page(client, visit, name="visit_brief_pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(answer.content)) as sheet:
        assert len(sheet.pages) == 1
        assert (round(sheet.pages[0].width), round(sheet.pages[0].height)) == (595, 842)
        text = sheet.pages[0].extract_text()
    assert "内部" in text and visit.owner.name in text
    assert "欠费 1,200.00 元" in text and "移动报了 8 折" in text


def test_the_longest_names_still_fit_the_width(client):
    visit = full_visit()
    type(visit.customer).objects.filter(pk=visit.customer_id).update(name="越" * 100)
    answer = page(client, visit, name="visit_brief_pdf")
    with pdfplumber.open(BytesIO(answer.content)) as sheet:
        # the tilted watermark may stand anywhere
        words = [c for c in sheet.pages[0].chars if c["upright"]]
        assert max(c["x1"] for c in words) <= sheet.pages[0].width


def test_what_there_is_none_of_is_one_line_and_no_empty_section(client):
    text = page(client, make_visit()).content.decode()
    assert "没有：" in text and "欠费与待缴" in text.split("没有：", 1)[1].split("。", 1)[0]
    assert text.count('brief-part"') == 2  # whom we meet, and the key point


def test_a_paid_bill_is_no_arrears(client):
    visit = make_visit()
    bill(visit.customer, date(2026, 9, 1), timezone.localdate() - timedelta(days=9), 1200)
    assert "欠费 " not in page(client, visit).content.decode()


def test_a_participant_from_elsewhere_reads_the_plan_only(client):
    visit = full_visit()
    guest = make_participant(visit, make_user("solution_engineer")).user
    text = page(client, visit, guest).content.decode()
    assert "涨价吗" in text
    for word in ("欠费", "移动报了 8 折", "关于扩容的函", "专线合同", "送达组网图", "没有："):
        assert word not in text


def test_another_manager_gets_404(client):
    visit = full_visit()
    for name in ("visit_brief", "visit_brief_pdf", "visit_materials"):
        assert page(client, visit, make_user(), name).status_code == 404


def test_it_is_only_read(client):
    visit = make_visit()
    client.force_login(visit.owner)
    for name in ("visit_brief", "visit_brief_pdf"):
        assert client.post(reverse(f"visits:{name}", args=[visit.pk])).status_code == 405


def test_it_asks_the_database_some_twenty_times_however_much_there_is(client):
    visit = full_visit()
    page(client, visit)
    with CaptureQueriesContext(connection) as few:
        page(client, visit)
    last = make_visit(customer=visit.customer, ended_at=timezone.now() - timedelta(days=2))
    for number in range(20):
        make_commitment(visit=last, content=f"更多{number}")
        make_letter(customer=visit.customer)
        make_record(
            make_visit(customer=visit.customer, ended_at=timezone.now() - timedelta(days=30)),
            competitor_mentions="又一家",
        )
    with CaptureQueriesContext(connection) as many:
        text = page(client, visit).content.decode()
    assert len(many) == len(few)
    noise = ("session", "SAVEPOINT", 'last_login" =')
    own = [q for q in few.captured_queries if not any(word in q["sql"] for word in noise)]
    assert len(own) <= 24, [q["sql"][:90] for q in own]
    assert "还有" in text
