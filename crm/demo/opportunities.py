"""Opportunities of the demo customers: every stage, and weighted amounts as in §E.2 and §E.5."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from accounts.models import Customer, CustomerNeed
from core import clock
from core.rules import local_date
from crm.demo.opportunity_rows import (
    ENDED,
    KINDS,
    LINE_OF,
    NEED_TEXTS,
    RIVALS,
    RUNNING,
    STAGE_OF,
    TENDERS,
)
from crm.demo.story import Story, at
from opportunities import assessment_rules, stage_rules
from opportunities.actions import assessing, keeping, moving, sharing, telling
from opportunities.models import Opportunity, Stage

WAN = 10_000
OWN_REASON = "客户已口头认可方案，对手报价高于我方。"
NEED_FROM, WIN_FROM = 3, 5
"""The steps from which the rows of the ladder ask for a NEED and a WIN of the iceberg (R63)."""
WON_BY = ("solution", "own_incumbent", "service", "relationship", "network", "solution")
"""Why the contracts of the demo were won, taken in turn."""
MARKS = ((5, 4, 4, 3, 2), (5, 4, 4, 0, 0), (5, 4, 0, 0, 0), (0, 4, 0, 0, 0))
"""Value scores of 18, 13, 9 and 4: of every verdict one (§B.4)."""


@dataclass
class Plan:
    """One row of opportunity_rows; `serial` varies what the row does not say."""

    serial: int
    customer: Customer
    name: str
    kind: str
    amount_wan: Decimal
    probability: int
    stage: str

    @property
    def step(self) -> int:
        return stage_rules.step(self.stage)


def load(story: Story) -> None:
    """Needs the customers, their needs and the people of the demo; does nothing a second time."""
    if Opportunity.objects.exists():
        return
    serials = count(1)
    for code, rows in RUNNING.items():
        for name, kind, amount, probability in rows:
            stage = STAGE_OF[probability]
            plan = Plan(next(serials), story.customers[code], name, kind, Decimal(str(amount)),
                        probability, stage)  # fmt: skip
            _retimed(story, plan, _risen(story, plan), _since(story, plan))
    for code, name, kind, amount, end, days in ENDED:
        plan = Plan(next(serials), story.customers[code], name, kind, Decimal(str(amount)), 0,
                    "proposal")  # fmt: skip
        row = _ended(story, plan, _risen(story, plan), end)
        _retimed(story, plan, row, _in_hours(story, story.day(-days), plan.serial))
    _teams(story)


# --- one opportunity, through the real actions ----------------------------------------------------
def _risen(story: Story, plan: Plan) -> Opportunity:
    """Registered, and step by step up to its stage."""
    row = _registered(story, plan)
    if plan.name in TENDERS:
        return _bid(story, plan, row)
    by = plan.customer.manager
    sources = (Stage.QUALIFIED, Stage.APPROVED, Stage.SOLUTION, Stage.PROPOSAL, Stage.NEGOTIATION,
               Stage.CONTRACTING)  # fmt: skip
    for stage in sources[: plan.step - 1]:
        if stage == Stage.QUALIFIED:
            _assess(row, plan, by)
        if stage == Stage.PROPOSAL:
            _rivals(row, plan, by)
        if stage == Stage.APPROVED:
            row = _go(story, plan, row, "资源已安排，按方案推进。")
        else:
            row = moving.move(opportunity=row, to=stage, by=by, **_fields(plan, stage))
    if plan.probability and plan.probability != row.probability:
        keeping.judge_probability(
            opportunity=row, probability=plan.probability, reason=OWN_REASON, by=by
        )
        row.refresh_from_db()
    return row


def _go(story: Story, plan: Plan, row: Opportunity, note: str) -> Opportunity:
    engineer = story.people["se1" if plan.serial % 2 else "se2"]
    head = plan.customer.manager.reports_to
    return moving.decide_go(opportunity=row, is_go=True, engineer=engineer, note=note, by=head)


def _bid(story: Story, plan: Plan, row: Opportunity) -> Opportunity:
    """An inbound tender: assessed, with rivals and its number, then the head's go (§B.4)."""
    by = plan.customer.manager
    _assess(row, plan, by)
    _rivals(row, plan, by)
    row.refresh_from_db()
    keeping.change(
        opportunity=row, seen_at=row.updated_at, by=by, source=Opportunity.Source.TENDER_NOTICE,
        source_note="公共资源交易平台招标公告",
        quotation_ref=f"投标 {plan.customer.code}-{plan.serial:02d}",
    )  # fmt: skip
    return _go(story, plan, row, "同意投标，技术标由客户工程师牵头。")


