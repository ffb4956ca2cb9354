"""A version as plain JSON and its fingerprint: what is reviewed, approved, printed, compared."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Sum, When

from accounts.models import Customer
from planning import bill_facts
from planning import outline_rules as outline
from planning import target_rules as rules
from planning.models import (
    IN_REVIEW,
    SEALED,
    MarketingPlan,
    PlanTargetLine,
    PlanVersion,
    TargetKind,
)
from planning.outline_rules import OUTLINES

FORMAT = 1
QUARTERS = ("q1", "q2", "q3", "q4")
CONTENT = ("outline", "sections", "rows", "targets")
"""Keys of what people write; the rest of a snapshot is about it."""


def snapshot_of(version: PlanVersion) -> dict:
    """Everything of a version as it stands now. Plain JSON: amounts are text in 万元 ("49.50"),
    days and instants ISO text, the same content always the same text.

    {"format", "plan": {...}, "version": {...}, "outline", "sections": [{"code", "title", "chapter",
    "text", "none_reason", "updated_by", "updated_at"}], "rows": [{"table", "cells", "source"}],
    "targets": [{"kind", "line", "operator", "is_adjustment", "reason", "q1".."q4", "year",
    "last_year"}], "sums": {kind: [q1, q2, q3, q4, year]}, "total": [..5], "last_year",
    "allotments": {kind: [..5]}, "rollup": [{"number", "about", "version", "sha256", "sums"}]}.
    `sums` are of the own lines and, above customers, of the counted plans below (R41). What was
    billed the year before stands at the lines of a customer's plan and, all together, in
    "last_year". Ten queries.
    """
    plan = version.plan
    before, by_line = _last_year(plan)
    targets, below = _targets(version, by_line), _rollup(plan)
    sums = added([(line["kind"], [line[q] for q in QUARTERS]) for line in targets] + [
        (kind, values[:4]) for one in below for kind, values in one["sums"].items()
    ])  # fmt: skip
    return {
        "format": FORMAT,
        "plan": _plan(plan),
        "version": {
            "number": version.number,
            "change_reason": version.change_reason,
            "created_by": str(version.created_by),
            "created_at": _text(version.created_at),
        },
        "outline": version.outline,
        "sections": _sections(version),
        "rows": _rows(version),
        "targets": targets,
        "sums": sums,
        "total": added([("total", values[:4]) for values in sums.values()]).get(
            "total", ["0.00"] * 5
        ),
        "last_year": before,
        "allotments": _allotments(plan),
        "rollup": below,
    }


def content_of(version: PlanVersion) -> dict:
    """What is reviewed or was approved as it was handed in; what is being written as it stands."""
    is_fixed = version.state in (*IN_REVIEW, *SEALED) and version.snapshot
    return version.snapshot if is_fixed else snapshot_of(version)


def sha256_of(snapshot: dict) -> str:
    """64 hex digits; the same for the same content whatever the database did to its order."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def outline_sha256(version: PlanVersion) -> str:
    return sha256_of({"outline": version.outline})


def differs(stored: dict, now: dict) -> list[str]:
    """Which of CONTENT is not what was stored; empty for an untouched version."""
    return [key for key in CONTENT if _written(stored, key) != _written(now, key)]


def _written(snapshot: dict, key: str):
    """What people wrote, without who and when: somebody may have been renamed since. What was
    billed is written by nobody: a bill that was put right meanwhile is no change of the plan."""
    if key == "targets":
        lines = snapshot.get(key, ())
        return [{k: v for k, v in line.items() if k != "last_year"} for line in lines]
    if key != "sections":
        return snapshot.get(key)
    texts = snapshot.get(key, ())
    return [(one["code"], one["text"], one["none_reason"]) for one in texts]


def _plan(plan: MarketingPlan) -> dict:
    return {
        "number": plan.number,
        "kind": plan.kind,
        "kind_words": plan.get_kind_display(),
        "year": plan.year,
        "about": plan.about(),
        "branch": str(plan.branch),
        "department": str(plan.department or ""),
        "industry": str(plan.industry or ""),
        "customer": str(plan.customer or ""),
        "customer_code": plan.customer.code if plan.customer else "",
        "author": str(plan.author),
        "responsible": str(plan.responsible),
        "due_on": _text(plan.due_on),
        "parent": plan.parent.number if plan.parent else "",
    }


def _sections(version: PlanVersion) -> list[dict]:
    known = {row.code: row for row in version.sections.select_related("updated_by")}
    found = []
    for section in OUTLINES[version.plan.kind]:
        row = known.get(section.code)
        found.append(
            {
                "code": section.code,
                "title": section.title,
                "chapter": section.chapter,
                "text": row.text if row else "",
                "none_reason": row.none_reason if row else "",
                "updated_by": str(row.updated_by or "") if row else "",
                "updated_at": _text(row.updated_at) if row else "",
            }
        )
    return found


