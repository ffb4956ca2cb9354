"""The customer's file (R69)."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils import timezone

from accounts.forms.pickers import ManagerField, managers_for, say_choose
from accounts.models import Customer
from staff.models import User

BASIC = ["name", "industry", "grade", "ownership_type", "region", "exchange_office"]
DETAIL = [
    "address",
    "postcode",
    "legal_representative",
    "parent_name",
    "founded_year",
    "employees",
    "main_business",
    "business_area",
    "payment_capacity",
    "relationship_stage",
    "is_managed",
]


def _columns(*names):
    return Div(*(Field(name, wrapper_class="col-sm-6") for name in names), css_class="row")


def _layout(*first):
    return Layout(
        Fieldset(
            "基本情况",
            "name",
            *first,
            _columns("industry", "grade", "ownership_type", "region", "exchange_office"),
            "is_managed",
        ),
        Fieldset(
            "单位概况",
            "address",
            _columns("postcode", "legal_representative", "parent_name", "founded_year"),
            _columns("employees", "business_area", "payment_capacity", "relationship_stage"),
            "main_business",
        ),
    )


class CustomerForm(forms.ModelForm):
    """Edit a file. `seen_at` is the version the page was drawn from."""

    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    main_business = forms.CharField(
        label="主营业务或服务功能",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    class Meta:
        model = Customer
        fields = BASIC + DETAIL
        widgets = {
            "postcode": forms.TextInput({"inputmode": "numeric"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()
        for field in self.fields.values():
            say_choose(field)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = _layout()
        self.helper.layout.append("seen_at")

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if len(name) < 2:
            raise forms.ValidationError("客户名称至少 2 个字。")
        return name

    def clean_founded_year(self):
        year = self.cleaned_data["founded_year"]
        if year and not 1000 <= year <= timezone.localdate().year:
            raise forms.ValidationError("请填写四位年份，不能晚于今年。")
        return year


class NewCustomerForm(CustomerForm):
    """A new file, with its code and the manager to begin with."""

    code = forms.SlugField(
        label="客户编码", max_length=20, required=False, help_text="留空时自动编号。"
    )
    manager = ManagerField(label="客户经理", queryset=User.objects.none())

    class Meta(CustomerForm.Meta):
        fields = [*BASIC, *DETAIL]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["seen_at"]
        people = managers_for(user)
        self.fields["manager"].queryset = people
        self.fields["manager"].initial = user.pk
        self.helper.layout = _layout(_columns("code", "manager"))

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code and Customer.objects.filter(code=code).exists():
            raise forms.ValidationError(f"客户编码「{code}」已被使用，请换一个。")
        return code
