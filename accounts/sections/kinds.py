"""Every kind of row that can be written on a customer's page, by the code in its URL.

`{% url 'accounts:item_create' customer.pk 'product' %}` and
`{% url 'accounts:item_edit' 'product' row.pk %}` (or item_delete);
`?business_line=data` fills a field of a new form beforehand.
"""

from accounts.forms import items as forms
from accounts.models import TimelineEntry
from accounts.sections.registry import ItemKind

Kind = TimelineEntry.Kind

KINDS: dict[str, ItemKind] = {
    kind.code: kind
    for kind in (
        ItemKind("level", "决策层级", "people", forms.LevelForm),
        ItemKind("route", "审批程序", "people", forms.RouteForm),
        ItemKind("tie", "关系", "people", forms.TieForm, path="contact__customer"),
        ItemKind("product", "在用产品", "business", forms.ProductForm),
        ItemKind("usage", "使用情况", "business", forms.UsageForm),
        ItemKind("account", "计费账户", "business", forms.AccountForm),
        ItemKind("bill", "月账单", "business", forms.BillForm, Kind.BILL),
        ItemKind("node", "网络节点", "network", forms.NodeForm),
        ItemKind("link", "网络链路", "network", forms.LinkForm),
        ItemKind("share", "费用占比", "network", forms.LayerShareForm),
        ItemKind("finance", "财务情况", "finance", forms.FinanceForm),
        ItemKind("budget", "预算", "finance", forms.BudgetForm),
        ItemKind("allowance", "话费补贴", "finance", forms.AllowanceForm),
        ItemKind("need", "需求", "needs", forms.NeedForm, Kind.NEED),
        ItemKind("contract", "合同", "contracts", forms.ContractForm, Kind.CONTRACT),
        ItemKind("agreement", "合作协议", "contracts", forms.AgreementForm, Kind.CONTRACT),
        ItemKind("event", "大事", "events", forms.EventForm, Kind.EVENT),
        ItemKind("info", "信息", "info", forms.InfoForm),
    )
}
