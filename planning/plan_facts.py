"""Which facts a plan can take over, and from where: a customer's view, or an industry's sums."""

from planning import customer_facts, industry_facts
from planning.customer_facts import Fact
from planning.models import MarketingPlan

SOURCES = (
    *("networklink", "operatorusage", "productinstance", "communicationbudget", "opportunity"),
    *("linerevenue", "planopportunities"),
)
"""What the sources of rows begin with: a row whose source is not told any more is out of date."""
Kind = MarketingPlan.Kind


def pulled(plan: MarketingPlan) -> tuple[str, ...]:
    """Tables that can be filled with facts."""
    if plan.kind == Kind.KEY_INDUSTRY:
        return industry_facts.PULLED
    return customer_facts.PULLED if plan.customer_id else ()


def facts_of(plan: MarketingPlan) -> dict[str, list[Fact]]:
    """{table: facts of today}; empty for a plan that takes none."""
    if plan.kind == Kind.KEY_INDUSTRY:
        return industry_facts.facts_of(plan)
    return customer_facts.facts_of(plan.customer) if plan.customer else {}


def origin(plan: MarketingPlan) -> str:
    """Where they come from, in words."""
    return "账单和客户计划" if plan.kind == Kind.KEY_INDUSTRY else "客户视图"
