"""保有 in the demo: ten cases (2 red, 2 orange, 3 yellow, 3 green), lists, targets, figures (§E.5).

The levels are not written down: what threatens these customers is, and the night finds it.
"""

from decimal import Decimal

from accounts.models import Customer, ServiceContract
from core.rules import local_date
from crm.demo.story import Story
from opportunities.actions import keeping
from planning import metric_rules
from planning.actions import retention_cases as cases
from planning.actions import retention_money as money
from planning.actions import retention_rolls as rolls
from planning.actions.retention_metrics import count_month
from planning.actions.retention_warning import warn
from planning.models import RetentionCase, RetentionList
from staff.models import Department

R1_DAYS = 58
"""C0005's contract ends in two months without a renewal opportunity: orange (§E.5 R1)."""
MONTHS = 6
LISTS = {
    "key": ("年收入在前列的政务客户", ("C0007", "C0009", "C0014")),
    "important": ("合同将到期或收入下降", ("C0005", "C0022", "C0026", "C0029", "C0038")),
    "general": ("合同已到期的小客户", ("C0033", "C0039")),
}
BASES = {"GOV": 560, "FIN": 380, "ENT": 420, "PUB": 330}  # 万元
WAN = 10_000


def load(story: Story) -> None:
    """Needs customers with bills, contracts and opportunities; does nothing a second time."""
    if RetentionList.objects.exists():
        return
    _facts(story)
    director = story.people["director"]
    codes = [code for _, members in LISTS.values() for code in members]
    warn(now=story.now, customers=Customer.objects.filter(code__in=codes))
    year = local_date(story.now).year
    for tier, (criteria, members) in LISTS.items():
        roll = rolls.make_list(
            level="branch", by=director, tier=tier, year=year, criteria=criteria,
            least_revenue=Decimal(0),
        )  # fmt: skip
        customers = [story.customers[code] for code in members]
        rolls.add_members(roll=roll, customers=customers, reason=criteria, by=director)
    _watched(story)
    _acted(story)
    for one in (year, year + 1):
        _targets(story, one)
    month = local_date(story.now).replace(day=1)
    for n in range(MONTHS, 0, -1):
        count_month(month=metric_rules.shift(month, -n))


def _facts(story: Story) -> None:
    contract = ServiceContract.objects.filter(customer=story.customers["C0005"])
    contract = contract.order_by("-ends_on").first()
    contract.ends_on = story.day(R1_DAYS)
    contract.save(update_fields=["ends_on"])
    customer = story.customers["C0029"]
    keeping.register(
        customer=customer, by=customer.manager, name="通信服务续约", kind="renewal",
        source="contract_expiry", need_text="合同年初到期，客户愿意谈续约，希望价格不变。",
        expected_close=story.day(30), contact=customer.contacts.current().first(),
    )  # fmt: skip


def _case(story: Story, code: str) -> RetentionCase:
    return RetentionCase.objects.select_related("customer").get(customer=story.customers[code])


def _watched(story: Story) -> None:
    """C0007: approved by the head and watched, with costs against its budget."""
    case = _case(story, "C0007")
    manager, head = story.people["wanglj"], story.people["head_gov"]
    cases.edit_case(
        case=case, by=manager, objective="政务云和专线合同到期前续签，年收入不减。",
        trigger_conditions="对手参加政务外网招标，或信息科负责人变动。",
        budget=Decimal(30_000), tier="key",
    )  # fmt: skip
    cases.add_action(
        case=case, by=manager, at=story.now, kind="consolidate",
        text="每季度高层拜访，通报运行情况",
        owner=manager, due_on=story.day(40),
    )  # fmt: skip
    cases.add_action(
        case=case, by=manager, at=story.now, kind="expand",
        text="介绍政务云双活方案", owner=manager,
        due_on=story.day(60),
    )  # fmt: skip
    asked = money.ask_resource(
        case=case, by=manager, kind="cost", text="运行情况通报会", amount=Decimal(8_000)
    )
    money.ask_resource(
        case=case, by=manager, kind="people", text="驻点工程师两周", amount=Decimal(0)
    )
    cases.step(case=case, to="approved", by=head, note="同意，注意招标时间。")
    money.decide_resource(resource=asked, is_granted=True, note="同意", by=head)
    cases.step(case=case, to="monitoring", by=manager)


def _acted(story: Story) -> None:
    """C0029 and C0039: what was found, and the action that answers the warning of one."""
    manager = story.people["chenjq"]
    case = _case(story, "C0029")
    cases.add_threat(
        case=case, by=manager, kind="price", competitor="mobile", product="厂区专线",
        evidence="财务主管说对手的专线报价低一成", noted_on=story.day(-6),
    )  # fmt: skip
    cases.add_action(
        case=case, by=manager, at=story.now, kind="consolidate",
        text="上门核对账单，谈续约和欠费安排",
        owner=manager, due_on=story.workday(5),
    )  # fmt: skip
    manager = story.people["zhangwm"]
    cases.add_threat(
        case=_case(story, "C0039"), by=manager, kind="service", product="工地专线",
        evidence="工地搬迁后线路一直没有移装", noted_on=story.day(-9),
    )  # fmt: skip


def _targets(story: Story, year: int) -> None:
    """Four departments that together take on a little more than the branch."""
    director = story.people["director"]
    branch = director.branch
    departments = {row.code: row for row in Department.objects.filter(branch=branch)}
    whole = sum(BASES.values()) * WAN
    rows = [(None, whole, Decimal(96), director)]
    for code, base in BASES.items():
        head = story.people[f"head_{code.lower()}"]
        rows.append((departments[code], base * WAN, Decimal("96.5"), head))
    for department, base, rate, owner in rows:
        money.save_target(
            branch=branch, year=year, department=department, base=Decimal(base), rate=rate,
            owner=owner, by=director,
        )  # fmt: skip
    money.confirm_targets(branch=branch, year=year, by=director)
