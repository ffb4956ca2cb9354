"""Marketing: what may be shown, what was never introduced, which tariffs are valid (R20, R31)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from opportunities.actions import marketing
from opportunities.actions.errors import OpportunityError
from opportunities.models import MarketingActivity, TariffDocument
from staff.tests.factories import make_user
from visits.tests.factories import make_participant, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return make_customer(name="诸暨市教育局")


def log(customer, topics=("culture",), **fields):
    known = {"kind": "company_intro", "held_on": timezone.localdate(), "by": customer.manager}
    return marketing.log_activity(customer=customer, topics=topics, **(known | fields))


def tariff(**fields):
    known = {"code": "绍电资〔2026〕1 号", "title": "专线资费", "valid_from": date(2026, 1, 1)}
    return TariffDocument.objects.create(**(known | fields))


def url(name, customer=None, *args, **query):
    path = reverse(f"opportunities:{name}", args=args)
    return f"{path}?customer={customer.pk}" if customer else path


@pytest.mark.parametrize(
    "level", ["internal", "ordinary_commercial_secret", "core_commercial_secret"]
)
def test_material_above_public_is_refused(customer, level):
    with pytest.raises(OpportunityError, match="披露申请"):
        log(customer, confidentiality=level)
    assert not MarketingActivity.objects.exists()


def test_a_tariff_is_told_only_by_a_document_valid_on_that_day(customer):
    today = timezone.localdate()
    old = tariff(valid_to=today - timedelta(days=1))
    with pytest.raises(OpportunityError, match="资费文件"):
        log(customer, ["tariff"])
    with pytest.raises(OpportunityError, match="无效"):
        log(customer, ["tariff"], tariff=old)
    assert log(customer, ["tariff"], tariff=old, held_on=today - timedelta(days=1)).pk


def test_what_is_still_to_come_is_not_logged(customer):
    with pytest.raises(OpportunityError, match="不能晚于今天"):
        log(customer, held_on=timezone.localdate() + timedelta(days=1))


def test_a_contact_of_another_customer_takes_no_part(customer):
    with pytest.raises(OpportunityError, match="联系人"):
        log(customer, contacts=[make_contact(make_customer())])


def test_it_is_logged_by_the_form_and_stands_on_the_timeline(client, customer):
    client.force_login(customer.manager)
    fields = {
        "kind": "product_intro", "held_on": timezone.localdate().isoformat(),
        "topics": ["product_function", "application_scope"], "confidentiality": "public",
        "contacts": [make_contact(customer).pk], "response": "希望看看样板",
    }  # fmt: skip
    answer = client.post(url("marketing_create", customer), fields)
    row = MarketingActivity.objects.get()
    assert answer.url == row.get_absolute_url()
    assert "希望看看样板" in client.get(answer.url).content.decode()
    assert customer.timeline.filter(source=f"marketing:{row.pk}").exists()


def test_a_refusal_is_told_at_its_field(client, customer):
    client.force_login(customer.manager)
    fields = {"kind": "company_intro", "held_on": timezone.localdate().isoformat(),
              "topics": ["culture"], "confidentiality": "internal", "response": "留着"}  # fmt: skip
    answer = client.post(url("marketing_create", customer), fields)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"confidentiality"}
    assert "留着" in answer.content.decode()


def test_another_manager_gets_404(client, customer):
    row = log(customer)
    client.force_login(make_user())
    for path in (url("marketing_create", customer), row.get_absolute_url(),
                 url("never_introduced", None, customer.pk)):  # fmt: skip
        assert client.get(path).status_code == 404


def test_the_matrix_shows_the_gap_and_leads_to_who_has_it(client, customer):
    other = make_customer(manager=customer.manager, name="上虞市卫生局")
    log(customer, ["culture"])
    client.force_login(customer.manager)
    page = client.get(url("marketing_matrix"))
    lines = page.context["lines"]
    cells = {line.customer: {c.topic: c.count for c in line.cells} for line in lines}
    assert (cells[customer]["culture"], cells[other]["culture"]) == (1, 0)
    never = {code: count for code, _, count, _ in page.context["never"]}
    assert (never["culture"], never["tariff"]) == (1, 2)
    gaps = client.get(url("marketing_gaps") + "?topic=culture").content.decode()
    assert "上虞市卫生局" in gaps and "诸暨市教育局" not in gaps


def test_the_part_of_the_customers_page_names_what_to_bring_along(client, customer):
    log(customer, ["culture"])
    client.force_login(customer.manager)
    path = url("never_introduced", None, customer.pk)
    page = client.get(path, headers={"hx-request": "true"})
    assert [c.topic for c in page.context["told"]] == ["culture"]
    assert len(page.context["never"]) == 10
    assert "<html" not in page.content.decode()
    assert "<html" in client.get(path).content.decode()


def test_tariffs_are_kept_by_their_keeper_and_a_code_stands_once(client, customer):
    keeper = make_user("back_office")
    client.force_login(keeper)
    fields = {"code": "A-1", "title": "专线", "valid_from": "2026-01-01", "valid_to": ""}
    assert client.post(url("tariff_create"), fields).status_code == 302
    assert client.post(url("tariff_create"), fields).status_code == 422
    row = TariffDocument.objects.get()
    turned = fields | {"valid_to": "2025-12-31"}
    assert client.post(url("tariff_edit", None, row.pk), turned).status_code == 422
    client.force_login(customer.manager)
    assert client.get(url("tariff_list")).status_code == 200
    assert client.post(url("tariff_create"), fields).status_code == 403


def test_who_prepares_a_visit_is_led_to_what_was_never_introduced(client, customer):
    client.force_login(customer.manager)
    link = url("never_introduced", None, customer.pk)
    ahead = make_visit(customer=customer, owner=customer.manager)
    assert f'hx-get="{link}"' in client.get(ahead.get_absolute_url()).content.decode()
    over = make_visit(
        customer=customer, owner=customer.manager, ended_at=timezone.now() - timedelta(hours=1)
    )
    assert link not in client.get(over.get_absolute_url()).content.decode()
    htmx = {"hx-request": "true"}
    assert "下次拜访可以带上" in client.get(link, headers=htmx).content.decode()


def test_a_participant_from_elsewhere_is_not_led_there(client, customer):
    visit = make_visit(customer=customer, owner=customer.manager)
    mate = make_user("solution_engineer", branch=customer.branch)
    make_participant(visit, mate)
    client.force_login(mate)
    page = client.get(visit.get_absolute_url()).content.decode()
    assert url("never_introduced", None, customer.pk) not in page
