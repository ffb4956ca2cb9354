"""What is typed into the search box, and which of one's own customers come first (issue 3.7)."""

import re
import unicodedata
from datetime import datetime, timedelta

MAX_KEY = 24
MAX_TERMS = 3
SHORTEST_PHONE_END = 4
# No user can type it: marks a phone number written backwards, so that its end is a prefix.
BACKWARDS = "~"
# Behind every text that begins with the same characters, in the order of bytes.
LAST = "\U0010ffff"

# Weights of search keys; lower comes first.
NAME_START, LETTERS_START, NAME_INSIDE, LETTERS_INSIDE, PERSON, PERSON_LETTERS = range(1, 7)
WEIGHTS = range(NAME_START, PERSON_LETTERS + 1)

# (opened within, points); an opening counts one point more, up to MOST_TIMES.
RECENT_POINTS = (
    (timedelta(hours=4), 40),
    (timedelta(days=1), 25),
    (timedelta(days=7), 12),
    (timedelta(days=30), 5),
)
MOST_TIMES = 20


def terms(text: str) -> list[str]:
    """The words of a query, folded as the keys are; the longest first, three at most."""
    parts = (_plain(part) for part in unicodedata.normalize("NFKC", text).lower().split())
    words = sorted({part[:MAX_KEY] for part in parts if part}, key=lambda w: (-len(w), w))
    return words[:MAX_TERMS]


def ranges(term: str) -> list[tuple[str, str]]:
    """[(from, below)] of keys that begin with `term`; digits also match the end of a phone."""
    prefixes = [term]
    if term.isascii() and term.isdigit() and len(term) >= SHORTEST_PHONE_END:
        prefixes.append(BACKWARDS + term[::-1])
    return [(prefix, prefix + LAST) for prefix in prefixes]


def familiarity(opened_at: datetime, times: int, now: datetime) -> int:
    """How near a customer is to a user's mind: lately opened, and often opened. 0–60."""
    age = now - opened_at
    recent = next((points for within, points in RECENT_POINTS if age <= within), 0)
    return recent + min(times, MOST_TIMES)


def phone_keys(phone: str) -> list[str]:
    """The digits of a number from the front and from its end; nothing for a short one."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))[:MAX_KEY]
    if len(digits) < SHORTEST_PHONE_END:
        return []
    return [digits, BACKWARDS + digits[::-1][: MAX_KEY - 1]]


def code_keys(code: str) -> list[str]:
    """「C00123」 may be typed c00123, 00123 or 123."""
    text = _plain(code.lower())[:MAX_KEY]
    digits = text.lstrip("abcdefghijklmnopqrstuvwxyz")
    return [key for key in dict.fromkeys((text, digits, digits.lstrip("0"))) if key]


def credit_code_keys(credit_code: str) -> list[str]:
    """The whole code, and from its organisation number on (characters 9–17, GB 32100)."""
    text = _plain(credit_code.lower())
    return [text[:MAX_KEY], text[8:]] if len(text) > 8 else [text] if text else []


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
