"""What was introduced to a customer, and the tariff documents behind it (R20)."""

from django import forms

from accounts.models import Confidentiality, Contact
from core.forms import date_input, plain_helper
from opportunities.models import MarketingActivity, Opportunity, TariffDocument, Topic

LENGTH = {"max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"}
CHOICE = {"invalid_choice": "请从列表中选择。", "invalid_list": "请从列表中选择。"}
DAY = {"invalid": "请按「年-月-日」填写。"}
LONGEST_KEY = 18


class KeysField(forms.ModelMultipleChoiceField):
    """A key too long for the database is refused here; SQLite would raise."""

    def clean(self, value):
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            raise forms.ValidationError("请从列表中选择。")
        return super().clean(value)


CHOICES = CHOICE | {"invalid_pk_value": "请从列表中选择。"}


class ActivityForm(forms.Form):
    kind = forms.ChoiceField(
        label="类别", choices=MarketingActivity.Kind.choices, error_messages=CHOICE
    )
    held_on = forms.DateField(label="日期", widget=date_input(), error_messages=DAY)
    topics = forms.MultipleChoiceField(
        label="介绍了什么", choices=Topic.choices, widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE | {"required": "请至少选择一项介绍的内容。"},
    )  # fmt: skip
    contacts = KeysField(
        Contact.objects.none(), label="参加人", required=False,
        widget=forms.CheckboxSelectMultiple, error_messages=CHOICES,
    )  # fmt: skip
    materials = forms.CharField(
        label="使用的资料", max_length=200, required=False, error_messages=LENGTH
    )
    confidentiality = forms.ChoiceField(
        label="资料密级", choices=Confidentiality.choices, initial=Confidentiality.PUBLIC,
        error_messages=CHOICE, help_text="只有公开的资料可以向客户出示。",
    )  # fmt: skip
    tariff = forms.ModelChoiceField(
        TariffDocument.objects.none(), label="资费文件", required=False, empty_label="没有谈资费",
        error_messages=CHOICE, help_text="介绍了资费时必选，且当天有效。",
    )  # fmt: skip
    response = forms.CharField(
        label="客户反应", max_length=2000, required=False, widget=forms.Textarea({"rows": 3}),
        error_messages=LENGTH,
    )  # fmt: skip
    opportunity = forms.ModelChoiceField(
        Opportunity.objects.none(), label="关联的商机", required=False, empty_label="没有",
        error_messages=CHOICE,
    )  # fmt: skip
    visit_ref = forms.IntegerField(
        required=False, min_value=1, max_value=10**15, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "请从拜访页面重新打开登记页。"
        ),
    )  # fmt: skip

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["contacts"].queryset = customer.contacts.current()
        self.fields["opportunity"].queryset = customer.opportunities.order_by("-pk")
        self.fields["tariff"].queryset = TariffDocument.objects.order_by("-valid_from", "pk")


class TariffForm(forms.Form):
    title = forms.CharField(label="名称", max_length=100, error_messages=LENGTH)
    valid_from = forms.DateField(label="生效日期", widget=date_input(), error_messages=DAY)
    valid_to = forms.DateField(
        label="失效日期", required=False, widget=date_input(), error_messages=DAY,
        help_text="没有期限的留空。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "失效日期不能早于生效日期。")
        return cleaned


class NewTariffForm(TariffForm):
    code = forms.CharField(
        label="文号", max_length=60, error_messages=LENGTH, help_text="登记后不能再改。"
    )
    field_order = ["code", "title", "valid_from", "valid_to"]
