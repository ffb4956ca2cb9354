"""A solution is asked of an engineer, worked out and handed over (R19)."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Customer
from core import audit, clock, uploads
from opportunities.actions.errors import STALE, OpportunityError
from opportunities.actions.keeping import keep_solution
from opportunities.models import DemandForecastLine, Opportunity, SolutionRequest
from staff.models import Branch, User

State = SolutionRequest.State
RUNNING = (State.ASKED, State.WORKING)


def engineers(branch: Branch) -> QuerySet[User]:
    """Who can be asked: active solution engineers of the branch."""
    found = User.objects.active().filter(role=User.Role.SOLUTION_ENGINEER, branch=branch)
    return found.order_by("username")


@transaction.atomic
def ask_solution(
    *,
    customer: Customer,
    engineer: User,
    content: str,
    by: User,
    wanted_on: date | None = None,
    line: DemandForecastLine | None = None,
    opportunity: Opportunity | None = None,
) -> SolutionRequest:
    """Ask once: a line whose request still runs gets that one back."""
    if line is not None:
        running = line.solutions.filter(state__in=RUNNING).first()
        if running:
            return running
    if not content.strip():
        raise OpportunityError("请写明方案要解决什么。")
    row = SolutionRequest.objects.create(
        customer=customer, engineer=engineer, content=content, wanted_on=wanted_on, line=line,
        opportunity=opportunity, asked_by=by,
    )  # fmt: skip
    audit.record(verb="solution.asked", target=row, by=by)
    return row


def accept_solution(*, request: SolutionRequest, by: User) -> None:
    """asked → working."""
    _move(request, State.ASKED, State.WORKING, by=by)


@transaction.atomic
def deliver_solution(*, request: SolutionRequest, answer: str, by: User, upload=None) -> None:
    """working → delivered, with what the solution is; `upload` is a cleaned file, or none.

    The file stands in the opportunity as well, unless that has one or has ended (§B.4).
    """
    if not answer.strip():
        raise OpportunityError("请写明方案要点。")
    file = uploads.store(upload, by=by) if upload else None
    told = {"answer": answer, "file": file, "delivered_at": clock.now()}
    _move(request, State.WORKING, State.DELIVERED, by=by, **told)
    if file and request.opportunity:
        keep_solution(opportunity=request.opportunity, file=file, by=by)


def cancel_solution(*, request: SolutionRequest, by: User) -> None:
    """asked or working → cancelled."""
    if request.state not in RUNNING:
        raise OpportunityError(STALE)
    _move(request, request.state, State.CANCELLED, by=by)


@transaction.atomic
def _move(request: SolutionRequest, source: str, to: str, *, by: User, **fields) -> None:
    same = SolutionRequest.objects.filter(pk=request.pk, state=source)
    if not same.update(state=to, **fields):
        raise OpportunityError(STALE)
    request.refresh_from_db()
    audit.record(verb=f"solution.{State(to).value}", target=request, by=by)


def is_engineer_of(request: SolutionRequest, user: User) -> bool:
    return any(person.pk == request.engineer_id for person in user.acting_for())
