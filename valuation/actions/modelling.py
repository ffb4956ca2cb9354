"""Versions of the value model: copy, change, weigh by pairwise comparison, activate (R51, §B.1).

Only a draft changes. What is or was in use stays as it is: runs and their explanations name it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from core import audit
from staff.models import User
from valuation import ahp_rules, rules
from valuation.actions.errors import STALE, ValuationError
from valuation.actions.models_read import as_rules
from valuation.models import IndicatorBand, ValueDimension, ValueIndicator, ValueModel

State = ValueModel.State
SETTINGS = (
    "name", "note", "cut_method", "fixed_cut", "stability_band", "min_cohort", "min_weight",
)  # fmt: skip
ONLY_DRAFT = "只有编制中的版本可以修改。请先复制一份。"
CHANGED = "这个版本刚被他人修改，请重新打开后再改。"


@transaction.atomic
def copy_model(*, model: ValueModel, by: User) -> ValueModel:
    """A draft with everything of `model`, under the next number."""
    made = ValueModel.objects.create(
        code=_next_code(), copied_from=model, created_by=by, ahp_matrix=model.ahp_matrix,
        ahp_cr=model.ahp_cr, **{name: getattr(model, name) for name in SETTINGS},
    )  # fmt: skip
    for dimension in model.dimensions.prefetch_related("indicators__bands"):
        indicators = sorted(dimension.indicators.all(), key=lambda one: one.pk)
        new = _again(dimension, model=made)
        for indicator in indicators:
            bands, twin = list(indicator.bands.all()), _again(indicator, dimension=new)
            for band in bands:
                _again(band, indicator=twin)
    audit.record(verb="valuation.model_copied", target=made, by=by, reason=model.code)
    return made


def _again(row, **fields):
    """The same row once more, under other parents."""
    row.pk, row._state.adding = None, True
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def _next_code() -> str:
    codes = ValueModel.objects.values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"VM-(\d+)", code))]
    return f"VM-{max(numbers, default=0) + 1}"


# --- change ---------------------------------------------------------------------------------------
@transaction.atomic
def change_model(
    *, model: ValueModel, seen_at: str, settings: Mapping, dimensions: Mapping[int, Decimal],
    indicators: Mapping[int, Mapping], by: User,
) -> None:  # fmt: skip
    """Settings, weights, directions, ways of scoring of a draft, all at once.

    `dimensions`: {pk: weight}; `indicators`: {pk: {"weight", "direction", "normalization"}}.
    ValuationError when weights of a level do not add up to 1, or somebody saved meanwhile.
    """
    stored, changes = _draft(model, seen_at), {}
    for name, value in settings.items():
        _note(changes, ValueModel._meta.get_field(name).verbose_name, getattr(stored, name), value)
        setattr(stored, name, value)
    for row in ValueDimension.objects.filter(model=stored, pk__in=dimensions):
        if row.weight != dimensions[row.pk]:
            _forget_comparison(stored, changes)
        _set(row, {"weight": dimensions[row.pk]}, changes)
    for row in ValueIndicator.objects.filter(dimension__model=stored, pk__in=indicators):
        _set(row, indicators[row.pk], changes)
    if faults := rules.weight_faults(as_rules(stored)):
        raise ValuationError("；".join(faults) + "。")
    stored.save()
    audit.record(verb="valuation.model_changed", target=stored, by=by, changes=changes)


def _forget_comparison(stored: ValueModel, changes: dict) -> None:
    """Weights by hand no longer come from the pairwise judgements: matrix and ratio go."""
    if stored.ahp_cr is not None:
        _note(changes, "一致性比率", stored.ahp_cr, "")
    stored.ahp_matrix = stored.ahp_cr = None


def _set(row, fields: Mapping, changes: dict) -> None:
    for name, value in fields.items():
        _note(changes, f"{row} {row._meta.get_field(name).verbose_name}", getattr(row, name), value)
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _note(changes: dict, name: str, before, after) -> None:
    if before != after:
        changes[str(name)] = [str(before), str(after)]


@transaction.atomic
def change_bands(
    *, indicator: ValueIndicator, bands: Sequence[tuple[Decimal | None, Decimal]], seen_at: str,
    by: User,
) -> None:  # fmt: skip
    """All bands of an indicator of a draft: (lower bound, score), exactly one without a bound."""
    stored = _draft(indicator.dimension.model, seen_at)
    lowers = [lower for lower, _ in bands]
    if lowers.count(None) != 1 or len(set(lowers)) != len(lowers):
        raise ValuationError("要有且只有一档没有下限，其余各档下限不能相同。")
    before = band_text((one.lower, one.score) for one in indicator.bands.all())
    indicator.bands.all().delete()
    IndicatorBand.objects.bulk_create(
        IndicatorBand(indicator=indicator, lower=lower, score=score) for lower, score in bands
    )
    stored.save()
    audit.record(
        verb="valuation.model_changed", target=stored, by=by,
        changes={f"{indicator} 分档": [before, band_text(bands)]},
    )  # fmt: skip


def band_text(bands) -> str:
    """「最低得 20；≥3000 得 40」 by rising bound."""
    ordered = sorted(bands, key=lambda one: (one[0] is not None, one[0] or 0))
    return "；".join(
        f"最低得 {score.normalize():f}" if lower is None
        else f"≥{lower.normalize():f} 得 {score.normalize():f}"
        for lower, score in ordered
    )  # fmt: skip


@transaction.atomic
def weigh(
    *, model: ValueModel, matrix: Sequence[Sequence[Fraction]], seen_at: str, by: User
) -> ahp_rules.Ahp:
    """The dimensions of a draft by pairwise comparison, when CR stays below 0.10 (§B.1)."""
    stored = _draft(model, seen_at)
    if faults := ahp_rules.matrix_faults(matrix):
        raise ValuationError("".join(faults))
    found = ahp_rules.solve(matrix)
    if not found.is_consistent:
        raise ValuationError(f"一致性比率 {found.ratio:.3f}，应小于 0.10。请调整判断后再采用。")
    changes: dict = {}
    rows = stored.dimensions.order_by("pk")
    for row, weight in zip(rows, ahp_rules.rounded(found.weights), strict=True):
        _set(row, {"weight": weight}, changes)
    stored.ahp_matrix = [[str(value) for value in row] for row in matrix]
    stored.ahp_cr = Decimal(f"{found.ratio:.4f}")
    stored.save()
    audit.record(
        verb="valuation.model_weighed", target=stored, by=by, changes=changes,
        reason=f"CR {found.ratio:.4f}",
    )  # fmt: skip
    return found


# --- which one counts -----------------------------------------------------------------------------
def faults_of(model: ValueModel) -> list[str]:
    """What stands between a draft and its use, in Chinese."""
    known = as_rules(model)
    found = rules.weight_faults(known)
    for one in known.indicators:
        if one.normalization == rules.BAND and (not one.bands or one.bands[0].lower is not None):
            found.append(f"{one.code} 按分档计分，但没有最低一档")
    return found


@transaction.atomic
def activate(*, model: ValueModel, seen_at: str, today: date, by: User) -> None:
    """From now on runs use this draft; the version that was in use is retired."""
    stored = _draft(model, seen_at)
    if faults := faults_of(stored):
        raise ValuationError("；".join(faults) + "。")
    ValueModel.objects.filter(state=State.ACTIVE).update(state=State.RETIRED)
    stored.state, stored.effective_from = State.ACTIVE, today
    stored.save()
    audit.record(verb="valuation.model_activated", target=stored, by=by)


@transaction.atomic
def discard(*, model: ValueModel, by: User) -> None:
    """Delete a draft that was never used."""
    stored = _draft(model, stamp(model))
    if stored.runs.exists():
        raise ValuationError("已有评估用过这个版本，不能删除。")
    audit.record(verb="valuation.model_discarded", target=stored, by=by, reason=stored.code)
    stored.delete()


def stamp(model: ValueModel) -> str:
    return model.updated_at.isoformat()


def _draft(model: ValueModel, seen_at: str) -> ValueModel:
    """The stored row, locked; only a draft, and only as it was seen."""
    stored = ValueModel.objects.select_for_update(of=("self",)).filter(pk=model.pk).first()
    if stored is None:
        raise ValuationError(STALE)
    if stored.state != State.DRAFT:
        raise ValuationError(ONLY_DRAFT)
    if stamp(stored) != seen_at:
        raise ValuationError(CHANGED)
    return stored
