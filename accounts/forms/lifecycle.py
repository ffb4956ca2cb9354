"""One step on the ladder of the relationship (R21)."""

from django import forms

from accounts.models import Customer
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
        steps = [pair for pair in Customer.Lifecycle.choices if pair[0] != customer.lifecycle]
        if self.is_bound:
            self.fields["to"].choices = Customer.Lifecycle.choices
        else:
            self.fields["to"].choices = steps
        self.helper = plain_helper()
