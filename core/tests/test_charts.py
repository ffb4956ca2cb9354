"""One option in two places: escaped, in the colours of the theme, with its table beside it."""

import json
import re
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from core import charts
from core.charts import Series, svg
from core.charts.svg import ChartError, coloured, render_svg

HOSTILE = "</script><img src=x onerror=alert(1)>&'\"{b}@chart-1"


def line(**fields):
    values = [Series("及时率", [Decimal("95.5"), None, 80]), Series("部门均值", [90, 91, 92])]
    return charts.line_chart("感谢函及时率", ["9月", "10月", "11月"], values, unit="%", **fields)


def every_kind():
    one = [Series("本部门", [3, 2]), Series("其他", [1, None])]
    return [
        line(target=95, most=100),
        charts.bar_chart("柱形", ["甲", "乙"], one, target=2),
        charts.bar_chart("横条", ["甲", "乙"], one, is_lying=True, target=2),
        charts.stacked_chart("堆叠", ["甲", "乙"], one),
        charts.pareto_chart("帕累托", ["甲", "乙"], [3, 1]),
        charts.heatmap_chart("热力", ["一", "二"], one),
        charts.radar_chart("雷达", [("价值", 5), ("潜力", 5)], one),
        charts.scatter_chart(
            "矩阵",
            [("客户甲", 1, 2), ("客户乙", 3, 4)],
            x_name="当前价值",
            y_name="潜在价值",
            cuts=(2, 3),
            quadrants=["双高", "潜力", "双低", "现金"],
        ),
    ]


def page(*shown):
    template = Template("{% load charts %}{% for c in shown %}{% chart c %}{% endfor %}")
    return template.render(Context({"shown": shown}))


@pytest.mark.parametrize("chart", every_kind(), ids=lambda c: c.title)
def test_every_kind_is_pure_json_and_becomes_svg(chart):
    assert json.loads(json.dumps(chart.option)) == chart.option
    drawn = render_svg(chart)
    assert drawn.startswith("<svg") and drawn.endswith("</svg>")
    assert "@" not in drawn and "NaN" not in drawn
    assert "paint-order" not in drawn and "<style" not in drawn
    assert all(len(row) == len(chart.headers) for row in chart.rows)


def test_the_page_carries_the_very_option_that_is_drawn_for_paper():
    chart = line(target=95)
    [text] = re.findall(r'<script id="chart-1" type="application/json">(.*?)</script>', page(chart))
    assert json.loads(text) == chart.option


def test_names_that_look_like_markup_stay_text():
    labels, values = [HOSTILE, "乙"], [Series(HOSTILE, [1, 2]), Series("b", [1, 2])]
    hostile = [
        charts.line_chart(HOSTILE, labels, values),
        charts.scatter_chart("s", [(HOSTILE, 1, 2)], x_name=HOSTILE, y_name="y"),
        charts.heatmap_chart("h", labels, values),
        charts.radar_chart("r", [(HOSTILE, 5), ("b", 5), ("c", 5)], [Series(HOSTILE, [1, 2, 3])]),
    ]
    for chart in hostile:
        drawn = render_svg(chart, 2000)
        assert "<img" not in drawn and "<script" not in drawn
        assert "&lt;img" in drawn
    shown = page(*hostile)
    assert "<img" not in shown
    assert shown.count("</script>") == len(hostile)


def test_only_a_colour_is_replaced_never_a_name():
    part = {"color": ["@ink"], "name": "@ink", "data": [{"value": "@ink"}]}
    found = coloured(part, {"ink": "#000"})
    assert found == {"color": ["#000"], "name": "@ink", "data": [{"value": "@ink"}]}


def test_nothing_in_a_drawing_is_fetched_from_elsewhere():
    for chart in every_kind():
        rest = render_svg(chart).replace("http://www.w3.org/", "")
        assert not re.search(r"https?:|url\((?!#)|<image|<use", rest)


def test_the_light_colours_are_those_of_the_screen():
    css = ""
    for name in ("tokens.css", "charts.css"):
        text = Path(settings.BASE_DIR, "static/css", name).read_text(encoding="utf-8")
        css += text.split('[data-bs-theme="dark"]')[0]
    on_screen = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", css))
    assert {name: on_screen.get(name) for name in svg.LIGHT} == svg.LIGHT


def test_without_javascript_the_table_is_open_and_the_message_stands_there():
    shown = page(line(alt="十一月低于目标。"))
    assert '<details class="chart-table" open>' in shown
    assert "十一月低于目标。" in shown
    assert '<td class="num">95.5%</td>' in shown
    assert '<td class="num">—</td>' in shown
    assert not re.search(r"\sstyle=|\son\w+=", shown)


def test_two_charts_on_a_page_have_two_ids():
    shown = page(line(), line())
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert len(ids) == len(set(ids)) == 6


def test_a_chart_that_runs_too_long_is_refused_and_the_next_one_is_drawn(monkeypatch):
    monkeypatch.setattr(svg, "SECONDS", 0.05)
    monkeypatch.setattr(svg, "RENDER", "function render() { for (;;) {} }")
    svg._contexts.clear()
    with pytest.raises(ChartError, match="过于复杂"):
        render_svg(line())
    monkeypatch.undo()
    assert render_svg(line()).startswith("<svg")


def test_a_chart_that_eats_memory_is_refused(monkeypatch):
    endless = "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);"
    monkeypatch.setattr(svg, "MEMORY", 64 * 1024 * 1024)
    monkeypatch.setattr(svg, "RENDER", f"function render() {{ {endless} }}")
    svg._contexts.clear()
    with pytest.raises(ChartError):
        render_svg(line())
    monkeypatch.undo()
    assert render_svg(line()).startswith("<svg")


def test_threads_draw_one_after_another_and_all_get_the_same():
    drawn = []
    threads = [threading.Thread(target=lambda: drawn.append(render_svg(line()))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clean = {re.sub(r"(zr|cls-)\d+", "n", text) for text in drawn}
    assert len(drawn) == 6 and len(clean) == 1


def test_a_target_beyond_all_figures_is_drawn():
    low = [Series("客户流失率", [Decimal("0.4"), None, Decimal(1)])]
    chart = charts.line_chart("流失", ["8月", "9月", "10月"], low, unit="%", target=Decimal(2))
    assert chart.option["yAxis"]["max"] == 2
    assert "目标 2%" in re.sub(r"<[^>]+>", "", render_svg(chart))
    lying = charts.bar_chart("横条", ["甲"], [Series("次", [3])], is_lying=True, target=4)
    assert lying.option["xAxis"]["max"] == 4 and "max" not in lying.option["yAxis"]
    assert "max" not in line(target=95).option["yAxis"]  # the figures reach it
    assert charts.line_chart("无", ["8月"], [Series("次", [None])], target=0).option["yAxis"]
