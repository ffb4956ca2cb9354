"""The text of a thank-you letter, and its waiver (R8)."""

from django import forms

from accounts.models import Contact
from core.forms import plain_helper
from core.rules import local_date
from visits.forms.fields import DayField, OnWords, RowsField, text_area
from visits.forms.planning import CHOICE


class ThanksForm(OnWords):
    contacts = RowsField(
        Contact.objects.none(),
        label="收函人",
        widget=forms.CheckboxSelectMultiple,
        error_messages={**CHOICE, "required": "请至少选择一位收函人。"},
    )
    salutation = forms.CharField(label="称呼", max_length=60, help_text="后面的冒号会自动加上。")
    body = forms.CharField(
        label="正文",
        max_length=2000,
        widget=text_area(16),
        help_text="每段一行；「此致 敬礼」和落款会自动加上。",
    )
    letter_on = DayField(label="落款日期")

    def __init__(self, data=None, *, visit, **kwargs):
        super().__init__(data, **kwargs)
        self.visit = visit
        self.helper = plain_helper()
        # one letter may go to several contacts, but only to those who were met (R8)
        self.fields["contacts"].queryset = visit.contacts.all()

    def clean_salutation(self):
        return self.cleaned_data["salutation"].rstrip("：: ")

    def clean_body(self):
        lines = (line.strip() for line in self.cleaned_data["body"].splitlines())
        return "\n".join(line for line in lines if line)

    def clean_letter_on(self):
        day = self.cleaned_data["letter_on"]
        if self.visit.ended_at and day < local_date(self.visit.ended_at):
            raise forms.ValidationError("落款日期不能早于拜访当天。")
        return day


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label="豁免理由",
        max_length=300,
        min_length=4,
        error_messages={"min_length": "请把理由写清楚，至少 4 个字。"},
        widget=text_area(2),
        help_text="写明为什么这次不需要感谢函；理由会留在审计记录里。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
