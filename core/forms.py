"""What every form of the product shares: crispy without its own <form>, and date inputs."""

from crispy_forms.helper import FormHelper
from django import forms


def plain_helper() -> FormHelper:
    """The template owns <form>, the CSRF token and hx-*; crispy only draws the fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


def date_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")
