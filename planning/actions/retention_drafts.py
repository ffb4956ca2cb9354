"""一客户一预案: who stands on a list has one active case, of the tier of the list (R47)."""

from collections.abc import Collection
from datetime import date

from accounts.models import Customer
from core import audit, clock
from core.rules import local_date
from planning import retention_rules, warning_rules
from planning.actions.retention_warning import tiers_of
from planning.models import CustomerRisk, RetentionCase, RetentionMember, Tier

ORDER = list(Tier.values)


def is_listed(customer: Customer) -> bool:
    """On any list; whom nobody manages or who has left is not kept."""
    if not customer.is_managed or customer.lifecycle == Customer.Lifecycle.LOST:
        return False
    return RetentionMember.objects.filter(customer=customer).exists()


def keep_cases(customers: Collection[Customer]) -> None:
    """A draft for who has none; who has one is kept at least as closely as the list asks."""
    active = RetentionCase.objects.select_for_update().filter(customer__in=customers)
    known = {case.customer_id: case for case in active.exclude(state="reviewed").order_by("pk")}
    tiers = tiers_of([one.pk for one in customers])
    today = local_date(clock.now())
    _raise_tiers(known.values(), tiers, today)
    new = [one for one in customers if one.pk not in known]
    risks = {row.customer_id: row for row in CustomerRisk.objects.filter(customer__in=new)}
    RetentionCase.objects.bulk_create(
        _draft(one, tiers[one.pk], risks.get(one.pk), today) for one in new
    )


def _raise_tiers(cases: Collection[RetentionCase], tiers: dict[int, str], today: date) -> None:
    """A draft takes the tier of the list; of a case that runs only a rise counts, and the next
    look at it comes no later than the new tier asks."""
    changed = []
    for case in cases:
        old, tier = case.tier, tiers[case.customer_id]
        is_draft = case.state == RetentionCase.State.DRAFT
        if tier == old or not (is_draft or ORDER.index(tier) < ORDER.index(old)):
            continue
        case.tier, case.updated_at = tier, clock.now()
        if case.next_review_on:
            case.next_review_on = retention_rules.sooner_review(tier, case.next_review_on, today)
        changed.append((case, old))
    RetentionCase.objects.bulk_update(
        [case for case, _ in changed], ["tier", "next_review_on", "updated_at"], batch_size=500
    )
    audit.record_many(
        audit.event(
            verb="retention_case.edited", target=case, by=None,
            changes={"等级": [Tier(old).label, case.get_tier_display()]}, reason="保有清单的等级",
        )
        for case, old in changed
        if case.state != RetentionCase.State.DRAFT
    )  # fmt: skip


def _draft(customer: Customer, tier: str, risk: CustomerRisk | None, today: date) -> RetentionCase:
    level = risk.level if risk else warning_rules.GREEN
    return RetentionCase(
        customer=customer,
        year=today.year,
        tier=tier,
        risk=level,
        risk_rank=warning_rules.RANK[level],
        risk_reason="；".join(text for _, _, text in risk.reasons) if risk else "",
        risk_since=risk.since if risk else today,
    )
