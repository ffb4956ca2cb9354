"""Whose week it is: a branch or a department, never a person (§B.13). Every chapter starts here."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet

from accounts.models import Customer
from core.rules import local_date
from planning import export_rules as rules
from planning.models import MarketingPlan, PlanExport
from planning.paper_tables import Table
from staff.models import Branch, Department, User


@dataclass(frozen=True)
class Part:
    """One thing under a chapter: a table, or why there is none."""

    title: str
    lead: str = ""
    table: Table | None = None
    progress: object = None
    nothing: str = ""


@dataclass(frozen=True)
class Chapter:
    code: str
    title: str
    parts: list[Part]
    lead: str = ""

    @property
    def anchor(self) -> str:
        return f"w-{self.code}"


@dataclass(frozen=True)
class Scope:
    """`now` is the one instant of the whole file; `since` is when the last week's was made."""

    branch: Branch
    department: Department | None
    monday: date
    now: datetime
    since: datetime
    former: PlanExport | None

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def week(self) -> tuple[datetime, datetime]:
        return rules.bounds(self.monday)

    @cached_property
    def years(self) -> list[int]:
        """The year of the week and the next one, where there are plans."""
        near = (self.monday.year, self.monday.year + 1)
        found = self._plans().filter(year__in=near).order_by("year").values_list("year", flat=True)
        return list(found.distinct())

    @property
    def customers(self) -> QuerySet[Customer]:
        return Customer.objects.filter(self._of("department")).order_by()

    @property
    def people(self) -> QuerySet[User]:
        return User.objects.filter(self._of("department")).order_by()

    @property
    def plans(self) -> QuerySet[MarketingPlan]:
        return self._plans().filter(year__in=self.years)

    def _plans(self) -> QuerySet[MarketingPlan]:
        # The annual plan belongs to the branch and to no department (§B.11).
        return MarketingPlan.objects.filter(self._of("department"))

    def _of(self, field: str) -> Q:
        mine = Q(branch=self.branch)
        if self.department is None:
            return mine
        return mine & Q(**{f"{field}__path__startswith": self.department.path})


def scope_of(export: PlanExport, now: datetime) -> Scope:
    """One query."""
    former = (
        PlanExport.objects.of(export.branch, export.department)
        .complete()
        .filter(monday__lt=export.monday)
        .order_by("-monday", "-version")
        .first()
    )
    since = former.finished_at if former else rules.opens_at(export.monday) - rules.WEEK
    return Scope(export.branch, export.department, export.monday, now, since, former)
