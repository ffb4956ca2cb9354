"""The ladder of the relationship: potential → actual → long-term → strategic partner (R21)."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import rules
from accounts.actions import quality, revisions, timeline
from accounts.actions.errors import AccountError
from accounts.models import Customer, LifecycleChange
from core import audit


def standing(customer: Customer) -> rules.Standing:
    """The facts that the ladder asks for, as of today. Three queries."""
    today = timezone.localdate()
    live = customer.products.filter(Q(ended_on=None) | Q(ended_on__gte=today))
    contracts = customer.contracts.filter(ends_on__gte=today).values_list("starts_on", "ends_on")
    lengths = [rules.contract_months(first, last) for first, last in contracts]
    valid = Q(expires_on=None) | Q(expires_on__gte=today)
    return rules.Standing(
        active_products=live.count(),
        longest_contract_months=max(lengths, default=0),
        signed_agreements=customer.agreements.filter(valid, signed_on__lte=today).count(),
    )


@transaction.atomic
def change_lifecycle(*, customer: Customer, to: str, reason: str, by, seen: str = "") -> None:
    """Take the customer to another step; `seen` is the step that the page showed.

    AccountError when the proof is missing (R21) or somebody has moved it meanwhile.
    """
    old = seen or customer.lifecycle
    refusal = rules.ladder_refusal(old, to, standing(customer))
    if refusal:
        raise AccountError(refusal)
    moved = Customer.objects.filter(pk=customer.pk, lifecycle=old)
    if not moved.update(lifecycle=to, updated_at=timezone.now()):
        raise AccountError("关系发展已被他人修改，请刷新后重试。")
    change = LifecycleChange.objects.create(
        customer=customer, old=old, new=to, reason=reason, changed_by=by
    )
    customer.refresh_from_db()
    _keep(customer, change, by)


def _keep(customer: Customer, change: LifecycleChange, by) -> None:
    """The trail, the revision, the timeline and the quality of the view."""
    reason = change.reason
    found = [
        revisions.Difference(
            "lifecycle", "关系发展", change.get_old_display(), change.get_new_display()
        )
    ]
    audit.record(
        verb="customer.lifecycle_changed",
        target=customer,
        by=by,
        changes=revisions.as_changes(found),
        reason=reason,
    )
    revisions.revise(
        customer=customer, section="file", row=customer, found=found, by=by, reason=reason
    )
    timeline.note(
        customer=customer,
        kind=timeline.Kind.CHANGE,
        title=f"关系发展：{change}",
        detail=reason,
        path=customer.get_absolute_url(),
        actor=by,
    )
    quality.refresh([customer.pk])
