"""Charts: one option in pure JSON, drawn by ECharts in the browser and, for PDF, in quickjs.

A chart always carries its figures as a table and its message as a sentence: they are what remains
without JavaScript, on a screen reader and in a search of the page (docs/adr/0007).
"""

from core.charts.build import (
    Series,
    bar_chart,
    heatmap_chart,
    line_chart,
    pareto_chart,
    radar_chart,
    scatter_chart,
    stacked_chart,
)
from core.charts.model import Chart
from core.charts.quadrants import Field, Point, quadrant_chart

__all__ = [
    "Chart",
    "Field",
    "Point",
    "Series",
    "bar_chart",
    "heatmap_chart",
    "line_chart",
    "pareto_chart",
    "quadrant_chart",
    "radar_chart",
    "scatter_chart",
    "stacked_chart",
]
