"""Runs for tests: a branch with a few customers that have figures, and its people."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import Customer
from accounts.tests.factories import make_customer, make_industry
from staff.models import User
from staff.tests.factories import make_department, make_user
from valuation.actions import computing, publishing
from valuation.models import CustomerMeasure, RawOverride, ValuationRun
from valuation.tests.reading_factories import make_bills

AS_OF = date(2026, 11, 15)
NOVEMBER = date(2026, 11, 1)


@dataclass
class Office:
    """One department with its head and manager, another head, the director."""

    manager: User = field(default_factory=make_user)

    def __post_init__(self):
        self.head = make_user("dept_head", department=self.manager.department)
        self.director = make_user("branch_director")
        other = make_department(code="OTHER", branch=self.manager.branch)
        self.other_head = make_user("dept_head", department=other)
        self.auditor = make_user("auditor")
        self.branch = self.manager.branch

    def customer(self, revenue=10_000, *, industry="FIN", **fields) -> Customer:
        """All but the pipeline, the contracts and the ratings is known."""
        customer = make_customer(
            manager=self.manager, industry=make_industry(industry, industry), **fields
        )
        make_bills(customer, {"data": Decimal(revenue)}, months=24)
        CustomerMeasure.objects.create(
            customer=customer, month=NOVEMBER, cost_marketing=revenue // 10,
            cost_service=revenue // 10, cost_om=0, induced_revenue=500, satisfaction=70,
            source="测试", entered_by=self.manager,
        )  # fmt: skip
        return customer

    def potential(self, customer, value: int) -> None:
        """The five potential indicators by hand, so that the dimension is `value` (20–100)."""
        known = {20: -99, 40: None, 60: None, 80: None, 100: 99_999}
        assert known[value] is not None
        for code in ("PV1", "PV2", "PV3", "PV4", "PV5"):
            RawOverride.objects.create(
                customer=customer, indicator=code, value=known[value], reason="测试",
                expires_on=date(2027, 6, 30), made_by=self.manager, made_at="2026-11-01T00:00Z",
            )  # fmt: skip

    def started(self, *, as_of=AS_OF, by=None, **fields) -> ValuationRun:
        scope = "industry" if fields.get("industry") else "local_network"
        return computing.start_run(
            branch=self.branch, scope=scope, as_of=as_of, by=by or self.director, **fields
        )

    def computed(self, **fields) -> ValuationRun:
        run = self.started(**fields)
        assert computing.compute(run.pk)
        run.refresh_from_db()
        assert run.state == "computed", run.error
        return run

    def reviewed(self, **fields) -> ValuationRun:
        run = self.computed(**fields)
        publishing.review(run=run, by=self.head)
        run.refresh_from_db()
        return run

    def published(self, **fields) -> ValuationRun:
        run = self.reviewed(**fields)
        publishing.publish(run=run, by=self.director)
        run.refresh_from_db()
        return run
