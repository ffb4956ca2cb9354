"""The workbench at a glance: six steps, how far each has come, what feeds the plan (R62)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Customer
from planning import six_rules as rules
from planning.actions.six_export import NOT_YET
from planning.models import (
    CompetitorScorecard,
    CustomerPlanning,
    ImplementationItem,
    IndustryAnalysis,
    PlanningStep,
)
from planning.outline_rules import QUARTERS

State = PlanningStep.State
CHIPS = {State.TODO: "chip-muted", State.DOING: "chip-info", State.DONE: "chip-ok"}
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class StepCard:
    step: rules.Step
    row: PlanningStep | None
    url: str
    facts: tuple[str, ...]

    @property
    def state(self) -> str:
        return self.row.state if self.row else State.TODO

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def chip(self) -> str:
        return CHIPS[State(self.state)]


@dataclass(frozen=True)
class Workbench:
    planning: CustomerPlanning
    cards: tuple[StepCard, ...]

    @property
    def done(self) -> int:
        return sum(card.state == State.DONE for card in self.cards)

    @property
    def percent(self) -> int:
        return round(self.done * 100 / len(self.cards))

    def card(self, code: int) -> StepCard:
        return self.cards[code - 1]


def with_plannings(customers: list[Customer], year: int) -> list[tuple]:
    """(customer, its workbench of the year or None with `done`, the steps done). One query."""
    done = Count("steps", filter=Q(steps__state=State.DONE))
    rows = CustomerPlanning.objects.filter(year=year, customer__in=customers).annotate(done=done)
    found = {row.customer_id: row for row in rows}
    return [(customer, found.get(customer.pk)) for customer in customers]


def workbench(planning: CustomerPlanning) -> Workbench:
    """What the page of the six steps shows. As many queries, whatever stands in it."""
    rows = {row.code: row for row in planning.steps.select_related("updated_by")}
    facts = _facts(planning)
    cards = (
        StepCard(
            step,
            rows.get(step.code),
            reverse("planning:six_step", args=[*planning.place, step.code]),
            tuple(facts[step.code]),
        )
        for step in rules.STEPS
    )
    return Workbench(planning, tuple(cards))


def analysis_of(planning: CustomerPlanning) -> IndustryAnalysis | None:
    """The analysis of the customer's industry that year, in its branch."""
    customer = planning.customer
    return IndustryAnalysis.objects.filter(
        branch=customer.branch_id, industry=customer.industry_id, year=planning.year
    ).first()


def scorecards(planning: CustomerPlanning) -> list[CompetitorScorecard]:
    """Of the customer until the end of that year, the newest first."""
    cards = CompetitorScorecard.objects.filter(customer=planning.customer_id)
    return list(cards.filter(as_of__year__lte=planning.year).select_related("created_by"))


def _facts(planning: CustomerPlanning) -> dict[int, list[str]]:
    counted = CustomerPlanning.objects.filter(pk=planning.pk)
    names = ("ratings", "strategies", "cooperations", "solutions", "measures", "supports")
    numbers = {name: counted.values_list(Count(name), flat=True).get() for name in names}
    feasible = planning.cooperations.filter(feasible=True).count()
    improving = planning.supports.exclude(improvement_owner=None).filter(improved_at=None).count()
    cards = scorecards(planning)
    return {
        1: [
            "已有行业分析" if analysis_of(planning) else "还没有行业分析",
            f"购买因素已评 {numbers['ratings']} 项",
        ],
        2: [f"{cards[0].as_of:%Y-%m-%d} 的评分表" if cards else "还没有评分表"],
        3: [
            f"发展目标 {numbers['strategies']} 条",
            f"合作机会 {numbers['cooperations']} 个，可行 {feasible} 个",
        ],
        4: [f"服务 {numbers['solutions']} 项，措施 {numbers['measures']} 条"],
        5: [f"支撑能力 {numbers['supports']} 项，改进中 {improving} 项"],
        6: _board_facts(planning),
    }


def _board_facts(planning: CustomerPlanning) -> list[str]:
    items = planning.items.exclude(state=ImplementationItem.State.DROPPED)
    counted = Counter(items.values_list("phase", flat=True))
    return [f"{phase.label} {counted[phase]} 项" for phase in ImplementationItem.Phase]


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as the plan takes it: for the PDF, the weekly file and the one-page view."""

    title: str
    phase: str
    quarter: str
    owner: str
    due: str
    priority: str
    kpi: str
    state: str


def measures_for_plan(planning: CustomerPlanning) -> list[PlannedMeasure]:
    """What the board holds, the most urgent first within each phase. One query."""
    items = planning.items.exclude(state=ImplementationItem.State.DROPPED)
    order = {phase: number for number, phase in enumerate(rules.PHASES)}
    rows = sorted(
        items.select_related("owner"),
        key=lambda one: (order[one.phase], -one.priority_tenths, one.position, one.pk),
    )
    return [_planned(planning, row) for row in rows]


def _planned(planning: CustomerPlanning, row: ImplementationItem) -> PlannedMeasure:
    quarter = rules.quarter(planning.year, row.phase, row.due_on)
    return PlannedMeasure(
        title=row.title,
        phase=row.get_phase_display(),
        quarter=QUARTERS.get(quarter, NOT_YET),
        owner=row.owner.name if row.owner else "",
        due=row.due_on.isoformat() if row.due_on else "",
        priority=str(row.priority),
        kpi=row.kpi,
        state=row.get_state_display(),
    )
