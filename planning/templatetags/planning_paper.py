"""Amounts and traffic lights on paper."""

from django import template

from planning.weekly_plan_reports import percent, said

register = template.Library()
register.filter("amount", said)
register.filter("reached_words", percent)


@register.filter
def of_year(charts, year):
    return charts[year]
