"""Targets are written: cells of a customer's plan, adjustments of the plans above (R41, R45)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from core import audit, clock
from planning import target_rules as rules
from planning.actions.errors import PlanError
from planning.models import WRITABLE, MarketingPlan, PlanTargetLine, PlanVersion
from staff.models import User

GONE = "这一行已被删除，请刷新页面。"
STALE = "这一行刚被改过。您填的内容还在下面，请核对后再保存一次。"
ABOVE = "行业计划和年度计划的目标由下级计划汇总，这里只能填计划外调整。"


@dataclass(frozen=True)
class Change:
    """What somebody typed in one line: {quarter: (as it was shown, as it should be)}."""

    pk: int
    cells: Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Clash:
    """A line that somebody else changed meanwhile: {quarter: (mine, theirs)} of the same cells."""

    line: PlanTargetLine
    cells: dict[str, tuple[Decimal, Decimal]]


@dataclass
class Outcome:
    saved: list[PlanTargetLine] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def hold(version: PlanVersion) -> PlanVersion:
    """The version locked while it may be written. PlanError in any other state."""
    rows = PlanVersion.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("plan").get(pk=version.pk)
    if found.state not in WRITABLE:
        raise PlanError(f"这个版本现在是「{found.get_state_display()}」，不能再修改。")
    return found


# --- cells ----------------------------------------------------------------------------------------
@transaction.atomic
def save_cells(
    *,
    version: PlanVersion,
    changes: Iterable[Change],
    by: User,
    verb: str = "plan.targets_saved",
) -> Outcome:
    """Each line on its own: cells that nobody else touched are kept, others are told as a clash.

    A cell that says no more what the page showed was changed by somebody else. A line changes only
    from the `edit` that was read, in a version that may be written, both in the same UPDATE.
    PlanError when the version may not be written or a line is gone.
    """
    version = hold(version)
    changes = list(changes)
    lines = PlanTargetLine.objects.filter(version=version, is_adjustment=False)
    known = lines.select_related("updated_by").in_bulk([change.pk for change in changes])
    outcome, told = Outcome(), {}
    for change in changes:
        if change.pk not in known:
            raise PlanError(GONE)
        told |= _save_line(known[change.pk], change, by, outcome)
    if told:
        audit.record(verb=verb, target=version, by=by, changes=told)
    return outcome


def _save_line(line: PlanTargetLine, change: Change, by: User, outcome: Outcome) -> dict:
    """{what: [old, new]} for the trail; empty when nothing was stored."""
    stale, fresh = _sorted_out(line, change)
    told = {
        f"{name_of(line)} {rules.QUARTER_NAMES[name]}": [str(getattr(line, name)), str(value)]
        for name, value in fresh.items()
    }
    if fresh:
        _update(line, by, **fresh)
    if stale:
        outcome.clashes.append(Clash(line, stale))
    else:
        outcome.saved.append(line)
    return told


def _sorted_out(line: PlanTargetLine, change: Change) -> tuple[dict, dict]:
    """(clashing cells, cells to store). A cell that was not touched is neither."""
    stale: dict[str, tuple[Decimal, Decimal]] = {}
    fresh: dict[str, Decimal] = {}
    for name, (was, wanted) in change.cells.items():
        now = getattr(line, name)
        if wanted in (was, now):
            continue
        if now == was:
            fresh[name] = wanted
        else:
            stale[name] = (wanted, now)
    return stale, fresh


def _update(line: PlanTargetLine, by: User, **values) -> None:
    same = PlanTargetLine.objects.filter(pk=line.pk, edit=line.edit, version__state__in=WRITABLE)
    values |= {"updated_by": by, "updated_at": clock.now()}
    if not same.update(edit=F("edit") + 1, **values):
        raise PlanError(STALE)
    line.refresh_from_db()


def name_of(line: PlanTargetLine) -> str:
    """「存量 话音」, 「策反 自移动」."""
    name = rules.line_name(line.kind, line.business_line, line.from_operator)
    return f"{line.get_kind_display()} {name}".strip()


# --- more win-back lines --------------------------------------------------------------------------
@transaction.atomic
def add_win_back(
    *, version: PlanVersion, business_line: str, from_operator: str, by: User
) -> PlanTargetLine:
    """A line of its own for one business of one rival. PlanError when it is there already."""
    version = hold(version)
    if version.plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        raise PlanError(ABOVE)
    line = PlanTargetLine(
        version=version, kind=rules.WIN_BACK, business_line=business_line,
        from_operator=from_operator, updated_by=by, updated_at=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError as error:
        raise PlanError("这家运营商的这项业务已经有一行了。") from error
    audit.record(
        verb="plan.target_added", target=version, by=by, changes={"目标": ["", name_of(line)]}
    )
    return line


@transaction.atomic
def remove_win_back(*, version: PlanVersion, pk: int, edit: int, by: User) -> None:
    """Only lines that were added, with what stood in them. PlanError when somebody changed it."""
    version = hold(version)
    line = PlanTargetLine.objects.filter(
        version=version, pk=pk, kind=rules.WIN_BACK, is_adjustment=False
    ).first()
    if line is None:
        raise PlanError(GONE)
    if not line.business_line:
        raise PlanError("每家运营商的这一行是固定的，没有目标就填 0。")
    _delete(line, edit)
    audit.record(
        verb="plan.target_removed",
        target=version,
        by=by,
        changes={name_of(line): [_amounts(line), ""]},
    )


def _delete(line: PlanTargetLine, edit: int) -> None:
    same = PlanTargetLine.objects.filter(pk=line.pk, edit=edit, version__state__in=WRITABLE)
    if not same.delete()[0]:
        raise PlanError(STALE)


def _amounts(line: PlanTargetLine) -> str:
    return " / ".join(str(getattr(line, name)) for name in rules.QUARTERS)


# --- adjustments ----------------------------------------------------------------------------------
FIELDS = ("kind", "business_line", "from_operator", *rules.QUARTERS, "reason")


@transaction.atomic
def add_adjustment(*, version: PlanVersion, by: User, **fields) -> PlanTargetLine:
    """What is planned beyond the plans below, with its reason (R41). `fields`: FIELDS."""
    version = hold(version)
    _check_adjustment(version, fields)
    line = PlanTargetLine.objects.create(
        version=version, is_adjustment=True, updated_by=by, updated_at=clock.now(), **fields
    )
    audit.record(
        verb="plan.adjustment_added", target=version, by=by, reason=line.reason,
        changes={name_of(line): ["", _amounts(line)]},
    )  # fmt: skip
    return line


@transaction.atomic
def change_adjustment(*, line: PlanTargetLine, edit: int, by: User, **fields) -> None:
    """From the `edit` that was shown. PlanError when somebody changed it meanwhile."""
    version = hold(line.version)
    _check_adjustment(version, fields)
    before = {name: str(getattr(line, name)) for name in fields}
    same = PlanTargetLine.objects.filter(
        pk=line.pk, edit=edit, is_adjustment=True, version__state__in=WRITABLE
    )
    if not same.update(edit=F("edit") + 1, updated_by=by, updated_at=clock.now(), **fields):
        raise PlanError(STALE)
    line.refresh_from_db()
    told = {name: [old, str(getattr(line, name))] for name, old in before.items()}
    audit.record(
        verb="plan.adjustment_changed", target=version, by=by, reason=line.reason,
        changes={name: pair for name, pair in told.items() if pair[0] != pair[1]},
    )  # fmt: skip


@transaction.atomic
def remove_adjustment(*, line: PlanTargetLine, edit: int, by: User) -> None:
    version = hold(line.version)
    if not line.is_adjustment:
        raise PlanError(GONE)
    _delete(line, edit)
    audit.record(
        verb="plan.adjustment_removed", target=version, by=by, reason=line.reason,
        changes={name_of(line): [_amounts(line), ""]},
    )  # fmt: skip


def _check_adjustment(version: PlanVersion, fields: dict) -> None:
    if version.plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        raise PlanError("客户计划直接填目标，不用计划外调整。")
    if not fields["reason"].strip():
        raise PlanError("计划外调整必须写明原因。")
