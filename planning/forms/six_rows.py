"""Rows of the workbench, one form a kind (R68, R73–R76)."""

from dataclasses import dataclass

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import Q

from accounts.actions.items import version_of
from core.forms import date_input, plain_helper
from planning import six_rules as rules
from planning.models import (
    CHECKS,
    CooperationOpportunity,
    CustomerStrategy,
    ImplementationItem,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from staff.models import User
from visits.actions.correspondence import who_may_answer

MOST_SIGNS = 2000
WIDE = (forms.Textarea, forms.CheckboxInput)
JUDGED = [("unknown", "待判断"), ("true", "是"), ("false", "否")]


class RowForm(forms.ModelForm):
    """`seen` is the version of the row that the page was drawn from."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, planning, **kwargs):
        super().__init__(*args, **kwargs)
        self.planning = planning
        if self.instance.pk is None:
            del self.fields["seen"]
        else:
            self.initial["seen"] = version_of(self.instance)
        for field in self.fields.values():
            self._dress(field)
        self.narrow()
        self.helper = plain_helper()
        self.helper.layout = Layout(Div(*map(self._place, self.fields), css_class="row"))

    def narrow(self):
        """Pickers offer rows of this workbench and people of its customer only."""

    def _dress(self, field):
        if isinstance(field, forms.DateField):
            field.widget = date_input()
        elif isinstance(field, forms.NullBooleanField):
            field.widget.choices = JUDGED
        elif isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 3
            field.max_length = MOST_SIGNS
            field.widget.attrs["maxlength"] = MOST_SIGNS
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = "未指定"
            field.error_messages["invalid_choice"] = "请从列表中选择。"
        field.widget.attrs.setdefault("autocomplete", "off")

    def _place(self, name):
        is_wide = isinstance(self.fields[name].widget, WIDE) or name in ("text", "title")
        return Field(name, wrapper_class="col-12" if is_wide else "col-sm-6")

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def clean(self):
        cleaned = super().clean()
        for name, value in cleaned.items():
            if isinstance(value, str) and len(value) > MOST_SIGNS:
                self.add_error(name, f"请写在 {MOST_SIGNS} 个字以内。")
        return cleaned


def people_of(planning) -> "forms.models.QuerySet":
    """Those who see the customer: a duty opens for them (R1)."""
    found = (
        who_may_answer(planning.customer)
        | User.objects.filter(pk=planning.customer.manager_id).distinct()
    )
    return found.order_by("username")


class StrategyForm(RowForm):
    class Meta:
        model = CustomerStrategy
        fields = ("goal", "horizon", "ict_implication", "source")
        widgets = {"ict_implication": forms.Textarea}


class CooperationForm(RowForm):
    class Meta:
        model = CooperationOpportunity
        fields = ("name", "scope", "description", *CHECKS, "reason")
        help_texts = {"reason": "五项都满足才可行；不满足时写明原因。"}


class SolutionForm(RowForm):
    class Meta:
        model = SolutionLine
        fields = (
            "business_line", "service", "annual_wan", "amount_source", "competition", "strategy",
        )  # fmt: skip
        help_texts = {"amount_source": "不同口径的金额不要混用，写明来自哪里。"}


class MeasureForm(RowForm):
    class Meta:
        model = SolutionMeasure
        fields = ("line", "text", "tech_ok", "policy_ok", "benefit", "evidence", "is_historical")
        help_texts = {
            "is_historical": "过去用过、现在的规定不允许的做法，例如固移交叉补贴。",
        }

    def narrow(self):
        self.fields["line"].queryset = SolutionLine.objects.filter(planning=self.planning)
        self.fields["line"].label = "服务"


class SupportForm(RowForm):
    class Meta:
        model = SupportAssessment
        fields = (
            "kind", "business_line", "item", "unit", "better", "customer_required", "our_current",
            "rival_best", "commit_value", "improvement", "improvement_owner", "improvement_due",
        )  # fmt: skip
        help_texts = {
            "unit": "工作日、小时、分钟、%。",
            "commit_value": "不能好于我方现状；一定要承诺时，先约定改进。",
            "improvement": "写明后成为负责人的一项时限任务。",
        }

    def narrow(self):
        self.fields["improvement_owner"].queryset = people_of(self.planning)
        if self.instance.pk and self.instance.improved_at:
            for name in ("improvement", "improvement_owner", "improvement_due"):
                self.fields[name].disabled = True

    def clean(self):
        cleaned = super().clean()
        parts = [cleaned.get(f"improvement{end}") for end in ("", "_owner", "_due")]
        if any(parts) and not all(parts):
            self.add_error("improvement", "改进要同时写明措施、负责人和完成期限。")
        numbers = (cleaned.get("our_current"), cleaned.get("commit_value"))
        if rules.promises_too_much(cleaned.get("better", ""), *numbers) and not all(parts):
            self.add_error("commit_value", "承诺不能好于我方现状；一定要承诺时，先约定改进。")
        return cleaned


class ItemForm(RowForm):
    class Meta:
        model = ImplementationItem
        fields = (
            "title", "kind", "phase", "horizon", "measure", "cooperation", "profit_score",
            "competition_score", "feasibility_score", "owner", "starts_on", "due_on", "kpi",
            "state", "progress", "is_source_uncertain",
        )  # fmt: skip
        help_texts = {
            "profit_score": "1 小，5 大。", "competition_score": "1 不急，5 必须。",
            "feasibility_score": "1 难，5 现成。",
        }  # fmt: skip

    def narrow(self):
        row, may = self.instance, Q(feasible=True)
        measures = SolutionMeasure.objects.filter(planning=self.planning)
        now = Q(pk=row.measure_id)
        self.fields["measure"].queryset = measures.filter(may & Q(is_historical=False) | now)
        now = Q(pk=row.cooperation_id)
        self.fields["cooperation"].queryset = self.planning.cooperations.filter(may | now)
        for name in ("measure", "cooperation"):
            self.fields[name].help_text = "只列出可行的。"
        self.fields["owner"].queryset = people_of(self.planning)
        for name in ("profit_score", "competition_score", "feasibility_score"):
            self.fields[name].widget.attrs |= {"min": 1, "max": 5}

    def clean(self):
        cleaned = super().clean()
        start, due = cleaned.get("starts_on"), cleaned.get("due_on")
        if start and due and due < start:
            self.add_error("due_on", "完成期限不能早于开始日期。")
        return cleaned


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    step: int
    form: type

    @property
    def model(self):
        return self.form._meta.model


KINDS = {
    kind.code: kind
    for kind in (
        Kind("strategy", "发展目标", 3, StrategyForm),
        Kind("cooperation", "合作机会", 3, CooperationForm),
        Kind("solution", "服务", 4, SolutionForm),
        Kind("measure", "措施", 4, MeasureForm),
        Kind("support", "支撑能力", 5, SupportForm),
        Kind("item", "实施事项", 6, ItemForm),
    )
}
