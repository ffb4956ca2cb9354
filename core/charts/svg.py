"""The same option as SVG, for PDF and print: ECharts in quickjs, without a browser.

One context for each process, made when first needed and behind a lock; every chart has a limit of
time and memory, and a chart that breaks it is an error in words, never a hanging worker.
"""

import json
import os
import re
import threading
from pathlib import Path

import quickjs
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from core.charts.model import Chart

MEMORY = 256 * 1024 * 1024
SECONDS = 10
FONT = "Noto Sans CJK SC, sans-serif"
# The light tokens of static/css/tokens.css and charts.css; a test holds them equal.
LIGHT = {
    "ink": "#1f2728",
    "ink-2": "#4a5556",
    "ink-3": "#616a69",
    "line": "#ded8ca",
    "line-strong": "#8d8777",
    "surface": "#fffdf9",
    "chart-1": "#0e5c60",
    "chart-2": "#b0561f",
    "chart-3": "#2a4e71",
    "chart-4": "#7d6a12",
    "chart-5": "#8a3a62",
    "chart-6": "#3f7347",
    "chart-7": "#5d5f86",
    "chart-8": "#7a5a48",
    "chart-9": "#9a3b34",
    "chart-10": "#4b6a8f",
    "chart-low": "#eef2ea",
    "chart-high": "#6fa8a0",
    "chart-under": "#f3dfc6",
}
# setTimeout: ECharts asks for it when it starts. slice: a rope string cannot leave quickjs.
BEFORE = "globalThis.setTimeout=()=>0;globalThis.clearTimeout=()=>{};"
RENDER = """function render(option, width, height) {
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width, height});
  try { chart.setOption(JSON.parse(option)); const text = chart.renderToSVGString();
        return text.slice(0, text.length); } finally { chart.dispose(); }
}"""
# WeasyPrint paints the halo of a label over it, and knows no hover.
HALO = re.compile(r"<text([^>]*)>")
STROKE = re.compile(r' (?:stroke(?:-[a-z]+)?|paint-order)="[^"]*"')
STYLE = re.compile(r"<style\s*>.*?</style>", re.S)

_lock = threading.Lock()
_contexts: dict[int, quickjs.Context] = {}


class ChartError(Exception):
    """A chart that cannot be drawn. The message is Chinese and safe to show to the user."""


def render_svg(chart: Chart, width: int = 680, height: int | None = None) -> SafeString:
    """`chart` as an SVG element in the light colours. ChartError beyond the limits."""
    light = coloured(chart.option, LIGHT)
    light["textStyle"] = light.get("textStyle", {}) | {"fontFamily": FONT}
    option = json.dumps(light, ensure_ascii=False, default=str)
    with _lock:
        try:
            text = _context().get("render")(option, width, height or chart.height)
        except quickjs.JSException as error:
            _contexts.pop(os.getpid(), None)  # its memory may be full, its state half made
            raise ChartError("图表过于复杂，无法生成。") from error
    # Made by our own code from numbers and escaped text; see the test with hostile names.
    return mark_safe(HALO.sub(_without_halo, STYLE.sub("", text)))


def coloured(part, tokens: dict[str, str], key: str = ""):
    """The option with every 「@token」 that stands where a colour stands replaced by its colour."""
    if isinstance(part, dict):
        return {name: coloured(value, tokens, name) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [coloured(value, tokens, key) for value in part]
    if isinstance(part, str) and part[:1] == "@" and key.lower().endswith("color"):
        return tokens[part[1:]]
    return part


def _context() -> quickjs.Context:
    """This process's own: a worker that was forked makes a new one."""
    context = _contexts.get(os.getpid())
    if context is None:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY)
        context.eval(BEFORE + _library())
        context.eval(RENDER)
        context.set_time_limit(SECONDS)
        _contexts.clear()
        _contexts[os.getpid()] = context
    return context


def _library() -> str:
    path = Path(settings.NPM_ROOT) / "echarts" / "dist" / "echarts.min.js"
    if not path.exists():
        raise ChartError("缺少图表组件，请先执行 make setup。")
    return path.read_text(encoding="utf-8")


def _without_halo(match: re.Match) -> str:
    attributes = match.group(1)
    if "paint-order" not in attributes:
        return match.group(0)
    return f"<text{STROKE.sub('', attributes)}>"
