"""The catalogue: a service, an area of it, and what can be had there."""

from django import forms

from core.forms import date_input
from service.models import Availability

LONG_NAME = {"max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"}
BAD_DAY = {"invalid": "请按「年-月-日」填写。"}
CHOICE = {"invalid_choice": "请从列表中选择。"}


class ItemForm(forms.Form):
    name = forms.CharField(label="业务名称", max_length=60, error_messages=LONG_NAME)
    description = forms.CharField(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        error_messages=LONG_NAME,
    )
    is_active = forms.BooleanField(
        label="在用", required=False, initial=True, help_text="停用后不再登记新的关注。"
    )


class NewItemForm(ItemForm):
    is_active = None
    code = forms.RegexField(
        r"^[a-z][a-z0-9-]{0,29}$",
        label="代码",
        help_text="小写字母开头，可用数字和短横线。建好后不能改。",
        error_messages={"invalid": "代码要以小写字母开头，最多 30 位，只用字母、数字、短横线。"},
    )
    field_order = ["code", "name"]


class AreaForm(forms.Form):
    area = forms.CharField(label="区域", max_length=40, error_messages=LONG_NAME)
    expected_on = forms.DateField(
        label="预计开办", required=False, widget=date_input(), error_messages=BAD_DAY
    )


class AvailabilityForm(forms.Form):
    seen = forms.ChoiceField(
        choices=Availability.State.choices,
        widget=forms.HiddenInput,
        error_messages=CHOICE,
    )
    state = forms.ChoiceField(
        label="状态",
        choices=Availability.State.choices,
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )
    expected_on = forms.DateField(
        label="预计开办", required=False, widget=date_input(), error_messages=BAD_DAY
    )
