"""Three assessments; a new one stands beside the old, the newest counts (§B.4)."""

from collections.abc import Mapping

from django.db import transaction

from core import audit, clock
from opportunities import assessment_rules as rules
from opportunities.actions.errors import OpportunityError
from opportunities.models import Assessment, Opportunity
from staff.models import User

Kind = Assessment.Kind


@transaction.atomic
def assess(
    *,
    opportunity: Opportunity,
    kind: str,
    answers: Mapping,
    by: User,
    rival: Mapping | None = None,
) -> Assessment:
    """Score the answers ({item code: answer}) and keep them; `rival`: of the competitive score."""
    if opportunity.stage in Opportunity.ENDED:
        raise OpportunityError("已经结束的商机不再评估。")
    try:
        verdict = _verdict(kind, answers, rival or {})
    except ValueError as error:
        raise OpportunityError(f"请回答「{error}」。") from error
    made = Assessment.objects.create(
        opportunity=opportunity, kind=kind, by=by, at=clock.now(), score=verdict.score,
        rival_score=verdict.rival_score, verdict=verdict.text,
        answers={"ours": dict(answers), "rival": dict(rival or {})},
    )  # fmt: skip
    changes = {Kind(kind).label: ["", f"{verdict.score} 分，{verdict.text}"]}
    audit.record(verb="opportunity.assessed", target=opportunity, by=by, changes=changes)
    return made


def _verdict(kind: str, answers: Mapping, rival: Mapping) -> rules.Verdict:
    if kind == Kind.VALUE:
        return rules.value_score(answers)
    if kind == Kind.COMPETE:
        return rules.compete_score(answers, rival)
    return rules.twenty_questions(answers)
