"""财务与预算, 需求与商机, 大事记, 信息收集 (R17, R18, R63, R69, R71)."""

from accounts.reports import knowledge
from accounts.sections.registry import Section


def finance(customer, user, request) -> dict:
    return {
        "finances": customer.finances.order_by("-year"),
        "budgets": customer.budgets.order_by("-year", "kind"),
        "wallet": knowledge.wallet(customer),
    }


def needs(customer, user, request) -> dict:
    return {"bergs": knowledge.icebergs(customer)}


def events(customer, user, request) -> dict:
    return {"events": customer.events.order_by("-happened_on", "-pk")}


def info(customer, user, request) -> dict:
    groups = knowledge.info_groups(customer)
    return {"groups": groups, "count": sum(len(items) for _, _, items in groups)}


SECTIONS = (
    Section("finance", "财务与预算", "bi-cash-coin", finance),
    Section("needs", "需求与商机", "bi-triangle", needs),
    Section("events", "大事记", "bi-flag", events),
    Section("info", "信息收集", "bi-journal-text", info, level=""),
)
