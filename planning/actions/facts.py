"""Facts come into a plan from the customer view, for an industry from bills and customers' plans,
and from last year's plan; goals never."""

from django.db import transaction

from core import audit
from planning import customer_facts, plan_facts, table_rules
from planning.actions.errors import PlanError
from planning.actions.writing import Conflict, Saved, hold, save_row, save_section
from planning.models import MarketingPlan, PlanRow, PlanSection, PlanVersion
from planning.outline_rules import OUTLINES, tables_of
from staff.models import User

NEEDS_SECTION = "C2.2"


@transaction.atomic
def pull_facts(*, version: PlanVersion, table: str, by: User) -> int:
    """New rows for what today's facts have and the table has not; how many (R43, R44).

    Rows that are there stay as they are, with what was written into them.
    """
    held = hold(version)
    if table not in plan_facts.pulled(held.plan):
        raise PlanError("这张表没有可以带入的资料。")
    rows = PlanRow.objects.filter(version=held, table=table)
    found = plan_facts.facts_of(held.plan).get(table, [])
    fresh = customer_facts.new_ones(found, rows.values_list("source", flat=True))
    shape = tables_of(held.plan.kind)[table]
    for fact in fresh:
        cells, _ = table_rules.clean_cells(shape, fact.cells)
        save_row(
            version=held, table=table, pk=None, cells=cells, base_edit=0, by=by,
            source=fact.source,
        )  # fmt: skip
    return len(fresh)


@transaction.atomic
def refresh_row(*, version: PlanVersion, row: PlanRow, by: User) -> Saved | Conflict:
    """Put today's facts into a row that was taken from them."""
    held = hold(version)
    facts = customer_facts.by_source(plan_facts.facts_of(held.plan))
    cells = facts.get(row.source)
    if cells is None:
        origin = plan_facts.origin(held.plan)
        raise PlanError(f"{origin}里已经没有这一项，请自行决定保留还是删除。")
    clean, _ = table_rules.clean_cells(tables_of(held.plan.kind)[row.table], cells)
    return save_row(
        version=held, table=row.table, pk=row.pk, cells=clean, base_edit=row.edit, by=by
    )


@transaction.atomic
def pull_needs(*, version: PlanVersion, by: User) -> Saved | Conflict:
    """Append what the customer said it needs to the section about its demands."""
    held = hold(version)
    if held.plan.customer is None:
        raise PlanError("这份计划没有客户。")
    section = PlanSection.objects.get(version=held, code=NEEDS_SECTION)
    lines = [_said(need) for need in customer_facts.needs_of(held.plan.customer)]
    fresh = [line for line in lines if line not in section.text]
    if not fresh:
        raise PlanError("客户视图里没有还未写入的需求。")
    text = "\n".join([*([section.text.rstrip()] if section.text.strip() else []), *fresh])
    return save_section(
        version=held, code=NEEDS_SECTION, text=text, none_reason="", base_edit=section.edit, by=by
    )


def _said(need) -> str:
    who = need.speaker.name if need.speaker else need.speaker_department
    return f"· {need.get_layer_display()}：{need.description}" + (f"（{who}）" if who else "")


# --- last year ------------------------------------------------------------------------------------
def last_year_of(plan: MarketingPlan) -> PlanVersion | None:
    """What was planned for the same customer, industry or branch the year before."""
    same = MarketingPlan.objects.filter(
        kind=plan.kind,
        year=plan.year - 1,
        branch=plan.branch_id,
        customer=plan.customer_id,
    )
    if plan.kind == MarketingPlan.Kind.KEY_INDUSTRY:
        same = same.filter(industry=plan.industry_id)
    found = same.select_related("counted", "current").first()
    return (found.counted or found.current) if found else None


@transaction.atomic
def carry_over(*, version: PlanVersion, by: User) -> int:
    """Tables of facts and the texts about them, where this version has none yet; how many rows.

    Goals, opportunities and measures never come along (issue 6). Nobody wrote these rows, so
    nobody is their writer.
    """
    held = hold(version)
    old = last_year_of(held.plan)
    if old is None:
        raise PlanError("没有上一年的计划。")
    count = 0
    for section in OUTLINES[held.plan.kind]:
        facts = [table for table in section.tables if table.is_fact]
        for table in facts:
            count += _copy_rows(old, held, table.code)
        if facts and len(facts) == len(section.tables):
            _copy_text(old, held, section.code)
    changes = {"行数": ["", str(count)], "来自": ["", str(old)]}
    audit.record(verb="plan.carried_over", target=held.plan, by=by, changes=changes)
    return count


def _copy_rows(old: PlanVersion, new: PlanVersion, table: str) -> int:
    if PlanRow.objects.filter(version=new, table=table).exists():
        return 0
    rows = [
        PlanRow(version=new, table=table, position=row.position, cells=row.cells, source=row.source)
        for row in old.rows.filter(table=table)
    ]
    return len(PlanRow.objects.bulk_create(rows))


def _copy_text(old: PlanVersion, new: PlanVersion, code: str) -> None:
    text = old.sections.filter(code=code).values_list("text", flat=True).first()
    if text:
        blank = PlanSection.objects.filter(version=new, code=code, text="", edit=0)
        blank.update(text=text, edit=1)  # who has the blank page open is asked
