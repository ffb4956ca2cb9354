"""What every form of the product shares: crispy without its own <form>, dates, what is refused."""

import unicodedata

from crispy_forms.helper import FormHelper
from django import forms

FIRST_YEAR, LAST_YEAR = 1900, 2100
LAYOUT = "\t\n\r"  # the only control characters that are text
CONTROL_REFUSED = "含有看不见的控制字符，请删去后再保存。"


def plain_helper() -> FormHelper:
    """The template owns <form>, the CSRF token and hx-*; crispy only draws the fields."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


def date_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def has_control_characters(text: str) -> bool:
    """They cannot be seen, break e-mail headers and PDF, and PostgreSQL raises at NUL."""
    return any(unicodedata.category(char) == "Cc" and char not in LAYOUT for char in text)


def refuse_control_characters(text: str) -> None:
    if has_control_characters(text.replace("\0", "")):  # Django itself refuses NUL
        raise forms.ValidationError(CONTROL_REFUSED, code="control")


def refuse_far_years(day) -> None:
    """Arithmetic with the year 1 or 9999 overflows; nobody means them."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。", code="far")


def guard_every_field() -> None:
    """Once, when the product starts: no form and no filter can forget what must be refused."""
    forms.CharField.default_validators = [refuse_control_characters]
    forms.DateField.default_validators = [refuse_far_years]
    forms.DateTimeField.default_validators = [refuse_far_years]
