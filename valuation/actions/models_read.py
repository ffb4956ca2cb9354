"""The model's rows as the frozen rules, and as the snapshot that a run keeps (R51)."""

from decimal import Decimal

from valuation import rules
from valuation.models import ValueModel


def as_rules(model: ValueModel) -> rules.Model:
    """Dimensions, indicators and bands in their order; three queries."""
    rows = model.dimensions.prefetch_related("indicators__bands").order_by("pk")
    return rules.Model(tuple(_dimension(row) for row in rows), model.min_weight)


def _dimension(row) -> rules.Dimension:
    indicators = sorted(row.indicators.all(), key=lambda one: one.pk)
    return rules.Dimension(row.code, row.weight, tuple(_indicator(one) for one in indicators))


def _indicator(row) -> rules.Indicator:
    bands = sorted(row.bands.all(), key=lambda b: (b.lower is not None, b.lower or 0))
    return rules.Indicator(
        code=row.code,
        name=row.name,
        weight=row.weight,
        is_down=row.direction == row.Direction.DOWN,
        normalization=row.normalization,
        bands=tuple(rules.Band(band.lower, band.score) for band in bands),
    )


def snapshot(model: ValueModel) -> dict:
    """Everything an explanation needs, numbers as text, so that later edits change no old run."""
    known = as_rules(model)
    words = {
        i.code: {"unit": i.unit, "definition": i.definition}
        for d in model.dimensions.prefetch_related("indicators")
        for i in d.indicators.all()
    }
    return {
        "code": model.code,
        "name": model.name,
        "min_weight": str(model.min_weight),
        "dimensions": [
            {
                "code": dimension.code,
                "weight": str(dimension.weight),
                "indicators": [_said(one) | words[one.code] for one in dimension.indicators],
            }
            for dimension in known.dimensions
        ],
    }


def _said(one: rules.Indicator) -> dict:
    return {
        "code": one.code,
        "name": one.name,
        "weight": str(one.weight),
        "is_down": one.is_down,
        "normalization": one.normalization,
        "bands": [[None if b.lower is None else str(b.lower), str(b.score)] for b in one.bands],
    }


def from_snapshot(kept: dict) -> rules.Model:
    """The rules that a run was computed with."""
    return rules.Model(
        tuple(
            rules.Dimension(
                dimension["code"],
                Decimal(dimension["weight"]),
                tuple(_kept(one) for one in dimension["indicators"]),
            )
            for dimension in kept["dimensions"]
        ),
        Decimal(kept["min_weight"]),
    )


def _kept(one: dict) -> rules.Indicator:
    bands = tuple(
        rules.Band(None if lower is None else Decimal(lower), Decimal(score))
        for lower, score in one["bands"]
    )
    return rules.Indicator(
        one["code"], one["name"], Decimal(one["weight"]), one["is_down"],
        one["normalization"], bands,
    )  # fmt: skip
