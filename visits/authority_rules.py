"""How far somebody may promise (R14). Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from visits.figures_rules import (
    UNITS,
    Figures,
    figures_in,
    in_words,
    say,
    say_all,
    without_refusals,
)

__all__ = ["Figures", "figures_in", "say", "say_all", "without_refusals"]

PRICE, TERM, COMPENSATION, SLA = "price_discount", "contract_term", "compensation", "sla"
OUT_OF_POLICY = "out_of_policy"
TOPIC_OF = {"discount": PRICE, "amount": COMPENSATION, "term": TERM, "sla": SLA}
"""Whose limit counts for a figure, whatever the topic that was chosen: a discount called
「其他」 is a discount."""


@dataclass(frozen=True)
class Limit:
    """What a role may promise on one topic. A None figure: none of it; `is_free`: all of it."""

    discount: Decimal | None = None
    amount: Decimal | None = None
    term: int | None = None
    is_free: bool = False


NOTHING = Limit()


@dataclass(frozen=True)
class Excess:
    """One thing beyond the limit: its topic, and how it is said to the user."""

    topic: str
    said: str


def verdict(topic: str, figures: Figures, limits: Mapping[str, Limit]) -> tuple[Excess, ...]:
    """What goes beyond `limits` ({topic: limit} of one role); empty: within authority (R14).

    `topic` may be empty (a text without a chosen topic): then only its figures are looked at.
    """
    found = [_excess(name, figures, limits) for name in TOPIC_OF]
    over = [excess for excess in found if excess]
    topics_with_figures = set(TOPIC_OF.values())
    limit = limits.get(topic, NOTHING)
    if topic and topic not in topics_with_figures and not limit.is_free:
        over.append(Excess(topic, "这类事项须由上级决定"))
    if topic == SLA and figures.sla is None and not limit.is_free:
        over.append(Excess(SLA, "服务等级的承诺须由上级决定"))
    return tuple(over)


def _excess(name: str, figures: Figures, limits: Mapping[str, Limit]) -> Excess | None:
    asked = getattr(figures, name)
    limit = limits.get(TOPIC_OF[name], NOTHING)
    if asked is None or limit.is_free:
        return None
    allowed = getattr(limit, name, None) or 0  # no figure limits a service level
    if asked <= allowed:
        return None
    return Excess(TOPIC_OF[name], f"{say(name, asked)}，权限{_say_allowed(name, allowed)}")


def _say_allowed(name: str, allowed: Decimal | int) -> str:
    return f"以 {in_words(allowed)}{UNITS[name][1]} 为限" if allowed else "不含此项"


def covers(topic: str, granted: Figures, wanted: Figures, over: Iterable[Excess]) -> bool:
    """Whether one approval, on `topic` with `granted` figures, suffices for all that is `over`."""
    return all(_covers_one(topic, granted, wanted, excess.topic) for excess in over)


def _covers_one(topic: str, granted: Figures, wanted: Figures, beyond: str) -> bool:
    name = next((name for name, about in TOPIC_OF.items() if about == beyond), "")
    asked = getattr(wanted, name) if name else None
    if asked is None:
        return topic == beyond
    given = getattr(granted, name)
    return given is not None and given >= asked
