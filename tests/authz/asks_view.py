"""How the URLs of the customer view are asked (issue 3)."""

from accounts.actions.items import version_of
from accounts.actions.proposals import mark_of
from accounts.forms.merging import MergeForm
from accounts.models import Customer
from accounts.reports.merging import preview
from accounts.sections import SECTIONS
from accounts.sections.kinds import KINDS
from accounts.tests.item_cases import CASES
from accounts.tests.sheets import csv_file
from tests.authz.asking import Ask, new_owner


def move(world, estate):
    return {"parent": estate.pks["twin"], "reason": "属于同一集团"}


def link(world, estate):
    return {"other": estate.pks["twin_contact"]}


def step(world, estate):
    return {"to": "potential", "seen": "actual", "reason": "业务已全部停用"}


def decision(world, estate):
    address = Customer.objects.get(pk=estate.pks["customer"]).address
    return {"decision": "take", "seen": mark_of(address)}


def merge(world, estate):
    kept, gone = (Customer.objects.get(pk=estate.pks[name]) for name in ("customer", "twin"))
    form = MergeForm(kept=kept, gone=gone, preview=preview(kept, gone))
    return form.initial | dict.fromkeys([*form.clashes, *form.kinds], "kept")


def bulk(world, estate):
    moved = {"ids": [estate.pks["customer"]], "confirmed": "1"}
    return moved | {"to": new_owner(world, estate), "reason": "片区调整"}


def handover(world, estate):
    return {"reason": "reassignment", "to": new_owner(world, estate), "note": "片区调整"}


def table(world, estate):
    rows = [["客户编码", "客户名称", "客户行业"], ["N1", "新客户局", "党政"]]
    return {"kind": "customers", "upload": csv_file(rows)}


def saved_view(world, estate):
    return {"name": "我的重点客户", "query": "grade=A"}


def item(kind):
    """The form of a new row of `kind` as the manager would type it."""

    def data(world, estate):
        people = {"contact": estate.pks["contact"], "user": estate.pks["user"]}
        return CASES[kind][0] | (people if kind == "tie" else {})

    return data


def gone(kind):
    def data(world, estate):
        row = KINDS[kind].model.objects.get(pk=estate.pks[f"item_{kind}"])
        return {"seen": version_of(row), "reason": "客户来函更正"}

    return data


def edited(kind):
    return lambda world, estate: item(kind)(world, estate) | gone(kind)(world, estate)


TWO = {"argument": "kept_pk", "also": {"gone_pk": "twin"}}


def of_kind(kind: str, verb: str) -> Ask:
    if verb == "create":
        known = {"kwargs": {"kind": kind}, "argument": "customer_pk"}
        return Ask("customer", item(kind), **known)
    data = edited(kind) if verb == "edit" else gone(kind)
    return Ask(f"item_{kind}", data, kwargs={"kind": kind})


def both(ask: Ask) -> dict[str, Ask]:
    return {"GET": ask, "POST": ask}


VIEW_ASKS: dict[str, dict[str, Ask]] = {
    "crm:handover_list": {"GET": Ask()},
    "crm:handover_person": both(Ask("user", handover)),
    "crm:handover_detail": {"GET": Ask("handover")},
    "crm:handover_confirm": {"POST": Ask("handover")},
    "crm:bulk_assign": {"POST": Ask(data=bulk)},
    "accounts:import_list": {"GET": Ask()},
    "accounts:import_create": both(Ask(data=table)),
    "accounts:import_template": {"GET": Ask(kwargs={"kind": "customers"})},
    "accounts:import_detail": {"GET": Ask("import")},
    "accounts:import_confirm": {"POST": Ask("import")},
    "accounts:import_cancel": {"POST": Ask("import")},
    "accounts:import_errors": {"GET": Ask("import")},
    "accounts:customer_export": {"POST": Ask(data=lambda w, e: {"format": "csv"})},
    "accounts:saved_view_create": {"POST": Ask(data=saved_view)},
    "accounts:saved_view_edit": both(Ask("saved_view", saved_view)),
    "accounts:saved_view_delete": {"POST": Ask("saved_view")},
    "accounts:duplicate_list": {"GET": Ask()},
    # Nothing is like it: what the warning says of a customer out of scope is proved in
    # accounts/tests/test_duplicate_check.py.
    "accounts:duplicate_check": {"GET": Ask(query="?name=%E6%96%B0%E5%AE%A2%E6%88%B7%E5%B1%80")},
    "accounts:merge_detail": {"GET": Ask("merge")},
    "accounts:merge_undo": {"POST": Ask("merge")},
    "accounts:merge_preview": both(Ask("customer", merge, **TWO)),
    # The beginning of every canary, without the word that tells them apart.
    "accounts:search": {"GET": Ask(query="?q=%E9%87%91%E4%B8%9D%E9%9B%80")},
    "accounts:contract_calendar": {"GET": Ask()},
    "accounts:customer_tree": {"GET": Ask("customer")},
    "accounts:tree_children": {"GET": Ask("customer")},
    "accounts:customer_move": both(Ask("customer", move)),
    "accounts:contact_reveal": {"POST": Ask("contact")},
    "accounts:contact_link": both(Ask("contact", link)),
    "accounts:contact_unlink": {"POST": Ask("linked")},
    "accounts:item_create": both(of_kind("contract", "create")),
    "accounts:item_edit": both(of_kind("contract", "edit")),
    "accounts:item_delete": both(of_kind("contract", "delete")),
    "accounts:item_verify": {"POST": Ask("item_info")},
    "accounts:section_confirm": {
        "POST": Ask("customer", kwargs={"code": "events"}, argument="customer_pk")
    },
    "accounts:account_reveal": {"POST": Ask("item_account")},
    "accounts:customer_lifecycle": both(Ask("customer", step)),
    "accounts:proposal_decide": {"POST": Ask("proposal", decision)},
    "accounts:customer_section": {"GET": Ask("customer", kwargs={"code": "people"})},
}
# Every kind of row and every tab, for the tests that go through forms and pages.
MORE_ASKS = {
    f"accounts:item_{verb}#{kind}": both(of_kind(kind, verb))
    for kind in KINDS
    for verb in ("create", "edit", "delete")
}
MORE_ASKS |= {
    f"accounts:customer_section#{code}": {"GET": Ask("customer", kwargs={"code": code})}
    for code in SECTIONS
}
