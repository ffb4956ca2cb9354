"""How scores, weights and raw values are written: never rounded away, so that they add up."""

from decimal import Decimal

from django import template

from valuation.explain_rules import tidy
from valuation.models import Dimension
from valuation.strategy_words import FLAGS

register = template.Library()
NOTHING = "—"


@register.filter
def plain(value: Decimal | None) -> str:
    """All places and no zeros at the end: 「0.4」, 「31.2」, 「80」."""
    return NOTHING if value is None else f"{tidy(Decimal(value)):f}"


@register.filter
def signed(value: Decimal | None) -> str:
    """「+5」, 「-2.5」, 「不变」."""
    if value is None:
        return NOTHING
    return f"{tidy(value):+f}" if value else "不变"


@register.filter
def raw(value: Decimal | None, unit: str = "") -> str:
    """With thousands and its unit; 「—」 without a value."""
    if value is None:
        return NOTHING
    text = f"{tidy(value):,f}"
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".strip()


@register.filter
def money(value: Decimal | None) -> str:
    """元 with two places and thousands."""
    return NOTHING if value is None else f"{value:,.2f}"


@register.filter
def dimension(code: str) -> str:
    return str(Dimension(code).label)


@register.filter
def flag(code: str) -> str:
    return FLAGS.get(code, "")


@register.filter
def unlocalized(value: Decimal) -> str:
    """For an address: 「1234.50」."""
    return f"{value:f}"


@register.filter
def trimmed(text: str) -> str:
    """A stored number without the zeros at its end."""
    return plain(Decimal(text))
