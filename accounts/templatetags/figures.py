"""Numbers of the customer view as people read them."""

from decimal import ROUND_HALF_UP, Decimal

from django import template

from accounts import rules

register = template.Library()
NOTHING = "—"


@register.filter
def money(value) -> str:
    """「140,982.00」; nothing is 「—」, a negative amount has a true minus."""
    if value is None or value == "":
        return NOTHING
    amount = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{amount:,}".replace("-", "−")


@register.filter
def yuan(value) -> str:
    """「140,982」: whole 元, for where cents would only be noise."""
    if value is None or value == "":
        return NOTHING
    return f"{Decimal(value).quantize(Decimal(1), ROUND_HALF_UP):,}".replace("-", "−")


@register.filter
def growth(value) -> str:
    """「+3.2%」, 「−1.0%」; no base is 「—」."""
    return NOTHING if value is None else f"{value:+}%".replace("-", "−")


@register.filter
def plain(value) -> str:
    """「69」 for 69.00, 「2.95」 for 2.950."""
    if value is None:
        return NOTHING
    return f"{Decimal(value).normalize():,f}"


@register.filter
def mask_account(number: str) -> str:
    """「**** 1234」."""
    return rules.mask_account(number)
