"""Bank A of §E.4: every figure of bank_a.json on the customer's page (R63, R66, R69–R73)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from accounts.actions import contacts, customers, tree
from accounts.actions.bills import enter_bill
from accounts.actions.items import Place, create_item, verify_item
from accounts.models import (
    AllowancePolicy,
    ApprovalRoute,
    BillingAccount,
    Customer,
    CustomerEvent,
    CustomerInfoItem,
    CustomerNeed,
    LayerShare,
    NetworkLink,
    NetworkNode,
    PurchaseDecisionLevel,
    RelationshipTie,
    TimelineEntry,
)
from crm.demo.words import full_width

SOURCE = "培训案例"
Category = CustomerInfoItem.Category
Kind = TimelineEntry.Kind
PEOPLE = Place("people", "决策链")
NETWORK = Place("network", "网络")
INFO = Place("info", "信息")
SKETCH = "两端按教材文字推定，原图已缺。"
HOME, HQ = "省行计算中心（托管电信主楼）", "总行计算中心"
# text in bank_a.json: layer, technology, Mbps, ends, access, tagged, note
LINKS = {
    "4M FR 省际": ("backbone", "FR 省际", "4", HOME, HQ, "光纤", True, "省际干线，挂牌服务。"),
    "2M FR 二级": ("transport", "FR 二级", "2", HOME, "主城区支行", "光纤", True,
                 "二级网，2003 年底提速，8 个支行。"),
    "2M SDH": ("transport", "SDH", "2", HOME, "人民银行结算中心", "光纤", False, SKETCH),
    "2M 数字电路": ("transport", "数字电路", "2", HOME, "其余支行", "光纤", False, SKETCH),
    "2M VPN": ("access", "VPN", "2", "其余支行", "证券交易机构", "光纤", False, SKETCH),
    "10M VPN": ("access", "VPN", "10", HOME, "网上银行", "光纤", False, SKETCH),
    "64K DDN": ("access", "DDN", "0.064", "主城区支行", "ATM", "铜缆", False, "支行到网点。"),
    "30B+D ISDN": ("access", "30B+D ISDN", None, HOME, "电话系统/呼叫中心", "铜缆", False, SKETCH),
    "163/169": ("access", "163/169", None, "网上银行", None, "光纤", False, "互联网出口。"),
    "PSTN": ("access", "PSTN", None, "POS", None, "拨号", False, "POS 刷卡拨号。"),
}  # fmt: skip
CRITERIA = (
    "移动网络", "固网语音网络", "互联网络", "基础数据网络", "客户资源", "组织体系", "人力资源",
    "销售能力", "合作资源整合", "品牌", "渠道合作", "业务种类",
)  # fmt: skip
COOPERATION = {
    "3G联名卡": "联名卡持卡人获得购买上网本、3G 手机的免息贷款。",
    "捆绑优惠": "新开户、新存款客户以优惠价获得批量购买的电信积分或卡。",
    "银行到公司": "用优惠的专线把银行服务送到企业桌面。",
    "网上银行": "为新开通网上银行的客户提供优惠的上网接入。",
    "资金划拨(彩票)": "电话投注彩票，投注款从银行账户划转。",
}


def data() -> dict:
    return json.loads((Path(__file__).parent / "bank_a.json").read_text(encoding="utf-8"))


def load(customer: Customer, parent: Customer) -> None:
    """Write everything of the file through the real actions, by its account manager."""
    by, given = customer.manager, data()
    _file(customer, given["file"], by)
    tree.move_branch(customer=customer, parent=parent, seen_parent=None, by=by, reason=SOURCE)
    _bill(customer, given["bill"], by)
    _network(customer, given, by)
    _decision(customer, given, by)
    _allowance(customer, given["allowance"], by)
    _iceberg(customer, given["iceberg"], by)
    _events(customer, given["events"], by)
    for fields in _knowledge(given):
        item = create_item(
            model=CustomerInfoItem, customer=customer, place=INFO, by=by, values=fields
        )
        verify_item(item=item, place=INFO, by=by.reports_to)


def _file(customer, file, by) -> None:
    stages = {stage.order: stage for stage in customer.industry.stages.all()}
    customers.update_customer(
        customer=customer,
        by=by,
        branches_count=file["branches"],
        outlets_count=file["outlets"],
        informatization_stage=stages[file["informatization_stage"]],
        next_stage=stages[file["next_stage"]],
    )


def _bill(customer, bill, by) -> None:
    account = create_item(
        model=BillingAccount,
        customer=customer,
        place=Place("business", "计费账户"),
        by=by,
        values={
            "contract_no": "SX-A-0001",
            "bank_name": bill["bank"],
            "bank_account": "4100000000002009",
        },
    )
    lines = {code: Decimal(amount) for code, amount in bill["lines"].items()}
    enter_bill(
        customer=customer,
        account=account,
        month=date.fromisoformat(f"{bill['month']}-01"),
        reported_total=Decimal(bill["reported_total"]),
        lines=lines | {"adjustment": Decimal(bill["adjustment"])},
        discrepancy_note="原文差额/优惠",
        source=SOURCE,
        by=by,
    )


def _network(customer, given, by) -> None:
    def add(model, **values):
        return create_item(model=model, customer=customer, place=NETWORK, by=by, values=values)

    nodes = {}
    for name, level, count in given["network"]["nodes"]:
        name = full_width(name)
        nodes[name] = add(
            NetworkNode, name=name, level=level, count=count, is_hosted_by_us="托管" in name
        )
    links = {}
    for text in given["network"]["links"]:
        layer, technology, mbps, a, b, access, is_tagged, note = LINKS[text]
        links[text] = add(
            NetworkLink,
            a=nodes[a],
            b=nodes.get(b),
            layer=layer,
            technology=technology,
            bandwidth_mbps=Decimal(mbps) if mbps else None,
            access=access,
            is_tagged_line=is_tagged,
            note=note,
        )
    add(
        NetworkLink,
        a=nodes[HOME],
        b=nodes["主城区支行"],
        layer="access",
        technology="DDN",
        bandwidth_mbps=Decimal("0.064"),
        access="铜缆",
        backup_of=links["2M FR 二级"],
        note="提速后原 DDN 留作备份。",
    )
    for layer, percent in given["layer_share"].items():
        add(LayerShare, layer=layer, percent=Decimal(percent), source=SOURCE)


def _decision(customer, given, by) -> None:
    levels = []
    for order, (unit, has_right, departments, scope) in enumerate(given["decision"], 1):
        values = {
            "order": order,
            "unit_level": unit,
            "has_right": has_right,
            "department_by_line": departments,
            "scope_text": full_width(scope),
        }
        levels.append(
            create_item(
                model=PurchaseDecisionLevel, customer=customer, place=PEOPLE, by=by, values=values
            )
        )
    for trigger, steps in given["approval"]:
        values = {"trigger": trigger, "steps": steps}
        create_item(model=ApprovalRoute, customer=customer, place=PEOPLE, by=by, values=values)
    _power(customer, levels[1], by)


def _power(customer, level, by) -> None:
    """Who decides in the branch, and how well the manager knows them."""
    people = list(customer.contacts.current().order_by("pk"))
    views = (("decider", 1, 5, 2, 4), ("evaluator", 2, 4, 4, 5), ("gatekeeper", 0, 3, 3, 3))
    for person, (role, attitude, influence, now, wanted) in zip(people, views, strict=False):
        contacts.update_contact(
            contact=person,
            by=by,
            decision_role=role,
            attitude=attitude,
            influence=influence,
            decision_level=level,
            reports_to=None if person == people[0] else people[0],
        )
        values = {"contact": person, "user": by, "current": now, "wanted": wanted}
        create_item(model=RelationshipTie, customer=customer, place=PEOPLE, by=by, values=values)


def _allowance(customer, rows, by) -> None:
    for level, mode, amount in rows:
        values = {"level": level, "mode": mode, "amount": amount, "paid_via": "随工资发放"}
        create_item(
            model=AllowancePolicy,
            customer=customer,
            place=Place("finance", "话费补贴"),
            by=by,
            values=values,
        )


def _iceberg(customer, layers, by) -> None:
    parent = None
    for layer, department, text in layers:
        parent = create_item(
            model=CustomerNeed,
            customer=customer,
            place=Place("needs", "需求", Kind.NEED),
            by=by,
            values={
                "layer": layer,
                "parent": parent,
                "description": full_width(text),
                "speaker_department": department,
                "business_line": "data",
                "kind": "explicit" if layer == "fact" else "potential",
            },
        )


def _events(customer, events, by) -> None:
    for event in events:
        year, _, month = event["date"].partition("-")
        values = {
            "happened_on": date(int(year), int(month or 1), 1),
            "precision": event["precision"],
            "title": event["title"],
            "text": full_width(event.get("text", "")),
        }
        place = Place("events", "大事", Kind.EVENT)
        create_item(model=CustomerEvent, customer=customer, place=place, by=by, values=values)


def _knowledge(given) -> list[dict]:
    """What belongs to later parts of the product, as information with its source (R17)."""
    score, spend = given["scorecard"], given["industry_spend_wan"]
    texts = [
        (Category.FINANCIAL, "各项业务年金额", "", _solutions(given["solutions_wan"])),
        (Category.SALES, "合作设想", "", _ideas(given["cooperation"])),
        (Category.MARKET, "竞争评分", "", _scores(score)),
        (Category.MARKET, "客户群通信支出", spend["period"], _spend(spend)),
    ]
    return [
        {
            "category": category,
            "subcategory": title,
            "period": period,
            "content": text,
            "source_type": CustomerInfoItem.SourceType.OTHER,
            "source_ref": SOURCE,
        }
        for category, title, period, text in texts
    ]


def _solutions(lines: dict) -> str:
    labels = {"data": "数据", "voice": "话音"}
    found = []
    for code, services in lines.items():
        total = sum(Decimal(str(amount)) for amount in services.values())
        parts = "，".join(f"{name} {amount} 万元" for name, amount in services.items())
        found.append(f"{labels[code]}：{parts}，合计 {total} 万元。")
    return "每年在我方的业务金额\n" + "\n".join(found)


def _ideas(names: list) -> str:
    rows = (f"{n}. {full_width(name)}：{COOPERATION[name]}" for n, name in enumerate(names, 1))
    return "五项合作设想\n" + "\n".join(rows)


def _scores(score: dict) -> str:
    providers = [name for name in score if name not in ("weights", "totals")]
    rows = ["十二项评分（权重 %；1 至 10 分）"]
    for n, (name, weight) in enumerate(zip(CRITERIA, score["weights"], strict=True)):
        marks = "、".join(f"{provider} {score[provider][n]}" for provider in providers)
        rows.append(f"{name}（{weight}%）：{marks}")
    totals = zip(providers, score["totals"], strict=True)
    rows.append("加权总分：" + "、".join(f"{provider} {total}" for provider, total in totals))
    return "\n".join(rows)


def _spend(spend: dict) -> str:
    rows = [
        f"客户群 {n}：{value:,} 万元，占 {share}%"
        for n, (value, share) in enumerate(zip(spend["values"], spend["shares"], strict=True), 1)
    ]
    return "全省三个客户群的通信支出（原文未注明客户群名称）\n" + "\n".join(
        [*rows, f"合计 {spend['total']:,} 万元"]
    )
