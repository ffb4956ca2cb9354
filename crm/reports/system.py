"""系统状态: whether reminders live, and what an administrator has to look at. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from core.models import WorkCalendarYear
from core.rules import calendar_warning, local_date
from reminders.models import Channel, ChannelState, Delivery, Obligation, SweepRun
from staff.models import User

SILENT_AFTER = timedelta(seconds=300)
RUNS_SHOWN = 10
LATELY = timedelta(days=7)
ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True)
class SweepAge:
    """The newest finished sweep. `age` is None when none has ever ended."""

    run: SweepRun | None
    age: timedelta | None

    @property
    def is_silent(self) -> bool:
        return self.age is None or self.age > SILENT_AFTER


@dataclass(frozen=True)
class ChannelLine:
    """One channel: whether its circuit breaker is open, and what waits or failed in it."""

    name: str
    state: ChannelState | None
    is_paused: bool
    waiting: int
    failed: int


@dataclass(frozen=True)
class SystemState:
    sweep: SweepAge
    runs: list[SweepRun]
    channels: list[ChannelLine]
    calendar: str  # empty: nothing to warn of
    open_duties: int
    broken_duties: int
    ownerless_duties: int
    database: str

    @property
    def is_healthy(self) -> bool:
        paused = any(line.is_paused for line in self.channels)
        return not (self.sweep.is_silent or paused or self.calendar or self.broken_duties)


def sweep_age(now: datetime) -> SweepAge:
    """One query; also behind the banner of the frame."""
    run = SweepRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    return SweepAge(run, now - run.finished_at if run else None)


def calendar_text(now: datetime) -> str:
    """What is missing in the work calendar (§B.12); empty when nothing is. One query."""
    years = WorkCalendarYear.objects.filter(is_confirmed=True).values_list("year", flat=True)
    return calendar_warning(local_date(now), set(years))


def system_state(now: datetime) -> SystemState:
    """Six queries."""
    duties = Obligation.objects.open().aggregate(
        open=Count("pk"),
        broken=Count("pk", ~Q(sweep_error="")),
        ownerless=Count("pk", Q(owner__state=User.State.LEFT)),
    )
    return SystemState(
        sweep=sweep_age(now),
        runs=list(SweepRun.objects.order_by("-started_at", "-pk")[:RUNS_SHOWN]),
        channels=_channel_lines(now),
        calendar=calendar_text(now),
        open_duties=duties["open"],
        broken_duties=duties["broken"],
        ownerless_duties=duties["ownerless"],
        database=ENGINES[connection.vendor],
    )


def _channel_lines(now: datetime) -> list[ChannelLine]:
    states = ChannelState.objects.in_bulk()
    waiting = Q(state__in=[Delivery.State.PENDING, Delivery.State.SENDING])
    failed = Q(state=Delivery.State.FAILED, created_at__gte=now - LATELY)
    counted = Delivery.objects.order_by().values("channel")
    counts = {
        row["channel"]: row
        for row in counted.annotate(waiting=Count("pk", waiting), failed=Count("pk", failed))
    }
    return [_channel_line(channel, states, counts, now) for channel in Channel]


def _channel_line(channel, states, counts, now) -> ChannelLine:
    state = states.get(channel.value)
    count = counts.get(channel.value, {"waiting": 0, "failed": 0})
    is_paused = bool(state and state.open_until and state.open_until > now)
    return ChannelLine(channel.label, state, is_paused, count["waiting"], count["failed"])
