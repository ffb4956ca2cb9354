"""Two rows that are one customer become one, and apart again exactly."""

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.actions import (
    AccountError,
    assign_manager,
    index_customers,
    quality,
    update_customer,
)
from accounts.actions.merging import merge, undo_merge
from accounts.actions.row_copies import freeze
from accounts.models import (
    BillLine,
    Customer,
    CustomerViewRevision,
    Industry,
    MonthlyBill,
    NetworkLink,
    NetworkNode,
    RecentCustomer,
    SearchKey,
    TimelineEntry,
    ViewQuality,
)
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.models import User
from staff.tests.factories import make_user
from tests.leaks.filling import fill, marked_customer

pytestmark = pytest.mark.django_db
BOOKKEEPING = {"core.auditevent", "accounts.customermerge"}
DERIVED = {"accounts.searchkey", "accounts.viewquality"}
HOUSE = ("core", "staff", "reminders", "accounts", "visits", "service")


def pair(**fields):
    kept = marked_customer(make_user(), "甲公司", **fields)
    return kept, marked_customer(kept.manager, "乙公司")


def merged(kept, gone, **fields):
    return merge(kept=kept, gone=gone, by=make_user("dept_head"), **fields)


def dump():
    """Every stored row of the house, but for bookkeeping; derived rows by what they say."""
    rows = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in HOUSE and label not in BOOKKEEPING | DERIVED:
            for row in model._base_manager.all():
                values = freeze(row)["values"]
                values.pop("updated_at", None)
                rows[label, row.pk] = values
    keys = SearchKey.objects.values_list("customer", "key", "weight", "hint")
    quality = ViewQuality.objects.values_list("customer", "completeness", "sections")
    return rows, sorted(keys), sorted(map(str, quality))


def test_everything_moves_and_the_other_row_is_gone():
    kept, gone = pair()
    made = fill(gone, "乙公司")
    key = gone.pk
    merged(kept, gone)
    assert not Customer.objects.filter(pk=key).exists()
    for model, row in made.items():
        if hasattr(row, "customer_id") and model is not Customer:
            found = model._base_manager.get(pk=row.pk)
            assert found.customer_id == kept.pk, model


def test_undo_brings_back_every_byte():
    kept, gone = pair(address="", founded_year=None)
    Customer.objects.filter(pk=gone.pk).update(founded_year=1982)
    gone.refresh_from_db()
    fill(kept, "甲公司"), fill(gone, "甲公司乙")
    child = make_customer(manager=kept.manager, parent=gone)
    RecentCustomer.objects.create(user=kept.manager, customer=gone, opened_at=gone.created_at)
    head = make_user("dept_head")
    index_customers([kept, gone, child]), quality.refresh([kept.pk, gone.pk, child.pk])
    before = dump()
    record = merge(kept=kept, gone=gone, by=head, fields={"name": "gone"})
    child.refresh_from_db()
    assert (child.parent_id, record.kept.name) == (kept.pk, "乙公司客户名称")
    undo_merge(merge=record, by=head)
    assert dump() == before


def test_bills_of_the_same_month_are_decided_by_a_choice():
    kept, gone = pair()
    for customer in (kept, gone):
        bill = MonthlyBill.objects.create(
            customer=customer, month="2026-03-01", reported_total=customer.pk, computed_total=1
        )
        BillLine.objects.create(bill=bill, item="data", amount=customer.pk)
    theirs = gone.pk
    record = merged(kept, gone, kinds={"accounts.monthlybill": "gone"})
    assert [bill.reported_total for bill in kept.bills.all()] == [theirs]
    undo_merge(merge=record, by=None)
    assert [bill.reported_total for bill in kept.bills.all()] == [kept.pk]
    assert kept.bills.get().lines.get().amount == kept.pk


def test_lines_of_a_node_that_both_have_hang_on_the_one_that_stays():
    kept, gone = pair()
    ours, theirs = (NetworkNode.objects.create(customer=c, name="省行") for c in (kept, gone))
    link = NetworkLink.objects.create(customer=gone, a=theirs, technology="DDN", layer="access")
    record = merged(kept, gone)
    link.refresh_from_db()
    assert (link.a, link.customer) == (ours, kept)
    undo_merge(merge=record, by=None)
    link.refresh_from_db()
    assert (link.a_id, link.customer_id) == (theirs.pk, record.gone["values"]["id"])


