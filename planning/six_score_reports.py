"""Factors and scorecards ready to be read: totals, groups, gaps, charts (R64, R65, R67)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Operator
from core.charts import Chart, Series, bar_chart, radar_chart, scatter_chart
from planning import six_rules as rules
from planning.models import (
    CompetitorScorecard,
    IndustryAnalysis,
    KPFRating,
    ScoreCriterion,
    StructureLine,
)

OURS = Operator.TELECOM
PROVIDERS = list(Operator)
MIDDLE = Decimal("3.5")


# --- step 1 ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SpendRow:
    line: StructureLine
    share: Decimal | None
    yoy: Decimal | None
    mom: Decimal | None


@dataclass(frozen=True)
class Period:
    name: str
    rows: tuple[SpendRow, ...]

    @property
    def total(self) -> Decimal:
        return sum((row.line.amount_wan for row in self.rows), Decimal(0))


def structure(analysis: IndustryAnalysis) -> list[Period]:
    """The lines by period; shares within the period (R64). One query."""
    found: dict[str, list[StructureLine]] = {}
    for line in analysis.structure.all():
        found.setdefault(line.period, []).append(line)
    return [Period(name, _spend(lines)) for name, lines in found.items()]


def _spend(lines: list[StructureLine]) -> tuple[SpendRow, ...]:
    shares = rules.shares([line.amount_wan for line in lines])
    return tuple(
        SpendRow(
            line,
            share,
            rules.change(line.amount_wan, line.last_year_wan),
            rules.change(line.amount_wan, line.last_period_wan),
        )
        for line, share in zip(lines, shares, strict=True)
    )


def factor_chart(ratings: Iterable[KPFRating]) -> Chart | None:
    """Importance over the gap to the best rival (R65); None without ratings."""
    rows = list(ratings)
    if not rows:
        return None
    behind = [row.factor.name for row in rows if row.gap < 0 and row.importance >= MIDDLE]
    words = f"重要而落后的：{'、'.join(behind)}。" if behind else "重要的因素都不落后。"
    return scatter_chart(
        "购买因素：重要程度与差距",
        [(row.factor.name, row.gap, row.importance) for row in rows],
        x_name="与最强对手的差距",
        y_name="重要程度",
        cuts=(0, MIDDLE),
        quadrants=("保持优势", "先补短板", "暂缓", "够用"),
        alt=f"共 {len(rows)} 个因素。{words}",
    )


# --- step 2 ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ScoreLine:
    """One criterion: scores in the order of PROVIDERS (None: not yet)."""

    criterion: ScoreCriterion
    weight: int
    scores: tuple[int | None, ...]
    evidence: tuple[str, ...]

    @property
    def cells(self) -> list[tuple[str, int | None, str]]:
        labels = [str(one.label) for one in PROVIDERS]
        return list(zip(labels, self.scores, self.evidence, strict=True))


@dataclass(frozen=True)
class Gap:
    """Ours minus the best rival's, and who that is."""

    criterion: ScoreCriterion
    ours: int
    best: int
    rivals: str

    @property
    def points(self) -> int:
        return self.ours - self.best


@dataclass(frozen=True)
class Scores:
    card: CompetitorScorecard
    lines: tuple[ScoreLine, ...]
    totals: tuple[tuple[str, Decimal | None], ...]
    groups: tuple[tuple[str, tuple[Decimal | None, ...]], ...]
    gaps: tuple[Gap, ...]

    @property
    def is_complete(self) -> bool:
        return all(total is not None for _, total in self.totals)

    @property
    def missing(self) -> int:
        return sum(score is None for line in self.lines for score in line.scores)


def scores(card: CompetitorScorecard) -> Scores:
    """One scorecard with its own weights (R67). Two queries."""
    weights = list(card.weights.select_related("criterion").order_by("criterion__position", "pk"))
    given = {(row.criterion_id, row.provider): row for row in card.entries.all()}
    lines = tuple(_line(row, given) for row in weights)
    totals = tuple((str(one.label), _total(lines, n)) for n, one in enumerate(PROVIDERS))
    return Scores(card, lines, totals, _groups(lines), _gaps(lines))


def _line(row, given) -> ScoreLine:
    entries = [given.get((row.criterion_id, one)) for one in PROVIDERS]
    return ScoreLine(
        row.criterion,
        row.weight,
        tuple(entry.score if entry else None for entry in entries),
        tuple(entry.evidence if entry else "" for entry in entries),
    )


def _of(lines: Iterable[ScoreLine], number: int) -> tuple[dict[int, int], dict[int, int]]:
    """(weights, scores) of one provider, by the key of the criterion."""
    rows = list(lines)
    scored = {row.criterion.pk: row.scores[number] for row in rows}
    known = {key: score for key, score in scored.items() if score is not None}
    return {row.criterion.pk: row.weight for row in rows}, known


def _total(lines: Iterable[ScoreLine], number: int) -> Decimal | None:
    return rules.weighted_total(*_of(lines, number))


def _groups(lines: tuple[ScoreLine, ...]) -> tuple[tuple[str, tuple[Decimal | None, ...]], ...]:
    found = []
    for group in ScoreCriterion.Group:
        of_group = [line for line in lines if line.criterion.group == group]
        if of_group:
            means = (rules.group_mean(*_of(of_group, n)) for n in range(len(PROVIDERS)))
            found.append((str(group.label), tuple(means)))
    return tuple(found)


def _gaps(lines: tuple[ScoreLine, ...]) -> tuple[Gap, ...]:
    """The widest first; only criteria where everybody has a score."""
    ours, found = PROVIDERS.index(OURS), []
    for line in lines:
        if None in line.scores:
            continue
        rivals = [score for n, score in enumerate(line.scores) if n != ours]
        best = max(rivals)
        names = (
            str(one.label)
            for n, one in enumerate(PROVIDERS)
            if n != ours and line.scores[n] == best
        )
        found.append(Gap(line.criterion, line.scores[ours], best, "、".join(names)))
    return tuple(sorted(found, key=lambda gap: gap.points))


def total_chart(found: Scores) -> Chart:
    words = "，".join(f"{name} {total}" for name, total in found.totals)
    return bar_chart(
        "加权总分",
        [name for name, _ in found.totals],
        [Series("总分", [total for _, total in found.totals])],
        alt=f"加权总分：{words}。",
    )


def group_chart(found: Scores) -> Chart:
    series = [
        Series(str(one.label), [means[n] for _, means in found.groups])
        for n, one in enumerate(PROVIDERS)
    ]
    return radar_chart("三组能力", [(name, rules.HIGHEST) for name, _ in found.groups], series)
