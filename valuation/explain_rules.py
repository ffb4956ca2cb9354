"""A stored result set out so that it adds up by hand (R51). Standard library only.

Every number that a page shows comes from here, with all its places: products are exact, only a
dimension and the composite are rounded, to two places, half up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

BAND, DIRECT, PERCENTILE, MINMAX = "band", "direct", "percentile", "minmax"
ZERO = Decimal(0)
WAYS = {DIRECT: "直接取分", PERCENTILE: "与全部客户比较的百分位", MINMAX: "最小与最大之间的位置"}

_Working = tuple[str, str]
"""What it rests on in words, and the sum whose result, rounded to two places, is the score."""


@dataclass(frozen=True)
class Line:
    """One indicator: `product` is score × weight, exact; None where there is no value."""

    code: str
    name: str
    unit: str
    definition: str
    weight: Decimal
    raw: Decimal | None
    score: Decimal | None
    used: Decimal
    flag: str
    band: str
    former_raw: Decimal | None = None
    former_score: Decimal | None = None
    working: str = ""
    formula: str = ""

    @property
    def product(self) -> Decimal | None:
        return None if self.score is None else tidy(self.score * self.used)

    @property
    def moved(self) -> Decimal | None:
        """Points of the score since the last run; None when there is nothing to compare."""
        if self.score is None or self.former_score is None:
            return None
        return self.score - self.former_score


@dataclass(frozen=True)
class Part:
    """One dimension: Σ product ÷ Σ weight used = score."""

    code: str
    weight: Decimal
    lines: tuple[Line, ...]
    score: Decimal | None
    former: Decimal | None = None

    @property
    def available(self) -> Decimal:
        return tidy(sum((line.used for line in self.lines), ZERO))

    @property
    def total(self) -> Decimal:
        return tidy(sum((line.product or ZERO for line in self.lines), ZERO))

    @property
    def product(self) -> Decimal | None:
        return None if self.score is None else tidy(self.score * self.weight)

    @property
    def moved(self) -> Decimal | None:
        if self.score is None or self.former is None:
            return None
        return self.score - self.former


@dataclass(frozen=True)
class Explanation:
    """The whole: Σ of the products of the dimensions ÷ Σ of their weights = composite."""

    parts: tuple[Part, ...]
    composite: Decimal | None
    min_weight: Decimal

    @property
    def available(self) -> Decimal:
        return tidy(sum((part.weight for part in self.parts if part.score is not None), ZERO))

    @property
    def total(self) -> Decimal:
        return tidy(sum((part.product or ZERO for part in self.parts), ZERO))


def explain(
    snapshot: Mapping[str, Any],
    kept: Mapping[str, Sequence[Any]],
    scores: Mapping[str, Decimal | None],
    former: Mapping[str, Sequence[Any]] | None = None,
    former_scores: Mapping[str, Decimal | None] | None = None,
    is_member: bool = True,
) -> Explanation:
    """`snapshot` of the run's model, `kept` {code: [raw, score, weight used, flag]}, the scores of
    the dimensions and "composite"; the same of the last run where there was one. `is_member`:
    whether the customer's own values stand in the cohorts.
    """
    before, earlier = former or {}, former_scores or {}
    parts = tuple(
        Part(
            code=dimension["code"],
            weight=Decimal(dimension["weight"]),
            lines=tuple(
                _line(one, kept, before, _Cohort(snapshot, one["code"], is_member))
                for one in dimension["indicators"]
            ),
            score=scores.get(dimension["code"]),
            former=earlier.get(dimension["code"]),
        )
        for dimension in snapshot["dimensions"]
    )
    return Explanation(parts, scores.get("composite"), Decimal(snapshot["min_weight"]))


class _Cohort:
    """The figures that a run keeps of one indicator; {} in runs from before they were kept."""

    def __init__(self, snapshot: Mapping[str, Any], code: str, is_member: bool):
        self.figures: Mapping[str, str] = snapshot.get("cohorts", {}).get(code, {})
        self.others = int(self.figures.get("count", 0)) - is_member

    def working(self, one: Mapping[str, Any], raw: Decimal, standing: Sequence[int]) -> _Working:
        if one["normalization"] == PERCENTILE and len(standing) == 2:
            return self._turned(one, self._percentile(*standing))
        if one["normalization"] == MINMAX and "low" in self.figures:
            return self._turned(one, self._minmax(raw))
        return "", ""

    def _percentile(self, below: int, ties: int) -> _Working:
        if self.others <= 0:
            return "没有其他客户可比，取 50", "50"
        said = f"其余 {self.others} 家中，{below} 家低于本客户，{ties} 家相同"
        return said, f"({below} + {ties} ÷ 2) ÷ {self.others} × 100"

    def _minmax(self, raw: Decimal) -> _Working:
        known = {name: Decimal(self.figures[name]) for name in ("least", "most", "low", "high")}
        least, most, low, high = map(_said, known.values())
        said = f"{self.figures['count']} 家在 {least} 至 {most} 之间，P5 为 {low}，P95 为 {high}"
        if known["low"] == known["high"]:
            return f"{said}，两者相同，取 50", "50"
        within = min(max(raw, known["low"]), known["high"])
        if within != raw:
            said += "，超出的按" + ("P5" if within == known["low"] else "P95") + "计"
        low, high = map(_bracketed, (known["low"], known["high"]))
        return said, f"({_bracketed(within)} − {low}) ÷ ({high} − {low}) × 100"

    def _turned(self, one: Mapping[str, Any], found: _Working) -> _Working:
        said, formula = found
        return (f"{said}；越小越好", f"100 − {formula}") if one.get("is_down") else found


def _line(
    one: Mapping[str, Any],
    kept: Mapping[str, Sequence[Any]],
    before: Mapping[str, Sequence[Any]],
    cohort: _Cohort,
) -> Line:
    line = kept.get(one["code"], (None, None, "0", "missing"))
    raw, score, used, flag = (*line, "", "")[:4]
    old = before.get(one["code"], (None, None))
    value = _number(raw)
    working, formula = ("", "") if value is None else cohort.working(one, value, line[4:6])
    return Line(
        code=one["code"],
        name=one["name"],
        unit=one.get("unit", ""),
        definition=one.get("definition", ""),
        weight=Decimal(one["weight"]),
        raw=value,
        score=_number(score),
        used=tidy(Decimal(used)),
        flag=flag,
        band=band_text(one, value),
        former_raw=_number(old[0]),
        former_score=_number(old[1]),
        working=working,
        formula=formula,
    )


def band_text(one: Mapping[str, Any], raw: Decimal | None) -> str:
    """「10000（含）至 50000」, the band of a value; other ways in words; "" without one."""
    if raw is None:
        return ""
    if one["normalization"] != BAND:
        return WAYS.get(one["normalization"], "")
    lower, upper = None, None
    for edge, _ in one["bands"]:
        if edge is None:
            continue
        if raw < Decimal(edge):
            upper = Decimal(edge)
            break
        lower = Decimal(edge)
    if lower is None:
        return f"低于 {tidy(upper):f}" if upper is not None else "全部"
    if upper is None:
        return f"{tidy(lower):f} 及以上"
    return f"{tidy(lower):f}（含）至 {tidy(upper):f}"


def tidy(value: Decimal) -> Decimal:
    """Without the zeros at the end, never as 1E+5."""
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def _said(value: Decimal) -> str:
    return f"{tidy(value):f}".replace("-", "−")


def _bracketed(value: Decimal) -> str:
    return f"({_said(value)})" if value < 0 else _said(value)


def _number(value: Any) -> Decimal | None:
    return None if value is None else tidy(Decimal(value))
