"""What a valuation report is to hold."""

from django import forms

TOPS = [(20, "前 20 名"), (50, "前 50 名"), (100, "前 100 名")]


class ReportForm(forms.Form):
    top = forms.TypedChoiceField(label="排名列出", choices=TOPS, coerce=int, initial=50)