def _registered(story: Story, plan: Plan) -> Opportunity:
    customer, by = plan.customer, plan.customer.manager
    yuan = plan.amount_wan * WAN
    is_project = plan.kind in ("system_integration", "disaster_recovery", "it_service_app")
    fields = {
        "name": plan.name,
        "kind": plan.kind,
        "source": KINDS[plan.serial % len(KINDS)],
        "contact": customer.contacts.current().first(),
        "need_text": NEED_TEXTS[plan.kind],
        "one_off_amount": yuan if is_project else Decimal(0),
        "annual_amount": Decimal(0) if is_project else yuan,
        "expected_close": story.day(40 + plan.serial * 17 % 260),
        "timing": "年度预算下达后启动" if plan.serial % 3 else "现有合同到期前",
        "conditions": "价格不高于现有合同" if plan.serial % 4 == 0 else "",
    }
    need = _need(plan) if plan.step >= NEED_FROM or plan.serial % 2 else None
    if need and need.status != CustomerNeed.Status.TO_OPPORTUNITY:
        row = keeping.convert_need(need=need, by=by, **fields)
    else:
        row = keeping.register(customer=customer, by=by, need=need, **fields)
    line = {"business_line": LINE_OF[plan.kind], "amount": yuan}
    sharing.set_lines(opportunity=row, lines=[line], by=by)
    return Opportunity.objects.select_related("customer__department", "owner").get(pk=row.pk)


def _need(plan: Plan) -> CustomerNeed:
    """The NEED of the customer's iceberg; what the stage asks for below it is there (R63)."""
    wanted = ["fact", "need"] + (["win"] if plan.step >= WIN_FROM else [])
    parent = None
    found: dict[str, CustomerNeed] = {}
    for layer in wanted:
        rows = plan.customer.needs.filter(layer=layer, parent=parent).order_by("pk")
        row = rows.first() or CustomerNeed.objects.create(
            customer=plan.customer, layer=layer, parent=parent, kind="potential",
            description=DEPTHS[layer], speaker_department=SPEAKERS[layer],
            created_by=plan.customer.manager,
        )  # fmt: skip
        found[layer] = parent = row
    return found["need"]


DEPTHS = {
    "fact": "现有线路和设备要扩容",
    "need": "新业务上线后，网络要能稳定支撑全天办理",
    "win": "列入今年的重点工作，年底前要向上级报告成效",
}
SPEAKERS = {"fact": "信息部门", "need": "业务部门", "win": "领导层"}


def _assess(row: Opportunity, plan: Plan, by) -> None:
    marks = MARKS[plan.serial % len(MARKS)]
    codes = (item.code for item in assessment_rules.VALUE_ITEMS)
    answers = dict(zip(codes, marks, strict=True))
    assessing.assess(opportunity=row, kind="value", answers=answers, by=by)
    if plan.step >= 4:
        ours, rival = _points(4, plan.serial), _points(3, plan.serial + 2)
        assessing.assess(opportunity=row, kind="compete", answers=ours, rival=rival, by=by)
    if plan.step >= 5:
        replies = (assessment_rules.YES,) * 4 + (assessment_rules.UNKNOWN, assessment_rules.NO)
        asked = {
            item.code: replies[(n * 5 + plan.serial) % len(replies)]
            for n, item in enumerate(assessment_rules.QUESTIONS)
        }
        assessing.assess(opportunity=row, kind="questions", answers=asked, by=by)


def _points(most: int, serial: int) -> dict[str, int]:
    items = enumerate(assessment_rules.COMPETE_ITEMS)
    return {item.code: most - (n + serial) % 3 + (n == 0) for n, item in items}


def _rivals(row: Opportunity, plan: Plan, by) -> None:
    keeping.set_rivals(opportunity=row, rivals=[RIVALS[plan.serial % len(RIVALS)]], by=by)


def _fields(plan: Plan, stage: str) -> dict:
    number = f"{plan.customer.code}-{plan.serial:02d}"
    return {
        Stage.SOLUTION: {"solution_text": "双路由接入，主用与备用分属两个机房，7×24 小时值守。"},
        Stage.PROPOSAL: {"quotation_ref": f"报价 {number}"},
        Stage.NEGOTIATION: {"terms": "三年期，按季付款；免收首次安装费。"},
        Stage.CONTRACTING: {"contract_draft": f"合同 {number} 第二稿"},
    }.get(stage, {})


