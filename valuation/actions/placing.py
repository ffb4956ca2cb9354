"""Cuts, quadrants and ranks of a whole run: set-based, on both engines alike (R58, R60, §B.2)."""

from array import array
from decimal import Decimal
from itertools import accumulate

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from valuation import matrix_rules
from valuation.models import CustomerValuation, ValuationRun, ValueModel
from valuation.rules import round_score

AXES = ("current", "potential", "loyalty", "combined")
STEPS = 10_001
"""Scores are hundredths of 0.00–100.00."""
TABLE = CustomerValuation._meta.db_table


class Tally:
    """How often each score occurs: of bounded size, whatever the number of customers."""

    def __init__(self):
        self.counts = array("L", [0]) * STEPS

    def add(self, score: Decimal) -> None:
        self.counts[int(score * 100)] += 1

    def cut(self, method: str, fixed: Decimal) -> Decimal | None:
        """What matrix_rules.cut says of the same scores one by one."""
        if method == matrix_rules.MEAN and any(self.counts):
            total = sum(score * count for score, count in enumerate(self.counts))
            return round_score(Decimal(total) / 100 / sum(self.counts))
        return matrix_rules.cut(self._middle(), method, fixed)

    def _middle(self) -> list[Decimal]:
        """The one or two scores in the middle; their median is that of all."""
        number = sum(self.counts)
        if not number:
            return []
        wanted = sorted({(number - 1) // 2, number // 2})
        found, ends = [], accumulate(self.counts)
        for score, end in enumerate(ends):
            while wanted and wanted[0] < end:
                wanted.pop(0)
                found.append(Decimal(score) / 100)
            if not wanted:
                break
        return found


def former_of(run: ValuationRun) -> ValuationRun | None:
    """The run of the same scope that is published now, or was before this one."""
    same = ValuationRun.objects.filter(
        branch=run.branch_id, scope=run.scope, industry=run.industry_id
    ).exclude(pk=run.pk)
    if run.state in ValuationRun.FINAL:
        same = same.filter(published_at__lt=run.published_at)
    final = same.filter(state__in=ValuationRun.FINAL).order_by("-published_at", "-pk")
    return final.select_related("industry").first()


def place(run: ValuationRun, model: ValueModel, cuts: dict[str, Decimal | None]) -> None:
    """Quadrant and loyalty cell of every managed customer; at the cut is high (§B.2).

    Within the model's stability band of a cut a customer keeps the side of the former run.
    """
    former = former_of(run) if model.stability_band else None
    for column, (y, x), groups in (
        ("quadrant", ("current", "potential"), matrix_rules.QUADRANTS),
        ("loyalty_cell", ("combined", "loyalty"), matrix_rules.LOYALTY_CELLS),
    ):
        if None in (cuts[y], cuts[x]):
            continue
        rows = CustomerValuation.objects.filter(run=run, is_managed=True)
        rows = rows.exclude(**{y: None}).exclude(**{x: None})
        if former:
            then = CustomerValuation.objects.filter(run=former, customer=OuterRef("customer"))
            rows = rows.annotate(then=Subquery(then.values(column)[:1]))
        for (is_y, is_x), name in groups.items():
            sides = [(y, is_y, 0), (x, is_x, 1)]
            conditions = [
                _side(axis, cuts[axis], side, former and _kept(model, groups, part, side))
                for axis, side, part in sides
            ]
            rows.filter(*conditions).update(**{column: name})


def _kept(model: ValueModel, groups: dict, part: int, is_high: bool) -> tuple:
    """(band, the groups on this side, all groups)."""
    this = [name for sides, name in groups.items() if sides[part] is is_high]
    return model.stability_band, this, list(groups.values())


def _side(axis: str, cut: Decimal, is_high: bool, kept: tuple | None) -> Q:
    plain = Q(**{f"{axis}__gte" if is_high else f"{axis}__lt": cut})
    if not kept:
        return plain
    band, this, every = kept
    near = Q(**{f"{axis}__gt": cut - band, f"{axis}__lt": cut + band})
    far = Q(**{f"{axis}__lte": cut - band}) | Q(**{f"{axis}__gte": cut + band})
    is_new = Q(then__isnull=True) | ~Q(then__in=every)
    return (near & Q(then__in=this)) | (plain & (far | is_new))


def rank(run: ValuationRun) -> None:
    """1 is the best; equals share a rank. Without a value there is no rank. One statement."""
    pairs = (("rank", "composite"), ("revenue_rank", "revenue"), ("profit_rank", "profit"))
    ranks = ", ".join(
        f'CASE WHEN "{column}" IS NOT NULL THEN RANK() OVER (ORDER BY "{column}" DESC NULLS LAST) '
        f"END AS p{number}"
        for number, (_, column) in enumerate(pairs)
    )
    targets = ", ".join(f'"{target}" = ranked.p{n}' for n, (target, _) in enumerate(pairs))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET {targets} FROM (SELECT id, {ranks} FROM {TABLE} "
            f"WHERE run_id = %s AND is_managed) AS ranked WHERE {TABLE}.id = ranked.id",
            [run.pk],
        )
