"""What all forms of a customer's rows share."""

from typing import ClassVar

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from accounts.actions.items import version_of
from core.forms import date_input, plain_helper

FIRST_YEAR = 1949
YEARS_AHEAD = 5
MOST_SIGNS = 5000
"""Of a text of several lines: the database sets no limit to it."""

LONG_FIELDS = (forms.Textarea, forms.CheckboxInput)


class ItemForm(forms.ModelForm):
    """One row of one customer. `seen` is the version that the page was drawn from.

    `orders`: (first, last, sentence) pairs of dates that must not run backwards.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="修改原因",
        max_length=200,
        required=False,
        help_text="留在修订记录里，例如「客户来函更正」。",
    )
    orders: ClassVar = ()

    def __init__(self, *args, customer, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.customer, self.user = customer, user
        self.is_new = self.instance.pk is None
        if self.is_new:
            del self.fields["reason"], self.fields["seen"]
            if hasattr(type(self.instance), "customer"):
                self.instance.customer = customer
        else:
            self.initial["seen"] = version_of(self.instance)
        for name, field in self.fields.items():
            self._dress(name, field)
        self.narrow()
        self.helper = plain_helper()
        self.helper.layout = Layout(Div(*map(self._place, self.fields), css_class="row"))

    def narrow(self):
        """Pickers offer rows of this customer only."""
        for field in self.fields.values():
            queryset = getattr(field, "queryset", None)
            if queryset is not None and hasattr(queryset.model, "customer"):
                field.queryset = queryset.filter(customer=self.customer)

    def _dress(self, name, field):
        if isinstance(field, forms.DateField):
            field.widget = date_input()
        elif isinstance(field.widget, forms.Textarea):
            field.widget.attrs |= {"rows": 3, "maxlength": MOST_SIGNS}
            field.validators.append(MaxLengthValidator(MOST_SIGNS))
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "未指定"
        if name == "year":
            field.initial = timezone.localdate().year
        field.widget.attrs.setdefault("autocomplete", "off")

    def _place(self, name):
        is_long = isinstance(self.fields[name].widget, LONG_FIELDS) or name == "reason"
        return Field(name, wrapper_class="col-12" if is_long else "col-sm-6")

    def _get_validation_exclusions(self):
        """The customer is known, so that 「this year exists already」 is said by the form."""
        return super()._get_validation_exclusions() - {"customer"}

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= timezone.localdate().year + YEARS_AHEAD:
            raise forms.ValidationError("请填写四位年份。")
        return year

    def clean(self):
        cleaned = super().clean()
        for first, last, sentence in self.orders:
            if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
                self.add_error(last, sentence)
        return cleaned

    def not_in_future(self, name):
        day = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise forms.ValidationError("不能晚于今天。")
        return day

    def values(self) -> dict:
        """{field of the model: value}, for the action."""
        names = {f.name for f in self._meta.model._meta.get_fields() if isinstance(f, models.Field)}
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def lines(self) -> dict | None:
        """The items of a bill; None for everything else."""
        return None
