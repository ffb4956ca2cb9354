"""Plans for tests: plain keyword functions with defaults that the product would accept."""

from datetime import date

from accounts.models import BillLine, MonthlyBill
from accounts.tests.factories import make_customer, make_industry
from planning.actions import starting, writing
from planning.models import MarketingPlan, PlanRow, PlanSection, PlanState, PlanVersion
from staff.tests.factories import make_user

YEAR = 2027


def make_plan(
    kind="key_customer",
    *,
    customer=None,
    industry=None,
    author=None,
    by=None,
    year=YEAR,
    state=PlanState.DRAFTING,
    **fields,
) -> MarketingPlan:
    """A plan with its first version, as start_plan makes it; `state` is set without any action.

    A customer's plan: of a new customer and its manager. Others: by an industry manager, in the
    branch of the author.
    """
    if kind == "key_customer":
        customer = customer or make_customer(manager=author)
        author = author or customer.manager
        fields["customer"] = customer
    else:
        author = author or make_user("industry_manager")
        if kind == "key_industry":
            fields["industry"] = industry or make_industry()
    plan = starting.start_plan(kind=kind, year=year, by=by or author, author=author, **fields)
    if state != PlanState.DRAFTING:
        set_state(plan.current, state)
    return plan


def set_state(version: PlanVersion, state: str, **fields) -> None:
    """As if it had been moved there; states from approved on name an approver (a director)."""
    if state in ("approved", "in_execution", "closed", "archived", "superseded"):
        fields.setdefault("approved_by", version.approved_by or make_user("branch_director"))
        fields.setdefault("approved_at", version.created_at)
    PlanVersion.objects.filter(pk=version.pk).update(state=state, **fields)
    version.refresh_from_db()


def write(plan: MarketingPlan, code: str, text: str, *, by=None) -> PlanSection:
    """A text in a section of the current version."""
    section = PlanSection.objects.get(version=plan.current, code=code)
    saved = writing.save_section(
        version=plan.current,
        code=code,
        text=text,
        none_reason="",
        base_edit=section.edit,
        by=by or plan.author,
    )
    return saved.row


def add_row(plan: MarketingPlan, table: str, *, by=None, **cells) -> PlanRow:
    """A row of a table of the current version."""
    saved = writing.save_row(
        version=plan.current,
        table=table,
        pk=None,
        cells=cells,
        base_edit=0,
        by=by or plan.author,
    )
    return saved.row


def make_bill(customer, year: int, month: int, total: str, **items: str) -> MonthlyBill:
    """In 元; local_call="35000" is a line of it."""
    bill = MonthlyBill.objects.create(
        customer=customer, month=date(year, month, 1), reported_total=total, computed_total=total
    )
    for item, amount in items.items():
        BillLine.objects.create(bill=bill, item=item, amount=amount)
    return bill
