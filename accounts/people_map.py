"""Where everything of the decision map stands (R72). Standard library only; units are SVG pixels.

A band per decision level, highest first; in a band a card per person, a dashed card per deciding
department that nobody is in touch with; curves from a person to the superior.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.people_rules import Level, Person, Tie, silent

CARD, GAP, PAD = 172, 12, 12
LABEL = 156
"""Width of the column of levels beside the bands; a narrow map has them above the cards."""
HEAD, TIE, FOOT = 90, 20, 8
SHORT = 92
LINE = 18
MOST = 60
"""People drawn; the table below the picture has all."""
TIES = 3


@dataclass(frozen=True)
class Text:
    x: int
    y: int
    text: str
    css: str = ""


@dataclass(frozen=True)
class TieLine:
    tie: Tie
    name: str
    x: int
    y: int
    dots: tuple[tuple[int, str], ...]

    @property
    def dot_y(self) -> int:
        return self.y - 4


@dataclass(frozen=True)
class Card:
    """A person. The circle's radius says the influence, its fill and sign the attitude."""

    person: Person
    x: int
    y: int
    height: int
    radius: int
    texts: tuple[Text, ...]
    ties: tuple[TieLine, ...]
    width: int = CARD

    @property
    def circle_x(self) -> int:
        return self.x + 36

    @property
    def circle_y(self) -> int:
        return self.y + 38

    @property
    def sign_y(self) -> int:
        return self.circle_y + 5


@dataclass(frozen=True)
class Hole:
    """A deciding department without contact."""

    x: int
    y: int
    height: int
    texts: tuple[Text, ...]
    width: int = CARD


@dataclass(frozen=True)
class Band:
    level: Level | None  # None: people without a level
    y: int
    height: int
    label: tuple[Text, ...]
    is_empty: bool
    empty_y: int


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    start: int  # where the cards begin
    bands: tuple[Band, ...]
    cards: tuple[Card, ...]
    holes: tuple[Hole, ...]
    curves: tuple[str, ...]
    left_out: int


@dataclass
class _Sheet:
    """The picture while it is drawn, from the top down."""

    columns: int
    is_wide: bool
    y: int = 0
    bands: list[Band] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)

    @property
    def left(self) -> int:
        return LABEL if self.is_wide else 0

    @property
    def width(self) -> int:
        return self.left + PAD * 2 + self.columns * (CARD + GAP) - GAP


def draw(levels: Sequence[Level], people: Sequence[Person], *, columns: int, is_wide: bool) -> Map:
    """The whole picture. `columns` cards a row; `is_wide` puts the levels beside the bands."""
    ranked = sorted(people, key=lambda one: (-(one.influence or 0), one.days is None, one.pk))
    drawn = ranked[:MOST]
    sheet = _Sheet(columns, is_wide)
    for level in levels:
        here = [one for one in drawn if one.level == level.pk]
        _add_band(sheet, level, here, silent(level, people))
    known = {level.pk for level in levels}
    others = [one for one in drawn if one.level not in known]
    if others:
        _add_band(sheet, None, others, [])
    return Map(
        sheet.width,
        max(sheet.y - GAP, 0),
        sheet.left + PAD,
        tuple(sheet.bands),
        tuple(sheet.cards),
        tuple(sheet.holes),
        _curves(sheet.cards),
        max(len(people) - MOST, 0),
    )


def _add_band(
    sheet: _Sheet,
    level: Level | None,
    people: Sequence[Person],
    missing: Sequence[tuple[str, str]],
) -> None:
    label, y = _label(level, sheet.is_wide), sheet.y
    head = PAD * 2 + LINE * len(label)
    bottom = _place(sheet, [*missing, *people], y + (PAD if sheet.is_wide else head - PAD + 6))
    height = max(bottom - y, head, 64 if sheet.is_wide else head + LINE)
    shown = tuple(Text(PAD, y + PAD + 14 + LINE * n, *line) for n, line in enumerate(label))
    empty_y = y + PAD + 14 + (0 if sheet.is_wide else LINE * len(label) + 2)
    sheet.bands.append(Band(level, y, height, shown, not people and not missing, empty_y))
    sheet.y += height + GAP


def _label(level: Level | None, is_wide: bool) -> list[tuple[str, str]]:
    """(text, class) of the lines that name a level."""
    if level is None:
        return [("未归入层级", "map-level")]
    right = "有决策权" if level.has_right else "无决策权"
    departments = [f"{label}：{department}" for _, label, department in level.departments]
    units = (LABEL - PAD) / 12 if is_wide else 26
    if not is_wide:
        lines = [(f"{fit(level.name, 14)}　{right}", "map-level")]
        return lines + [(fit("　".join(departments), units), "map-soft")] * bool(departments)
    mark = "map-right" if level.has_right else "map-soft"
    lines = [(fit(level.name, 9), "map-level"), (right, mark)]
    return lines + [(fit(text, units), "map-soft") for text in departments[:4]]


