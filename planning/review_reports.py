"""What a reviewer looks at: what waits, what is missing, what differs, what was said (R46)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from planning import customer_facts, diff_rules, plan_facts, quality_rules, table_rules
from planning import review_rules as rules
from planning.actions.rights import may_review, may_write
from planning.actions.snapshots import content_of
from planning.models import MarketingPlan, PlanReview, PlanState, PlanVersion
from planning.outline_rules import OUTLINES, Table
from planning.quality_rules import Finding
from planning.target_rules import line_name
from reminders.models import DutyKind, Obligation
from staff.models import User


# --- quality --------------------------------------------------------------------------------------
def findings(version: PlanVersion, content: Mapping | None = None) -> list[Finding]:
    """What keeps the version from being handed in, then what should be looked at (R44).

    `content` is its snapshot where the caller has one already.
    """
    content = content or content_of(version)
    blocking = quality_rules.missing(content)
    return [*blocking, *quality_rules.odd(content), *_around(version)]


def _around(version: PlanVersion) -> list[Finding]:
    """Tasks, remarks and plans below that are still open."""
    plan, found = version.plan, _drifted(version)
    for task in plan.tasks.filter(done_at=None).select_related("owner"):
        text = f"编制任务「{task.get_kind_display()}」还没有完成（{task.owner}）"
        found.append(Finding("", text, is_blocking=False, place="tasks"))
    remarks: dict[str, int] = {}
    for code in version.comments.filter(resolved_at=None).values_list("code", flat=True):
        remarks[code] = remarks.get(code, 0) + 1
    for code, count in sorted(remarks.items()):
        found.append(Finding(code, f"有 {count} 条意见还没有处理", is_blocking=False))
    if plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        waiting = plan.children.filter(counted=None).count()
        if waiting:
            text = f"下级计划还有 {waiting} 份没有提交，本身没有计入汇总"
            found.append(Finding("", text, is_blocking=False, place="rollup"))
    return found


def _drifted(version: PlanVersion) -> list[Finding]:
    """Tables with lines that the facts of today tell otherwise (issue 6)."""
    plan = version.plan
    if version.is_sealed or not plan_facts.pulled(plan):
        return []
    rows = list(version.rows.exclude(source=""))
    if not rows:
        return []
    today = customer_facts.by_source(plan_facts.facts_of(plan))
    found = []
    for section in OUTLINES[plan.kind]:
        for table in section.tables:
            mine = [row for row in rows if row.table == table.code and row.source in today]
            count = sum(_has_drifted(table, row.cells, today[row.source]) for row in mine)
            if count:
                origin = plan_facts.origin(plan)
                text = f"「{table.title}」有 {count} 行和{origin}现在的资料不同"
                found.append(Finding(section.code, text, is_blocking=False, place="table"))
    return found


def _has_drifted(table: Table, cells: Mapping[str, str], today: Mapping[str, str]) -> bool:
    clean, _ = table_rules.clean_cells(table, today)
    return any(cells.get(code, "") != text for code, text in clean.items())


@dataclass(frozen=True)
class Linked:
    """A finding, the name of its section, and the page on which it is put right."""

    finding: Finding
    title: str
    url: str


def linked(plan: MarketingPlan, found: Iterable[Finding]) -> list[Linked]:
    titles = {section.code: section.title for section in OUTLINES[plan.kind]}
    return [Linked(one, titles.get(one.section_code, ""), _place(plan, one)) for one in found]


def _place(plan: MarketingPlan, finding: Finding) -> str:
    if finding.place == "adjustments":
        return reverse("planning:rollup", args=[plan.pk]) + "#adjustments"
    if finding.place in ("targets", "rollup"):
        return reverse(f"planning:{finding.place}", args=[plan.pk])
    if finding.place == "tasks" or not finding.section_code:
        return plan.get_absolute_url()
    return reverse("planning:section", args=[plan.pk, finding.section_code])


# --- differences ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """`sections` that differ between two versions, in the order of the plan."""

    old: PlanVersion
    new: PlanVersion
    sections: list[diff_rules.SectionChange]

    @property
    def by_code(self) -> dict[str, diff_rules.SectionChange]:
        return {one.code: one for one in self.sections}


def difference(old: PlanVersion, new: PlanVersion) -> Difference:
    """Between two versions of one plan, as each was handed in or stands."""
    kind = new.plan.kind
    old.plan = new.plan
    return Difference(old, new, diff_rules.changes(kind, content_of(old), content_of(new)))


def approved_before(version: PlanVersion) -> PlanVersion | None:
    """The newest approved version before this one: what a change is measured against."""
    older = version.plan.versions.filter(number__lt=version.number).exclude(approved_at=None)
    return older.order_by("-number").first()


def target_name(change: diff_rules.TargetChange) -> str:
    kind = quality_rules.KINDS[change.kind]
    name = line_name(change.kind, change.line, change.operator)
    return f"{kind} {name}" + (f"（计划外调整：{change.reason}）" if change.reason else "")


# --- history --------------------------------------------------------------------------------------
def history(plan: MarketingPlan) -> list[PlanVersion]:
    """The versions, newest first, each with its reviews. Two queries."""
    found = plan.versions.select_related("submitted_by", "approved_by", "created_by")
    return list(found.prefetch_related("reviews__reviewer").order_by("-number"))


def last_return(version: PlanVersion) -> PlanReview | None:
    """Why the version came back; None unless it is waiting to be handed in again."""
    if version.state not in (PlanState.RETURNED, PlanState.PREPARING):
        return None
    returned = version.reviews.filter(decision=PlanReview.Decision.RETURN)
    return returned.select_related("reviewer").order_by("-at", "-pk").first()


# --- what may be done -----------------------------------------------------------------------------
def verbs(version: PlanVersion, user: User) -> list[rules.Move]:
    """The moves that state and person allow. May ask who wrote in the version, once.

    Who answers for the plan and may review it is not offered to take it back: that would give away
    the review for ever. A return says the same with words.
    """
    moves = [rules.MOVES[verb] for verb in rules.legal_verbs(version.state)]
    asks = {move.who for move in moves}
    allowed = {
        rules.WRITER: rules.WRITER in asks and may_write(version.plan, user),
        rules.REVIEWER: rules.REVIEWER in asks and may_review(version, user),
    }
    without = {"recall"} if allowed[rules.REVIEWER] else set()
    if version.pk != version.plan.current_id:
        without.add("amend")
    return [move for move in moves if allowed[move.who] and move.verb not in without]


# --- the queue ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Waiting:
    """A version in the queue, with the duty about it."""

    version: PlanVersion
    since: datetime
    duty: Obligation | None

    @property
    def is_overdue(self) -> bool:
        return bool(self.duty) and self.duty.is_overdue(timezone.now())

    @property
    def is_outline(self) -> bool:
        return self.version.state == PlanState.OUTLINE_REVIEW

    @property
    def is_amendment(self) -> bool:
        return self.version.number > 1


def with_duties(versions: Iterable[PlanVersion]) -> list[Waiting]:
    """The rows of a page with their duties. One query."""
    versions = list(versions)
    content_type = ContentType.objects.get_for_model(PlanVersion)
    duties = Obligation.objects.open().filter(
        kind=DutyKind.PLAN_REVIEW,
        content_type=content_type,
        object_id__in=[version.pk for version in versions],
    )
    known = {duty.object_id: duty for duty in duties.select_related("owner")}
    return [Waiting(one, one.since, known.get(one.pk)) for one in versions]
