"""The customer's file (R69)."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.urls import reverse
from django.utils import timezone

from accounts.forms.pickers import ManagerField, managers_for, say_choose
from accounts.models import Customer, InformatizationStage
from accounts.rules import credit_code_fault
from staff.models import User

BASIC = ["name", "industry", "grade", "ownership_type", "region", "exchange_office"]
IDENTITY = ["credit_code", "segment", "group_grade"]
DETAIL = [
    "address",
    "postcode",
    "legal_representative",
    "parent_name",
    "founded_year",
    "employees",
    "branches_count",
    "outlets_count",
    "main_business",
    "business_area",
    "profit_text",
    "profit_source",
    "payment_capacity",
    "relationship_stage",
    "informatization_stage",
    "next_stage",
    "is_managed",
    "is_public_duty",
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
            _columns("credit_code", "segment", "group_grade"),
            "is_managed",
            "is_public_duty",
        ),
        Fieldset(
            "单位概况",
            "address",
            _columns("postcode", "legal_representative", "parent_name", "founded_year"),
            _columns("employees", "branches_count", "outlets_count", "business_area"),
            "main_business",
        ),
        Fieldset(
            "经营与关系",
            _columns("profit_text", "profit_source", "payment_capacity", "relationship_stage"),
            _columns("informatization_stage", "next_stage"),
        ),
    )


class StageField(forms.ModelChoiceField):
    """A step of informatisation, with its industry and place."""

    def label_from_instance(self, stage):
        return f"{stage.industry}：{stage.order} {stage.name}"


def _stage(label):
    stages = InformatizationStage.objects.select_related("industry").order_by("industry", "order")
    return StageField(stages, label=label, required=False, empty_label="未判断")


class CustomerForm(forms.ModelForm):
    """Edit a file. `seen_at` is the version the page was drawn from."""

    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="修改原因",
        max_length=200,
        required=False,
        help_text="留在修订记录里，例如「客户来函更正」。",
    )
    informatization_stage = _stage("信息化阶段")
    next_stage = _stage("下一阶段")
    main_business = forms.CharField(
        label="主营业务或服务功能",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    class Meta:
        model = Customer
        fields = BASIC + IDENTITY + DETAIL
        widgets = {
            "postcode": forms.TextInput({"inputmode": "numeric"}),
            "credit_code": forms.TextInput({"autocapitalize": "characters"}),
        }
        help_texts = {
            "credit_code": "18 位，可以不填；填写时检查校验位。",
            "profit_source": "例如年报、客户介绍、公开报道。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["segment"].required = False
        if self.instance.pk:
            self.initial["seen_at"] = self.instance.updated_at.isoformat()
        for field in self.fields.values():
            say_choose(field)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = _layout()
        self.helper.layout.append("reason")
        self.helper.layout.append("seen_at")

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if len(name) < 2:
            raise forms.ValidationError("客户名称至少 2 个字。")
        return name

    def clean_segment(self):
        return self.cleaned_data["segment"] or self.instance.segment

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"].strip().upper()
        fault = credit_code_fault(code) if code else ""
        if fault:
            raise forms.ValidationError(fault)
        return code

    def clean(self):
        cleaned = super().clean()
        industry = cleaned.get("industry")
        now, later = cleaned.get("informatization_stage"), cleaned.get("next_stage")
        for name, stage in (("informatization_stage", now), ("next_stage", later)):
            if industry and stage and stage.industry_id != industry.pk:
                self.add_error(name, f"请选择「{industry}」行业的阶段。")
        if now and later and not self.errors and later.order <= now.order:
            self.add_error("next_stage", "下一阶段要在现在的阶段之后。")
        return cleaned

    def clean_relationship_stage(self):
        """R2: the furthest stage reached is lowered with a reason only (for a file that exists)."""
        stage, steps = self.cleaned_data["relationship_stage"], Customer.RelationshipStage.values
        is_lower = steps.index(stage) < steps.index(self.instance.relationship_stage)
        if self.instance.pk and is_lower and not self.data.get("reason", "").strip():
            raise forms.ValidationError("调低关系阶段须填写修改原因。")
        return stage

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
        fields = [*BASIC, *IDENTITY, *DETAIL]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["seen_at"], self.fields["reason"]
        people = managers_for(user)
        self.fields["manager"].queryset = people
        self.fields["manager"].initial = user.pk
        self.helper.layout = _layout(_columns("code", "manager"))
        for name in ("name", "credit_code"):  # static/js/duplicates.js says when
            self.fields[name].widget.attrs["data-duplicates"] = True
        self.fields["name"].widget.attrs |= {
            "hx-get": reverse("accounts:duplicate_check"),
            "hx-trigger": "duplicates",
            "hx-include": "#id_credit_code",
            "hx-target": "#duplicates",
            "hx-sync": "this:replace",
        }

    def clean(self):
        """Nobody is a customer before a product runs (R21)."""
        return super().clean() | {"lifecycle": Customer.Lifecycle.POTENTIAL}

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code and Customer.objects.filter(code=code).exists():
            raise forms.ValidationError(f"客户编码「{code}」已被使用，请换一个。")
        return code