def _place(sheet: _Sheet, things: Sequence[Person | tuple[str, str]], y: int) -> int:
    """Put people and holes into rows from `y` down; returns where the band ends."""
    for start in range(0, len(things), sheet.columns):
        row = things[start : start + sheet.columns]
        height = max(_height(thing) for thing in row)
        for column, thing in enumerate(row):
            x = sheet.left + PAD + column * (CARD + GAP)
            if isinstance(thing, Person):
                sheet.cards.append(_card(thing, x, y, height))
            else:
                sheet.holes.append(Hole(x, y, height, _hole_texts(thing, x, y)))
        y += height + GAP
    return y - GAP + PAD if things else y + PAD


def _height(thing: Person | tuple[str, str]) -> int:
    if not isinstance(thing, Person):
        return SHORT
    rows = min(len(thing.ties), TIES) + (len(thing.ties) > TIES)
    return HEAD + TIE * rows + FOOT if rows else HEAD


def _hole_texts(missing: tuple[str, str], x: int, y: int) -> tuple[Text, ...]:
    department, why = missing
    lines = [
        ("决策部门无接触", "hole-title"),
        *((line, "hole-text") for line in wrap(department or "整个层级", 12)),
        *((line, "hole-why") for line in wrap(why, 13, most=1)),
    ]
    return tuple(Text(x + PAD, y + 22 + 20 * n, *line) for n, line in enumerate(lines))


def _card(person: Person, x: int, y: int, height: int) -> Card:
    weakest = sorted(person.ties, key=lambda tie: (tie.current - tie.wanted, tie.colleague))
    ties = tuple(
        TieLine(
            tie,
            fit(tie.colleague, 5),
            x + PAD,
            y + HEAD + TIE * number + 8,
            tuple((x + 92 + 15 * place, kind) for place, kind in enumerate(tie.dots)),
        )
        for number, tie in enumerate(weakest[:TIES])
    )
    texts = [
        Text(x + 70, y + 24, fit(person.name, 6.5), "map-name"),
        Text(x + 70, y + 42, fit(person.title or person.department or "职务未填", 7.5), "map-soft"),
        Text(x + 70, y + 60, person.role_label or "角色未判断", "map-role"),
        Text(
            x + PAD, y + 82, person.days_text, "map-days is-cold" if person.is_cold else "map-days"
        ),
    ]
    rest = len(person.ties) - TIES
    if rest > 0:
        texts.append(Text(x + PAD, y + HEAD + TIE * TIES + 8, f"另有 {rest} 位同事", "map-soft"))
    radius = 16 + 3 * (person.influence or 0)
    return Card(person, x, y, height, radius, tuple(texts), ties)


def _curves(cards: Sequence[Card]) -> tuple[str, ...]:
    """From the top of a card to the bottom of the superior's; over the tops in the same row."""
    places = {card.person.pk: card for card in cards}
    found = []
    for card in cards:
        boss = places.get(card.person.reports_to or 0)
        if boss is None or boss is card:
            continue
        x, y, to_x = card.x + CARD // 2, card.y, boss.x + CARD // 2
        if boss.y >= card.y:
            lift = min(y, boss.y) - 10
            found.append(f"M{x} {y}C{x} {lift} {to_x} {lift} {to_x} {boss.y}")
            continue
        to_y = boss.y + boss.height
        middle = (y + to_y) // 2
        found.append(f"M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}")
    return tuple(found)


def width_of(text: str) -> float:
    """In units of one Chinese character."""
    return sum(1 if sign > "\u2e7f" else 0.58 for sign in text)


def fit(text: str, units: float) -> str:
    """`text`, or its beginning with 「…」 when it is wider than `units` characters."""
    if width_of(text) <= units:
        return text
    kept = ""
    for sign in text:
        if width_of(kept + sign) > units - 1:
            break
        kept += sign
    return f"{kept}…"


def wrap(text: str, units: float, most: int = 2) -> list[str]:
    """At most `most` lines of `units` characters; the last one is cut."""
    lines = [""]
    for sign in text:
        if width_of(lines[-1] + sign) > units and len(lines) < most:
            lines.append("")
        lines[-1] += sign
    lines[-1] = fit(lines[-1], units)
    return lines
