"""What waits for a decision or an answer of this person and has no deadline of its own.

Abandon reviews, alerts, asked solutions, targets that were handed down and plans that were approved
are no timed duties (A0 names none for them); so that nobody has to look for them, today's page
counts them.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from core import clock
from opportunities.models import SolutionRequest
from planning.models import MarketingPlan, PlanAllotment, PlanState, moved_lately
from planning.plan_filters import ASKED, MOVED
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
    """Nobody has more than six; a query each, and only for whom it may concern."""
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
        found += _of_own_plans(user)
    return [one for one in found if one.count]


def _of_own_plans(user: User) -> list[Waiting]:
    """Plans that `user` writes, also for who is absent: with targets that came from above (R41),
    that moved to another department or plan above, or lost or won one below, and such as the
    reviewers have let through, where what is next is to begin with them (R46).

    A query, and one more for who was ever handed a target.
    """
    own = MarketingPlan.objects.visible_to(user).filter(author__in=user.acting_for())
    handed = Exists(PlanAllotment.objects.filter(plan=OuterRef("pk")))
    own_rows = own.annotate(handed=handed, moved=moved_lately(clock.now()))
    rows = list(own_rows.values_list("current__state", "handed", "moved").order_by())
    asked = own.asked_anew().count() if any(handed for _, handed, _ in rows) else 0
    approved = sum(state == PlanState.APPROVED for state, _, _ in rows)
    moved = sum(has_moved for _, _, has_moved in rows)
    return [
        _of_plans(user, "bi-arrow-down-square", "有新下达目标的计划", asked, ASKED),
        _of_plans(
            user, "bi-check2-circle", "已批准、待开始执行的计划", approved, PlanState.APPROVED
        ),
        _of_plans(user, "bi-diagram-3", "近两周归属或下级有变动的计划", moved, MOVED),
    ]


def _of_plans(user: User, icon: str, text: str, count: int, state: str) -> Waiting:
    query = f"?state={state}" + (f"&author={user.pk}" if len(user.acting_for()) == 1 else "")
    return Waiting(icon, text, count, reverse("planning:list") + query)


def _line(icon: str, text: str, rows: QuerySet, url: str) -> Waiting:
    return Waiting(icon, text, rows.count(), reverse(url))
