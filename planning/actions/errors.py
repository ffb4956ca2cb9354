"""Anticipated refusals. The message is Chinese and safe to show to the user."""


class PlanError(Exception):
    """A rule refuses, or somebody was faster."""
