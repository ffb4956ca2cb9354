"""A random walk over a tree of plans by the verbs of the product, and an independent sum."""

import random
from collections import defaultdict
from decimal import Decimal

from accounts.actions import AccountError, update_customer
from accounts.models import Industry
from accounts.tests.factories import make_customer, make_industry
from crm.actions.handover import reassign_customer
from planning import rollup_reports
from planning import target_rules as rules
from planning.actions import moving, targets
from planning.actions.errors import PlanError
from planning.actions.rights import reviewer_of
from planning.models import COUNTED, MarketingPlan, PlanTargetLine, PlanVersion
from planning.tests.factories import make_plan
from planning.tests.reviewing import fill
from staff.tests.factories import make_department, make_user

SELDOM, OFTEN = 1, 4
VERBS = {
    "type": OFTEN, "submit": OFTEN, "recall": SELDOM, "return": 2, "approve": 2, "amend": OFTEN,
    "discard": SELDOM, "hand_over": SELDOM, "classify": 2,
}  # fmt: skip


CODES = ("FIN", "GOV", "MED")


class Tree:
    """Annual ← one to three industries ← two to seven customers, as `chance` has it; some of an
    industry without a plan and so right below the annual. Everything is filled in, nothing handed
    in."""

    def __init__(self, chance: random.Random):
        here = make_department()
        self.author = make_user(department=here)
        self.director = make_user("branch_director")
        make_user("dept_head", department=here)
        writer = make_user("dept_head", department=make_department())
        self.managers = [self.author, make_user(department=writer.department)]
        manager = make_user("industry_manager", department=here)
        annual = make_plan("annual_market", author=writer)
        industries = [make_industry(code) for code in CODES[: chance.randint(1, len(CODES))]]
        above = [make_plan("key_industry", author=manager, industry=one) for one in industries]
        choices = [*industries, make_industry("EDU", "教育")]
        below = [
            make_plan(customer=make_customer(manager=self.author, industry=chance.choice(choices)))
            for _ in range(chance.randint(2, 7))
        ]
        self.plans = [annual.pk, *(p.pk for p in above), *(p.pk for p in below)]
        self.parents = self.plans[: 1 + len(above)]
        for plan in (annual, *above, *below):
            fill(plan)

    def step(self, chance: random.Random) -> str:
        """One verb on one plan; what it was. PlanError when the verb is not for that state."""
        plan = MarketingPlan.objects.select_related("author", "current").get(
            pk=chance.choice(self.plans)
        )
        verb = chance.choices(list(VERBS), list(VERBS.values()))[0]
        getattr(self, f"_{verb}")(plan, plan.current, chance)
        return f"{verb} {plan.number}"

    def _type(self, plan, version, chance):
        if plan.kind == "key_customer":
            line = chance.choice(list(version.targets.order_by("pk")))
            name = chance.choice(rules.QUARTERS)
            pair = (getattr(line, name), Decimal(chance.randrange(100_000)) / 100)
            change = targets.Change(line.pk, {name: pair})
            targets.save_cells(version=version, changes=[change], by=plan.author)
            return
        fields = {name: Decimal(chance.randrange(-5000, 5000)) / 100 for name in rules.QUARTERS}
        targets.add_adjustment(
            version=version, by=plan.author, kind="stock", business_line="data", from_operator="",
            reason="计划外", **fields,
        )  # fmt: skip

    def _submit(self, plan, version, chance):
        moving.submit(version=version, by=plan.author)

    def _recall(self, plan, version, chance):
        moving.recall(version=version, by=plan.author)

    def _return(self, plan, version, chance):
        code = version.sections.order_by("code").first().code
        moving.return_(version=version, comments={code: "再想想"}, by=reviewer_of(plan))

    def _approve(self, plan, version, chance):
        moving.approve(version=version, seen_sha256=version.sha256, by=reviewer_of(plan))

    def _amend(self, plan, version, chance):
        moving.amend(version=version, reason="市场变了", by=plan.author)

    def _discard(self, plan, version, chance):
        moving.discard(version=version, reason="不做了", by=plan.author)

    def _hand_over(self, plan, version, chance):
        if plan.customer is None:
            raise PlanError
        told = {"to": chance.choice(self.managers), "by": self.director, "reason": "分工"}
        reassign_customer(customer=plan.customer, **told)

    def _classify(self, plan, version, chance):
        if plan.customer is None:
            raise PlanError
        industry = chance.choice(list(Industry.objects.filter(code__in=(*CODES, "EDU"))))
        if not update_customer(customer=plan.customer, by=self.director, industry=industry):
            raise PlanError

    def try_step(self, chance: random.Random) -> str:
        try:
            return self.step(chance)
        except (PlanError, AccountError):
            return ""

    def faults(self) -> list[str]:
        """Parents whose roll-up is not what an independent sum of the rows says, and plans that
        are not where their customer is."""
        expected, found = independent_sums(), misplaced()
        for plan in MarketingPlan.objects.filter(pk__in=self.parents).select_related("current"):
            for only_kinds in (False, True):
                rolled = rollup_reports.rollup(plan, only_kinds=only_kinds).totals
                if {kind: five[:4] for kind, five in rolled.items()} != expected[plan.pk]:
                    found.append(f"{plan.number}: {rolled} != {expected[plan.pk]}")
        return found


def misplaced() -> list[str]:
    """Customers' plans of another department, or below another plan, than the customer's."""
    plans = MarketingPlan.objects.select_related("customer", "parent")
    above = {plan.industry_id: plan for plan in plans.filter(kind="key_industry")}
    annual = plans.get(kind="annual_market")
    return [
        f"{plan.number} hangs on {plan.parent}"
        for plan in plans.filter(kind="key_customer")
        if plan.department_id != plan.customer.department_id
        or plan.parent != above.get(plan.customer.industry_id, annual)
    ]


def independent_sums() -> dict[int, dict[str, tuple]]:
    """{plan: {kind: quarters}}, added up in Python from plain rows.

    Which version counts is found by its state, not by what the product noted down about it.
    """
    plans = list(MarketingPlan.objects.values_list("pk", "parent", "current"))
    states = PlanVersion.objects.order_by("number").values_list("plan", "pk", "state")
    counted = {plan: version for plan, version, state in states if state in COUNTED}
    lines, below = defaultdict(list), defaultdict(list)
    for line in PlanTargetLine.objects.values("version", "kind", *rules.QUARTERS):
        lines[line["version"]].append(line)
    for pk, parent, _ in plans:
        below[parent].append(pk)

    def counted_under(pk: int) -> list[int]:
        own = [counted[child] for child in below[pk] if child in counted]
        return [*own, *(version for child in below[pk] for version in counted_under(child))]

    return {pk: _added(lines, [current, *counted_under(pk)]) for pk, _, current in plans}


def _added(lines: dict[int, list[dict]], versions: list[int]) -> dict[str, tuple]:
    sums = {kind: [Decimal(0)] * 4 for kind in rules.KINDS}
    for line in (line for version in versions for line in lines[version]):
        for place, name in enumerate(rules.QUARTERS):
            sums[line["kind"]][place] += line[name]
    return {kind: tuple(values) for kind, values in sums.items()}
