"""visits:register, register_export, register_pdf: the numbers and the letters behind them."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.actions import replying, thanks
from visits.tests.letter_factories import make_inbound, make_issued, make_thank_you_draft

pytestmark = pytest.mark.django_db
REGISTER = reverse("visits:register")


@pytest.fixture
def reply(client):
    reply = make_issued()
    client.force_login(reply.letter.owner)
    return reply


def page(client, **query):
    return client.get(REGISTER, query).content.decode()


def test_each_series_lists_its_numbers(client, reply):
    assert str(reply.letter.number) in page(client)
    assert str(reply.number) in page(client, series="out")
    assert str(reply.number) not in page(client, series="thanks")


def test_a_void_reply_stays_with_its_reason(client, reply):
    replying.void_reply(reply=reply, reason="主送单位写错了", by=reply.letter.owner)
    shown = page(client, series="out")
    assert str(reply.number) in shown
    assert "主送单位写错了" in shown


def test_a_waived_thank_you_letter_stays_as_void(client):
    letter = make_thank_you_draft()
    thanks.waive_letter(letter=letter, reason="客户不要", by=letter.visit.owner)
    client.force_login(letter.visit.owner)
    letter.refresh_from_db()
    shown = page(client, series="thanks")
    assert str(letter.number) in shown
    assert "免送：客户不要" in shown


@pytest.mark.parametrize("words", ["1", "1号", "绍电政收〔2026〕1号", "扩容"])
def test_it_is_searched_by_number_and_subject(client, reply, words):
    year = str(reply.letter.number.year)
    # Without any digit in its name or code, which are searched as well.
    customer = make_customer(manager=reply.letter.owner, name="没有数字的单位", code="NONE")
    other = make_inbound(customer=customer, subject="关于账单的函")
    shown = page(client, q=words.replace("2026", year))
    assert str(reply.letter.number) in shown
    assert str(other.number) not in shown


def test_another_year_and_a_range_of_numbers(client, reply):
    other = make_inbound(customer=reply.letter.customer)
    assert str(reply.letter.number) not in page(client, year="2001")
    assert str(other.number) not in page(client, last="1")


def test_numbers_of_others_are_not_listed_exported_or_printed(client, reply):
    subject = reply.letter.subject
    client.force_login(make_user())
    assert subject not in page(client)
    sheet = load_workbook(io.BytesIO(client.post(reverse("visits:register_export")).content)).active
    assert sheet.max_row == 1
    pdf = PdfReader(io.BytesIO(client.post(reverse("visits:register_pdf")).content))
    assert "没有符合条件的编号" in pdf.pages[0].extract_text()


def test_the_export_has_the_rows_of_the_page_and_is_audited(client, reply):
    make_inbound(customer=reply.letter.customer, subject="=1+1")
    answer = client.post(reverse("visits:register_export") + "?series=in")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    head = f"绍电政收〔{reply.letter.number.year}〕"
    assert [row[0] for row in rows[1:]] == [f"{head}1号", f"{head}2号"]
    assert rows[2][3] == "=1+1"
    assert AuditEvent.objects.get(verb="register.exported").changes["行数"][1] == "2"


def test_the_pdf_repeats_its_head_and_counts_its_pages(client, reply):
    for number in range(40):
        make_inbound(customer=reply.letter.customer, subject=f"关于第{number}件事的函")
    answer = client.post(reverse("visits:register_pdf") + "?series=in")
    pages = [p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) > 1
    assert all("经办人" in text and f"共 {len(pages)} 页" in text for text in pages)


def test_too_many_rows_are_refused_in_words(client, reply, monkeypatch):
    monkeypatch.setattr("visits.views.register.MOST_PRINTED", 0)
    answer = client.post(reverse("visits:register_pdf"), follow=True)
    assert "请按年份、人员或编号范围分批" in answer.content.decode()


@pytest.mark.parametrize("name", ["register_export", "register_pdf"])
def test_wrong_role_403_and_get_405(client, reply, name):
    assert client.get(reverse(f"visits:{name}")).status_code == 405
    client.force_login(make_user("records_officer"))
    assert client.post(reverse(f"visits:{name}")).status_code == 403
    assert client.get(REGISTER).status_code == 403


@pytest.mark.parametrize("series", ["in", "out", "thanks"])
def test_the_cost_of_the_page_does_not_grow_with_its_rows(client, reply, series):
    customer = reply.letter.customer
    make_thank_you_draft(customer=customer)
    page(client, series=series)
    with CaptureQueriesContext(connection) as few:
        page(client, series=series)
    for _ in range(4):
        make_issued(make_inbound(customer=customer))
        make_thank_you_draft(customer=customer)
    with CaptureQueriesContext(connection) as many:
        assert page(client, series=series).count("〕") > 3
    assert len(many) == len(few)
