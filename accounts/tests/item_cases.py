"""What a manager would type for each kind of row, and one change to it."""

from accounts.models import Contact

CASES = {
    "level": (
        {
            "order": "1",
            "unit_level": "省分行",
            "department_by_line": "数据：科技部\n全部：办公室",
            "scope_text": "全省采购",
            "has_right": "on",
        },
        {"unit_level": "省行"},
    ),
    "route": ({"trigger": "10 万元以上", "steps": "科技部提出\n行长批准"}, {"steps": "行长批准"}),
    "tie": ({"current": "1", "wanted": "4"}, {"current": "2"}),
    "product": (
        {"business_line": "data", "name": "MPLS VPN", "quantity": "3", "monthly_fee": "9000"},
        {"quantity": "4"},
    ),
    "usage": (
        {"year": "2026", "business_line": "data", "operator": "telecom", "amount": "108000"},
        {"amount": "120000"},
    ),
    "account": (
        {"contract_no": "HT-1", "bank_name": "深圳发展银行", "bank_account": "6222021234567890123"},
        {"bank_name": "平安银行"},
    ),
    "bill": (
        {
            "month": "2026-10",
            "reported_total": "300.50",
            "paid_amount": "0",
            "line_data": "200.50",
            "line_circuit": "100",
        },
        {"paid_amount": "300.50", "paid_on": "2026-11-20"},
    ),
    "node": ({"name": "省行计算中心", "level": "provincial"}, {"count": "2"}),
    "link": (
        {"layer": "access", "technology": "SDH", "bandwidth_mbps": "2", "operator": "telecom"},
        {"bandwidth_mbps": "10"},
    ),
    "share": ({"layer": "access", "percent": "29", "source": "客户内部资料"}, {"percent": "31"}),
    "finance": ({"year": "2025", "profit_wan": "120.5", "source": "年报"}, {"profit_wan": "130"}),
    "budget": ({"year": "2026", "kind": "network", "amount_wan": "300"}, {"amount_wan": "320"}),
    "allowance": (
        {"level": "员工", "mode": "fixed", "amount": "200", "headcount": "50"},
        {"headcount": "60"},
    ),
    "need": (
        {
            "layer": "fact",
            "description": "要装一条数字电路",
            "domain": "network",
            "kind": "explicit",
            "status": "captured",
        },
        {"status": "validated"},
    ),
    "contract": (
        {
            "number": "C-1",
            "name": "专线",
            "kind": "single",
            "annual_amount": "90000",
            "starts_on": "2025-01-01",
            "ends_on": "2027-12-31",
        },
        {"annual_amount": "95000"},
    ),
    "agreement": (
        {"kind": "strategic", "title": "战略合作", "signed_on": "2026-01-05"},
        {"title": "战略合作协议"},
    ),
    "event": ({"when": "2008-06", "title": "数据中心托管"}, {"when": "2008-06-03"}),
    "info": (
        {
            "category": "financial",
            "content": "上半年利润增长",
            "source_type": "visit",
            "reliability": "2",
            "confidentiality": "internal",
        },
        {"content": "上半年利润下降"},
    ),
}


def typed(kind: str, customer) -> dict:
    """The new form of `kind` as it would be posted for `customer`."""
    data = dict(CASES[kind][0])
    if kind == "tie":
        contact = Contact.objects.create(customer=customer, name="王建华")
        data |= {"contact": contact.pk, "user": customer.manager_id}
    return data
