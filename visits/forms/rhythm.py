"""How often each grade is visited, and why a suggestion is put aside."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from core.forms import plain_helper
from visits import rhythm_rules as rules
from visits.forms.fields import DayField, WordsField, text_area

LATER = 30
NOT_ASKED = "-"


class PolicyForm(forms.Form):
    every_days = forms.IntegerField(
        label="间隔不超过（天）",
        min_value=1,
        max_value=730,
        required=False,
        help_text="留空表示不要求。改动从当晚起生效。",
    )
    old = forms.CharField(
        label="打开时的间隔",
        widget=forms.HiddenInput,
        max_length=4,
        error_messages={"required": "页面不完整，请重新打开本页。"},
    )

    def __init__(self, *args, policy, **kwargs):
        initial = {"every_days": policy.every_days, "old": policy.every_days or NOT_ASKED}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()

    def clean_old(self) -> int | None:
        """What the page showed; 「-」 for an interval that was not asked for."""
        old = self.cleaned_data["old"]
        if old == NOT_ASKED:
            return None
        if not (old.isascii() and old.isdecimal()):
            raise forms.ValidationError("页面不完整，请重新打开本页。")
        return int(old)


class DismissForm(forms.Form):
    reason = WordsField(label="为什么暂不需要", max_length=200, widget=text_area(2))
    until = DayField(label="到哪一天为止", help_text="最长 90 天，过了这一天会再次提醒。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        today = timezone.localdate()
        self.fields["until"].initial = today + timedelta(days=LATER)
        last = today + timedelta(days=rules.LONGEST_REST)
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}

    def clean_until(self):
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until <= today + timedelta(days=rules.LONGEST_REST):
            raise forms.ValidationError("日期应在今天到 90 天之内。")
        return until
