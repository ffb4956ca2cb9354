"""What the six steps give to the plan: offered, chosen, added; never written over (R62, R76)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import transaction

from core import audit
from planning import six_rules as rules
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.actions.six_steps import TITLES
from planning.actions.writing import Conflict, hold, save_row, save_section
from planning.models import (
    CustomerPlanning,
    ImplementationItem,
    MarketingPlan,
    PlanningStep,
    PlanVersion,
)
from planning.outline_rules import MEASURES, QUARTERS, section_of
from staff.models import User

SECTION_OF_STEP = {1: "C2.1", 2: "C1.2", 3: "C2.2", 4: "C2.3", 5: "C2.3"}
COOPERATION_SECTION = "C2.6"
SCHEDULE, MEASURE_TABLE = "schedule", "measures"
SECTION_OF_TABLE = {SCHEDULE: "C3.2", MEASURE_TABLE: "C3.4"}
NOT_YET = "不在本年度内，不进入这一年的计划"
HISTORICAL = "措施仅供了解，不得实施，不进入计划"
NO_MEASURE = "措施不可行，不进入计划"
NO_COOPERATION = "合作机会未通过五项检查，不进入计划"
State = ImplementationItem.State


@dataclass(frozen=True)
class Text:
    """A text for a section. `is_there`: these very words stand there already."""

    key: str
    section: str
    title: str
    text: str
    is_there: bool


@dataclass(frozen=True)
class Line:
    """A row for a table; `words` is how it reads; `reason` says why it cannot be taken."""

    key: str
    table: str
    cells: dict[str, str]
    words: str
    is_there: bool
    reason: str = ""


@dataclass(frozen=True)
class Offer:
    texts: tuple[Text, ...]
    lines: tuple[Line, ...]

    @property
    def fresh(self) -> set[str]:
        """Keys of everything that can still be taken over."""
        rows = (*self.texts, *(line for line in self.lines if not line.reason))
        return {row.key for row in rows if not row.is_there}


def plan_of(planning: CustomerPlanning) -> MarketingPlan | None:
    """The customer's plan of that year."""
    plans = MarketingPlan.objects.filter(customer=planning.customer_id, year=planning.year)
    return plans.select_related("current", "customer__manager", "author", "responsible").first()


def offer(planning: CustomerPlanning, version: PlanVersion) -> Offer:
    """What can go into this version. Four queries, whatever the number of items."""
    texts = dict(version.sections.values_list("code", "text"))
    taken = set(version.rows.exclude(source="").values_list("table", "source"))
    return Offer(tuple(_texts(planning, texts)), tuple(_lines(planning, taken)))


def _texts(planning: CustomerPlanning, known: dict[str, str]) -> Iterator[Text]:
    steps = planning.steps.filter(code__in=SECTION_OF_STEP, state=PlanningStep.State.DONE)
    for step in steps.order_by("code"):
        section = SECTION_OF_STEP[step.code]
        text = f"【{TITLES[step.code]}】{step.conclusion}"
        yield _text(f"step-{step.code}", section, text, known)
    rows = planning.cooperations.filter(feasible=True).order_by("pk")
    found = [f"{row.name}（{row.get_scope_display()}）：{row.description}" for row in rows]
    if found:
        yield _text("cooperation", COOPERATION_SECTION, "【可行的合作】" + "；".join(found), known)


def _text(key: str, section: str, text: str, known: dict[str, str]) -> Text:
    title = section_of(MarketingPlan.Kind.KEY_CUSTOMER, section).title
    return Text(key, section, title, text, text in known.get(section, ""))


def _lines(planning: CustomerPlanning, taken: set[tuple[str, str]]) -> Iterator[Line]:
    rows = planning.items.exclude(state=State.DROPPED)
    rows = rows.select_related("owner", "measure__line", "cooperation")
    for item in rows.order_by("position", "pk"):
        barred = _barred(item)
        for table, cells, words in (_scheduled(planning, item), _measure(item)):
            late = "" if table == MEASURE_TABLE or cells["quarter"] else NOT_YET
            reason = barred or late
            yield Line(
                f"{table}-{item.pk}", table, cells, words, (table, source_of(item)) in taken, reason
            )


def _barred(item: ImplementationItem) -> str:
    """Why it may be thought about and never planned (R73, R74, D21); empty when it may."""
    measure, cooperation = item.measure, item.cooperation
    if measure and measure.is_historical:
        return HISTORICAL
    if measure and False in (measure.tech_ok, measure.policy_ok):
        return NO_MEASURE
    return NO_COOPERATION if cooperation and not cooperation.feasible else ""


def source_of(item: ImplementationItem) -> str:
    return f"six_item:{item.pk}"


def _scheduled(planning: CustomerPlanning, item: ImplementationItem):
    quarter = rules.quarter(planning.year, item.phase, item.due_on)
    owner = item.owner or planning.customer.manager
    cells = {
        "quarter": quarter,
        "work": item.title,
        "owner": owner.name,
        "done_by": item.due_on.isoformat() if item.due_on else "",
        "result": item.kpi,
    }
    return SCHEDULE, cells, f"{QUARTERS.get(quarter, '以后')}：{item.title}（{owner.name}）"


def _measure(item: ImplementationItem):
    line = item.measure.line.service if item.measure else ""
    cells = {"kind": item.kind, "text": item.title, "scope": line}
    return MEASURE_TABLE, cells, f"{MEASURES[item.kind]}：{item.title}"


@transaction.atomic
def export(*, planning: CustomerPlanning, keys: Collection[str], by: User) -> tuple[int, int]:
    """Add the chosen texts and rows to the plan; (texts, rows) that were added.

    A text is put below what stands in its section; what is there already is left alone. PlanError
    when there is no plan, it is not writable, or `by` may not write in it.
    """
    plan = plan_of(planning)
    if plan is None:
        raise PlanError("这家客户这一年还没有计划，请先新建。")
    if not may_write(plan, by):
        raise PlanError("您不是这份计划的编写人或责任人，不能写入。")
    version = hold(plan.current)
    given = offer(planning, version)
    chosen = given.fresh & set(keys)
    texts = [one for one in given.texts if one.key in chosen]
    lines = [one for one in given.lines if one.key in chosen]
    for text in texts:
        _append(version, text, by)
    for line in lines:
        source = f"six_item:{line.key.rpartition('-')[2]}"
        save_row(version=version, table=line.table, pk=None, cells=line.cells, base_edit=0,
                 by=by, source=source)  # fmt: skip
    if chosen:
        changes = {"写入计划": ["", f"{plan.number}：{len(texts)} 段文字，{len(lines)} 行"]}
        audit.record(verb="six.exported", target=planning, by=by, changes=changes)
    return len(texts), len(lines)


def _append(version: PlanVersion, text: Text, by: User) -> None:
    section = version.sections.get(code=text.section)
    whole = f"{section.text.rstrip()}\n\n{text.text}" if section.text.strip() else text.text
    saved = save_section(
        version=version, code=text.section, text=whole, none_reason="", base_edit=section.edit,
        by=by,
    )  # fmt: skip
    if isinstance(saved, Conflict):
        raise PlanError("这一节刚被他人修改，请再试一次。")
