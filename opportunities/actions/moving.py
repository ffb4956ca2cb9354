"""From stage to stage, and nowhere else: every path comes through `move` (R77, §B.4)."""

from datetime import date

from django.db import transaction

from accounts.actions.above import may_decide
from accounts.actions.revisions import Difference, differences
from core import audit, clock
from core.rules import local_date
from opportunities import stage_rules
from opportunities.actions import telling
from opportunities.actions.errors import STALE, OpportunityError
from opportunities.actions.keeping import keep_changes, missing
from opportunities.models import Opportunity, OpportunityStage, Stage, StageMove
from staff.models import User


@transaction.atomic
def move(
    *,
    opportunity: Opportunity,
    to: str,
    by: User,
    seen: str | None = None,
    reason: str = "",
    is_tender: bool = False,
    **fields,
) -> Opportunity:
    """Take one step; `fields` are those that the new stage asks for (contract, loss, review day).

    `seen` is the stage that the page showed: another one now is refused. OpportunityError in
    Chinese names what is missing or why the step cannot be taken.
    """
    stored = _lock(opportunity, seen)
    source = came_from(stored) if stored.stage == Stage.SUSPENDED else ""
    fault = stage_rules.refusal(
        stored.stage, to, reason=reason or fields.get("suspended_reason", "") or
        fields.get("loss_reason", ""), is_tender=is_tender, came_from=source,
    )  # fmt: skip
    if fault:
        raise OpportunityError(fault)
    found = _told(stored, fields)
    for name, value in fields.items():
        setattr(stored, name, value)
    _check_aside(stored, to)
    if lacking := missing(stored, to):
        raise OpportunityError("还缺少：" + "、".join(lacking) + "。")
    keep_changes(stored, found, by=by)
    return _arrive(stored, to, by=by, reason=reason)


@transaction.atomic
def decide_go(
    *, opportunity: Opportunity, is_go: bool, engineer: User | None, note: str, by: User
) -> Opportunity:
    """The head's go with an engineer moves it to 立项汇总, an inbound tender to 报价投标 (§B.4); a
    no keeps it where it is, with a note.

    Never by who owns it; the head's own goes to the director (D16).
    """
    stored = _lock(opportunity, None)
    target = stage_rules.go_leads_to(stored.stage, stored.is_tender)
    if not target:
        raise OpportunityError(STALE)
    if not may_decide(by, stored.customer, stored.owner):
        raise OpportunityError("负责人不能决定自己的商机；部门经理的商机由分公司主任决定。")
    if not is_go:
        if not note.strip():
            raise OpportunityError("不同意立项时请写明原因。")
        said = Difference("go_note", "立项决定", stored.go_note, f"不同意：{note}")
        stored.go_note = note
        stored.save(update_fields=["go_note", "updated_at"])
        keep_changes(stored, [said], by=by)
        audit.record(verb="opportunity.no_go", target=stored, by=by, reason=note)
        return stored
    given = {"go_by": by, "go_at": clock.now(), "go_note": note}
    given["engineer"] = engineer or stored.engineer
    is_tender = target == Stage.PROPOSAL
    return move(opportunity=stored, to=target, by=by, reason=note, is_tender=is_tender, **given)


def _check_aside(stored: Opportunity, to: str) -> None:
    if to == Stage.LOST:
        has_gap = stored.price_gap_pct is not None
        told = (stored.loss_reason, stored.winner, has_gap, stored.lesson)
        if faults := stage_rules.loss_faults(*told):
            raise OpportunityError("".join(faults.values()))
    if to == Stage.WON and not stored.win_reason:
        raise OpportunityError("请选择赢单原因。")
    if to == Stage.SUSPENDED:
        _check_review_day(stored.review_on)


def _check_review_day(day: date | None) -> None:
    today = local_date(clock.now())
    if day is None or not today < day <= today + stage_rules.LONGEST_SUSPENSION:
        raise OpportunityError("请填写今后 90 天以内的复查日期。")


def came_from(opportunity: Opportunity) -> str:
    """The stage that a suspended one goes back to."""
    last = opportunity.moves.filter(to_stage=Stage.SUSPENDED).order_by("-at", "-pk").first()
    return last.from_stage if last else ""


def _arrive(stored: Opportunity, to: str, *, by: User, reason: str) -> Opportunity:
    now, source = clock.now(), stored.stage
    stage = OpportunityStage.objects.get(code=to)
    stored.stage, stored.stage_since = to, now
    if not stored.is_probability_own or to in (*Opportunity.ENDED, Stage.SUSPENDED):
        stored.probability, stored.is_probability_own = stage.probability, False
    if to in Opportunity.ENDED:
        stored.ended_at = now
    cleared = _outlived(stored, source, to)
    keep_changes(stored, _told(stored, cleared), by=by)
    for name, value in cleared.items():
        setattr(stored, name, value)
    stored.save()
    StageMove.objects.create(
        opportunity=stored, from_stage=source, to_stage=to, probability=stored.probability,
        amount=stored.one_off_amount + stored.annual_amount, reason=reason[:300], by=by, at=now,
    )  # fmt: skip
    changes = {"阶段": [Stage(source).label, Stage(to).label]}
    audit.record(verb="opportunity.moved", target=stored, by=by, reason=reason, changes=changes)
    telling.tell(stored, by=by)
    return stored


def _told(stored: Opportunity, values: dict) -> list[Difference]:
    """What the history says of it: each row of it has its own time, so `go_at` is left out."""
    return differences(stored, {name: v for name, v in values.items() if name != "go_at"})


def _outlived(stored: Opportunity, source: str, to: str) -> dict:
    """What no longer holds on the new stage, emptied: why it rested, a go to be given anew."""
    cleared: dict = {}
    if source == Stage.SUSPENDED:
        cleared |= {"suspended_reason": "", "review_on": None}
    if stored.go_by_id and 0 < stage_rules.step(to) < stage_rules.step(Stage.APPROVED):
        cleared |= {"go_by": None, "go_at": None, "go_note": ""}
    return cleared


def _lock(opportunity: Opportunity, seen: str | None) -> Opportunity:
    rows = Opportunity.objects.select_for_update(of=("self",)).select_related(
        "customer__department", "owner"
    )
    stored = rows.get(pk=opportunity.pk)
    if seen is not None and stored.stage != seen:
        raise OpportunityError(STALE)
    return stored
