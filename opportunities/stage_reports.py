"""The rows of the ladder: which opportunities stand too long, and what history says of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from core.models import Parameter
from core.rules import SHANGHAI, local_date
from opportunities import stage_rules
from opportunities.models import Opportunity, OpportunityStage, Stage, StageMove


def patience() -> dict[str, int | None]:
    """{stage: days that one may stand on it}; one query."""
    return dict(OpportunityStage.objects.values_list("code", "stale_days"))


def stale_ones(today: date, limits: dict[str, int | None] | None = None) -> Q:
    """Those longer on their stage than its row allows: stage_rules.is_stale in SQL (§B.4)."""
    found = Q(pk__in=[])
    for code, days in (limits or patience()).items():
        if days is None:
            continue
        first = datetime.combine(today - timedelta(days=days), time(0), SHANGHAI)
        found |= Q(stage=code, stage_since__lt=first)
    return found


def due_ones(user, today: date, most: int) -> list["Standing"]:
    """Stale ones and suspensions to look at again, of `user`'s scope; the oldest first.

    Two queries.
    """
    limits = patience()
    due = stale_ones(today, limits) | Q(stage=Stage.SUSPENDED, review_on__lte=today)
    rows = Opportunity.objects.visible_to(user).filter(due).select_related("customer", "owner")
    rows = rows.only(
        *("name", "amount", "stage", "stage_since", "review_on", "customer__name", "owner__name")
    )
    return standings(rows.order_by("stage_since", "pk")[:most], today, limits)


@dataclass(frozen=True)
class Standing:
    """An opportunity with how long it stands where it is."""

    opportunity: Opportunity
    days: int
    is_stale: bool
    next_stage: str
    next_label: str
    previous_stage: str
    previous_label: str

    @property
    def review_is_due(self) -> bool:
        return self.opportunity.stage == Stage.SUSPENDED


def standings(rows, today: date, limits: dict | None = None) -> list[Standing]:
    """One query for the ladder, none for a row."""
    limits = limits or patience()
    return [standing(row, today, limits.get(row.stage)) for row in rows]


def standing(row: Opportunity, today: date, limit: int | None) -> Standing:
    since = local_date(row.stage_since)
    following, before = stage_rules.next_stage(row.stage), stage_rules.previous_stage(row.stage)
    return Standing(
        row, (today - since).days, stage_rules.is_stale(since, today, limit),
        following, Stage(following).label if following else "",
        before, Stage(before).label if before else "",
    )  # fmt: skip


@dataclass(frozen=True)
class MeasuredStage:
    """A row of the ladder beside what became of those that stood on it."""

    stage: OpportunityStage
    ended: int
    won: int
    enough: int  # so many closed ones, and their won rate says more than the seeded number

    @property
    def required(self) -> list[str]:
        """In words, in the order of the form."""
        names = {*stage_rules.FIXED.get(self.stage.code, ()), *self.stage.required}
        return [words for name, words in stage_rules.LABELS.items() if name in names]

    @property
    def rate(self) -> Decimal | None:
        """Won ÷ ended in percent; None while there are too few (§B.4)."""
        if self.ended < self.enough:
            return None
        return stage_rules.conversion(self.won, self.ended - self.won)


def measured() -> list[MeasuredStage]:
    """Three queries, whatever the number of opportunities."""
    enough = Parameter.objects.value("stage_enough_ended")
    ended = StageMove.objects.filter(opportunity__stage__in=Opportunity.ENDED)
    counts = {
        row["to_stage"]: row
        for row in ended.order_by().values("to_stage").annotate(
            ended=Count("opportunity", distinct=True),
            won=Count("opportunity", Q(opportunity__stage=Stage.WON), distinct=True),
        )
    }  # fmt: skip
    nothing = {"ended": 0, "won": 0}
    return [
        MeasuredStage(
            stage, counts.get(stage.code, nothing)["ended"], counts.get(stage.code, nothing)["won"],
            enough,
        )
        for stage in OpportunityStage.objects.all()
    ]  # fmt: skip
