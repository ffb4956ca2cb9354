from crispy_forms.helper import FormHelper
from django import forms

from reminders.models import LadderStage

FURTHEST_WORKDAYS = 60
FURTHEST_MINUTES = 60 * 24 * 60


class RungForm(forms.ModelForm):
    audiences = forms.MultipleChoiceField(
        label="通知对象",
        choices=LadderStage.Audience.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选择一个通知对象。"},
    )

    class Meta:
        model = LadderStage
        fields = ["anchor", "workdays", "at_time", "minutes", "audiences"]
        fields += ["repeats_daily", "is_active"]
        widgets = {"at_time": forms.TimeInput({"type": "time"}, format="%H:%M")}
        help_texts = {
            "workdays": "负数表示之前，例如 -1 是前一个工作日。",
            "at_time": "填了就在那一天的这个时刻提醒，分钟偏移不再起作用。",
            "minutes": "负数表示之前，例如 -240 是提前 4 小时。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_workdays(self):
        return self._within("workdays", FURTHEST_WORKDAYS, "个工作日")

    def clean_minutes(self):
        return self._within("minutes", FURTHEST_MINUTES, "分钟")

    def _within(self, name, limit, unit):
        value = self.cleaned_data[name]
        if abs(value) > limit:
            raise forms.ValidationError(f"前后不能超过 {limit} {unit}。")
        return value

    def clean(self):
        cleaned = super().clean()
        is_early = (cleaned.get("workdays") or 0) < 0 or (cleaned.get("minutes") or 0) < 0
        if cleaned.get("anchor") == LadderStage.Anchor.START and is_early:
            self.add_error("anchor", "起算之前还没有这项任务，请改为相对于期限，或改用正数。")
        return cleaned
