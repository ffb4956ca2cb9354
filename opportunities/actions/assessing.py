"""Three assessments; a new one stands beside the old, the newest counts (§B.4)."""

from collections.abc import Mapping

from django.db import transaction

from core import audit, clock
from core.models import Parameter
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
        found = verdict(kind, answers, rival or {})
    except ValueError as error:
        raise OpportunityError(f"请回答「{error}」。") from error
    made = Assessment.objects.create(
        opportunity=opportunity, kind=kind, by=by, at=clock.now(), score=found.score,
        rival_score=found.rival_score, verdict=found.text,
        answers={"ours": dict(answers), "rival": dict(rival or {})},
    )  # fmt: skip
    changes = {Kind(kind).label: ["", f"{found.score} 分，{found.text}"]}
    audit.record(verb="opportunity.assessed", target=opportunity, by=by, changes=changes)
    return made


def verdict(kind: str, answers: Mapping, rival: Mapping | None = None) -> rules.Verdict:
    """What the answers come to, by the numbers of today. ValueError names an unanswered item."""
    number = Parameter.objects.value
    if kind == Kind.VALUE:
        very, general = number("value_score_very"), number("value_score_general")
        return rules.value_score(answers, very=very, general=general)
    if kind == Kind.COMPETE:
        return rules.compete_score(answers, rival or {})
    yes_from, no_until = number("go_yes_at_least"), number("go_no_at_most")
    return rules.twenty_questions(answers, yes_from=yes_from, no_until=no_until)
