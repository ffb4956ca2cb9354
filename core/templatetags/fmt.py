"""How moments, money, telephone numbers and deadlines are written on the screen."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone

from core.rules import WEEKDAYS, deadline_clock

register = template.Library()

WAN = Decimal(10_000)
CENT = Decimal("0.01")
NOTHING = "—"


def _local(value):
    return timezone.localtime(value) if isinstance(value, datetime) else value


@register.filter
def stamp(value: datetime | None) -> str:
    """「11-20 16:30」 in Shanghai time; the year only when it is not this one. None is 「—」."""
    if not value:
        return NOTHING
    local = _local(value)
    pattern = "%m-%d %H:%M" if local.year == timezone.localdate().year else "%Y-%m-%d %H:%M"
    return local.strftime(pattern)


@register.filter
def due_stamp(value: datetime) -> str:
    """A deadline as 「12-02 24:00」: midnight belongs to the day that ends there."""
    day, clock_time = deadline_clock(value)
    pattern = "%m-%d" if day.year == timezone.localdate().year else "%Y-%m-%d"
    return f"{day.strftime(pattern)} {clock_time}"


@register.filter
def due_words(value: datetime) -> str:
    """「2026年12月2日 24:00（星期三）」, a deadline in full."""
    day, clock_time = deadline_clock(value)
    return f"{day_words(day)} {clock_time}（{WEEKDAYS[day.weekday()]}）"


@register.filter
def due_weekday(value: datetime) -> str:
    """「星期三」 of the day that a deadline belongs to."""
    return WEEKDAYS[deadline_clock(value)[0].weekday()]


@register.filter
def clock(value: datetime | None) -> str:
    """「16:30」 in Shanghai time."""
    return f"{_local(value):%H:%M}" if value else NOTHING


@register.filter
def day(value: date | datetime | None) -> str:
    """「2026-11-20」."""
    return f"{_local(value):%Y-%m-%d}" if value else NOTHING


@register.filter
def day_words(value: date | datetime | None) -> str:
    """「2026年11月20日」, as letters write it."""
    if not value:
        return NOTHING
    local = _local(value)
    return f"{local.year}年{local.month}月{local.day}日"


@register.filter
def weekday(value: date | datetime | None) -> str:
    """「星期五」."""
    return WEEKDAYS[_local(value).weekday()] if value else NOTHING


@register.filter
def wan(value) -> str:
    """元 as 「12.30 万元」; below ten thousand as 「8,500 元」."""
    if value is None or value == "":
        return NOTHING
    amount = Decimal(value)
    if abs(amount) < WAN:
        return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,} 元"
    return f"{(amount / WAN).quantize(CENT, ROUND_HALF_UP):,} 万元"


@register.filter
def mask_phone(value: str | None) -> str:
    """「138****5678」: four digits hidden; of a number shorter than 11 digits the last two stay."""
    if not value:
        return NOTHING
    places = [i for i, sign in enumerate(value) if sign.isdigit()]
    kept = 4 if len(places) >= 11 else 2
    hidden = places[max(0, len(places) - kept - 4) : max(0, len(places) - kept)]
    return "".join("*" if i in hidden else sign for i, sign in enumerate(value))


@dataclass(frozen=True)
class DueText:
    """What a deadline chip shows: class and icon by urgency, words, and the absolute time."""

    css: str
    icon: str
    text: str
    title: str


ENDED = {
    "done": ("chip-ok", "bi-check-circle"),
    "done_late": ("chip-late", "bi-check-circle"),
    "waived": ("chip-muted", "bi-slash-circle"),
    "cancelled": ("chip-muted", "bi-x-circle"),
}
SOON = timedelta(hours=24)


@register.filter
def due(duty) -> DueText:
    """Time left or overdue of an open duty, or how an ended one ended. Display only: whether a
    duty is late is decided by its action, with the database's clock."""
    title = "期限 {} {}".format(*deadline_clock(duty.due_at))
    if duty.state != "open":
        css, icon = ENDED[duty.state]
        return DueText(css, icon, duty.get_state_display(), title)
    left = duty.due_at - timezone.now()
    if left < timedelta(0):
        return DueText("chip-late", "bi-exclamation-triangle", f"逾期 {span(-left)}", title)
    if left <= SOON:
        return DueText("chip-soon", "bi-hourglass-split", f"剩 {span(left)}", title)
    return DueText("chip-info", "bi-clock", f"剩 {span(left)}", title)


def span(length: timedelta) -> str:
    """「2 天」, 「1 天 5 小时」, 「5 小时」, 「25 分钟」: rounded down, at least one minute."""
    minutes = int(length.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days >= 3 or (days and not hours):
        return f"{days} 天"
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时" if hours else f"{max(minutes, 1)} 分钟"
