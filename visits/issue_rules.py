"""How heavy a problem of a customer is, and from when on it takes too long (R22). Standard library
only; days are arguments."""

from datetime import date, timedelta

HEAVIEST_FIRST = ("critical", "major", "minor")
PATIENCE = {"critical": 3, "major": 14, "minor": 30}
"""So many days a problem of that weight may take until the customer says that it is solved."""

LONGEST_AGO = timedelta(days=5 * 366)
"""What is said to have been found before that is a slip of the year."""


def late_before(severity: str, today: date) -> date:
    """What was found before this day, and is not ended, takes too long."""
    return today - timedelta(days=PATIENCE[severity])


def is_late(severity: str, found_on: date, today: date) -> bool:
    """Of a problem that is not ended."""
    return found_on < late_before(severity, today)
