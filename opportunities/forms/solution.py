"""A solution asked of an engineer, and what the engineer hands over (R19)."""

from django import forms

from core.forms import date_input, plain_helper
from core.uploads import UploadField
from staff.models import User

LENGTH = {"max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"}
CHOICE = {"invalid_choice": "请从列表中选择。"}


class SolutionForm(forms.Form):
    engineer = forms.ModelChoiceField(
        User.objects.none(), label="客户工程师", empty_label="请选择", error_messages=CHOICE
    )
    content = forms.CharField(
        label="方案要解决什么", max_length=300, widget=forms.Textarea({"rows": 3}),
        error_messages=LENGTH, help_text="客户现状、规模、地点、期望，写得越具体方案越快。",
    )  # fmt: skip
    wanted_on = forms.DateField(
        label="希望完成", required=False, widget=date_input(),
        error_messages={"invalid": "请按「年-月-日」填写。"},
    )  # fmt: skip

    def __init__(self, *args, engineers, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["engineer"].queryset = engineers


class DeliverForm(forms.Form):
    answer = forms.CharField(
        label="方案说明", max_length=4000, widget=forms.Textarea({"rows": 6}),
        error_messages=LENGTH, help_text="方案要点、前提和报价依据。",
    )  # fmt: skip
    upload = UploadField(
        label="方案文件", required=False, help_text="PDF、Word、Excel 或图片，可以不传。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
