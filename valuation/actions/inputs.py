"""Raw values that people give: measures, ratings, their arbitration, overrides (R53–R56)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.actions.above import is_director_of, is_head_of
from accounts.models import Customer
from core import audit, clock
from staff.models import User
from valuation import input_rules as rules
from valuation.actions.errors import STALE, ValuationError
from valuation.models import CustomerMeasure, ExpertRating, RatingArbitration, RawOverride

FIGURES = (
    "cost_marketing", "cost_service", "cost_om", "induced_revenue", "satisfaction",
    "price_sensitivity", "credit_grade", "quality_extra_cost_ratio", "conversion_cost_ratio",
)  # fmt: skip
CHANGED = "这个月已有数据，或刚被他人修改。请从列表打开该月再改。"
OTHER_MONTH = "打开的月份和所填的月份不同。新的月份请从「填成本与满意度」进入。"
RATER_ROLES = frozenset(
    {User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD}
)


# --- measures -------------------------------------------------------------------------------------
@transaction.atomic
def save_measure(
    *, customer: Customer, month: date, seen_at: str, source: str, by: User, **figures
) -> CustomerMeasure:
    """The figures of one month, new or changed. `seen_at`: `stamp` of the row read, "" for none.

    ValuationError when somebody else saved that month meanwhile.
    """
    _lock(customer)
    row = CustomerMeasure.objects.filter(customer=customer, month=month).first()
    if stamp(row) != seen_at:
        raise ValuationError(CHANGED if row else OTHER_MONTH)
    before = {name: getattr(row, name, None) for name in FIGURES}
    row = row or CustomerMeasure(customer=customer, month=month)
    for name, value in figures.items():
        setattr(row, name, value)
    row.source, row.entered_by = source, by
    row.save()
    changes = {
        CustomerMeasure._meta.get_field(name).verbose_name: [_text(before[name]), _text(value)]
        for name, value in figures.items() if _text(before[name]) != _text(value)
    }  # fmt: skip
    audit.record(verb="valuation.measure_saved", target=row, by=by, changes=changes)
    return row


def stamp(row: CustomerMeasure | None) -> str:
    """What tells two states of a row apart."""
    return row.entered_at.isoformat() if row else ""


def _text(value) -> str:
    return "" if value is None else str(value)


# --- expert ratings -------------------------------------------------------------------------------
def rater_of(user: User) -> bool:
    return user.role in RATER_ROLES


def still_rates(rater: User, customer: Customer) -> bool:
    """Whether a rater could rate this customer today: at work, and the customer in his scope.

    A former manager's rating counts until somebody takes the place (R56): without this a change of
    manager would lock the two places for good.
    """
    if not (rater.is_active and rater_of(rater)):
        return False
    return Customer.objects.visible_to(rater).filter(pk=customer.pk).exists()


def replaceable(ratings: Sequence[ExpertRating], customer: Customer) -> ExpertRating | None:
    """The oldest rating whose rater has gone, when both places are taken."""
    if len(ratings) < rules.RATERS:
        return None
    return next((row for row in ratings if not still_rates(row.rater, customer)), None)


@transaction.atomic
def rate(*, customer: Customer, indicator: str, score: int, reason: str, by: User) -> ExpertRating:
    """The own rating, first or changed; at most two raters. A decision of the head is lifted (R56).

    A third rater takes the place of one who has left or no longer has the customer;
    ValuationError when both still have it.
    """
    _lock(customer)
    if not rater_of(by):
        raise ValuationError("由客户经理、行业经理或部门经理评分。")
    found = scores_of(customer, indicator)
    own = next((row for row in found if row.rater_id == by.pk), None)
    gone = None if own else replaceable(found, customer)
    if own is None and gone is None and len(found) >= rules.RATERS:
        raise ValuationError("已有两位评分人。请其中一位修改评分，或由部门经理裁定。")
    changes = {}
    if gone:
        changes["接替"] = [f"{gone.rater.name} {gone.score}", ""]
        gone.delete()
    before = own.score if own else ""
    row = own or ExpertRating(customer=customer, indicator=indicator, rater=by)
    row.score, row.reason, row.rated_at = score, reason, clock.now()
    row.save()
    if before != score:
        RatingArbitration.objects.filter(customer=customer, indicator=indicator).delete()
    audit.record(
        verb="valuation.rated", target=row, by=by, reason=reason,
        changes=changes | {indicator: [before, score]},
    )  # fmt: skip
    return row


def scores_of(customer: Customer, indicator: str) -> list[ExpertRating]:
    found = ExpertRating.objects.filter(customer=customer, indicator=indicator)
    return list(found.select_related("rater").order_by("pk"))


def seen(ratings: list[ExpertRating]) -> str:
    """「3:2,9:5」: what the head had before the eyes when deciding."""
    return ",".join(f"{row.rater_id}:{row.score}" for row in ratings)


def may_arbitrate(user: User, customer: Customer, ratings: list[ExpertRating]) -> bool:
    """The head above the customer; the director when a head has rated. Never one of the raters."""
    raters = {row.rater_id for row in ratings}
    if user.pk in raters:
        return False
    by_head = any(row.rater.role == User.Role.DEPT_HEAD for row in ratings)
    return any(
        is_head_of(person, customer) or (by_head and is_director_of(person, customer))
        for person in user.acting_for()
        if person.pk not in raters
    )


@transaction.atomic
def arbitrate(
    *, customer: Customer, indicator: str, score: Decimal, reason: str, seen_scores: str, by: User
) -> RatingArbitration:
    """Decide where two raters are two or more apart (R56). ValuationError otherwise."""
    _lock(customer)
    ratings = scores_of(customer, indicator)
    if seen(ratings) != seen_scores:
        raise ValuationError("评分刚被修改，请刷新后再裁定。")
    if not may_arbitrate(by, customer, ratings):
        raise ValuationError("由未参加评分的部门经理裁定；部门经理参加了评分的，由主任裁定。")
    if not rules.is_disputed([row.score for row in ratings]):
        raise ValuationError("两位评分相差不到 2 分，不需要裁定。")
    row, _ = RatingArbitration.objects.update_or_create(
        customer=customer, indicator=indicator,
        defaults={"score": score, "reason": reason, "decided_by": by, "decided_at": clock.now()},
    )  # fmt: skip
    audit.record(
        verb="valuation.arbitrated", target=row, by=by, reason=reason,
        changes={indicator: [" / ".join(str(r.score) for r in ratings), str(score)]},
    )  # fmt: skip
    return row


# --- overrides ------------------------------------------------------------------------------------
@transaction.atomic
def override(
    *, customer: Customer, indicator: str, value: Decimal, reason: str, expires_on: date,
    today: date, by: User,
) -> RawOverride:  # fmt: skip
    """A raw value by hand until a day, a year on at the longest; the newest counts."""
    if fault := rules.value_fault(indicator, value):
        raise ValuationError(f"取值{fault}")
    if not today <= expires_on <= rules.last_expiry(today):
        raise ValuationError("有效期应在今天到一年之内。")
    row = RawOverride.objects.create(
        customer=customer, indicator=indicator, value=value, reason=reason, expires_on=expires_on,
        made_by=by, made_at=clock.now(),
    )  # fmt: skip
    audit.record(
        verb="valuation.overridden", target=row, by=by, reason=reason,
        changes={indicator: ["", f"{value}（至 {expires_on}）"]},
    )  # fmt: skip
    return row


@transaction.atomic
def end_override(*, row: RawOverride, by: User) -> None:
    """The value of the source counts again."""
    if not RawOverride.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
        raise ValuationError(f"这项改值{STALE}")
    audit.record(verb="valuation.override_ended", target=row, by=by)


def _lock(customer: Customer) -> None:
    """One at a time: two raters at once must not become three."""
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
