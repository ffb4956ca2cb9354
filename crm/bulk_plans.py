"""Marketing plans by the thousand for the customers of bulk_demo, three years of them (R41, R45).

The same rows each time: an annual plan and a plan of each industry a year, the rest customers'
plans with two or three versions, every line filled in: 5 000 plans have 200 000 lines.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery

from accounts.models import Customer, Industry
from core import bulk
from core.rules import SHANGHAI
from planning.models import COUNTED, MarketingPlan, PlanState, PlanTargetLine, PlanVersion
from planning.target_rules import LINES, QUARTERS, blank_lines
from reminders.models import DutyKind, Obligation
from staff.models import User

Kind = MarketingPlan.Kind
YEARS = (2025, 2026, 2027)
THIRD_EVERY = 4  # one plan in so many has a third version
LATEST = {2025: PlanState.ARCHIVED, 2026: PlanState.IN_EXECUTION}
THIS_YEAR = (
    PlanState.SUBMITTED, PlanState.APPROVED, PlanState.APPROVED, PlanState.DEPT_REVIEW,
    PlanState.APPROVED, PlanState.DRAFTING, PlanState.APPROVED, PlanState.RETURNED,
    PlanState.APPROVED, PlanState.APPROVED,
)  # fmt: skip
OPEN = (PlanState.SUBMITTED, PlanState.DEPT_REVIEW, PlanState.DRAFTING, PlanState.RETURNED)
WAITING = (PlanState.SUBMITTED, PlanState.DEPT_REVIEW)
SUBMITTED_AT = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
CHUNK = 1000


class Plans:
    """The rows of one run; `count` is how many plans in all."""

    def __init__(self, *, branch: str, count: int):
        mine = Customer.objects.filter(branch__code=branch).order_by("pk")
        names = ("pk", "code", "branch", "department", "industry", "manager")
        self.customers = list(mine.values_list(*names)[: max(count // len(YEARS), 1)])
        self.branch = self.customers[0][2]
        people = User.objects.filter(branch=self.branch)
        heads = people.filter(role=User.Role.DEPT_HEAD)
        self.heads = dict(heads.values_list("department", "pk"))
        self.director = people.get(role=User.Role.BRANCH_DIRECTOR).pk
        codes = Industry.objects.filter(pk__in={row[4] for row in self.customers})
        self.industries = dict(codes.order_by("pk").values_list("pk", "code"))
        self.first = {model: bulk.next_id(model) for model in (MarketingPlan, PlanVersion)}
        self.plans = list(self._plans())[:count]

    def steps(self) -> Iterator[tuple[str, Callable[[], int]]]:
        yield "计划", lambda: bulk.load(MarketingPlan, (dict(plan) for plan in self.plans))
        yield "计划版本", lambda: bulk.load(PlanVersion, self.version_rows())
        yield "计划目标", lambda: bulk.load(PlanTargetLine, self.line_rows())
        yield "版本状态", self.settle
        yield "审核时限", lambda: bulk.load(Obligation, self.duty_rows())

    # --- plans ----------------------------------------------------------------------------------
    def _plans(self) -> Iterator[dict]:
        """Those above first, so that a parent is there before its children."""
        pk = self.first[MarketingPlan]
        annual, above = {}, {}
        writer = min(self.heads.values())
        for year in YEARS:
            annual[year] = pk
            yield self._plan(pk, Kind.ANNUAL_MARKET, f"AP-{year}-BULK", year, writer)
            pk += 1
            for industry, code in self.industries.items():
                above[year, industry] = pk
                yield self._plan(
                    pk, Kind.KEY_INDUSTRY, f"IP-{year}-{code}-BULK", year, writer,
                    industry_id=industry, parent_id=annual[year],
                )  # fmt: skip
                pk += 1
        for customer, code, _, department, industry, manager in self.customers:
            for year in YEARS:
                yield self._plan(
                    pk, Kind.KEY_CUSTOMER, f"KP-{year}-{code}", year, manager,
                    customer_id=customer, industry_id=industry, department_id=department,
                    parent_id=above[year, industry],
                )  # fmt: skip
                pk += 1

    def _plan(self, pk: int, kind: str, number: str, year: int, author: int, **fields) -> dict:
        return {
            "id": pk, "kind": kind, "number": number, "year": year, "branch_id": self.branch,
            "author_id": author, "responsible_id": author, "created_by_id": author,
            "department_id": None, "industry_id": None, "customer_id": None, "parent_id": None,
            "due_on": date(year - 1, 11, 30), **fields,
        }  # fmt: skip

    # --- versions -------------------------------------------------------------------------------
    def _versions(self) -> Iterator[tuple[int, dict, int, str]]:
        """(key, plan, number, state in the end) of every version of every plan."""
        pk = self.first[PlanVersion]
        for place, plan in enumerate(self.plans):
            is_third = plan["kind"] == Kind.KEY_CUSTOMER and place % THIRD_EVERY == 0
            newest = 2 + is_third
            states = self._states(newest, place, plan)
            for number in range(1, newest + 1):
                yield pk, plan, number, states[number - 1]
                pk += 1

    def _states(self, newest: int, place: int, plan: dict) -> list[str]:
        is_above = plan["kind"] != Kind.KEY_CUSTOMER
        last = LATEST.get(plan["year"], THIS_YEAR[0 if is_above else place % len(THIS_YEAR)])
        before = PlanState.APPROVED if last in OPEN else PlanState.SUPERSEDED
        return [PlanState.SUPERSEDED] * (newest - 2) + [before, last]

    def version_rows(self) -> Iterator[dict]:
        """Thrown away at first: nothing can be written into a version that is reviewed."""
        for pk, plan, number, state in self._versions():
            is_approved = state not in OPEN
            is_handed_in = is_approved or state in WAITING
            head = self.heads.get(plan["department_id"], self.director)
            yield {
                "id": pk, "plan_id": plan["id"], "number": number, "state": PlanState.DISCARDED,
                "created_by_id": plan["author_id"], "snapshot": {},
                "submitted_by_id": plan["author_id"] if is_handed_in else None,
                "submitted_at": _at(pk) if is_handed_in else None,
                "approved_by_id": head if is_approved else None,
                "approved_at": _at(pk) + timedelta(days=3) if is_approved else None,
            }  # fmt: skip

    def settle(self) -> int:
        by_state: dict[str, list[int]] = {}
        for pk, _, _, state in self._versions():
            by_state.setdefault(state, []).append(pk)
        for state, keys in by_state.items():
            for start in range(0, len(keys), CHUNK):
                chunk = PlanVersion.objects.filter(pk__in=keys[start : start + CHUNK])
                chunk.update(state=state)
        versions = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
        counted = versions.filter(state__in=COUNTED)
        mine = MarketingPlan.objects.filter(pk__gte=self.first[MarketingPlan])
        return mine.update(
            current=Subquery(versions.values("pk")[:1]), counted=Subquery(counted.values("pk")[:1])
        )

    # --- what stands in them --------------------------------------------------------------------
    def line_rows(self) -> Iterator[dict]:
        own = blank_lines(Kind.KEY_CUSTOMER)
        above = [("increment", line, "") for line in LINES]
        for pk, plan, number, _ in self._versions():
            is_above = plan["kind"] != Kind.KEY_CUSTOMER
            for place, (kind, line, operator) in enumerate(above if is_above else own):
                amounts = {
                    name: f"{(pk * 37 + place * 101 + n * 13) % 5000}.{number}0"
                    for n, name in enumerate(QUARTERS)
                }
                yield {
                    "version_id": pk, "kind": kind, "business_line": line,
                    "from_operator": operator, "is_adjustment": is_above,
                    "reason": "新客户还没有建计划" if is_above else "", **amounts,
                }  # fmt: skip

    def duty_rows(self) -> Iterator[dict]:
        content_type = ContentType.objects.get_for_model(PlanVersion).pk
        for pk, plan, number, state in self._versions():
            if state in WAITING:
                yield {
                    "kind": DutyKind.PLAN_REVIEW, "content_type_id": content_type, "object_id": pk,
                    "owner_id": self.heads.get(plan["department_id"], self.director),
                    "title": f"审核 {plan['number']} 第 {number} 版", "customer_name": "演示客户",
                    "customer_ref": plan["customer_id"], "path": f"/plans/{plan['id']}/review/",
                    "clock": "fixed", "started_at": _at(pk), "due_at": _at(pk) + timedelta(days=7),
                    "original_due_at": _at(pk) + timedelta(days=7),
                }  # fmt: skip


def _at(number: int) -> datetime:
    """Spread over three weeks of November."""
    return SUBMITTED_AT + timedelta(minutes=number % 20_000)
