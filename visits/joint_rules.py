"""Key findings of a joint visit (R10). Standard library only: no ORM, no settings, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

OPEN_STATES = frozenset({"held", "recorded"})
"""From the end of the visit until it is closed findings may be written and answered."""

ANSWERS = ("confirmed", "disputed", "commented")
"""What a colleague may say; 「noted」 is what silence becomes after two working days (R10)."""

DISPUTED = "disputed"


@dataclass(frozen=True)
class Finding:
    """One finding that was not taken back. `verdicts`: {user: what that user said}."""

    words: str
    contributor: int
    verdicts: Mapping[int, str]


def is_joint(attendees: Collection[int]) -> bool:
    """Two or more of our own people were there (R10)."""
    return len(attendees) >= 2


def owes_answer(user: int, finding: Finding) -> bool:
    """Everybody but the one who contributed it says something to each finding."""
    return user != finding.contributor and user not in finding.verdicts


def missing(findings: Sequence[Finding], names: Mapping[int, str]) -> list[str]:
    """What keeps a visit with the attendees `names` ({user: name}) from being closed, in words."""
    if not is_joint(names):
        return []
    if not findings:
        return ["联合拜访还没有写关键信息"]
    said = [f"关键信息「{_short(f.words)}」有异议，请改写或撤回" for f in disputed(findings)]
    silent = [name for user, name in names.items() if any(owes_answer(user, f) for f in findings)]
    if silent:
        said.append(f"{'、'.join(silent)}还没有对全部关键信息表态")
    return said


def disputed(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if DISPUTED in finding.verdicts.values()]


def _short(words: str, most: int = 20) -> str:
    return words if len(words) <= most else f"{words[:most]}…"
