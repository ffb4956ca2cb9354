"""Names of plan things in templates."""

from django import template

from planning.review_reports import target_name

register = template.Library()
register.filter("target_name", target_name)
