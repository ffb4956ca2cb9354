"""Who is away, from when to when, and who stands in."""

from django import forms
from django.utils import timezone

from core.forms import date_input, plain_helper
from staff.models import Absence, User


class AbsenceForm(forms.ModelForm):
    class Meta:
        model = Absence
        fields = ["user", "delegate", "starts_on", "ends_on", "reason"]
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["user"].queryset = User.objects.absence_kept_by(viewer)
        self.fields["user"].initial = viewer.pk
        self.fields["user"].empty_label = None
        self.fields["delegate"].queryset = User.objects.delegates_for(viewer)
        self.fields["delegate"].empty_label = "请选择"
        self.fields["delegate"].help_text = "这几天能看到并办理缺勤人的事项，也代收提醒。"
        self.fields["ends_on"].help_text = "含当天。"

    def clean_starts_on(self):
        starts_on = self.cleaned_data["starts_on"]
        if starts_on < timezone.localdate():
            raise forms.ValidationError("开始日期不能早于今天。")
        return starts_on

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        if data.get("user") and data.get("user") == data.get("delegate"):
            self.add_error("delegate", "代理人不能是本人。")
        return data

    def validate_constraints(self):
        """The two constraints of the table are already said at their fields above."""