def clock_day(days: int) -> date:
    """A day from the real now: what an action judges by, whatever day the story tells."""
    return local_date(clock.now()) + timedelta(days=days)


def _ended(story: Story, plan: Plan, row: Opportunity, end: str) -> Opportunity:
    by = plan.customer.manager
    if end == Stage.SUSPENDED:
        return moving.move(
            opportunity=row, to=end, by=by, suspended_reason="客户领导班子调整，项目暂停。",
            review_on=clock_day(45),
        )  # fmt: skip
    if end != Stage.WON:
        return moving.move(
            opportunity=row, to=Stage.LOST, by=by, loss_reason=end,
            winner="" if end in stage_rules.NOBODY_WON else "移动",
            price_gap_pct=Decimal(8) if end == "price" else None,
            lesson="介入时客户已与对方谈过两轮；下次在预算编制阶段就提方案。",
        )  # fmt: skip
    steps = {"negotiation": {"terms": "三年期，按年付款。"},
             "contracting": {"contract_draft": "定稿"},
             "won": {"contract_no": f"合同 {plan.customer.code}-{plan.serial:02d}",
                     "signed_on": story.today,
                     "win_reason": WON_BY[plan.serial % len(WON_BY)]}}  # fmt: skip
    for stage, fields in steps.items():
        row = moving.move(opportunity=row, to=stage, by=by, **fields)
    return row


# --- when it all happened -------------------------------------------------------------------------
def _since(story: Story, plan: Plan) -> datetime:
    """Most are fresh on their stage; every sixth stands longer than its row allows."""
    days = 70 if plan.serial % 6 == 0 else 2 + plan.serial * 5 % 13
    return _in_hours(story, story.day(-days), plan.serial)


def _in_hours(story: Story, day: date, serial: int) -> datetime:
    """A moment of a weekday in office hours."""
    day -= timedelta(days=max(0, day.weekday() - 4))
    return at(day, f"{9 + serial % 8:02d}:{serial * 7 % 60:02d}")


def _retimed(story: Story, plan: Plan, row: Opportunity, since: datetime) -> None:
    """The actions ran just now; their rows are dated as if they had run in the past months."""
    moves = list(row.moves.order_by("pk"))
    for back, move in enumerate(reversed(moves)):
        day = local_date(since) - timedelta(days=back * (9 + plan.serial % 8))
        move.at = _in_hours(story, day, plan.serial + back) if back else since
        move.save(update_fields=["at"])
    dates = {move.to_stage: move.at for move in moves}
    first = moves[0].at
    row.assessments.update(at=dates.get("qualified", first) - timedelta(hours=2))
    row.changes.update(at=first + timedelta(hours=1))
    values = {"stage_since": since, "created_at": first, "updated_at": since}
    if row.go_at:
        values["go_at"] = dates["proposal" if row.is_tender else "approved"]
    if row.stage in Opportunity.ENDED:
        values["ended_at"] = since
        values["expected_close"] = since.date() + timedelta(days=10)
    if row.stage == Stage.WON:
        values["signed_on"] = since.date()
    if row.stage == Stage.SUSPENDED:
        values["review_on"] = _review_day(story, plan, since)
    Opportunity.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    telling.tell(row, by=plan.customer.manager)


def _review_day(story: Story, plan: Plan, since: datetime) -> date:
    """One of the suspended ones is to be looked at again today."""
    return story.today if plan.serial % 2 else since.date() + timedelta(days=80)


def _teams(story: Story) -> None:
    """Two that several departments work on (R27)."""
    for row, mate in zip(_shared(), ("zhouhm", "heqiong"), strict=True):
        members = [
            {"user": row.owner, "role": "lead", "split_pct": Decimal(60)},
            {"user": story.people[mate], "role": "member", "split_pct": Decimal(30)},
            {"user": row.engineer, "role": "engineer", "split_pct": Decimal(10)},
        ]
        updated_at = row.updated_at
        keeping.set_team(opportunity=row, members=members, by=row.owner)
        Opportunity.objects.filter(pk=row.pk).update(updated_at=updated_at)


def _shared() -> Iterator[Opportunity]:
    for name in ("政务云资源池", "多园区组网"):
        yield Opportunity.objects.select_related("owner", "engineer").get(name=name)
