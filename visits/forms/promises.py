"""How a promise was kept (R12)."""

from django import forms

from visits.forms.fields import (
    MomentField,
    WordsField,
    not_in_future,
    text_area,
)


class FulfilForm(forms.Form):
    evidence = WordsField(
        label="兑现情况",
        max_length=300,
        widget=text_area(3),
        help_text="做了什么，交给了谁；以后可以查。",
    )
    at = MomentField(label="兑现时间")

    def clean_at(self):
        return not_in_future(self.cleaned_data["at"], "兑现时间")
