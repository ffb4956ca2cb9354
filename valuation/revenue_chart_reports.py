"""The pictures of the revenue analysis; each is also a table and a file (R61)."""

from decimal import Decimal

from core.charts import Chart, Series, bar_chart, heatmap_chart, line_chart, stacked_chart
from valuation import revenue_rules as rules
from valuation.gap_reports import Comparison, Shortfalls
from valuation.revenue_reports import Month, QuotientLimits, Structure

WAN = Decimal(10_000)
CENT = Decimal("0.01")
ALL = "全部"


def horizontal(found: Structure, only: int | None = None) -> Chart:
    """What each industry spends its money on, in percent that add up to 100.00.

    `only`: one industry beside all together; nothing of the others shows.
    """
    industries = [pk for pk in found.industries if only in (None, pk)]
    shares = {pk: rules.percents(found.amounts[pk]) for pk in industries}
    whole = rules.percents(found.everywhere)
    labels = [found.names.get(pk, "—") for pk in industries] + [ALL]
    series = [
        Series(
            found.labels[code],
            [shares[pk].get(code, Decimal("0.00")) for pk in industries] + [whole[code]],
        )
        for code in found.codes
        if code in whole
    ]
    title = (
        "各行业的业务结构" if only is None else f"{found.names.get(only, '')}行业与全部的业务结构"
    )
    made = stacked_chart(title, labels, series, unit="%")
    made.option["yAxis"]["max"] = 100
    return made


def vertical(found: Structure) -> Chart:
    """Which industries the money of each business comes from, in percent."""
    columns = [found.names.get(pk, "—") for pk in found.industries]
    lines = []
    for code in found.codes:
        parts = {str(pk): found.amounts[pk].get(code, rules.ZERO) for pk in found.industries}
        shares = rules.percents(parts)
        lines.append(Series(found.labels[code], [shares.get(str(pk)) for pk in found.industries]))
    alt = f"热力图：{len(lines)} 种业务的收入在 {len(columns)} 个行业中的分布，每行合计 100%。"
    return heatmap_chart("各业务的收入来自哪些行业（%）", columns, lines, alt=alt)


def quotients(found: Structure, limits: QuotientLimits) -> Chart:
    """LQ by industry and business: above 1.2 the industry buys more than all, below 0.8 less."""
    under, over = limits
    everywhere = found.everywhere
    lines = [
        Series(
            found.names.get(pk, "—"),
            [
                rules.location_quotient(found.amounts[pk], everywhere, code)
                for code in found.codes
            ],
        )
        for pk in found.industries
    ]  # fmt: skip
    found_as = [rules.tendency(value, over, under) for line in lines for value in line.values]
    alt = (
        f"热力图：区位商。高于 {over} 的 {found_as.count('over')} 格，"
        f"低于 {under} 的 {found_as.count('under')} 格。"
    )
    columns = [found.labels[code] for code in found.codes]
    made = heatmap_chart("区位商（行业占比 ÷ 全部占比）", columns, lines, alt=alt)
    made.option["visualMap"] = {
        "type": "piecewise", "pieces": _pieces(limits), "orient": "horizontal", "left": 0, "top": 0,
        "textStyle": {"color": "@ink-2"},
    }  # fmt: skip
    made.option["grid"] = made.option["grid"] | {"top": 36}
    return made


def _pieces(limits: QuotientLimits) -> list[dict]:
    under, over = float(limits.under), float(limits.over)
    return [
        {"lt": under, "label": f"低于 {limits.under}", "color": "@chart-under"},
        {"gte": under, "lte": over, "label": f"{limits.under}–{limits.over}",
         "color": "@chart-low"},
        {"gt": over, "label": f"高于 {limits.over}", "color": "@chart-high"},
    ]  # fmt: skip


def trend(found: list[Month]) -> Chart:
    labels = [f"{row.month:%Y-%m}" for row in found]
    series = [
        Series("本年", [_wan(row.amount) for row in found]),
        Series("上年同月", [_wan(row.before) for row in found]),
    ]
    return line_chart("月收入与上年同月", labels, series, unit=" 万元")


def growth(found: list[Month]) -> Chart:
    labels = [f"{row.month:%Y-%m}" for row in found]
    series = [
        Series("同比", [row.yoy.percent for row in found]),
        Series("环比", [row.mom.percent for row in found]),
    ]
    return line_chart("同比与环比", labels, series, unit="%")


def largest(found: Shortfalls, most: int = 15) -> Chart:
    rows = found.rows[:most]
    labels = [f"{row.line} {row.customer.name}" for row in rows]
    values = [row.gap.shortfall for row in rows]
    alt = f"横条图：低于行业水平最多的 {len(rows)} 项，单位元。"
    made = bar_chart(
        "低于行业水平的金额", labels, [Series("差额", values)], unit=" 元", alt=alt, is_lying=True
    )
    return made


def against_industry(found: Comparison) -> Chart:
    """Shares of one customer beside those of its industry; the money is said in the sentence."""
    labels = [name for name, _ in found.rows]
    series = [
        Series("本客户", [gap.own_percent for gap in found.gaps]),
        Series("同行业", [gap.reference_percent for gap in found.gaps]),
    ]
    lacking = [f"{name} {gap.shortfall} 元" for name, gap in found.rows if gap.shortfall]
    alt = f"横条图：{len(labels)} 种业务在本客户和同行业收入中的占比。"
    alt += f"低于行业：{'，'.join(lacking)}。" if lacking else "没有低于行业的业务。"
    return bar_chart("与同行业的业务结构对比", labels, series, unit="%", alt=alt, is_lying=True)


def _wan(value: Decimal | None) -> Decimal | None:
    return None if value is None else (value / WAN).quantize(CENT)
