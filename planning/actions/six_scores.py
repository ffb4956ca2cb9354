"""Ratings of purchase factors, the scorecard of the providers, and their weights (R65, R67)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from accounts.actions.items import version_of
from accounts.models import Customer, Industry
from core import audit
from planning import six_rules as rules
from planning.actions.errors import PlanError
from planning.actions.six_steps import hold, touch
from planning.models import (
    CompetitorScorecard,
    CustomerPlanning,
    IndustryAnalysis,
    KeyPurchaseFactor,
    KPFRating,
    ScorecardWeight,
    ScoreCriterion,
    ScoreEntry,
)
from staff.models import Branch, User

STALE = "评分刚被他人修改，请对照现在的内容再保存。"


@dataclass(frozen=True)
class Rating:
    importance: int
    our_score: int
    best_rival_score: int
    note: str = ""


def seen_of(rows: Iterable) -> str:
    """A mark of the stored content of these rows; another one means somebody has changed it."""
    return hashlib.sha256("".join(version_of(row) for row in rows).encode()).hexdigest()


@transaction.atomic
def rate_factors(
    *,
    subject: CustomerPlanning | IndustryAnalysis,
    ratings: Mapping[int, Rating],
    seen: str,
    by: User,
) -> None:
    """{key of the factor: rating}; a factor that is left out has none any more (R65, D43).

    PlanError when somebody else saved since `seen` (seen_of the ratings of the page).
    """
    if isinstance(subject, CustomerPlanning):
        held, owner = hold(subject), {"planning": subject}
    else:
        held = IndustryAnalysis.objects.select_for_update(of=("self",)).get(pk=subject.pk)
        owner = {"analysis": subject}
    rows = KPFRating.objects.filter(**owner).order_by("pk")
    if seen_of(rows) != seen:
        raise PlanError(STALE)
    if set(ratings) - set(KeyPurchaseFactor.objects.values_list("pk", flat=True)):
        raise PlanError("没有这个购买因素。")
    rows.exclude(factor__in=ratings).delete()
    for factor, rating in ratings.items():
        KPFRating.objects.update_or_create(**owner, factor_id=factor, defaults=vars(rating))
    if isinstance(held, CustomerPlanning):
        touch(held)
    changes = {"购买因素": ["", f"已评 {len(ratings)} 项"]}
    audit.record(verb="six.rated", target=held, by=by, changes=changes)


# --- the scorecard --------------------------------------------------------------------------------
@transaction.atomic
def save_scorecard(
    *,
    card: CompetitorScorecard | None,
    customer: Customer | None = None,
    industry: Industry | None = None,
    branch: Branch,
    as_of: date,
    note: str,
    scores: Mapping[tuple[int, str], tuple[int, str]],
    base_edit: int,
    by: User,
) -> CompetitorScorecard:
    """{(key of the criterion, provider): (1–10, evidence)}; what is left out has no score yet.

    Of another day than `card`: a new card, with the weights of today, which must add up to 100.
    Otherwise `card` itself, with the weights that it was made with.
    """
    if card is None or card.as_of != as_of:
        card = _new_card(customer, industry, branch, as_of, note, by)
    else:
        same = CompetitorScorecard.objects.filter(pk=card.pk, edit=base_edit)
        if not same.update(edit=F("edit") + 1, note=note):
            raise PlanError(STALE)
        card.refresh_from_db()
    known = set(card.weights.values_list("criterion", flat=True))
    for (criterion, _), (score, _) in scores.items():
        if criterion not in known:
            raise PlanError("这张评分表没有这个评价项。")
        if not rules.LOWEST <= score <= rules.HIGHEST:
            raise PlanError("评分为 1 到 10 的整数。")
    ScoreEntry.objects.filter(scorecard=card).delete()
    ScoreEntry.objects.bulk_create(
        ScoreEntry(
            scorecard=card, criterion_id=criterion, provider=provider, score=score, evidence=words
        )
        for (criterion, provider), (score, words) in scores.items()
    )
    audit.record(verb="six.scored", target=card, by=by)
    return card


def _new_card(customer, industry, branch, as_of, note, by) -> CompetitorScorecard:
    criteria = list(ScoreCriterion.objects.filter(is_active=True))
    if fault := rules.weights_fault(one.weight for one in criteria):
        raise PlanError(f"{fault}请管理员先调整评价项的权重。")
    card = CompetitorScorecard.objects.create(
        customer=customer,
        industry=None if customer else industry,
        branch=branch,
        as_of=as_of,
        note=note,
        created_by=by,
    )
    ScorecardWeight.objects.bulk_create(
        ScorecardWeight(scorecard=card, criterion=one, weight=one.weight) for one in criteria
    )
    return card


# --- reference rows -------------------------------------------------------------------------------
@transaction.atomic
def set_weights(*, weights: Mapping[int, int], by: User) -> None:
    """{key of the criterion: percent}: all of them at once, 100 together; 0 takes one out of use.

    Cards that exist keep the weights they were made with. PlanError when they do not add up.
    """
    rows = {row.pk: row for row in ScoreCriterion.objects.select_for_update().order_by("pk")}
    if set(weights) != set(rows):
        raise PlanError("评价项刚有变化，请刷新后再填。")
    if fault := rules.weights_fault(weights.values()):
        raise PlanError(fault)
    for pk, weight in weights.items():
        row = rows[pk]
        if (row.weight, row.is_active) == (weight, weight > 0):
            continue
        changes = {str(row): [str(row.weight), str(weight)]}
        row.weight, row.is_active = weight, weight > 0
        row.save(update_fields=["weight", "is_active"])
        audit.record(verb="score_criterion.changed", target=row, by=by, changes=changes)


@transaction.atomic
def save_factor(*, factor: KeyPurchaseFactor | None, values: Mapping, by: User):
    """A purchase factor, a new one without `factor`. Kickbacks are none (D20): PlanError."""
    row = factor or KeyPurchaseFactor(position=KeyPurchaseFactor.objects.count() + 1)
    old = {name: str(getattr(row, name)) for name in values} if factor else {}
    for name, value in values.items():
        setattr(row, name, value)
    if "回扣" in row.name:
        raise PlanError("回扣违法，不能作为购买因素；请写「折扣」，并明示入账。")
    row.save()
    verb = "purchase_factor.changed" if factor else "purchase_factor.added"
    changes = {
        str(row._meta.get_field(name).verbose_name): [old.get(name, ""), str(getattr(row, name))]
        for name in values
        if old.get(name) != str(getattr(row, name))
    }
    audit.record(verb=verb, target=row, by=by, changes=changes)
    return row
