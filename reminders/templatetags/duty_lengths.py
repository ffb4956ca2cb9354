"""`{% duty_length "visit_record" %}`: how long a duty that begins now may take, by the settings."""

from django import template

from reminders.actions import said_length

register = template.Library()


@register.simple_tag
def duty_length(kind: str) -> str:
    """「1 个工作日」; one query each, so never for every row of a list."""
    return said_length(kind)
