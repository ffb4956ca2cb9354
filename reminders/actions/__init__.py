"""Writes of this app: `duties` for every other app; `sweeping` and its steps for the worker."""

from reminders.actions.duties import (
    DUTIES,
    DutyError,
    acknowledge_duty,
    cancel_duty,
    compute_deadline,
    fulfil_duty,
    open_duty,
    reassign_duties,
    reopen_duty,
    said_length,
    waive_duty,
)

__all__ = [
    "DUTIES",
    "DutyError",
    "acknowledge_duty",
    "cancel_duty",
    "compute_deadline",
    "fulfil_duty",
    "open_duty",
    "reassign_duties",
    "reopen_duty",
    "said_length",
    "waive_duty",
]
