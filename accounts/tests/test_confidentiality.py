"""Every section of the customer page and every export says how secret it is (§B.11)."""

import io
from urllib.parse import unquote

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import CustomerInfoItem
from accounts.reports import columns
from accounts.sections import SECTIONS
from accounts.tests.factories import make_customer

pytestmark = pytest.mark.django_db
SECRET = {"people", "business", "network", "contracts"}
SHOWS_SECRETS = {"overview", "timeline", "history"}


def test_bills_contracts_networks_and_decisions_are_ordinary_secrets():
    levels = {code: one.level_label for code, one in SECTIONS.items()}
    own = levels.pop("info")
    secret = {code for code, label in levels.items() if label == "普通商密"}
    assert secret == SECRET | SHOWS_SECRETS
    assert {label for code, label in levels.items() if code not in secret} == {"内部"}
    assert own == "按每条信息"


@pytest.mark.parametrize("code", SECTIONS)
@pytest.mark.parametrize("is_part", [True, False])
def test_the_tab_says_its_level(client, code, is_part):
    customer = make_customer()
    client.force_login(customer.manager)
    url = reverse("accounts:customer_section", args=[customer.pk, code])
    headers = {"HX-Request": "true", "HX-Target": "customer-view"} if is_part else {}
    page = client.get(url, headers=headers).content.decode()
    assert page.count(f"密级：{SECTIONS[code].level_label}<") == 1


def test_every_piece_of_information_says_its_own(client):
    customer = make_customer()
    client.force_login(customer.manager)
    for level in ("internal", "core_commercial_secret"):
        CustomerInfoItem.objects.create(
            customer=customer, category="financial", content=level, source_type="visit",
            collected_by=customer.manager, confidentiality=level,
        )  # fmt: skip
    url = reverse("accounts:customer_section", args=[customer.pk, "info"])
    page = client.get(url).content.decode()
    assert page.count("</i>内部</span>") == page.count("</i>核心商密</span>") == 1


def exported(client, kind, query):
    customer = make_customer()
    client.force_login(customer.manager)
    return client.post(f"{reverse('accounts:customer_export')}?{query}", {"format": kind})


@pytest.mark.parametrize(
    ("query", "level"), [("columns=grade", "内部"), ("columns=grade&columns=bill", "普通商密")]
)
def test_a_sheet_notes_its_level_on_screen_and_on_paper(client, query, level):
    response = exported(client, "xlsx", query)
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    assert level in sheet["A1"].comment.text
    assert level in sheet.oddHeader.right.text
    assert f"客户（{level}）.xlsx" in unquote(response["Content-Disposition"])


def test_the_name_of_a_csv_says_its_level(client):
    response = exported(client, "csv", "columns=contract")
    assert "客户（普通商密）.csv" in unquote(response["Content-Disposition"])


def test_bills_and_contracts_make_an_export_an_ordinary_secret():
    secret = {c.code for c in columns.COLUMNS.values() if columns.level_of([c]).label != "内部"}
    assert secret == {"bill", "contract"}
