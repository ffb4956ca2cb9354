"""下达: what the plan above, or the branch, asks of a plan (R41). Never added up into targets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core import audit, clock
from planning import target_rules as rules
from planning.actions.errors import PlanError
from planning.models import MarketingPlan, PlanAllotment
from staff.models import User

STALE = "下达的目标刚被改过。您填的内容还在下面，请核对后再保存一次。"
Kind, Role = MarketingPlan.Kind, User.Role


def may_allot(plan: MarketingPlan, user: User) -> bool:
    """The director for every plan of the branch; a head for customers' plans of the department."""
    return any(_allots(plan, person) for person in user.acting_for())


def _allots(plan: MarketingPlan, person: User) -> bool:
    if person.branch_id != plan.branch_id:
        return False
    if person.role == Role.BRANCH_DIRECTOR:
        return True
    is_head = person.role == Role.DEPT_HEAD and plan.kind == Kind.KEY_CUSTOMER
    if not is_head or plan.department is None or person.department is None:
        return False
    return plan.department.path.startswith(person.department.path)


@transaction.atomic
def allot(
    *,
    plan: MarketingPlan,
    amounts: Mapping[str, Sequence[Decimal]],
    note: str,
    seen_at: datetime | None,
    by: User,
) -> None:
    """Hand down {kind: four quarters} in 万元; all three kinds together replace what was before.

    `seen_at`: the newest `issued_at` that the page showed, None when nothing had been handed down.
    PlanError when that is no longer so, or `by` may not.
    """
    if not may_allot(plan, by):
        raise PlanError("目标由部门经理或分公司主任下达。")
    MarketingPlan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    before = {row.kind: row for row in PlanAllotment.objects.filter(plan=plan)}
    if max((row.issued_at for row in before.values()), default=None) != seen_at:
        raise PlanError(STALE)
    now, changes = clock.now(), {}
    for kind in rules.KINDS:
        quarters = dict(zip(rules.QUARTERS, amounts[kind], strict=True))
        PlanAllotment.objects.update_or_create(
            plan=plan,
            kind=kind,
            defaults=quarters | {"note": note, "issued_by": by, "issued_at": now},
        )
        changes[rules.KINDS[kind]] = [_words(before.get(kind)), _joined(amounts[kind])]
    audit.record(verb="plan.allotted", target=plan, by=by, reason=note, changes=changes)


def _words(row: PlanAllotment | None) -> str:
    return _joined([getattr(row, name) for name in rules.QUARTERS]) if row else ""


def _joined(quarters: Sequence[Decimal]) -> str:
    return " / ".join(f"{amount:.2f}" for amount in quarters)
