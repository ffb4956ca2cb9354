"""「可能考虑放弃」: asked at publication, answered by a person, never automatic (R59)."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q

from accounts.actions import timeline
from accounts.actions.above import is_director_of, is_head_of
from accounts.models import Customer, Industry
from core import audit, clock
from core.models import Parameter
from staff.models import User
from valuation import matrix_rules
from valuation.actions.errors import STALE, ValuationError
from valuation.models import AbandonReview, CustomerMeasure, CustomerValuation, ValuationRun

FAR_BELOW = "只有该客户所在部门的经理或分公司主任可以决定。"


def limits() -> matrix_rules.AbandonLimits:
    """The thresholds as they stand among the parameters."""
    value = Parameter.objects.value
    return matrix_rules.AbandonLimits(
        price_sensitivity=value("abandon_price_sensitivity"),
        loyalty_below=value("abandon_loyalty_below"),
        conversion_ratio=value("abandon_conversion_ratio"),
        quality_ratio=value("abandon_quality_ratio"),
        credit=value("abandon_credit_grade"),
    )


def propose(run: ValuationRun) -> int:
    """Questions about the low-value customers of a run that is being published. How many."""
    known, reviews, protected = limits(), [], _public_duty(run)
    for result, measure in _low_value(run):
        rule = matrix_rules.abandon_rule(
            result.quadrant, result.pk in protected, _seen(result, measure), known
        )
        if rule:
            evidence = _evidence(result, measure)
            reviews.append(
                AbandonReview(run=run, customer_id=result.customer_id, rule=rule, evidence=evidence)
            )
    AbandonReview.objects.bulk_create(reviews)
    return len(reviews)


def _public_duty(run: ValuationRun) -> set[int]:
    """Results of whom is never asked: by the customer, by its industry now or on the day (R59)."""
    industries = Industry.objects.filter(is_public_duty=True)
    of_whom = Q(customer__is_public_duty=True) | Q(customer__industry__in=industries)
    of_the_day = Q(industry_ref__in=industries.values("pk"))
    rows = run.results.filter(of_whom | of_the_day, quadrant=CustomerValuation.Quadrant.LOW_VALUE)
    return set(rows.values_list("pk", flat=True))


def _low_value(run: ValuationRun) -> Iterator[tuple[CustomerValuation, CustomerMeasure]]:
    """Results with the newest measure not after the day; without a measure no rule can hold."""
    rows = CustomerValuation.objects.filter(
        run=run, quadrant=CustomerValuation.Quadrant.LOW_VALUE, is_managed=True
    ).defer("indicators")
    results = {row.customer_id: row for row in rows}
    newest: dict[int, CustomerMeasure] = {}
    measures = CustomerMeasure.objects.filter(
        customer__in=rows.values("customer"), month__lte=run.as_of
    )
    for measure in measures.order_by("month").iterator():
        newest[measure.customer_id] = measure
    for pk in sorted(newest):
        yield results[pk], newest[pk]


def _seen(result: CustomerValuation, measure: CustomerMeasure) -> matrix_rules.Behaviour:
    return matrix_rules.Behaviour(
        loyalty=result.loyalty,
        price_sensitivity=measure.price_sensitivity,
        conversion_ratio=measure.conversion_cost_ratio,
        quality_ratio=measure.quality_extra_cost_ratio,
        credit=measure.credit_grade,
    )


def _evidence(result: CustomerValuation, measure: CustomerMeasure) -> dict:
    """What the rules looked at, as text: it stays as it was."""
    found = vars(_seen(result, measure))
    return {"month": f"{measure.month:%Y-%m}"} | {
        name: None if value is None else str(value) for name, value in found.items()
    }


def may_decide(user: User, customer: Customer) -> bool:
    people = user.acting_for()
    return any(
        is_head_of(person, customer) or is_director_of(person, customer) for person in people
    )


@transaction.atomic
def decide(*, review: AbandonReview, decision: str, note: str, by: User) -> None:
    """Keep, other standard of service, or abandon, with the reason. It changes nothing else."""
    if not may_decide(by, review.customer):
        raise ValuationError(FAR_BELOW)
    still = AbandonReview.objects.filter(
        pk=review.pk, decision="", run__state=ValuationRun.State.PUBLISHED
    )
    if not still.update(decision=decision, note=note, decided_by=by, decided_at=clock.now()):
        raise ValuationError(f"这条评估{STALE}")
    review.refresh_from_db()
    said = review.get_decision_display()
    timeline.note(
        customer=review.customer, kind=timeline.Kind.CHANGE, title=f"放弃评估：{said}", detail=note,
        actor=by,
    )  # fmt: skip
    changes = {"结论": ["", said]}
    audit.record(verb="abandon.decided", target=review, by=by, changes=changes, reason=note)
