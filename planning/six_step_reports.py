"""What stands on the page of each step, taken from today's customer view (R64–R76)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from accounts.models import BusinessLine, Customer
from accounts.reports.knowledge import icebergs
from accounts.reports.overview import view_quality
from planning import six_score_reports as score_reports
from planning.actions import six_board
from planning.models import CustomerPlanning, ImplementationItem, SolutionLine
from planning.six_reports import analysis_of, scorecards

OLDER_CARDS = 5


@dataclass(frozen=True)
class Point:
    """One of the six points of a customer's needs: filled or not, and where it is kept (R68)."""

    title: str
    is_filled: bool
    words: str
    url: str
    label: str


def six_points(planning: CustomerPlanning) -> list[Point]:
    """From the live view of the customer, never typed (R68)."""
    customer = planning.customer
    sections = {one["code"]: one for one in view_quality(customer).sections}
    levels, routes = customer.decision_levels.count(), customer.approval_routes.count()
    needs, ideas = customer.needs.count(), planning.cooperations.count()
    goals = planning.strategies.count()
    return [
        _of_sections("客户档案", customer, sections, ("file",)),
        _of_sections("网络与业务", customer, sections, ("network", "business")),
        Point("发展战略与目标", goals > 0, f"{goals} 条", "#strategy", "本页"),
        _of_sections("财务与经费", customer, sections, ("finance",)),
        Point("决策流程", levels > 0 and routes > 0, f"{levels} 级，审批程序 {routes} 条",
              tab(customer, "people"), "联系人与决策链"),
        Point("潜在需求与合作", needs > 0 and ideas > 0, f"需求 {needs} 条，合作机会 {ideas} 个",
              tab(customer, "needs"), "需求与商机"),
    ]  # fmt: skip


def _of_sections(title: str, customer: Customer, sections: dict, codes: tuple[str, ...]) -> Point:
    found = [sections[code] for code in codes if code in sections]
    gaps = [gap for one in found for gap in one["gaps"]]
    least = min((one["percent"] for one in found), default=0)
    words = f"已齐 {least}%" if not gaps else f"{least}%，缺：{'、'.join(gaps[:4])}"
    return Point(title, not gaps and bool(found), words, tab(customer, codes[0]), "客户视图")


def tab(customer: Customer, code: str) -> str:
    return reverse("accounts:customer_section", args=[customer.pk, code])


@dataclass(frozen=True)
class LineGroup:
    """The services of one business line; `total` 万元 a year."""

    label: str
    rows: tuple[SolutionLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((row.annual_wan or Decimal(0) for row in self.rows), Decimal(0))


def solution_groups(planning: CustomerPlanning) -> list[LineGroup]:
    """By business line, in the order of their first row (R74). Two queries."""
    found: dict[str, list[SolutionLine]] = {}
    for row in planning.solutions.prefetch_related("measures"):
        found.setdefault(row.business_line, []).append(row)
    return [LineGroup(str(BusinessLine(code).label), tuple(rows)) for code, rows in found.items()]


@dataclass(frozen=True)
class Column:
    phase: ImplementationItem.Phase
    cards: tuple[ImplementationItem, ...]

    @property
    def others(self) -> list[ImplementationItem.Phase]:
        return [phase for phase in ImplementationItem.Phase if phase != self.phase]


def board(planning: CustomerPlanning) -> list[Column]:
    """Three columns (R76). One query."""
    items = list(
        planning.items.exclude(state=ImplementationItem.State.DROPPED).select_related(
            "owner", "measure__line", "cooperation"
        )
    )
    return [
        Column(phase, tuple(one for one in items if one.phase == phase))
        for phase in ImplementationItem.Phase
    ]


# --- one context a step ---------------------------------------------------------------------------
def step_context(planning: CustomerPlanning, code: int) -> dict:
    return CONTEXTS[code](planning)


def _industry(planning: CustomerPlanning) -> dict:
    analysis = analysis_of(planning)
    ratings = list(planning.ratings.select_related("factor"))
    stages = planning.customer.industry.stages.all() if planning.customer.industry else ()
    return {
        "analysis": analysis,
        "periods": score_reports.structure(analysis) if analysis else [],
        "ratings": ratings,
        "chart": score_reports.factor_chart(ratings),
        "stages": stages,
    }


def _competition(planning: CustomerPlanning) -> dict:
    cards = scorecards(planning)
    return {"older": cards[1 : OLDER_CARDS + 1]} | card_context(cards[0] if cards else None)


def card_context(card) -> dict:
    found = score_reports.scores(card) if card else None
    is_ready = found is not None and found.is_complete
    return {
        "scorecard": card,
        "scores": found,
        "providers": [str(one.label) for one in score_reports.PROVIDERS],
        "charts": [score_reports.total_chart(found), score_reports.group_chart(found)]
        if is_ready
        else [],
    }


def _needs(planning: CustomerPlanning) -> dict:
    customer = planning.customer
    return {
        "points": six_points(planning),
        "strategies": planning.strategies.all(),
        "cooperations": planning.cooperations.all(),
        "levels": customer.decision_levels.order_by("order"),
        "routes": customer.approval_routes.all(),
        "bergs": icebergs(customer),
        "needs_url": tab(customer, "needs"),
        "people_url": tab(customer, "people"),
    }


def _solutions(planning: CustomerPlanning) -> dict:
    groups = solution_groups(planning)
    return {"groups": groups, "total": sum((group.total for group in groups), Decimal(0))}


def _support(planning: CustomerPlanning) -> dict:
    rows: Iterable = planning.supports.select_related("improvement_owner")
    return {"supports": rows}


def _board(planning: CustomerPlanning) -> dict:
    measures, cooperations = six_board.ready_for_board(planning)
    return {"columns": board(planning), "waiting": len(measures) + len(cooperations)}


CONTEXTS = {
    1: _industry,
    2: _competition,
    3: _needs,
    4: _solutions,
    5: _support,
    6: _board,
}
