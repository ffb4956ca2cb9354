"""What the timeline of the customer says of opportunities; one entry for each."""

from accounts.actions import timeline
from opportunities.models import Opportunity


def tell(opportunity: Opportunity, *, by) -> None:
    """Where it stands now: the same entry moves on with it."""
    amount = f"{(opportunity.one_off_amount + opportunity.annual_amount) / 10_000:,.2f} 万元"
    detail = f"{opportunity.get_stage_display()}，{amount}，可能性 {opportunity.probability}%"
    timeline.note(
        customer=opportunity.customer,
        kind=timeline.Kind.OPPORTUNITY,
        title=f"商机：{opportunity.name}",
        detail=detail,
        path=opportunity.get_absolute_url(),
        at=opportunity.stage_since,
        actor=by,
        source=f"opportunity:{opportunity.pk}",
    )
