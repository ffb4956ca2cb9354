"""Everything one page says of one opportunity."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.actions.above import may_decide
from accounts.models import Customer, CustomerNeed
from opportunities import assessment_rules, stage_rules
from opportunities.actions import keeping
from opportunities.models import Assessment, Opportunity, OpportunityStage, Stage
from opportunities.stage_reports import Standing, standing
from staff.access import may
from staff.models import User

NAMES = {label: name for name, label in stage_rules.LABELS.items()}
GIVEN_WITH_GO = ("go_by", "engineer")
LAYERS = ("need_layer", "win_layer")
FIELD_OF = {"amount": "one_off_amount", "solution": "solution_text"}


@dataclass(frozen=True)
class Step:
    """One stage of the stepper; `state` is "done", "now" or ""."""

    label: str
    state: str


@dataclass(frozen=True)
class PhaseSteps:
    label: str
    steps: list[Step]
    state: str


@dataclass(frozen=True)
class Lacking:
    """Something the next stage still needs, and where to put it."""

    label: str
    url: str


def stepper(opportunity: Opportunity, ladder: list[OpportunityStage], came_from: str):
    """The four phases with their eight stages; beside the ladder it shows where it stood last."""
    here = stage_rules.step(opportunity.stage) or stage_rules.step(came_from)
    is_aside = stage_rules.step(opportunity.stage) == 0
    phases: dict[str, list[Step]] = {}
    for row in ladder:
        place = stage_rules.step(row.code)
        if place:
            now = "" if is_aside else "now"
            state = "done" if place < here else now if place == here else ""
            phases.setdefault(row.get_phase_display(), []).append(
                Step(row.get_code_display(), state)
            )
    return [PhaseSteps(label, steps, _state_of(steps)) for label, steps in phases.items()]


def _state_of(steps: list[Step]) -> str:
    if any(step.state == "now" for step in steps):
        return "now"
    return "done" if all(step.state == "done" for step in steps) else ""


def lacking(opportunity: Opportunity, target: str, user: User) -> list[Lacking]:
    """What keeps it from `target`, each with the place where `user` fills it in (§B.4)."""
    if not target:
        return []
    missing = keeping.missing(opportunity, target)
    layers = any(NAMES[label] in LAYERS for label in missing)
    sees = layers and sees_customer(opportunity, user)
    return [Lacking(label, place_of(opportunity, NAMES[label], target, sees)) for label in missing]


def place_of(opportunity: Opportunity, name: str, target: str, sees_customer: bool) -> str:
    here = [opportunity.pk]
    if name in ("contract_no", "signed_on"):
        return reverse("opportunities:move", args=here) + f"?to={target}"
    if name in LAYERS:
        if opportunity.need_id and sees_customer:
            return reverse("accounts:customer_section", args=[opportunity.customer_id, "needs"])
        return reverse("opportunities:edit", args=here) + "#id_need"
    if name == "value_score":
        return reverse("opportunities:assess", args=[opportunity.pk, "value"])
    if name == "rivals":
        return reverse("opportunities:rivals", args=here)
    if name == "go_by":
        return reverse("opportunities:go", args=here)
    return reverse("opportunities:edit", args=here) + f"#id_{FIELD_OF.get(name, name)}"


def chain(need: CustomerNeed | None) -> list[CustomerNeed]:
    """The iceberg of its need as evidence: from the FACT down to every WIN (R63)."""
    if need is None:
        return []
    above, row = [], need
    while row.parent is not None:
        row = row.parent
        above.insert(0, row)
    found, deeper = [*above, need], [need]
    while deeper:
        rows = CustomerNeed.objects.filter(parent__in=deeper).select_related("speaker")
        deeper = list(rows.order_by("pk"))
        found += deeper
    return found


def newest_assessments(opportunity: Opportunity) -> list[tuple[str, str, Assessment | None, int]]:
    """(code, label, the newest or None, how many older) of the three kinds. One query."""
    rows = list(opportunity.assessments.select_related("by"))
    found = []
    for code, label in Assessment.Kind.choices:
        same = [row for row in rows if row.kind == code]
        found.append((code, label, same[0] if same else None, max(len(same) - 1, 0)))
    return found


MOST_ASKED = {
    "value": "−18 到 18 分",
    "compete": f"我方与对手各 0 到 {5 * len(assessment_rules.COMPETE_ITEMS)} 分",
    "questions": f"{len(assessment_rules.QUESTIONS)} 问，答「是」的个数",
}


def may_change(opportunity: Opportunity, user: User) -> bool:
    """Who sees it only as a member of the team or as engineer reads it (A0, R27)."""
    if not may(user, "opportunities.write"):
        return False
    return opportunity.owner in user.acting_for() or sees_customer(opportunity, user)


def sees_customer(opportunity: Opportunity, user: User) -> bool:
    """Whether more than the name of the customer is for `user`: an owner may be from elsewhere."""
    return Customer.objects.visible_to(user).filter(pk=opportunity.customer_id).exists()


def may_go(opportunity: Opportunity, user: User) -> bool:
    is_asked = stage_rules.go_leads_to(opportunity.stage, opportunity.is_tender)
    is_asked = bool(is_asked) and may(user, "opportunities.go")
    return is_asked and may_decide(user, opportunity.customer, opportunity.owner)


def tender_lacking(opportunity: Opportunity, user: User) -> list[Lacking] | None:
    """What an inbound tender needs besides the head's go to enter the bid; None for all others."""
    target = stage_rules.go_leads_to(opportunity.stage, opportunity.is_tender)
    if target != stage_rules.TENDER:
        return None
    found = lacking(opportunity, target, user)
    return [one for one in found if NAMES[one.label] not in GIVEN_WITH_GO]


def page(opportunity: Opportunity, user: User, today: date) -> dict:
    """The context of the page; its cost does not depend on the length of the histories."""
    ladder = list(OpportunityStage.objects.all())
    moves = list(opportunity.moves.select_related("by").order_by("-at", "-pk"))
    aside = opportunity.stage in (Stage.LOST, Stage.SUSPENDED)
    came_from = moves[0].from_stage if aside and moves else ""
    limits = {row.code: row.stale_days for row in ladder}
    stands: Standing = standing(opportunity, today, limits[opportunity.stage])
    lines = list(opportunity.lines.all())
    whole = opportunity.one_off_amount + opportunity.annual_amount
    return {
        "opportunity": opportunity,
        "stands": stands,
        "phases": stepper(opportunity, ladder, came_from),
        "criterion": next(r.exit_criterion for r in ladder if r.code == opportunity.stage),
        "lacking": lacking(opportunity, stands.next_stage, user),
        "tender_lacking": tender_lacking(opportunity, user),
        "came_from": Stage(came_from).label if came_from else "",
        "came_from_code": came_from,
        "chain": chain(opportunity.need),
        "lines": lines,
        "lines_off": bool(lines) and sum(row.amount for row in lines) != whole,
        "members": list(opportunity.members.select_related("user__department")),
        "rivals": list(opportunity.rivals.all()),
        "assessments": newest_assessments(opportunity),
        "asked": MOST_ASKED,
        "moves": moves,
        "changes": list(opportunity.changes.select_related("by")[:50]),
        "may_change": may_change(opportunity, user),
        "may_go": may_go(opportunity, user),
        "sees_customer": sees_customer(opportunity, user),
        "is_ended": opportunity.stage in Opportunity.ENDED,
    }
