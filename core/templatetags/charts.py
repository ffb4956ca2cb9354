"""`{% chart chart %}`: the figure with its table; `{% chart_svg chart %}`: for PDF and print."""

from itertools import count

from django import template

from core.charts.svg import render_svg

register = template.Library()
COUNTER = "_charts_drawn"


@register.inclusion_tag("core/_chart.html", takes_context=True)
def chart(context, chart, number=None):
    """Draws `chart` (core.charts.Chart). Ids follow the order on the page, so they never repeat."""
    # The lowest layer: an included template has a layer of its own and would begin again.
    numbers = context.render_context.dicts[0].setdefault(COUNTER, count(1))
    name = number or next(numbers)
    return {"chart": chart, "id": f"chart-{name}", "option": chart.option}


@register.simple_tag
def chart_svg(chart, width=680, height=None):
    return render_svg(chart, width, height)
