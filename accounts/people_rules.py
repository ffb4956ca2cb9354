"""People and power at a customer (R72): who stands where, and what is missing.

Standard library only: no ORM, no settings, no clock. "Days" are days since the last contact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONTACT_WITHIN_DAYS = 90
"""A deciding department that nobody has met for longer counts as one without contact."""

ALL_LINES = "all"
DECIDER = "decider"

ATTITUDES: dict[int | None, tuple[str, str]] = {
    3: ("+++", "坚定支持"),
    2: ("++", "支持"),
    1: ("+", "偏向支持"),
    0: ("0", "中立"),
    -1: ("−", "偏向反对"),
    -2: ("−−", "反对"),
    -3: ("−−−", "坚决反对"),
    None: ("?", "态度未知"),
}
"""Attitude −3…+3 → (sign, words): never by colour alone."""


@dataclass(frozen=True)
class Tie:
    """How well one colleague knows a contact now and how well we want it, 0–5."""

    colleague: str
    current: int
    wanted: int

    @property
    def is_short(self) -> bool:
        return self.current < self.wanted

    @property
    def dots(self) -> tuple[str, ...]:
        """Five marks: "full" reached, "goal" wanted and not reached, "none"."""
        return tuple(
            "full" if step <= self.current else "goal" if step <= self.wanted else "none"
            for step in range(1, 6)
        )

    @property
    def text(self) -> str:
        return f"{self.colleague} 当前 {self.current}、期望 {self.wanted}"


@dataclass(frozen=True)
class Person:
    """One contact in office. `days` is None when there never was a contact."""

    pk: int
    name: str
    title: str = ""
    department: str = ""
    role: str = ""
    role_label: str = ""
    attitude: int | None = None
    influence: int | None = None
    level: int | None = None
    days: int | None = None
    reports_to: int | None = None
    ties: tuple[Tie, ...] = ()

    @property
    def sign(self) -> str:
        return ATTITUDES[self.attitude][0]

    @property
    def attitude_text(self) -> str:
        return ATTITUDES[self.attitude][1]

    @property
    def attitude_css(self) -> str:
        """Class of the attitude's colour: is-for-2, is-against-1, is-neutral, is-unknown."""
        if self.attitude is None:
            return "is-unknown"
        if self.attitude == 0:
            return "is-neutral"
        return f"is-{'for' if self.attitude > 0 else 'against'}-{abs(self.attitude)}"

    @property
    def is_cold(self) -> bool:
        return self.days is None or self.days > CONTACT_WITHIN_DAYS

    @property
    def days_text(self) -> str:
        if self.days is None:
            return "从未接触"
        return "今天接触" if self.days <= 0 else f"{self.days} 天前接触"


@dataclass(frozen=True)
class Level:
    """One level of the customer. `departments`: (business line or "all", its label, department)."""

    pk: int
    name: str
    has_right: bool
    departments: tuple[tuple[str, str, str], ...] = ()
    scope: str = ""


@dataclass(frozen=True)
class Gap:
    """What stands out. `code`: contact, attitude, tie; `place`: key of the level or contact."""

    code: str
    title: str
    text: str
    place: int

    @property
    def is_grave(self) -> bool:
        return self.code == "contact"


def gaps(levels: Sequence[Level], people: Sequence[Person]) -> list[Gap]:
    """Deciding departments without contact first, unknown deciders next, then weak relations."""
    found: list[Gap] = []
    for level in levels:
        found += [_no_contact(level, label, why) for label, why in silent(level, people)]
    found += [
        Gap("attitude", "决策人态度未知", f"{one.name}（{one.title or '职务未填'}）", one.pk)
        for one in people
        if one.role == DECIDER and one.attitude is None
    ]
    found += [
        Gap("tie", "关系低于期望", f"{one.name}：{tie.text}", one.pk)
        for one in people
        for tie in one.ties
        if tie.is_short
    ]
    return found


def _no_contact(level: Level, label: str, why: str) -> Gap:
    where = f"{level.name} · {label}" if label else level.name
    return Gap("contact", "决策部门无接触", f"{where}，{why}", level.pk)


def silent(level: Level, people: Iterable[Person]) -> list[tuple[str, str]]:
    """(department, why) of what decides at this level and is not in touch with us (R72).

    Several business lines that one department decides are one entry. Without a named department,
    the level as a whole is asked for; "" is its department.
    """
    if not level.has_right:
        return []
    found: list[tuple[str, str]] = []
    for department, lines in _deciding(level).items():
        why = _silence([one for one in people if _decides(one, level, department)])
        if why:
            found.append((f"{'、'.join(lines)}：{department}" if department else "", why))
    return found


def _deciding(level: Level) -> dict[str, list[str]]:
    """{department: labels of its lines}. 「全部」 describes the whole level, not a department."""
    named: dict[str, list[str]] = {}
    for line, label, department in level.departments:
        if line != ALL_LINES:
            named.setdefault(department, []).append(label)
    return named or {"": []}


def _decides(person: Person, level: Level, department: str) -> bool:
    """Somebody without a level counts by the department alone."""
    if not department:
        return person.level == level.pk
    return person.level in (level.pk, None) and same_department(person, department)


def same_department(person: Person, department: str) -> bool:
    """「行长办」 is the department of somebody in 「省行行长办公室」, and the other way round."""
    mine = person.department.strip()
    return bool(mine) and (department in mine or mine in department)


def _silence(staff: Sequence[Person]) -> str:
    if not staff:
        return "还没有联系人"
    met = [one.days for one in staff if one.days is not None]
    if not met:
        return f"有 {len(staff)} 位联系人，从未接触"
    return "" if min(met) <= CONTACT_WITHIN_DAYS else f"已 {min(met)} 天没有接触"
