"""What waits for a decision or an answer of this person and has no deadline of its own.

Abandon reviews, alerts, asked solutions, targets that were handed down and plans that were approved
are no timed duties (A0 names none for them); so that nobody has to look for them, today's page
counts them.
"""

from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.urls import reverse

from opportunities.models import SolutionRequest
from planning.models import MarketingPlan, PlanState
from planning.plan_filters import ASKED
from staff.access import may
from staff.models import User
from valuation.models import AbandonReview, PotentialAlert, ValuationRun

State = SolutionRequest.State


@dataclass(frozen=True)
class Waiting:
    icon: str
    text: str
    count: int
    url: str


def waiting(user: User) -> list[Waiting]:
    """Nobody has more than five; a query each, and only for whom it may concern."""
    found = []
    if may(user, "solutions.answer"):
        asked = SolutionRequest.objects.filter(
            engineer__in=user.acting_for(), state__in=(State.ASKED, State.WORKING)
        )
        found.append(_line("bi-tools", "请您出的方案", asked, "opportunities:solution_list"))
    if may(user, "valuation.decide"):
        reviews = AbandonReview.objects.visible_to(user).filter(
            decision="", run__state=ValuationRun.State.PUBLISHED
        )
        found.append(
            _line("bi-question-circle", "待决定的放弃评估", reviews, "valuation:abandon_list")
        )
        alerts = PotentialAlert.objects.visible_to(user).filter(state=PotentialAlert.State.OPEN)
        found.append(_line("bi-gem", "待处理的高潜客户", alerts, "valuation:alert_list"))
    if may(user, "plans.write"):
        found += [_handed_down(user), _approved(user)]
    return [one for one in found if one.count]


def _handed_down(user: User) -> Waiting:
    """Targets that came from above for plans that `user` writes, also for who is absent."""
    plans = _own_plans(user).asked_anew()
    return _of_plans(user, "bi-arrow-down-square", "有新下达目标的计划", plans, ASKED)


def _approved(user: User) -> Waiting:
    """Plans that the reviewers have let through: what is next is to begin with them (R46)."""
    state = PlanState.APPROVED
    plans = _own_plans(user).filter(current__state=state)
    return _of_plans(
        user, "bi-check2-circle", "已批准、待开始执行的计划", plans, PlanState.APPROVED
    )


def _own_plans(user: User) -> QuerySet:
    return MarketingPlan.objects.visible_to(user).filter(author__in=user.acting_for())


def _of_plans(user: User, icon: str, text: str, plans: QuerySet, state: str) -> Waiting:
    line = _line(icon, text, plans, "planning:list")
    query = f"?state={state}" + (f"&author={user.pk}" if len(user.acting_for()) == 1 else "")
    return replace(line, url=line.url + query)


def _line(icon: str, text: str, rows: QuerySet, url: str) -> Waiting:
    return Waiting(icon, text, rows.count(), reverse(url))
