"""Builders: figures in, a whole Chart out. No colour and no size that is not a token.

`labels` name the places of the first axis, in order. A value of None is a gap. `unit` follows
every figure (「%」, 「次」, 「万元」).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.model import Chart, Number, plain, said

PALETTE = [f"@chart-{n}" for n in range(1, 11)]
SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"]  # not by colour alone
DASHES = ["solid", "dashed", "dotted"]
FULL = 100
GRID = {"left": 8, "right": 20, "top": 42, "bottom": 8, "containLabel": True}
BARE = 18  # above a drawing without a legend
LABEL = {"color": "@ink-2", "hideOverlap": True, "width": 120, "overflow": "truncate"}


@dataclass(frozen=True)
class Series:
    name: str
    values: Sequence[Number]


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    alt: str = "",
    target: Number = None,
    most: Number = None,
) -> Chart:
    """Lines over time. `target` draws a dashed level; `most` fixes the top of the axis."""
    drawn = [_line(row, number) for number, row in enumerate(series)]
    if target is not None and drawn:
        drawn[0]["markLine"] = _level(target, unit)
    option = _over_labels(labels, series, drawn, unit, most)
    if most is None:
        option["yAxis"] |= _reaching(target, series)
    return _table_of(title, option, labels, series, unit, alt or _said("折线图", labels, series))


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    alt: str = "",
    target: Number = None,
    is_lying: bool = False,
) -> Chart:
    """Bars side by side. `is_lying` puts the labels on the left, for long names."""
    drawn = [_bar(row) for row in series]
    if target is not None and drawn:
        drawn[0]["markLine"] = _level(target, unit, "xAxis" if is_lying else "yAxis")
    option = _over_labels(labels, series, drawn, unit, None)
    option["yAxis"] |= _reaching(target, series)
    if is_lying:
        option["xAxis"]["axisLabel"].pop("alignMinLabel")
        option["xAxis"], option["yAxis"] = option["yAxis"], option["xAxis"] | {"inverse": True}
    return _table_of(title, option, labels, series, unit, alt or _said("柱形图", labels, series))


def stacked_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", alt: str = ""
) -> Chart:
    """Bars on top of each other: parts of a whole."""
    drawn = [_bar(row) | {"stack": "all"} for row in series]
    option = _over_labels(labels, series, drawn, unit, None)
    alt = alt or _said("堆叠柱形图", labels, series)
    return _table_of(title, option, labels, series, unit, alt)


def pareto_chart(
    title: str,
    labels: Sequence[str],
    values: Sequence[Number],
    *,
    unit: str = "",
    alt: str = "",
    total: Number = None,
) -> Chart:
    """Bars from large to small with the share reached so far; the caller sorts.

    `total` is the whole when only the largest are drawn.
    """
    total, so_far, shares = total or sum(v or 0 for v in values), 0, []
    for value in values:
        so_far += value or 0
        shares.append(round(float(so_far) * FULL / float(total), 1) if total else None)
    rows = [Series("数量", values), Series("累计占比（%）", shares)]
    drawn = [_bar(rows[0]), _line(rows[1], 1) | {"yAxisIndex": 1}]
    option = _over_labels(labels, rows, drawn, unit, None)
    option["yAxis"] = [option["yAxis"], _value_axis("%", FULL) | {"splitLine": {"show": False}}]
    return _table_of(title, option, labels, rows, "", alt or _said("帕累托图", labels, rows))


def heatmap_chart(
    title: str,
    columns: Sequence[str],
    lines: Sequence[Series],
    *,
    unit: str = "",
    alt: str = "",
) -> Chart:
    """A field of cells, darker for more. One Series a line, its values along `columns`."""
    cells = [
        [x, y, plain(value)]
        for y, line in enumerate(lines)
        for x, value in enumerate(line.values)
        if value is not None
    ]
    numbers = [cell[2] for cell in cells] or [0]
    option = _frame() | {
        "grid": GRID | {"top": BARE},
        "xAxis": _label_axis(columns),
        "yAxis": _label_axis([line.name for line in lines]) | {"inverse": True},
        "visualMap": {
            "min": min(numbers),
            "max": max(max(numbers), min(numbers) + 1),
            "show": False,
            "inRange": {"color": ["@chart-low", "@chart-high"]},
        },
        "series": [
            {
                "type": "heatmap",
                "data": cells,
                "label": {"show": True, "color": "@ink", "fontSize": 11},
                "labelLayout": {"hideOverlap": True},
                "itemStyle": {"borderColor": "@surface", "borderWidth": 2},
            }
        ],
    }
    rows = [[line.name, *(said(v, unit) for v in line.values)] for line in lines]
    alt = alt or _said("热力图", columns, lines)
    return Chart(title, option, ["", *columns], rows, alt, 90 + 34 * len(lines))


def radar_chart(
    title: str,
    axes: Sequence[tuple[str, Number]],
    series: Sequence[Series],
    *,
    unit: str = "",
    alt: str = "",
) -> Chart:
    """A web of several scores. `axes` are (name, highest possible value)."""
    option = _frame() | {
        "legend": _legend(series),
        "radar": {
            "radius": "52%",  # room for five characters at each side of a phone
            "axisNameGap": 8,
            "indicator": [{"name": name, "max": plain(most)} for name, most in axes],
            "axisName": {"color": "@ink-2"},
            "axisLine": {"lineStyle": {"color": "@line"}},
            "splitLine": {"lineStyle": {"color": "@line"}},
            "splitArea": {"show": False},
        },
        "series": [
            {
                "type": "radar",
                "data": [
                    {"name": row.name, "value": [plain(v) for v in row.values]} for row in series
                ],
                "areaStyle": {"opacity": 0.12},
            }
        ],
    }
    labels = [name for name, _ in axes]
    return _table_of(title, option, labels, series, unit, alt or _said("雷达图", labels, series))


def scatter_chart(
    title: str,
    points: Sequence[tuple[str, Number, Number]],
    *,
    x_name: str,
    y_name: str,
    cuts: tuple[Number, Number] | None = None,
    quadrants: Sequence[str] = (),
    alt: str = "",
) -> Chart:
    """Points (name, x, y). `cuts` (x, y) draw two lines; `quadrants` name the fields between them:
    upper right, upper left, lower left, lower right.
    """
    data = [{"name": name, "value": [plain(x), plain(y)]} for name, x, y in points]
    series: dict = {
        "type": "scatter",
        "symbolSize": 10,
        "data": data,
        "label": {"show": True, "position": "top", "formatter": "{b}", "color": "@ink-2"},
        "labelLayout": {"hideOverlap": True},
        "itemStyle": {"color": PALETTE[0], "opacity": 0.85},
    }
    if cuts:
        series["markLine"] = _cross(*cuts)
        series["markArea"] = _quadrants(*cuts, quadrants)
    option = _frame() | {
        "xAxis": _value_axis("") | {"name": x_name, "nameLocation": "middle", "nameGap": 28},
        "yAxis": _value_axis("") | {"name": y_name},
        "series": [series],
    }
    rows = [[name, said(x), said(y)] for name, x, y in points]
    alt = alt or f"散点图：{len(points)} 个点，横轴{x_name}，纵轴{y_name}。"
    return Chart(title, option, ["名称", x_name, y_name], rows, alt, 420)


# --- the parts ------------------------------------------------------------------------------------
def _frame() -> dict:
    return {
        "animation": False,
        "color": PALETTE,
        "textStyle": {"color": "@ink-2"},
        "grid": dict(GRID),
        # Never HTML: what stands in a name is text, and no style attribute is needed (CSP).
        "tooltip": {
            "renderMode": "richText",
            "confine": True,
            "backgroundColor": "@surface",
            "borderColor": "@line-strong",
            "textStyle": {"color": "@ink"},
        },
    }


def _over_labels(labels, series, drawn, unit, most) -> dict:
    frame = _frame()
    frame["tooltip"] |= {"trigger": "axis"}
    if len(series) < 2:
        frame["grid"] |= {"top": BARE}
    return frame | {
        "legend": _legend(series),
        "xAxis": _label_axis(labels) | {"axisLabel": LABEL | {"alignMinLabel": "left"}},
        "yAxis": _value_axis(unit, most),
        "series": drawn,
    }


def _legend(series: Sequence[Series]) -> dict:
    return {
        "show": len(series) > 1,
        "type": "scroll",
        "top": 0,
        "left": 0,
        "data": [row.name for row in series],
        "textStyle": {"color": "@ink-2"},
    }


def _label_axis(labels: Sequence[str]) -> dict:
    return {
        "type": "category",
        "data": list(labels),
        "axisLabel": dict(LABEL),
        "axisLine": {"lineStyle": {"color": "@line-strong"}},
        "axisTick": {"show": False},
    }


def _value_axis(unit: str, most: Number = None) -> dict:
    axis: dict = {
        "type": "value",
        "axisLabel": {"color": "@ink-2", "formatter": f"{{value}}{unit}", "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "@line"}},
    }
    return axis if most is None else axis | {"max": plain(most), "min": 0}


def _reaching(target: Number, series: Sequence[Series]) -> dict:
    """The end of an axis whose figures all stay below the target: ECharts makes room for figures
    only, and a level beyond them would not be drawn."""
    values = [value for row in series for value in row.values if value is not None]
    is_beyond = target is not None and target > max([0, *values])
    return {"max": plain(target)} if is_beyond else {}


def _line(row: Series, number: int) -> dict:
    return {
        "type": "line",
        "name": row.name,
        "data": [plain(value) for value in row.values],
        "symbol": SYMBOLS[number % len(SYMBOLS)],
        "symbolSize": 7,
        "lineStyle": {"type": DASHES[number % len(DASHES)], "width": 2},
        "connectNulls": False,
    }


def _bar(row: Series) -> dict:
    data = [plain(value) for value in row.values]
    return {"type": "bar", "name": row.name, "data": data, "barMaxWidth": 34}


def _level(value: Number, unit: str, axis: str = "yAxis") -> dict:
    return {
        "silent": True,
        "symbol": "none",
        "data": [{axis: plain(value)}],
        "lineStyle": {"color": "@line-strong", "type": "dashed"},
        "label": {
            "formatter": f"目标 {said(value, unit)}",
            "color": "@ink-2",
            "position": "insideStartBottom",  # the newest months stand at the end
        },
    }


def _cross(x: Number, y: Number) -> dict:
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "@line-strong", "type": "dashed"},
        "data": [{"xAxis": plain(x)}, {"yAxis": plain(y)}],
    }


def _quadrants(x: Number, y: Number, names: Sequence[str]) -> dict:
    x, y = plain(x), plain(y)
    corners = [
        ({"xAxis": x, "yAxis": "max"}, {"xAxis": "max", "yAxis": y}),
        ({"xAxis": "min", "yAxis": "max"}, {"xAxis": x, "yAxis": y}),
        ({"xAxis": "min", "yAxis": y}, {"xAxis": x, "yAxis": "min"}),
        ({"xAxis": x, "yAxis": y}, {"xAxis": "max", "yAxis": "min"}),
    ]
    areas = [
        [first | {"name": name, "itemStyle": {"color": f"@chart-{n + 1}", "opacity": 0.06}}, last]
        for n, ((first, last), name) in enumerate(zip(corners, names, strict=False))
    ]
    return {
        "silent": True,
        "data": areas,
        "label": {"position": "insideTop", "color": "@ink-3"},
    }


def _table_of(title, option, labels, series, unit, alt) -> Chart:
    rows = [
        [label, *(said(row.values[number], unit) for row in series)]
        for number, label in enumerate(labels)
    ]
    return Chart(title, option, ["", *(row.name for row in series)], rows, alt)


def _said(kind: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    names = "、".join(row.name for row in series[:4]) + ("等" if len(series) > 4 else "")
    return f"{kind}：{names}，共 {len(labels)} 项。数值见数据表。"
