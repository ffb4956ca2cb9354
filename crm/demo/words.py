"""Punctuation as everywhere on the screen."""

MARKS = str.maketrans({":": "：", ";": "；", "(": "（", ")": "）", ",": "，"})


def full_width(value):
    """Chinese punctuation without the blank behind it; anything but text as it is."""
    if not isinstance(value, str):
        return value
    for mark in ",;:":
        value = value.replace(f"{mark} ", mark)
    return value.translate(MARKS)