def test_empty_fields_fill_up_and_chosen_ones_change():
    kept, gone = pair(address="", region="绍兴")
    merged(kept, gone, fields={"region": "gone"})
    kept.refresh_from_db()
    assert (kept.address, kept.region) == ("乙公司通信地址", "乙公司所属区域")
    assert kept.name == "甲公司客户名称"


def test_links_of_the_timeline_lead_to_the_kept_customer():
    kept, gone = pair()
    entry = TimelineEntry.objects.create(
        customer=gone,
        at=gone.created_at,
        kind="change",
        title="改",
        path=f"/customers/{gone.pk}/file/",
    )
    merged(kept, gone)
    entry.refresh_from_db()
    assert entry.path == f"/customers/{kept.pk}/file/"


def test_revisions_and_proposals_of_the_row_name_the_kept_customer_until_the_undo():
    kept, gone = pair()
    old, new = (f"accounts.customer:{customer.pk}" for customer in (gone, kept))
    row = CustomerViewRevision.objects.create(
        customer=gone, section="file", target=old, field="region", state="pending"
    )
    record = merged(kept, gone)
    row.refresh_from_db()
    assert (row.customer, row.target) == (kept, new)
    undo_merge(merge=record, by=None)
    row.refresh_from_db()
    assert row.target == old


def test_the_trail_and_the_timeline_tell_of_it():
    kept, gone = pair()
    merged(kept, gone)
    assert AuditEvent.objects.get(verb="customer.merged").target_id == str(kept.pk)
    assert "并入客户「乙公司客户名称」" in kept.timeline.first().title


def test_different_managers_are_refused():
    kept, gone = pair()
    Customer.objects.filter(pk=gone.pk).update(manager=make_user())
    with pytest.raises(AccountError, match="客户经理不同"):
        merged(kept, gone)


def test_a_customer_below_the_other_cannot_keep_it():
    kept, gone = pair()
    Customer.objects.filter(pk=kept.pk).update(parent=gone)
    with pytest.raises(AccountError, match="下级"):
        merged(kept, gone)


def test_a_stale_preview_is_refused():
    kept, gone = pair()
    seen = (kept.updated_at, gone.updated_at)
    update_customer(customer=gone, by=None, region="上虞")
    with pytest.raises(AccountError, match="重新核对"):
        merged(kept, gone, seen=seen)


def test_what_was_written_after_the_merge_survives_its_undo():
    kept, gone = pair(address="")
    record = merged(kept, gone)
    update_customer(customer=Customer.objects.get(pk=kept.pk), by=None, address="新址")
    contact = make_contact(kept, name="后来的人")
    undo_merge(merge=record, by=None)
    kept.refresh_from_db(), contact.refresh_from_db()
    assert (kept.address, contact.customer) == ("新址", kept)


def test_a_customer_whose_manager_has_left_comes_back_to_the_other_manager():
    kept, gone = pair()
    old, new, record = kept.manager, make_user(), merged(kept, gone)
    kept = Customer.objects.get(pk=kept.pk)
    assign_manager(customer=kept, to=new, by=old, reason="调整分工")
    User.objects.filter(pk=old.pk).update(state=User.State.LEFT, left_on=timezone.localdate())
    back = undo_merge(merge=record, by=None)
    back.refresh_from_db()
    assert back.manager == new
    assert back.assignments.get(role="primary", valid_to=None).user == new


def test_an_undo_that_would_point_at_nothing_is_refused_in_words():
    kept, gone = pair()
    industry = Industry.objects.create(code="GONE", name="已撤行业")
    Customer.objects.filter(pk=gone.pk).update(industry=industry)
    gone.refresh_from_db()
    record = merged(kept, gone)
    industry.delete()
    with pytest.raises(AccountError, match="无法撤销"):
        undo_merge(merge=record, by=None)
    assert not Customer.objects.filter(code=record.gone_code).exists()


def test_undo_happens_once_and_in_order():
    kept, gone = pair()
    third = marked_customer(kept.manager, "丙公司")
    first = merged(kept, gone)
    second = merged(kept, third)
    with pytest.raises(AccountError, match="最近的一次"):
        undo_merge(merge=first, by=None)
    undo_merge(merge=second, by=None)
    undo_merge(merge=first, by=None)
    with pytest.raises(AccountError, match="已经撤销"):
        undo_merge(merge=first, by=None)
