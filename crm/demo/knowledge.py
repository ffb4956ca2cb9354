"""What is known of the demo customers: much of most, little of some, so that gaps show (R17)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import (
    AllowancePolicy,
    ApprovalRoute,
    CommunicationBudget,
    CooperationAgreement,
    CustomerEvent,
    CustomerFinance,
    CustomerInfoItem,
    CustomerNeed,
    CustomerViewRevision,
    NetworkLink,
    NetworkNode,
    PurchaseDecisionLevel,
    RelationshipTie,
    TimelineEntry,
)
from accounts.rules import LABELS
from core.rules import SHANGHAI
from crm.demo.money import Figures, split

Category = CustomerInfoItem.Category
SECTIONS = ("file", "people", "business", "network", "finance", "needs", "competition",
            "contracts", "events")  # fmt: skip
NEEDS = (
    ("办公室", "再装两条互联网专线", "信息部门", "新园区三栋楼要与本部同网办公",
     "领导层", "年底前全部业务上线，纳入上级考核", "internet"),
    ("信息部门", "把备份线路换成另一家管道", "业务部门", "结算时段不能中断，要有可靠的第二路由",
     "领导层", "监管要求核心业务全年中断不超过两小时", "data"),
    ("后勤部门", "监控录像要多存三个月", "安保部门", "事后能查清责任，录像要集中保管",
     "领导层", "安全生产责任书写明了录像保存期限", "video"),
)  # fmt: skip
EVENTS = (
    (-1100, "month", "信息中心成立", "统一管理各下属单位的网络和系统。", "采购由分散转为集中"),
    (-640, "day", "主干线路提速割接", "主干由 100M 提至 500M，割接当夜完成。", "带宽三年内够用"),
    (-400, "year", "五年信息化规划启动", "", "每年有专项预算"),
    (-75, "day", "新任分管领导到任", "原在兄弟单位分管信息化。", "决策链有变化"),
)
FACTS = (
    (Category.MANAGEMENT_RESOURCE, "信息部门", "共 6 人，2 人专管网络，驻场 3 人。", "visit", 3),
    (Category.FINANCIAL, "付款习惯", "账单由财务集中支付，每月 20 日前后付款。", "back_office", 3),
    (Category.PRODUCTION, "业务系统", "核心业务系统三年前上线，计划两年内迁到云上。", "visit", 2),
    (Category.SALES, "服务对象", "主要服务对象集中在本市，近年向周边县区延伸。", "public", 2),
    (Category.MARKET, "行业动向", "同行业单位今年普遍增加了网络安全投入。", "media", 1),
)  # fmt: skip
LEVELS = (
    ("上级主管单位", True, {"all": "信息化主管部门"}, "年度投资计划；入围运营商范围"),
    ("本单位", True, {"voice": "办公室", "data": "信息部门"}, "选定运营商；谈判价格"),
    ("下属单位", False, {}, "提出需求，无决定权"),
)
GRADES = (("领导班子", "full_reimbursement", None, 6), ("中层干部", "fixed", 200, 24),
          ("一般员工", "fixed", 80, 160))  # fmt: skip
AGREEMENTS = {
    60: ("framework", "信息化合作框架协议"),
    100: ("strategic", "战略合作协议"),
}


def is_rich(one: Figures) -> bool:
    """Of every four customers one is hardly known yet."""
    return one.serial % 4 != 0


def load(rows: list[Figures], seed: dict[str, dict], now: datetime) -> None:
    """`seed`: the row of customers.csv by code."""
    today = now.date()
    of_value(rows, seed, today)
    rich = [one for one in rows if is_rich(one)]
    for model, make_rich in (
        (CustomerEvent, _events),
        (CustomerInfoItem, _facts),
        (PurchaseDecisionLevel, _levels),
        (ApprovalRoute, _routes),
        (AllowancePolicy, _allowances),
    ):
        model.objects.bulk_create(made for one in rich for made in make_rich(one, today))
    for one in rich:
        _iceberg(one)
    _networks(rich)
    _ties(rich)
    _refreshed(rows, now)
    _timeline(rows, now)


def of_value(rows: list[Figures], seed: dict[str, dict], today: date) -> None:
    """What the value model reads of it: budgets, finances, agreements."""
    for model, make in (
        (CommunicationBudget, _budgets),
        (CustomerFinance, _finances),
        (CooperationAgreement, _agreements),
    ):
        model.objects.bulk_create(
            made for one in rows for made in make(one, seed[one.customer.code], today)
        )


def _budgets(one, row, today) -> Iterator[CommunicationBudget]:
    parts = {"network": Decimal(52), "it_service": Decimal(30), "project": Decimal(18)}
    for kind, amount in split(Decimal(row["budget_wan"]), parts).items():
        yield CommunicationBudget(
            customer=one.customer, year=today.year, kind=kind, amount_wan=amount,
            note="年初预算" if kind == "network" else "",
        )  # fmt: skip


def _finances(one, row, today) -> Iterator[CustomerFinance]:
    growth = Decimal(row["own_growth_pct"])
    revenue = Decimal(row["budget_wan"]) * (38 + one.serial % 9)
    is_public = one.industry in ("GOV", "EDU", "MED")
    has_profit = not is_public and one.serial != 1  # blank in the training case (R69)
    for back in (1, 2):
        yield CustomerFinance(
            customer=one.customer, year=today.year - back,
            revenue_wan=None if one.industry == "GOV" else _back(revenue, growth, back),
            profit_wan=_back(revenue * 7 / 100, growth, back) if has_profit else None,
            growth_percent=growth if back == 1 else None,
            source="决算公开" if is_public else "客户年报",
        )  # fmt: skip


def _back(amount: Decimal, growth: Decimal, years: int) -> Decimal:
    return (amount * 100 / (100 + growth * (years - 1))).quantize(Decimal("0.01"))


def _agreements(one, row, today) -> Iterator[CooperationAgreement]:
    found = AGREEMENTS.get(int(row["agreement"]))
    if found:
        signed_on = today - timedelta(days=200 + one.serial * 11)
        yield CooperationAgreement(
            customer=one.customer, kind=found[0], title=found[1], signed_on=signed_on,
            expires_on=signed_on.replace(year=signed_on.year + 3, day=min(signed_on.day, 28)),
            our_obligations="优先保障线路与维护力量，每季度提供服务报告。",
            their_obligations="同等条件下优先采用我方的通信与信息化服务。",
        )  # fmt: skip


def _events(one, today) -> Iterator[CustomerEvent]:
    if one.serial == 1:
        return  # Bank A has its own
    for n, (days, precision, title, text, impact) in enumerate(EVENTS):
        if (one.serial + n) % 3:
            day = today + timedelta(days=days - one.serial)
            day = day.replace(day=1) if precision != "day" else day
            day = day.replace(month=1) if precision == "year" else day
            yield CustomerEvent(
                customer=one.customer, happened_on=day, precision=precision, title=title,
                text=text, impact=impact,
            )  # fmt: skip


def _facts(one, today) -> Iterator[CustomerInfoItem]:
    for n, (category, title, text, source, reliability) in enumerate(FACTS):
        if (one.serial + n) % 5:
            head = one.customer.manager.reports_to  # nobody verifies what he has collected (R25)
            is_checked = (one.serial + n) % 2 == 0 and head is not None
            at = datetime.combine(today - timedelta(days=7 * n + 3), datetime.min.time(), SHANGHAI)
            yield CustomerInfoItem(
                customer=one.customer, category=category, subcategory=title, content=text,
                period=str(today.year), source_type=source, reliability=reliability,
                source_ref="与信息部门面谈" if source == "visit" else "",
                collected_by=one.customer.manager,
                verified_by=head if is_checked else None,
                verified_at=at if is_checked else None,
            )  # fmt: skip


def _levels(one, today) -> Iterator[PurchaseDecisionLevel]:
    if one.serial == 1:
        return
    for order, (unit, has_right, departments, scope) in enumerate(LEVELS, 1):
        yield PurchaseDecisionLevel(
            customer=one.customer, order=order, unit_level=unit, has_right=has_right,
            department_by_line=departments, scope_text=scope,
        )  # fmt: skip


def _routes(one, today) -> Iterator[ApprovalRoute]:
    if one.serial != 1:
        yield ApprovalRoute(
            customer=one.customer, trigger="金额 10 万元以上",
            steps=["信息部门提出", "办公室会签", "领导班子会议"],
        )  # fmt: skip
        yield ApprovalRoute(
            customer=one.customer,
            trigger="金额 10 万元以下",
            steps=["信息部门提出", "分管领导批准"],
        )


def _allowances(one, today) -> Iterator[AllowancePolicy]:
    if one.serial == 1 or one.serial % 3 == 1:
        return
    for level, mode, amount, heads in GRADES:
        yield AllowancePolicy(
            customer=one.customer, level=level, mode=mode, amount=amount, paid_via="随工资发放",
            headcount=max(2, heads * max(1, int(one.revenue / 30000))),
        )  # fmt: skip


def _iceberg(one: Figures) -> None:
    """Some customers have told only the fact, others what lies below it (R63)."""
    if one.serial == 1:
        return
    row = NEEDS[one.serial % len(NEEDS)]
    depth = 1 + one.serial % 3
    parent = None
    for n, layer in enumerate(("fact", "need", "win")[:depth]):
        parent = CustomerNeed.objects.create(
            customer=one.customer, layer=layer, parent=parent, description=row[2 * n + 1],
            speaker_department=row[2 * n], business_line=row[6],
            kind="explicit" if layer == "fact" else "potential",
            expected_time="明年上半年" if layer == "fact" else "",
            created_by=one.customer.manager,
        )  # fmt: skip


def _networks(rich: list[Figures]) -> None:
    """A star with a second route; from time to time a rival holds that route (R70)."""
    for one in rich:
        if one.serial == 1 or one.revenue < 12_000:
            continue
        core, above, sites, outlets = NetworkNode.objects.bulk_create(_nodes(one))
        fee = (one.revenue / 10).quantize(Decimal("0.01"))
        main, _, _ = NetworkLink.objects.bulk_create([
            _link(one, above, core, "backbone", "SDH", 155, fee * 2, is_tagged_line=True),
            _link(one, core, sites, "transport", "MPLS VPN", 50, fee * 3),
            _link(one, sites, outlets, "access", "GPON", 20, fee * 2, access="光纤"),
        ])  # fmt: skip
        rival = ("telecom", "mobile", "unicom")[one.serial % 3]
        _link(
            one, above, core, "backbone", "MSTP", 100, None if rival != "telecom" else fee,
            backup_of=main, operator=rival, note="第二路由",
        ).save()  # fmt: skip


def _nodes(one: Figures) -> list[NetworkNode]:
    number = max(2, int(one.revenue / 9000))
    return [
        NetworkNode(customer=one.customer, name="本部机房", level="city", count=1,
                    is_hosted_by_us=one.sticky >= 4),
        NetworkNode(customer=one.customer, name="上级数据中心", level="provincial", count=1),
        NetworkNode(customer=one.customer, name="下属单位", level="branch", count=number),
        NetworkNode(customer=one.customer, name="服务窗口与站点", level="outlet",
                    count=None if one.serial % 5 == 0 else number * 4),
    ]  # fmt: skip


def _link(one, a, b, layer, technology, mbps, fee, **fields) -> NetworkLink:
    return NetworkLink(
        customer=one.customer, a=a, b=b, layer=layer, technology=technology,
        bandwidth_mbps=mbps, monthly_fee=fee, **fields,
    )  # fmt: skip


def _ties(rich: list[Figures]) -> None:
    ties = []
    for one in rich:
        if one.serial == 1:
            continue
        for n, contact in enumerate(one.customer.contacts.all()):
            ties.append(RelationshipTie(
                contact=contact, user=one.customer.manager,
                current=(one.serial + 2 * n) % 5, wanted=3 + (one.serial + n) % 3,
            ))  # fmt: skip
    RelationshipTie.objects.bulk_create(ties)


def _refreshed(rows: list[Figures], now: datetime) -> None:
    """When each section was looked through last; some of it longer ago than 90 days."""
    made = CustomerViewRevision.objects.bulk_create(
        CustomerViewRevision(
            customer=one.customer, section=code, target=f"accounts.customer:{one.customer.pk}",
            target_text=one.customer.name, field="", field_label="整体核对", new="内容无变化",
            reason=f"{LABELS[code]}例行核对", changed_by=one.customer.manager,
        )
        for one in rows
        for n, code in enumerate(SECTIONS)
        if is_rich(one) or n < 3
    )  # fmt: skip
    for n, revision in enumerate(made):
        days = 112 if n % 7 == 5 else 4 + n * 3 % 61
        revision.changed_at = now - timedelta(days=days)
    CustomerViewRevision.objects.bulk_update(made, ["changed_at"])


def _timeline(rows: list[Figures], now: datetime) -> None:
    """Bills, contracts and events as their entries would stand there."""
    entries = []
    for one in rows:
        for bill in one.customer.bills.filter(source="账务系统").order_by("-month")[:12]:
            at = _noon(bill.month + timedelta(days=33))
            title = f"{bill.month:%Y-%m} 账单 {bill.reported_total:,.2f} 元"
            entries.append(_entry(one, at, "bill", title, "business", bill))
        for contract in one.customer.contracts.filter(starts_on__lte=now.date()):
            title = f"合同生效：{contract.name}"
            entries.append(_entry(
                one, _noon(contract.starts_on), "contract", title, "contracts", contract
            ))  # fmt: skip
        for event in one.customer.events.all():
            if one.serial != 1:
                title = f"{event.when_text()} {event.title}"
                entries.append(_entry(
                    one, _noon(event.happened_on), "event", title, "events", event, event.text
                ))  # fmt: skip
    TimelineEntry.objects.bulk_create(entries)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def _entry(one, at, kind, title, section, row, detail="") -> TimelineEntry:
    return TimelineEntry(
        customer=one.customer, at=at, kind=kind, title=title, detail=detail,
        path=f"{one.customer.get_absolute_url()}{section}/",
        source=f"{row._meta.label_lower}:{row.pk}",
    )  # fmt: skip
