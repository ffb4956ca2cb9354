"""The tables of the revenue analysis as rows for xlsx: {code: (title, header, rows)}."""

from valuation import gap_reports
from valuation import revenue_chart_reports as charts
from valuation import revenue_reports as reports
from valuation import revenue_rules as rules

MOST_ROWS = 5_000
TABLES = {
    "structure": "各行业业务结构",
    "spread": "各业务行业分布",
    "quotient": "区位商",
    "use": "渗透率与户均",
    "growth": "业务同比环比",
    "months": "月收入",
    "shortfall": "低于行业水平",
}


def table(code: str, asked: reports.Asked) -> tuple[list[str], list[list]]:
    return MAKERS[code](asked)


def _structure(asked):
    found = reports.structure(asked)
    header = ["行业", *(found.labels[code] for code in found.codes), "合计（元）"]
    rows = []
    for pk in found.industries:
        shares = rules.percents(found.amounts[pk])
        total = sum(found.amounts[pk].values(), rules.ZERO)
        rows.append([found.names.get(pk), *(shares.get(c, 0) for c in found.codes), total])
    whole = rules.percents(found.everywhere)
    return header, [*rows, [charts.ALL, *(whole.get(c, 0) for c in found.codes), found.total]]


def _spread(asked):
    found = reports.structure(asked)
    header = ["业务", *(found.names.get(pk) for pk in found.industries), "合计（元）"]
    rows = []
    for code in found.codes:
        parts = {pk: found.amounts[pk].get(code, rules.ZERO) for pk in found.industries}
        shares = rules.percents({str(pk): amount for pk, amount in parts.items()})
        line = [shares.get(str(pk), 0) for pk in found.industries]
        rows.append([found.labels[code], *line, sum(parts.values(), rules.ZERO)])
    return header, rows


def _quotient(asked):
    found = reports.structure(asked)
    whole = found.everywhere
    rows = [
        [
            found.names.get(pk),
            *(rules.location_quotient(found.amounts[pk], whole, code) for code in found.codes),
        ]
        for pk in found.industries
    ]
    return ["行业", *(found.labels[code] for code in found.codes)], rows


def use_rows(found: reports.Structure) -> list[list]:
    """Industry, business, users, customers, penetration in percent, 元 a user."""
    return [
        [
            found.names.get(pk), found.labels[code], found.users[pk].get(code, 0),
            found.customers.get(pk, 0),
            rules.penetration(found.users[pk].get(code, 0), found.customers.get(pk, 0)),
            rules.intensity(found.amounts[pk].get(code, rules.ZERO), found.users[pk].get(code, 0)),
        ]
        for pk in found.industries
        for code in found.codes
    ]  # fmt: skip


def _use(asked):
    header = ["行业", "业务", "在用客户数", "客户数", "渗透率（%）", "户均（元）"]
    return header, use_rows(reports.structure(asked))


def _growth(asked):
    header = ["业务", "本期（元）", "上年同期（元）", "同比", "末月环比"]
    rows = [
        [row.name, row.amount, row.before, str(row.yoy), str(row.mom)]
        for row in reports.line_growth(asked)
    ]
    return header, rows


def _months(asked):
    header = ["月份", "收入（元）", "上年同月（元）", "同比", "环比"]
    rows = [
        [f"{row.month:%Y-%m}", row.amount, row.before, str(row.yoy), str(row.mom)]
        for row in reports.months(asked)
    ]
    return header, rows


def _shortfall(asked):
    header = ["客户编码", "客户", "行业", "业务", "本客户金额（元）", "本客户占比（%）",
              "行业占比（%）", "差额（元）"]  # fmt: skip
    rows = [
        [
            row.customer.code, row.customer.name, row.industry, row.line, row.gap.amount,
            row.gap.own_percent, row.gap.reference_percent, row.gap.shortfall,
        ]
        for row in gap_reports.shortfalls(asked, MOST_ROWS).rows
    ]  # fmt: skip
    return header, rows


def comparison(found: gap_reports.Comparison) -> tuple[list[str], list[list]]:
    header = ["业务", "本客户金额（元）", "本客户占比（%）", "行业占比（%）", "相差（百分点）",
              "差额（元）"]  # fmt: skip
    rows = [
        [
            name, gap.amount, gap.own_percent, gap.reference_percent, gap.difference,
            gap.shortfall,
        ]
        for name, gap in found.rows
    ]  # fmt: skip
    return header, rows


MAKERS = {
    "structure": _structure, "spread": _spread, "quotient": _quotient, "use": _use,
    "growth": _growth, "months": _months, "shortfall": _shortfall,
}  # fmt: skip
