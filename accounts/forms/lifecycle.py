"""One step on the ladder of the relationship (R21)."""

from django import forms

from accounts.models import Customer
from accounts.rules import next_step
from core.forms import plain_helper


class LifecycleForm(forms.Form):
    to = forms.ChoiceField(label="调整为", choices=Customer.Lifecycle.choices)
    reason = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea({"rows": 2}), help_text="写明依据。"
    )
    seen = forms.ChoiceField(choices=Customer.Lifecycle.choices, widget=forms.HiddenInput)

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = customer.lifecycle
        self.initial["to"] = next_step(customer.lifecycle)
        self.helper = plain_helper()
