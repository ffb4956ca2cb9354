"""How wide a text in a network picture is, and how it is cut. Standard library only."""

LINE_SIGNS = 20
"""Half widths that fit into one line of a box."""


def signs(text: str) -> int:
    """Half widths of a text: a Chinese character counts two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def text_width(text: str) -> int:
    """About how wide the text is at 12 px."""
    return round(signs(text) * 6.9)


def wrapped(name: str) -> tuple[str, ...]:
    """The name in one line or two; what does not fit ends with 「…」."""
    lines: list[str] = []
    rest = name
    while rest and len(lines) < 2:
        cut = _fitting(rest)
        lines.append(rest[:cut])
        rest = rest[cut:]
    if rest:
        lines[-1] = lines[-1][:-1] + "…"
    return tuple(lines)


def _fitting(text: str) -> int:
    """How many characters fit into one line; a bracket begins a new line when it can."""
    bracket = max(text.find("("), text.find("（"))
    if 0 < bracket and signs(text[:bracket]) <= LINE_SIGNS < signs(text):
        return bracket
    used = 0
    for n, sign in enumerate(text):
        used += signs(sign)
        if used > LINE_SIGNS:
            return n
    return len(text)
