"""Places of the customer view in the demo data (issue 3): every tab, form, list and record.

Part of scene.py, in the product's own process. Bank A has content in every tab.
"""

from accounts.actions import merging
from accounts.models import Contact, Customer, HandoverRecord, ImportJob, SavedView
from accounts.sections import SECTIONS
from accounts.sections.kinds import KINDS
from accounts.tests.factories import make_customer
from staff.models import User
from tests.authz.view_rows import make_import

BANK = "C0001"
# A form of each shape: amounts, many items, pickers, long lists, free text. The others are alike.
FORMS = ("bill", "contract", "link", "need", "level", "account")


def complete_the_view(manager: User, head: User) -> None:
    """What the demo does not bring along: an import, a merge, a handover, a saved view, doubles."""
    if SavedView.objects.filter(owner=manager).exists():
        return
    SavedView.objects.create(owner=manager, name="我的重点客户", query="grade=A", is_team=True)
    make_import(manager, "客户清单")
    names = {"manager": manager, "industry": Customer.objects.get(code=BANK).industry}
    for name in ("越州信用社", "越州信用社有限公司", "越州信用社"):
        make_customer(name=name, code=f"Z{Customer.objects.count():04d}", **names)
    kept, gone = Customer.objects.filter(name="越州信用社").order_by("pk")
    merging.merge(kept=kept, gone=gone, by=head)
    HandoverRecord.objects.create(
        from_user=head, to_user=manager, reason="reassignment", note="片区调整", made_by=head,
        items=[{"kind": "customer", "id": kept.pk, "text": kept.name}],
    )  # fmt: skip


def places_of_the_view(places) -> None:
    bank = Customer.objects.select_related("manager", "manager__reports_to").get(code=BANK)
    manager, head = bank.manager, bank.manager.reports_to
    complete_the_view(manager, head)
    me, boss = manager.username, head.username
    places.add(me, "accounts:customer_detail", bank.pk)
    for code in SECTIONS:
        places.add(me, "accounts:customer_section", bank.pk, code)
    for kind in FORMS:
        places.add(me, "accounts:item_create", bank.pk, kind)
    row = KINDS["bill"].model.objects.filter(customer=bank).order_by("-month").first()
    places.add(me, "accounts:item_edit", "bill", row.pk)
    places.add(me, "accounts:item_delete", "bill", row.pk)
    places.each(me, "accounts:import_list", "accounts:import_create", "accounts:contract_calendar")
    places.add(me, "accounts:import_detail", ImportJob.objects.filter(owner=manager).first().pk)
    view = SavedView.objects.filter(owner=manager).first()
    places.add(me, "accounts:saved_view_edit", view.pk)
    places.add(me, "accounts:search", query="?q=银行")
    for name in ("customer_tree", "customer_move", "customer_lifecycle"):
        places.add(me, f"accounts:{name}", bank.pk)
    contact = Contact.objects.filter(customer=bank).order_by("pk").first()
    places.add(me, "accounts:contact_link", contact.pk)
    _of_the_head(places, boss, manager, head)


def _of_the_head(places, boss: str, manager: User, head: User) -> None:
    places.each(boss, "accounts:duplicate_list", "crm:handover_list")
    record = HandoverRecord.objects.filter(made_by=head).first()
    places.add(boss, "crm:handover_detail", record.pk)
    places.add(boss, "crm:handover_person", manager.pk)
    merge = manager.customers.exclude(merges_kept=None).values_list("merges_kept", flat=True)[0]
    places.add(boss, "accounts:merge_detail", merge)
    two = Customer.objects.filter(name__startswith="越州信用社").order_by("pk")
    places.add(boss, "accounts:merge_preview", two[0].pk, two[1].pk)
