"""决策链: levels, approval routes, who knows whom (R72)."""

from django import forms

from accounts.forms.items.base import ItemForm
from accounts.models import (
    ApprovalRoute,
    BusinessLine,
    Contact,
    PurchaseDecisionLevel,
    RelationshipTie,
)
from staff.models import User

ALL = "全部"
LINES = {label: code for code, label in BusinessLine.choices} | {ALL: "all"}
LABELS = {code: label for label, code in LINES.items()}


class LevelForm(ItemForm):
    department_by_line = forms.CharField(
        label="决策部门",
        required=False,
        widget=forms.Textarea,
        help_text="每行一项「业务：部门」，例如「数据：科技部」；不分业务时写「全部：办公室」。",
    )

    class Meta:
        model = PurchaseDecisionLevel
        fields = ["order", "unit_level", "department_by_line", "scope_text", "has_right"]
        help_texts = {"order": "1 是最高一级。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        pairs = (self.instance.department_by_line or {}).items()
        self.initial["department_by_line"] = "\n".join(
            f"{LABELS.get(line, line)}：{department}" for line, department in pairs
        )

    def clean_department_by_line(self):
        found = {}
        for line in self.cleaned_data["department_by_line"].splitlines():
            if not line.strip():
                continue
            label, mark, department = line.replace(":", "：", 1).partition("：")
            if not mark or not department.strip() or label.strip() not in LINES:
                known = "、".join(LINES)
                raise forms.ValidationError(f"「{line}」看不懂。业务可以是：{known}。")
            found[LINES[label.strip()]] = department.strip()
        return found


class RouteForm(ItemForm):
    steps = forms.CharField(
        label="审批步骤", widget=forms.Textarea, help_text="一行一步，从提出到批准。"
    )

    class Meta:
        model = ApprovalRoute
        fields = ["trigger", "steps"]
        help_texts = {"trigger": "例如「金额 10 万元以上」。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["steps"] = "\n".join(map(str, self.instance.steps or []))

    def clean_steps(self):
        lines = (line.strip() for line in self.cleaned_data["steps"].splitlines())
        return [line for line in lines if line]


class TieForm(ItemForm):
    class Meta:
        model = RelationshipTie
        fields = ["contact", "user", "current", "wanted", "note"]
        help_texts = {"current": "0 不认识，5 非常熟悉。"}

    def narrow(self):
        people = Contact.objects.filter(customer=self.customer, is_current=True)
        self.fields["contact"].queryset = people.order_by("pk")
        colleagues = User.objects.active().filter(branch=self.customer.branch_id)
        self.fields["user"].queryset = colleagues.order_by("username")
