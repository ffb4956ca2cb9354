"""Scores from raw values: bands, percentile, min-max, weights (R51, §B.1). Decimal throughout."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple

CENT = Decimal("0.01")
HUNDRED, FIFTY, ZERO = Decimal(100), Decimal(50), Decimal(0)
SCALE = 10_000
"""Raw values have four decimals; a cohort keeps them as whole numbers."""

BAND, PERCENTILE, MINMAX, DIRECT = "band", "percentile", "minmax", "direct"
OF_COHORT = (PERCENTILE, MINMAX)
"""Normalisations that compare a customer with all others of the run."""

LOW_TAIL, HIGH_TAIL = Decimal("0.05"), Decimal("0.95")
"""Min-max is winsorised at these quantiles (§B.1)."""

GRADES = ((Decimal(75), "A"), (Decimal(60), "B"), (Decimal(45), "C"))
"""Suggested grade from the composite score; below the last it is D (§B.1 [P]). Rows of Parameter,
these are their defaults."""


def round_score(value: Decimal) -> Decimal:
    """Two places, half up, before anything is compared with a cut (§B.1)."""
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Band:
    """From `lower` (inclusive; None: from minus infinity) on, the score is `score`."""

    lower: Decimal | None
    score: Decimal


@dataclass(frozen=True)
class Indicator:
    code: str
    name: str
    weight: Decimal
    is_down: bool
    normalization: str
    bands: tuple[Band, ...] = ()  # by rising `lower`; they carry the direction themselves

    @cached_property
    def steps(self) -> tuple[list[Decimal], list[Decimal]]:
        """Lower bounds of all bands but the first, and the scores of all, for one bisection."""
        limits = [band.lower for band in self.bands[1:] if band.lower is not None]
        return limits, [band.score for band in self.bands]


@dataclass(frozen=True)
class Dimension:
    code: str
    weight: Decimal
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Model:
    dimensions: tuple[Dimension, ...]
    min_weight: Decimal

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(one for dimension in self.dimensions for one in dimension.indicators)

    def weight_of(self, code: str) -> Decimal:
        return next(d.weight for d in self.dimensions if d.code == code)


def weight_faults(model: Model) -> list[str]:
    """Every level whose weights do not add up to exactly 1, in Chinese (R51)."""
    faults = []
    total = sum((d.weight for d in model.dimensions), ZERO)
    if total != 1:
        faults.append(f"维度权重合计 {total}，应为 1")
    for dimension in model.dimensions:
        inner = sum((i.weight for i in dimension.indicators), ZERO)
        if inner != 1:
            faults.append(f"{dimension.code} 的指标权重合计 {inner}，应为 1")
    return faults


class Standing(NamedTuple):
    """Where a value stands among so many others: how many are below, how many are the same."""

    others: int
    below: int
    ties: int

    @property
    def percentile(self) -> Decimal:
        if self.others <= 0:
            return FIFTY
        return HUNDRED * (self.below + Decimal(self.ties) / 2) / self.others


class Cohort:
    """The raw values of one indicator over a whole run, for percentile and min-max."""

    def __init__(self, values: Iterable[Decimal]):
        self._keep(scaled(value) for value in values)

    @classmethod
    def of_scaled(cls, values: Iterable[int]) -> "Cohort":
        """From values that are whole ten-thousandths already."""
        made = cls(())
        made._keep(values)
        return made

    def _keep(self, values: Iterable[int]) -> None:
        self.scaled = sorted(values)
        self.low = _quantile(self.scaled, LOW_TAIL)
        self.high = _quantile(self.scaled, HIGH_TAIL)

    def standing(self, raw: Decimal, is_member: bool = True) -> Standing:
        """Who is not of the cohort (not managed, R54) is ranked as if he joined it."""
        value = scaled(raw)
        below = bisect_left(self.scaled, value)
        ties = bisect_right(self.scaled, value, below) - below - is_member
        return Standing(len(self.scaled) - is_member, below, ties)

    def percentile(self, raw: Decimal, is_member: bool = True) -> Decimal:
        """100·(below + half the ties)/(N−1); a cohort of one: 50 (§B.1)."""
        return self.standing(raw, is_member).percentile

    def figures(self) -> dict[str, str]:
        """What an explanation needs of the whole cohort, as text: N, least, most, P5, P95."""
        if not self.scaled:
            return {"count": "0"}
        known: dict[str, Decimal | int] = {
            "least": self.scaled[0], "most": self.scaled[-1], "low": self.low, "high": self.high,
        }  # fmt: skip
        said = {name: f"{Decimal(value) / SCALE:f}" for name, value in known.items()}
        return {"count": str(len(self.scaled))} | said

    def minmax(self, raw: Decimal) -> Decimal:
        """Between P5 and P95 linearly, outside them 0 and 100; 50 when they coincide (§B.1)."""
        if self.low == self.high:
            return FIFTY
        value = min(max(Decimal(scaled(raw)), self.low), self.high)
        return HUNDRED * (value - self.low) / (self.high - self.low)


def scaled(value: Decimal) -> int:
    return int((value * SCALE).to_integral_value(ROUND_HALF_UP))


def _quantile(ordered: Sequence[int], q: Decimal) -> Decimal:
    """Linear between neighbours, as (N−1)·q counts."""
    if not ordered:
        return ZERO
    position = (len(ordered) - 1) * q
    index = int(position)
    low, high = ordered[index], ordered[min(index + 1, len(ordered) - 1)]
    return low + (high - low) * (position - index)


def score(
    indicator: Indicator, raw: Decimal, cohort: Cohort | None = None, is_member: bool = True
) -> Decimal:
    """0–100 with two places. Bands carry their direction; the others turn 「越小越好」 round."""
    return _scored(indicator, raw, cohort, is_member)[0]


def _scored(
    indicator: Indicator, raw: Decimal, cohort: Cohort | None, is_member: bool
) -> tuple[Decimal, Standing | None]:
    standing = None
    if indicator.normalization == BAND:
        return _band_score(indicator, raw), None
    if indicator.normalization == DIRECT:
        value = min(max(raw, ZERO), HUNDRED)
    elif cohort is None:
        raise ValueError(f"{indicator.code} needs the cohort")
    elif indicator.normalization == PERCENTILE:
        standing = cohort.standing(raw, is_member)
        value = standing.percentile
    else:
        value = cohort.minmax(raw)
    return round_score(HUNDRED - value if indicator.is_down else value), standing


def _band_score(indicator: Indicator, raw: Decimal) -> Decimal:
    limits, scores = indicator.steps
    return scores[bisect_right(limits, raw)]


class IndicatorScore(NamedTuple):
    """One line of the explanation: contribution = score × weight_used."""

    code: str
    raw: Decimal | None
    score: Decimal | None
    weight_used: Decimal  # of the dimension, after missing ones were taken out; 0: missing
    standing: Standing | None = None  # of a percentile: the score can be worked out from it


@dataclass(frozen=True)
class Result:
    """`dimensions`: code → score, None when too little of the weight had a value (R51)."""

    lines: tuple[IndicatorScore, ...]
    dimensions: Mapping[str, Decimal | None]
    composite: Decimal | None
    combined: Decimal | None

    @property
    def has_missing(self) -> bool:
        return any(line.raw is None for line in self.lines)


def evaluate(
    model: Model,
    raws: Mapping[str, Decimal | None],
    cohorts: Mapping[str, Cohort],
    is_member: bool = True,
) -> Result:
    """Everything about one customer from its raw values by indicator code (§B.1).

    `is_member`: whether its own values stand in the cohorts; those of a managed customer do.
    A missing value takes its weight out; the rest is weighed anew. Dimension and composite are
    rounded one after the other, so that the numbers shown add up by hand.
    """
    lines: list[IndicatorScore] = []
    dimensions: dict[str, Decimal | None] = {}
    for dimension in model.dimensions:
        scored = []
        for one in dimension.indicators:
            raw = raws.get(one.code)
            points = standing = None
            if raw is not None:
                points, standing = _scored(one, raw, cohorts.get(one.code), is_member)
            scored.append((one.weight, points))
            used = ZERO if raw is None else one.weight
            lines.append(IndicatorScore(one.code, raw, points, used, standing))
        dimensions[dimension.code] = _weighed(scored, model.min_weight)
    parts = [(d.weight, dimensions[d.code]) for d in model.dimensions]
    return Result(
        tuple(lines),
        dimensions,
        _weighed(parts, model.min_weight),
        combined(model, dimensions),
    )


def _weighed(parts: Iterable[tuple[Decimal, Decimal | None]], minimum: Decimal) -> Decimal | None:
    """The weighted mean of what is known; None when that is too little of the weight."""
    total = available = ZERO
    for weight, value in parts:
        if value is not None:
            total += weight * value
            available += weight
    if available <= 0 or available < minimum:
        return None
    return round_score(total / available)


def combined(model: Model, dimensions: Mapping[str, Decimal | None]) -> Decimal | None:
    """Value axis of the second matrix: (0.40·C + 0.25·P) / 0.65 by the model's weights (D3)."""
    current, potential = dimensions.get("current"), dimensions.get("potential")
    if current is None or potential is None:
        return None
    w_c, w_p = model.weight_of("current"), model.weight_of("potential")
    if w_c + w_p <= 0:
        return None
    return round_score((w_c * current + w_p * potential) / (w_c + w_p))


def grade(composite: Decimal | None, limits: Sequence[tuple[Decimal, str]] = GRADES) -> str:
    """A, B, C or D as a suggestion; empty without a composite (§B.1)."""
    if composite is None:
        return ""
    return next((letter for limit, letter in limits if composite >= limit), "D")
