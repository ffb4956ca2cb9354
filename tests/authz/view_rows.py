"""Rows of the customer view for the estates: every kind of item, and what becomes of customers."""

import itertools
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.actions import merging, people, proposals
from accounts.models import (
    AllowancePolicy,
    ApprovalRoute,
    BillingAccount,
    BillLine,
    CommunicationBudget,
    Contact,
    CooperationAgreement,
    CustomerEvent,
    CustomerFinance,
    CustomerInfoItem,
    CustomerNeed,
    CustomerViewRevision,
    HandoverRecord,
    ImportJob,
    LayerShare,
    MonthlyBill,
    NetworkLink,
    NetworkNode,
    OperatorUsage,
    ProductInstance,
    PurchaseDecisionLevel,
    RelationshipTie,
    SavedView,
    ServiceContract,
)
from accounts.rules import add_months
from accounts.tests.factories import make_contact, make_customer
from core.models import StoredFile

FIRST_YEAR = 2010  # the years after it are free for what a form enters
_serial = itertools.count(1)


def make_items(customer, word, number=0) -> dict[str, int]:
    """One row of each kind that can be written on a customer's page: {"item_<kind>": pk}."""
    made = _revenue(customer, word, number) | _network(customer, word, number)
    made |= _knowledge(customer, word, number) | _people(customer, word, number)
    return {f"item_{kind}": row.pk for kind, row in made.items()}


def _revenue(customer, word, number) -> dict:
    today, serial = timezone.localdate(), next(_serial)
    account = BillingAccount.objects.create(
        customer=customer, contract_no=f"{word}{serial}", bank_name=word,
        bank_account="6222021234567890123",
    )  # fmt: skip
    bill = MonthlyBill.objects.create(
        customer=customer, account=account, month=add_months(date(2022, 1, 1), number),
        reported_total=10, computed_total=10, source=word,
    )  # fmt: skip
    BillLine.objects.create(bill=bill, item="data", amount=10)
    contract = ServiceContract.objects.create(
        customer=customer, number=f"{word}H{serial}", name=f"{word}合同", starts_on=today,
        ends_on=today + timedelta(days=20), annual_amount=10,
    )  # fmt: skip
    product = ProductInstance.objects.create(customer=customer, business_line="data", name=word)
    usage = OperatorUsage.objects.create(
        customer=customer, year=FIRST_YEAR - number, business_line="data", operator="mobile",
        amount=10, source=word,
    )  # fmt: skip
    return {
        "account": account, "bill": bill, "contract": contract, "product": product, "usage": usage
    }  # fmt: skip


def _network(customer, word, number) -> dict:
    nodes = [
        NetworkNode.objects.create(customer=customer, name=f"{word}{end}{number}", level=level)
        for end, level in (("甲", "provincial"), ("乙", "outlet"))
    ]
    link = NetworkLink.objects.create(
        customer=customer, a=nodes[0], b=nodes[1], layer="access", technology=word
    )
    share, _ = LayerShare.objects.get_or_create(
        customer=customer, layer="backbone", defaults={"percent": 10, "source": word}
    )
    return {"node": nodes[0], "link": link, "share": share}


def _knowledge(customer, word, number) -> dict:
    by, year, day = customer.manager, FIRST_YEAR - number, date(2020, 1, 1)
    heard_by = by.director() or by  # whoever collected an item may not verify it (R25)
    mine = {"customer": customer}
    return {
        "finance": CustomerFinance.objects.create(**mine, year=year, profit_wan=1, source=word),
        "budget": CommunicationBudget.objects.create(
            **mine, year=year, kind="network", amount_wan=1, note=word
        ),
        "allowance": AllowancePolicy.objects.create(
            **mine, level=word, mode="fixed", amount=1, headcount=1
        ),
        "need": CustomerNeed.objects.create(
            **mine, layer="fact", description=word, created_by=by
        ),
        "agreement": CooperationAgreement.objects.create(
            **mine, kind="strategic", title=word, signed_on=day
        ),
        "event": CustomerEvent.objects.create(**mine, happened_on=day, title=word),
        "info": CustomerInfoItem.objects.create(
            **mine, category="financial", content=word, source_type="visit", reliability=2,
            collected_by=heard_by,
        ),
    }  # fmt: skip


def _people(customer, word, number) -> dict:
    contact = Contact.objects.create(customer=customer, name=f"{word}人", title=f"处长{number}")
    return {
        "level": PurchaseDecisionLevel.objects.create(
            customer=customer, order=10 + number, unit_level=word
        ),
        "route": ApprovalRoute.objects.create(customer=customer, trigger=word, steps=[word]),
        "tie": RelationshipTie.objects.create(
            contact=contact, user=customer.manager, current=1, wanted=3, note=word
        ),
    }


def make_affairs(customer, word, *, giver, visit) -> dict[str, int]:
    """A double, a merge, a linked contact, a proposal, a handover, an import, a saved view."""
    manager = customer.manager
    twin = make_customer(manager=manager, industry=customer.industry, name=customer.name)
    other = make_contact(twin, name=f"{word}人", phone=customer.contacts.first().phone)
    linked = [make_contact(one, name=f"{word}友") for one in (customer, twin)]
    people.link_person(contact=linked[0], other=linked[1], by=manager)
    third = make_customer(manager=manager, industry=customer.industry, name=f"{word}处")
    change = proposals.Change(f"accounts.customer:{customer.pk}", "address", f"{word}新路")
    proposals.propose(customer=customer, changes=[change], visit_ref=visit, by=manager)
    return {
        "twin": twin.pk,
        "twin_contact": other.pk,
        "linked": linked[0].pk,
        "merge": merging.merge(kept=twin, gone=third, by=manager).pk,
        "proposal": CustomerViewRevision.objects.get(customer=customer, state="proposed").pk,
        "handover": HandoverRecord.objects.create(
            from_user=giver, to_user=manager, reason="reassignment", note=word, made_by=giver,
            items=[{"kind": "customer", "id": customer.pk, "text": customer.name}],
        ).pk,
        "saved_view": SavedView.objects.create(owner=manager, name=f"{word}{customer.pk}").pk,
        "import": make_import(manager, word).pk,
    }  # fmt: skip


def make_import(owner, word) -> ImportJob:
    """A checked table with one bad row, waiting to be confirmed."""
    known = {"content_type": "text/csv", "size": 1, "sha256": "0", "uploaded_by": owner}
    upload, faulty = (
        StoredFile.objects.create(name=f"{word}.csv", file=ContentFile(b"x", "x.csv"), **known)
        for _ in range(2)
    )
    fault = {"row": 2, "column": "客户名称", "value": word, "message": "不对"}
    return ImportJob.objects.create(
        owner=owner, kind="customers", upload=upload, error_file=faulty, state="preview",
        errors=[fault], plan={"created": 1, "updated": 0, "unchanged": 0, "bad": 1}, total=2,
    )  # fmt: skip