def _rows(version: PlanVersion) -> list[dict]:
    places = {code: place for place, code in enumerate(outline.tables_of(version.plan.kind))}
    rows = sorted(
        version.rows.all(),
        key=lambda row: (places.get(row.table, len(places)), row.table, row.position, row.pk),
    )
    return [{"table": row.table, "cells": row.cells, "source": row.source} for row in rows]


_KINDS = tuple(TargetKind.values)
_LINES = {line: place for place, line in enumerate(outline.LINES)}


def _last_year(plan: MarketingPlan) -> tuple[str, dict[str, str]]:
    """(all that was billed the year before, {business: its part}); the parts only of a customer:
    lines of the plans above are adjustments, which had no year before. Two queries at most.
    """
    year = plan.year - 1
    if plan.kind != MarketingPlan.Kind.KEY_CUSTOMER:
        return _money(bill_facts.billed(_counted_customers(plan), year)[year][4]), {}
    mine = Customer.objects.filter(pk=plan.customer_id)
    whole = bill_facts.billed(mine, year)
    by_line = bill_facts.billed_by_line(mine, year, whole=whole)[year]
    return _money(whole[year][4]), {line: _money(five[4]) for line, five in by_line.items()}


def _counted_customers(plan: MarketingPlan) -> QuerySet:
    """The keys of the customers whose plans count for this one (rollup_reports.customers_below)."""
    industries = MarketingPlan.objects.filter(kind=MarketingPlan.Kind.KEY_INDUSTRY)
    between = industries.filter(parent=plan).values("pk")
    below = MarketingPlan.objects.filter(Q(parent=plan) | Q(parent__in=between.order_by()))
    counted = below.filter(kind=MarketingPlan.Kind.KEY_CUSTOMER, counted__isnull=False)
    return counted.exclude(customer=None).order_by().values("customer")


def _targets(version: PlanVersion, last_year: dict[str, str]) -> list[dict]:
    """`last_year`: {business: what was billed}; a line that does not say it has ""."""
    lines = sorted(version.targets.all(), key=_place)
    says = rules.first_of_business((line.kind, line.business_line) for line in lines)
    return [
        {
            "kind": line.kind,
            "line": line.business_line,
            "operator": line.from_operator,
            "is_adjustment": line.is_adjustment,
            "reason": line.reason,
            **{name: _money(getattr(line, name)) for name in QUARTERS},
            "year": _money(line.year),
            "last_year": last_year.get(line.business_line, "") if is_first else "",
        }
        for line, is_first in zip(lines, says, strict=True)
    ]


def _place(line: PlanTargetLine) -> tuple:
    return (
        line.is_adjustment,
        _KINDS.index(line.kind),
        _LINES.get(line.business_line, len(_LINES)),
        line.from_operator,
        line.pk,
    )


def _allotments(plan: MarketingPlan) -> dict[str, list[str]]:
    return added([(row.kind, [getattr(row, q) for q in QUARTERS]) for row in plan.allotments.all()])


def _rollup(plan: MarketingPlan) -> list[dict]:
    """The plans right below with what counts of them and of what is below them. Two queries."""
    if plan.kind == MarketingPlan.Kind.KEY_CUSTOMER:
        return []
    # As rollup_reports: what hangs below a plan between counts whether or not that one counts.
    below = Q(version__plan__parent=plan) | Q(version__plan__parent__parent=plan)
    counted = PlanTargetLine.objects.filter(below, version=F("version__plan__counted"))
    child = Case(
        When(version__plan__parent=plan, then="version__plan"), default="version__plan__parent"
    )
    totals: dict[int, list] = {}
    sums = counted.order_by().annotate(child=child).values_list("child", "kind")
    for pk, kind, *values in sums.annotate(*(Sum(name) for name in QUARTERS)):
        totals.setdefault(pk, []).append((kind, values))
    children = plan.children.select_related("customer", "industry", "branch", "counted")
    return [
        {
            "number": one.number,
            "about": one.about(),
            "version": one.counted.number if one.counted else None,
            "sha256": one.counted.sha256 if one.counted else "",
            "sums": added(totals.get(one.pk, [])),
        }
        for one in children.order_by("number")
    ]


def added(parts: Iterable[tuple[str, list]]) -> dict[str, list[str]]:
    """{key: [q1, q2, q3, q4, year]} of many (key, four amounts)."""
    found: dict[str, list[Decimal]] = {}
    for key, values in parts:
        old = found.get(key, [Decimal(0)] * 4)
        found[key] = [a + Decimal(b) for a, b in zip(old, values, strict=True)]
    return {key: [_money(v) for v in (*values, sum(values))] for key, values in found.items()}


def _money(value: Decimal) -> str:
    return f"{Decimal(value):.2f}"


def _text(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""
