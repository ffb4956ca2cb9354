"""Two people at one text: what is joined without asking, and what is shown side by side.

Standard library only. A text is compared by sentences, so that two who write in different
sentences never disturb each other. Nothing that either of them wrote is ever left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

SENTENCE = re.compile(r"[^。！？；;!?\n]*[。！？；;!?\n]+[”」』）)]*|[^。！？；;!?\n]+")
CLASH, CALM = "clash", "calm"


@dataclass(frozen=True)
class Piece:
    """A stretch of a joined text: `text` when calm, three versions of it when two changed it."""

    kind: str
    text: str = ""
    base: str = ""
    mine: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class Joined:
    """`fields` hold every word of both; `clashes` name the fields where both wrote at one place."""

    fields: dict[str, str]
    clashes: tuple[str, ...]


def sentences(text: str) -> list[str]:
    """`text` cut behind 。！？； and line ends; put together again it is the same."""
    return SENTENCE.findall(text)


def join_fields(
    base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> Joined:
    """Join {field: text} of two who began at `base`, field by field."""
    fields: dict[str, str] = {}
    clashes: list[str] = []
    for name in dict.fromkeys((*base, *theirs, *mine)):
        old, a, b = base.get(name, ""), mine.get(name, ""), theirs.get(name, "")
        pieces = list(join_text(old, a, b))
        fields[name] = together(pieces)
        if any(piece.kind == CLASH for piece in pieces):
            clashes.append(name)
    return Joined(fields, tuple(clashes))


def together(pieces: list[Piece]) -> str:
    """The joined text; where both wrote, theirs and then mine."""
    return "".join(
        piece.text if piece.kind == CALM else _both(piece.theirs, piece.mine) for piece in pieces
    )


def _both(theirs: str, mine: str) -> str:
    if not theirs or not mine or theirs.endswith("\n"):
        return theirs + mine
    return f"{theirs}\n{mine}"


def join_text(base: str, mine: str, theirs: str) -> Iterator[Piece]:
    """Three-way join. A stretch that only one changed is calm; one that both changed is a clash."""
    if mine == theirs or theirs == base:
        yield from _calm(mine)
        return
    if mine == base:
        yield from _calm(theirs)
        return
    old, a, b = sentences(base), sentences(mine), sentences(theirs)
    ours, others = _changes(old, a), _changes(old, b)
    at = 0
    for first, last, left, right in _regions(ours, others):
        yield from _calm("".join(old[at:first]))
        was = "".join(old[first:last])
        now_a = _within(ours, left, first, last, old)
        now_b = _within(others, right, first, last, old)
        if left and right and now_a != now_b:
            yield Piece(CLASH, base=was, mine=now_a, theirs=now_b)
        else:
            yield from _calm(now_a if left else now_b)
        at = last
    yield from _calm("".join(old[at:]))


def _calm(text: str) -> Iterator[Piece]:
    if text:
        yield Piece(CALM, text=text)


@dataclass(frozen=True)
class _Change:
    """old[first:last] became `text`."""

    first: int
    last: int
    text: str


def _changes(old: list[str], new: list[str]) -> list[_Change]:
    found: list[_Change] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:  # each sentence for itself
            pairs = zip(range(i1, i2), range(j1, j2), strict=True)
            found += [_Change(i, i + 1, new[j]) for i, j in pairs]
        elif tag != "equal":
            found.append(_Change(i1, i2, "".join(new[j1:j2])))
    return found


def _regions(
    ours: list[_Change], others: list[_Change]
) -> Iterator[tuple[int, int, list[int], list[int]]]:
    """(first, last, indices in ours, indices in others) of stretches that touch each other."""
    marked = [(c.first, c.last, 0, n) for n, c in enumerate(ours)]
    marked += [(c.first, c.last, 1, n) for n, c in enumerate(others)]
    region: tuple[int, int, list[int], list[int]] | None = None
    for first, last, side, number in sorted(marked):
        # Two insertions at one point touch; a change that begins where another ends does not,
        # unless one of them is an insertion there.
        if region and _touches(region, first, last):
            region = (region[0], max(region[1], last), region[2], region[3])
        else:
            if region:
                yield region
            region = (first, last, [], [])
        (region[3] if side else region[2]).append(number)
    if region:
        yield region


def _touches(region: tuple[int, int, list[int], list[int]], first: int, last: int) -> bool:
    return first < region[1] or first == region[0] or (first == last == region[1])


def _within(
    changes: list[_Change], chosen: list[int], first: int, last: int, old: list[str]
) -> str:
    """old[first:last] with the chosen changes made."""
    parts, at = [], first
    for number in chosen:
        change = changes[number]
        parts += ["".join(old[at : change.first]), change.text]
        at = change.last
    return "".join([*parts, *old[at:last]])
