"""Points in four fields: cut lines, shaded quadrants with names, arrows from where a point was."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from core.charts.build import _cross, _frame, _value_axis
from core.charts.model import Chart, Number, plain, said

STEP, ROOM = 5, 3
TURN = 0.7
NAMED = 40
"""Of very many points the first so many bear names; the rest tell theirs under the pointer."""
MANY = 120
"""From so many points on they are small."""
PLACES = ("insideTopRight", "insideTopLeft", "insideBottomLeft", "insideBottomRight")


@dataclass(frozen=True)
class Point:
    """`former` (x, y) draws an arrow; `href` is followed on a click and on Enter."""

    name: str
    x: Number
    y: Number
    field: int  # 0 upper right, 1 upper left, 2 lower left, 3 lower right
    href: str = ""
    former: tuple[Number, Number] | None = None


@dataclass(frozen=True)
class Field:
    name: str
    href: str = ""


def quadrant_chart(
    title: str,
    points: Sequence[Point],
    *,
    x_name: str,
    y_name: str,
    cuts: tuple[Number, Number],
    fields: Sequence[Field],
    labelled: int | None = None,
    alt: str = "",
    height: int = 520,
) -> Chart:
    """`fields` in the order of Point.field; the first `labelled` points bear their names, the
    others none (paper has no hover). Labels that would lie on others are left out.
    """
    x_low, x_high = _bounds([p.x for p in points] + _moved(points, 0), cuts[0])
    y_low, y_high = _bounds([p.y for p in points] + _moved(points, 1), cuts[1])
    turn = x_low + (x_high - x_low) * TURN
    usual = len(points) if len(points) <= MANY else NAMED
    shown = usual if labelled is None else labelled
    option = _frame() | {
        "grid": {"left": 12, "right": 20, "top": 34, "bottom": 34, "containLabel": True},
        "xAxis": _axis(x_name, x_low, x_high) | {"nameLocation": "middle", "nameGap": 28},
        "yAxis": _axis(y_name, y_low, y_high) | {"nameTextStyle": {"align": "left"}},
        "series": [
            {
                "type": "scatter",
                "symbolSize": 6 if len(points) > MANY else 10,
                "data": [
                    _point(p, number < shown, turn) for number, p in enumerate(points)
                ],
                "label": {
                    "show": True, "position": "right", "distance": 4, "formatter": "{b}",
                    "color": "@ink-2", "fontSize": 11, "textBorderColor": "@surface",
                    "textBorderWidth": 2, "width": 130, "overflow": "truncate",
                },
                "labelLayout": {"hideOverlap": True},
                "emphasis": {"label": {"show": True, "color": "@ink", "fontWeight": "bold"}},
                "markLine": _cross(*cuts),
                "markArea": _areas(cuts, (x_low, x_high), (y_low, y_high), fields),
                "z": 3,
            },
            _arrows([p for p in points if p.former]),
        ],
    }  # fmt: skip
    headers = ["名称", x_name, y_name, "所在象限"]
    rows = [[p.name, said(p.x), said(p.y), fields[p.field].name] for p in points]
    return Chart(title, option, headers, rows, alt or _said(points, x_name, y_name), height)


def _point(p: Point, is_labelled: bool, turn: float) -> dict:
    """Beyond `turn` the name stands on the left, so that the edge does not cut it."""
    made = {
        "name": p.name,
        "value": [plain(p.x), plain(p.y)],
        "itemStyle": {"color": f"@chart-{p.field + 1}", "opacity": 0.85},
    }
    if not is_labelled:
        made["label"] = {"show": False}
    elif p.x is not None and float(p.x) > turn:
        made["label"] = {"position": "left"}
    return made | ({"href": p.href} if p.href else {})


def _arrows(points: Sequence[Point]) -> dict:
    return {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "silent": True,
        "symbol": ["none", "arrow"],
        "symbolSize": 8,
        "z": 2,
        "lineStyle": {"color": "@ink-3", "width": 1, "opacity": 0.45, "curveness": 0},
        "data": [
            {"coords": [[plain(p.former[0]), plain(p.former[1])], [plain(p.x), plain(p.y)]]}
            for p in points
            if p.former
        ],
    }


def _areas(cuts, wide, high, fields: Sequence[Field]) -> dict:
    """Up to the ends of the axes: 「min」 would mean the smallest point."""
    x, y = plain(cuts[0]), plain(cuts[1])
    corners = [
        ({"xAxis": x, "yAxis": high[1]}, {"xAxis": wide[1], "yAxis": y}),
        ({"xAxis": wide[0], "yAxis": high[1]}, {"xAxis": x, "yAxis": y}),
        ({"xAxis": wide[0], "yAxis": y}, {"xAxis": x, "yAxis": high[0]}),
        ({"xAxis": x, "yAxis": y}, {"xAxis": wide[1], "yAxis": high[0]}),
    ]
    data = []
    for number, ((first, last), field) in enumerate(zip(corners, fields, strict=True)):
        look = {
            "name": field.name,
            "itemStyle": {"color": f"@chart-{number + 1}", "opacity": 0.07},
            "label": {
                "position": PLACES[number], "color": f"@chart-{number + 1}", "fontSize": 13,
                "fontWeight": "bold",
            },
        }  # fmt: skip
        data.append([first | look | ({"href": field.href} if field.href else {}), last])
    return {"data": data, "emphasis": {"disabled": True}}


def _axis(name: str, low: int, high: int) -> dict:
    return _value_axis("") | {"name": name, "min": low, "max": high}


def _bounds(values: Sequence[Number], cut: Number) -> tuple[int, int]:
    """Round numbers with room around everything, also when there is nothing but the cut."""
    known = [float(v) for v in (*values, cut) if v is not None]
    low, high = min(known) - ROOM, max(known) + ROOM
    return floor(low / STEP) * STEP, ceil(high / STEP) * STEP


def _moved(points: Sequence[Point], axis: int) -> list[Number]:
    return [p.former[axis] for p in points if p.former]


def _said(points: Sequence[Point], x_name: str, y_name: str) -> str:
    return f"象限图：{len(points)} 个点，横轴{x_name}，纵轴{y_name}。"
