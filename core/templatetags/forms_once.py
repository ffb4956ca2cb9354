"""`{% submission_key %}`: the hidden field that lets core.once recognise a second click."""

from uuid import uuid4

from django import template
from django.utils.html import format_html

from core.once import FIELD

register = template.Library()


@register.simple_tag
def submission_key():
    """Always a fresh key: two forms of one page must never share one."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid4())
