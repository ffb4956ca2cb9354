"""What changed in the plans since the last weekly file: it stands first (§B.13)."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q, Sum

from core.templatetags.fmt import clock, day
from planning import rollup_reports
from planning import target_rules as rules
from planning.models import MarketingPlan, PlanReview, PlanState, PlanTargetLine, PlanVersion
from planning.paper_tables import NOTHING, Head, Marked, short, wordy
from planning.weekly_plan_reports import cut
from planning.weekly_scope_reports import Chapter, Scope

MOST_DEEDS = 60


def figures(scope: Scope) -> dict:
    """{plan number: version, state and target of the year in 万元}: what next week compares with.

    Three queries, and three for each plan above customers.
    """
    counted = _years(scope)
    plans = scope.plans.select_related("current", "customer", "industry", "branch")
    return {
        plan.number: {
            "about": plan.about(),
            "version": plan.current.number if plan.current else 0,
            "state": plan.current.state if plan.current else "",
            "total": f"{counted.get(plan.pk, rules.ZERO):.2f}",
        }
        for plan in plans.order_by("number")
    }


def _years(scope: Scope) -> dict[int, Decimal]:
    """{plan: 万元 of the year that count}: of a customer's plan its own lines, of a plan above what
    hangs below it too: its own lines are only adjustments (R41).
    """
    plans = scope.plans.filter(counted__isnull=False).order_by("pk")
    customers = plans.filter(kind=MarketingPlan.Kind.KEY_CUSTOMER)
    lines = PlanTargetLine.objects.filter(version__counted_for__in=customers.order_by()).order_by()
    found = dict(lines.values_list("version__counted_for").annotate(total=Sum("year")))
    above = plans.exclude(kind=MarketingPlan.Kind.KEY_CUSTOMER).select_related("counted")
    rolled = {
        plan.pk: rollup_reports.rollup(plan, plan.counted, only_kinds=True).grand[4]
        for plan in above
    }
    return found | rolled


CHANGE_HEADS = (
    short("计划"),
    Head("对象"),
    Head("变化"),
    Head("上周"),
    Head("本周"),
)
REVIEW_HEADS = (
    short("时间"),
    short("计划"),
    Head("对象"),
    Head("环节与结论"),
    short("经办人"),
    wordy("意见"),
)


def changes(scope: Scope, now: dict) -> Chapter:
    """New plans, other states, other targets since the last file; what was handed in, decided."""
    since = f"自 {day(scope.since)} {clock(scope.since)} 起"
    before = scope.former.figures if scope.former else None
    rows = list(_differences(before, now)) if before is not None else []
    nothing = (
        "与上周的周报相比没有变化。" if before is not None else "这是第一份周报，没有上周可比。"
    )
    return Chapter(
        "0",
        "本周变化",
        [
            cut("计划与目标的变化", CHANGE_HEADS, rows, nothing),
            cut("提交与审核", REVIEW_HEADS, _deeds(scope), "没有提交或审核。", most=MOST_DEEDS),
        ],
        f"{since}。目标单位：万元。",
    )


def _differences(before: dict, now: dict) -> Iterator[list[str]]:
    for number, one in now.items():
        old = before.get(number)
        if old is None:
            state = _state(one)
            yield [number, one["about"], "新建", NOTHING, f"{state}，{one['total']}"]
            continue
        if (old["version"], old["state"]) != (one["version"], one["state"]):
            yield [number, one["about"], "状态", _state(old), _state(one)]
        if old["total"] != one["total"]:
            moved = Decimal(one["total"]) - Decimal(old["total"])
            word = Marked.by(f"目标 {moved:+.2f}", "up" if moved > 0 else "down")
            yield [number, one["about"], word, old["total"], one["total"]]
    for number in before.keys() - now.keys():
        yield [number, before[number]["about"], "不再列入", _state(before[number]), NOTHING]


def _state(one: dict) -> str:
    label = PlanState(one["state"]).label if one["state"] else NOTHING
    return f"第 {one['version']} 版 {label}"


def _deeds(scope: Scope) -> list[list[str]]:
    """The oldest first. Two queries."""
    of_scope = Q(version__plan__in=scope.plans)
    rows = PlanReview.objects.filter(of_scope, at__gte=scope.since, at__lt=scope.now)
    rows = rows.select_related("version__plan__customer", "version__plan__industry", "reviewer",
                               "version__plan__branch")  # fmt: skip
    found = [
        (one.at, one.version.plan, f"{one.get_step_display()}{one.get_decision_display()}",
         one.reviewer.name, one.note or NOTHING)
        for one in rows
    ]  # fmt: skip
    handed = PlanVersion.objects.filter(
        plan__in=scope.plans, submitted_at__gte=scope.since, submitted_at__lt=scope.now
    )
    handed = handed.select_related("plan__customer", "plan__industry", "plan__branch",
                                   "submitted_by")  # fmt: skip
    found += [
        (one.submitted_at, one.plan, f"提交第 {one.number} 版", str(one.submitted_by),
         one.change_reason or NOTHING)
        for one in handed
    ]  # fmt: skip
    found.sort(key=lambda row: (row[0], row[1].number))
    return [
        [f"{day(at)} {clock(at)}", plan.number, plan.about(), deed, who, note]
        for at, plan, deed, who, note in found
    ]
