"""What one pass of the sweep decides by: ladders, quiet hours, calendar, and who is told."""

from dataclasses import dataclass, field
from datetime import date

from core import clock
from core.models import Parameter, WorkCalendarDay
from core.rules import local_date
from reminders import rules
from reminders.models import LadderStage
from staff.models import User

Audience = LadderStage.Audience


@dataclass
class Rulebook:
    """Read once for each pass, so that ten thousand duties cost no more queries than one."""

    rungs: dict[str, list[rules.Rung]]
    quiet: rules.Quiet
    digest_over: int
    today: date
    routes: dict[tuple[int, str], User | None] = field(default_factory=dict)

    def recipients(self, owner: User, audiences) -> list[User]:
        """The living people that these audiences of `owner` mean, each once (D16)."""
        found = (self._route(owner, audience) for audience in audiences)
        return list(dict.fromkeys(person for person in found if person))

    def _route(self, owner: User, audience: str) -> User | None:
        key = (owner.pk, audience)
        if key not in self.routes:
            self.routes[key] = self._find(owner, audience)
        return self.routes[key]

    def _find(self, owner: User, audience: str) -> User | None:
        if audience == Audience.OWNER:
            person = owner
        elif audience == Audience.SUPERIOR:
            person = owner.superior()
        elif audience == Audience.DEPT_HEAD:
            person = owner.dept_head() or owner.director()
        else:
            person = owner.director()
        stand_in = person and person.stand_in(self.today)
        if stand_in is None and audience == Audience.OWNER:
            stand_in = owner.superior()
        return stand_in if stand_in and stand_in.is_active else None


def read_rulebook() -> Rulebook:
    calendar = WorkCalendarDay.objects.as_calendar()
    rungs: dict[str, list[rules.Rung]] = {}
    for stage in LadderStage.objects.filter(is_active=True).order_by("pk"):
        rungs.setdefault(stage.kind, []).append(stage.as_rung())
    value = Parameter.objects.value
    quiet = rules.Quiet(
        value("quiet_from") or rules.MIDNIGHT,
        value("quiet_until") or rules.MIDNIGHT,
        value("quiet_on_rest_days"),
        calendar,
    )
    return Rulebook(rungs, quiet, value("digest_over"), local_date(clock.now()))
