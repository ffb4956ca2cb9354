"""Plans of three tiers in every state: Bank A to the letter (§E.4), two industries, the branch."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

from core import audit, clock
from crm.demo import plan_targets
from crm.demo.story import Story
from crm.demo.story import at as moment
from planning.actions import commenting, facts, moving, organising, starting
from planning.actions.rights import reviewer_of
from planning.models import (
    MarketingPlan,
    PlanPreparationTask,
    PlanRow,
    PlanSection,
    PlanVersion,
    RowCells,
    SectionText,
)
from planning.outline_rules import OUTLINES
from staff.models import User

YEAR, BANK = 2027, "C0001"
BEGUN_AGO, WRITTEN_AGO = timedelta(days=28), timedelta(days=16)
HANDED_IN_ON = date(2026, 11, 20)
FATES = {
    "C0001": "submitted",
    "C0002": "in_execution",
    "C0003": "returned",
    "C0004": "drafting",
    "C0007": "approved",
    "C0008": "dept_review",
    "C0009": "drafting",
    "C0010": "outline_review",
    "C0019": "submitted",
    "C0023": "preparing",
    "C0027": "approved",
    "C0031": "drafting",
}
"""Customer → state of its plan."""
AMENDED, AMENDED_WHY = "FIN", "一家村镇银行推迟到四季度开业，计划外调整要改"
BARE = ("preparing", "outline_review")
HALF = ("C2.3", "C2.5", "C2.6")
"""Sections that are still missing in plans that are being written."""
REMARKS = (
    ("C2.4", "可能性写到一半以上的，请补上客户方谁表过态。"),
    ("C3.2", "三季度的负责人写到人，不要只写岗位。"),
)
OUTLINE = "一、组网与业务现状\n二、明年的变化和机会\n三、目标、季度安排和措施"


def texts() -> dict:
    """Words and rows by type of plan, in our own sentences; {name} and {industry} to fill in."""
    return json.loads((Path(__file__).parent / "plan_texts.json").read_text(encoding="utf-8"))


def start(story: Story) -> None:
    """Every plan begins and is written; does nothing a second time."""
    if MarketingPlan.objects.exists():
        return
    people, due, told = story.people, story.workday(15), texts()
    director = people["director"]
    annual = starting.start_plan(
        kind="annual_market", year=YEAR, by=director, author=people["head_ent"],
        responsible=director, branch=director.branch, due_on=due,
    )  # fmt: skip
    _write(annual, told["ANNUAL"], told["ANNUAL_ROWS"])
    for code, name in (("FIN", "im_fin"), ("GOV", "im_gov")):
        author = people[name]
        industry = author.industries.get(code=code)
        plan = starting.start_plan(
            kind="key_industry", year=YEAR, by=author, industry=industry,
            responsible=author.reports_to, due_on=due,
        )  # fmt: skip
        _write(plan, told["INDUSTRY"][code], told["INDUSTRY_ROWS"])
        plan_targets.adjust(plan)
    for code, fate in FATES.items():
        _customer_plan(story, told, code, fate)
    _tasks(annual, story)


def _customer_plan(story: Story, told: dict, code: str, fate: str) -> None:
    customer = story.customers[code]
    plan = starting.start_plan(
        kind="key_customer", year=YEAR, by=customer.manager, customer=customer,
        due_on=story.workday(10), prepares=fate in BARE,
    )  # fmt: skip
    if fate in BARE:
        return
    if code == BANK:
        facts.pull_facts(version=plan.current, table="network", by=customer.manager)
        _write(plan, told["BANK_A"], told["BANK_A_ROWS"])
    else:
        words = {"name": customer.name, "industry": customer.industry.name}
        filled = {key: text.format(**words) for key, text in told["ORDINARY"].items()}
        rows = told["ORDINARY_ROWS"]
        if fate == "drafting":
            filled = {key: text for key, text in filled.items() if key not in HALF}
            rows = {key: lines for key, lines in rows.items() if key != "relationship"}
        _write(plan, filled, rows)
    plan_targets.fill_targets(plan)


def _write(plan: MarketingPlan, words: dict, tables: dict) -> None:
    """Texts and rows at once, each with its first content kept as the actions keep it."""
    version, by, at = plan.current, plan.author, clock.now() - WRITTEN_AGO
    sections = list(PlanSection.objects.filter(version=version, code__in=words))
    for section in sections:
        section.text, section.edit = words[section.code], 1
        section.updated_by, section.updated_at = by, at
    PlanSection.objects.bulk_update(sections, ["text", "edit", "updated_by", "updated_at"])
    SectionText.objects.bulk_create(
        SectionText(section=one, edit=1, text=one.text, by=by, at=at) for one in sections
    )
    known = {table.code for section in OUTLINES[plan.kind] for table in section.tables}
    rows = PlanRow.objects.bulk_create(
        PlanRow(version=version, table=code, position=place, cells=cells, edit=1,
                updated_by=by, updated_at=at)
        for code, lines in tables.items() if code in known
        for place, cells in enumerate(lines, 1)
    )  # fmt: skip
    RowCells.objects.bulk_create(
        RowCells(row=row, edit=1, cells=row.cells, by=by, at=at) for row in rows
    )
    audit.record(verb="plan.section_saved", target=version, by=by)


def _tasks(plan: MarketingPlan, story: Story) -> None:
    Kind = PlanPreparationTask.Kind
    head = plan.author
    for kind, owner, days, note in (
        (Kind.MACRO_DATA, head, 5, "经济、竞争和各行业资料"),
        (Kind.BUDGET_GUIDELINE, story.people["director"], 3, "集团和省公司的预算指引"),
        (Kind.TEAM, head, -1, "各部门一人参加"),
    ):
        task = organising.add_task(
            plan=plan, kind=kind, owner=owner, by=head, note=note,
            due_on=story.workday(max(days, 1)),
        )  # fmt: skip
        if days < 0:
            organising.finish_task(task=task, by=owner, at=story.now)


# --- handed in, reviewed --------------------------------------------------------------------------
def hand_in(story: Story) -> None:
    """Plans move to the states of FATES; needs their contents. Nothing a second time."""
    if PlanVersion.objects.exclude(submitted_at=None).exists():
        return
    begun_at = clock.now() - BEGUN_AGO
    MarketingPlan.objects.filter(year=YEAR).update(created_at=begun_at)
    PlanVersion.objects.filter(plan__year=YEAR).update(created_at=begun_at)
    for plan in MarketingPlan.objects.filter(kind="key_customer", year=YEAR).order_by("number"):
        _move(story, plan, FATES.get(plan.customer.code, "drafting"))
    director = story.people["director"]
    for plan in MarketingPlan.objects.filter(kind="key_industry").order_by("number"):
        plan_targets.hand_down_what_fits(plan, by=director)
        _industry_plan(story, plan)
    for plan in MarketingPlan.objects.filter(kind="annual_market"):  # is still being written
        plan_targets.hand_down(plan, by=director)


def _industry_plan(story: Story, plan: MarketingPlan) -> None:
    """After the customers below it, whose targets it adds up: both count in the annual plan.

    Finance is approved and being amended already; the other one waits for its head.
    """
    below = PlanVersion.objects.filter(counted_for__parent=plan)
    last = max(
        below.values_list("submitted_at", flat=True), default=clock.now() - timedelta(days=3)
    )
    at = story.past(last + timedelta(minutes=70))
    head = _submit(story, plan, at)
    if plan.industry.code != AMENDED or head is None:
        return
    version = PlanVersion.objects.select_related("plan").get(pk=plan.current_id)
    moving.approve(
        version=version, seen_sha256=version.sha256, note="同意，灾备项目按月盯进度。", by=head,
        at=story.past(at + timedelta(days=1)),
    )  # fmt: skip
    moving.amend(version=version, reason=AMENDED_WHY, by=plan.author)


def _move(story: Story, plan: MarketingPlan, fate: str) -> None:
    version = plan.current
    version.plan = plan
    if fate == "outline_review":
        moving.send_outline(version=version, by=plan.author, outline=OUTLINE)
    if fate in ("preparing", "outline_review", "drafting"):
        return
    at = _handed_in(story, plan)
    head = _submit(story, plan, at)
    if fate == "submitted" or head is None:
        return
    moving.take_up(version=version, by=head)
    answered = story.past(at + timedelta(days=2))
    if fate == "returned":
        for code, text in REMARKS:
            commenting.comment(version=version, code=code, text=text, by=head)
        moving.return_(
            version=version, comments=dict(REMARKS), note="框架可以，细节补齐后再交。", by=head,
            at=answered,
        )  # fmt: skip
    elif fate in ("approved", "in_execution"):
        moving.approve(
            version=version, seen_sha256=version.sha256, note="同意，按季检查。", by=head,
            at=answered,
        )  # fmt: skip
    if fate == "in_execution":
        moving.begin_execution(version=version, by=plan.author)


def _handed_in(story: Story, plan: MarketingPlan) -> datetime:
    """Bank A's on its day (§E.4), as far as that has come; the others in the past weeks."""
    if plan.customer.code == BANK:
        return story.past(moment(min(HANDED_IN_ON, story.today), "16:00"))
    return moment(story.workday(-3 - plan.pk % 6), f"{9 + plan.pk % 8:02d}:30")


def _submit(story: Story, plan: MarketingPlan, at: datetime) -> User | None:
    version = PlanVersion.objects.select_related("plan").get(pk=plan.current_id)
    moving.submit(version=version, by=plan.author, at=at)
    plan.current.refresh_from_db()
    return reviewer_of(version.plan, version)
