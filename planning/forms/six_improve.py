"""The end of an improvement (R75)."""

from decimal import Decimal

from django import forms

from core.forms import plain_helper


class ImproveForm(forms.Form):
    our_current = forms.DecimalField(
        label="改进后我方能做到", max_digits=8, decimal_places=2, min_value=Decimal(0)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
