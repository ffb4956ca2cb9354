"""A problem of a customer: written down, worked at, solved, confirmed, there again (R22)."""

from django import forms
from django.utils import timezone

from core.forms import plain_helper
from visits import issue_rules
from visits.forms.fields import (
    DayField,
    Forgiving,
    MomentField,
    WordsField,
    not_in_future,
    text_area,
)
from visits.forms.promises import ContactForm, contact_field, reason_field
from visits.models import CustomerIssue


class IssueForm(Forgiving, forms.Form):
    description = WordsField(
        label="什么问题",
        min_length=4,
        max_length=300,
        error_messages={"min_length": "请把问题写清楚，至少 4 个字。"},
        widget=text_area(3),
        help_text="客户在使用或合作中遇到了什么，影响到哪里。",
    )
    severity = forms.ChoiceField(
        label="轻重",
        choices=CustomerIssue.Severity.choices,
        error_messages={"required": "请选择轻重。", "invalid_choice": "请选择轻重。"},
    )
    found_on = DayField(label="发现日期")

    def clean_found_on(self):
        day = self.cleaned_data["found_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("发现日期不能晚于今天。")
        if day < timezone.localdate() - issue_rules.LONGEST_AGO:
            raise forms.ValidationError("发现日期早于五年以前，请核对年份。")
        return day


class StepForm(forms.Form):
    prefix_id = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"{self.prefix_id}_%s", **kwargs)
        self.helper = plain_helper()


class ProgressForm(StepForm):
    prefix_id = "progress"

    note = reason_field("做了什么", "会留在这个问题的经过里。", what="做了什么")


class SolveForm(StepForm):
    prefix_id = "solve"

    resolution = reason_field("怎样解决的", what="怎样解决的")
    at = MomentField(label="解决时间")

    def clean_at(self):
        return not_in_future(self.cleaned_data["at"], "解决时间")


class IssueConfirmForm(ContactForm):
    who = "confirmed_by"

    confirmed_by = contact_field("客户确认人")
    at = MomentField(label="确认时间")

    def clean_at(self):
        return not_in_future(self.cleaned_data["at"], "确认时间")


class ReopenForm(StepForm):
    prefix_id = "reopen"

    reason = reason_field("客户怎么说", what="客户说了什么")
