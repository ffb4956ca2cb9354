"""What is written in a case, decided about it, and entered for lists and targets."""

from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, Operator
from core.forms import plain_helper
from opportunities.forms.fields import (
    CHOICE,
    CHOOSE,
    DayField,
    MoneyField,
    PersonField,
    WordsField,
    colleagues,
    text_area,
)
from planning import retention_rules as rules
from planning.actions.retention_duties import owners_for
from planning.models import (
    Level,
    RetentionAction,
    RetentionCase,
    RetentionResource,
    RetentionThreat,
    Tier,
)
from staff.models import Department

GRADES = [("A", "A 级"), ("B", "B 级"), ("C", "C 级"), ("D", "D 级")]
MOST_NAMED = 5
RIVALS = [choice for choice in Operator.choices if choice[0] != Operator.TELECOM]


class PlainForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class CaseForm(PlainForm):
    tier = forms.ChoiceField(label="等级", choices=Tier.choices, error_messages=CHOICE)
    objective = WordsField(label="保有目标", max_length=300, widget=text_area(2))
    trigger_conditions = WordsField(
        label="触发条件", max_length=1000, widget=text_area(3),
        help_text="出现什么情况就启动预案，例如对手报价、关键人变动。",
    )  # fmt: skip
    budget = MoneyField(label="保有预算（元）", max_digits=12, help_text="批准后不能再改。")
    seen = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def look_again(self, case: RetentionCase) -> None:
        """Somebody was faster: what stands there now is told, and a second save replaces it."""
        case.refresh_from_db()
        self.data = self.data.copy()
        self.data["seen"] = str(self.fields["seen"].prepare_value(case.updated_at))
        for name in ("tier", "objective", "trigger_conditions", "budget"):
            now = getattr(case, name)
            if self.cleaned_data.get(name) != now:
                words = case.get_tier_display() if name == "tier" else now
                self[name].help_text = f"现在是：{words or '空'}"


class ThreatForm(PlainForm):
    kind = forms.ChoiceField(
        label="类别", choices=[("", CHOOSE), *RetentionThreat.Kind.choices], error_messages=CHOICE
    )
    competitor = forms.ChoiceField(
        label="对手", choices=[("", "没有或不清楚"), *RIVALS], required=False, error_messages=CHOICE
    )
    product = WordsField(label="涉及业务", max_length=80, required=False)
    evidence = WordsField(label="依据", max_length=300, widget=text_area(2))
    noted_on = DayField(label="发现日期")

    def clean_noted_on(self):
        day = self.cleaned_data["noted_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("发现日期不能晚于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == RetentionThreat.Kind.COMPETITOR and not cleaned.get("competitor"):
            self.add_error("competitor", "对手接触请写明是哪一家。")
        return cleaned


class ActionForm(PlainForm):
    kind = forms.ChoiceField(
        label="类别", choices=[("", CHOOSE), *RetentionAction.Kind.choices], error_messages=CHOICE
    )
    text = WordsField(label="行动", max_length=300, widget=text_area(2))
    owner = PersonField(None, label="负责人")
    due_on = DayField(label="完成期限")

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners_for(customer).order_by("username")

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("完成期限不能早于今天。")
        return day


class ResourceForm(PlainForm):
    kind = forms.ChoiceField(
        label="类别", choices=[("", CHOOSE), *RetentionResource.Kind.choices], error_messages=CHOICE
    )
    text = WordsField(label="用途", max_length=200, widget=text_area(2))
    amount = MoneyField(label="金额（元）", max_digits=12, help_text="占用预算的金额，没有填 0。")
    discount_pct = forms.DecimalField(
        label="优惠幅度（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False, help_text="只有优惠需要填写。",
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        is_discount = cleaned.get("kind") == RetentionResource.Kind.DISCOUNT
        if is_discount and cleaned.get("discount_pct") is None:
            if "discount_pct" not in self.errors:
                self.add_error("discount_pct", "优惠请填写幅度。")
        return cleaned


class DoneForm(PlainForm):
    note = WordsField(label="结果", max_length=300, widget=text_area(2))


class DecideForm(PlainForm):
    decision = forms.ChoiceField(
        label="决定", choices=[("yes", "批准"), ("no", "不批准")], widget=forms.RadioSelect,
        error_messages=CHOICE,
    )  # fmt: skip
    note = WordsField(
        label="意见", max_length=200, required=False, widget=text_area(2),
        help_text="不批准时写明原因。",
    )  # fmt: skip


class StepForm(PlainForm):
    """One step of the case; `to` and `seen` travel along unseen."""

    note = WordsField(label="说明", max_length=1000, required=False, widget=text_area(3))
    kept_amount = MoneyField(label="保住的年收入（元）", required=False)
    to = WordsField(max_length=15, widget=forms.HiddenInput, required=False)
    seen = WordsField(max_length=15, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, case: RetentionCase, to: str, **kwargs):
        super().__init__(*args, initial={"to": to, "seen": case.state}, **kwargs)
        self.asked = to
        self.fields["note"].required = to in rules.NEEDS_NOTE
        if to not in (rules.RETAINED, rules.PARTIALLY_LOST):
            del self.fields["kept_amount"]

    def clean_to(self):
        if self.cleaned_data["to"] not in ("", self.asked):
            raise forms.ValidationError("状态已经变更，请返回预案后再试。")
        return self.asked


class LookForm(PlainForm):
    note = WordsField(label="复查情况", max_length=1000, widget=text_area(3))
    seen = DayField(label="本次复查", required=False)

    def __init__(self, *args, case: RetentionCase, **kwargs):
        super().__init__(*args, initial={"seen": case.next_review_on}, **kwargs)
        self.fields["seen"].widget = forms.HiddenInput()


class ListForm(PlainForm):
    level = forms.ChoiceField(label="级别", required=False, error_messages=CHOICE)
    tier = forms.ChoiceField(label="等级", choices=Tier.choices, error_messages=CHOICE)
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2100)
    grades = forms.MultipleChoiceField(
        label="客户等级", choices=GRADES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="不选表示不限。", error_messages={"invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    least_revenue = MoneyField(label="近 12 个月收入不低于（元）", help_text="不限填 0。")
    criteria = WordsField(label="入选标准说明", max_length=300, required=False, widget=text_area(2))

    def __init__(self, *args, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(code, Level(code).label) for code in levels]

    def clean_level(self):
        return self.cleaned_data["level"] or self.fields["level"].choices[0][0]

    def clean_grades(self):
        return "".join(sorted(self.cleaned_data["grades"]))


class MemberForm(PlainForm):
    """One customer by its code or name: nobody chooses from a list of thousands."""

    customer = WordsField(label="客户", max_length=100, help_text="客户编码，或名称里的几个字。")
    reason = WordsField(label="入选理由", max_length=200, widget=text_area(2))

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach

    def clean_customer(self):
        said = self.cleaned_data["customer"]
        exact = self.reach.filter(Q(code__iexact=said) | Q(name=said)).order_by("code")
        found = list(exact[:2]) or list(self.reach.filter(pk__in=_like(said))[: MOST_NAMED + 1])
        if not found:
            raise forms.ValidationError("清单范围内没有这样的客户，请核对编码或名称。")
        if len(found) > 1:
            names = "、".join(f"{one.code} {one.name}" for one in found[:MOST_NAMED])
            more = "等" if len(found) > MOST_NAMED else ""
            raise forms.ValidationError(f"不止一家：{names}{more}。请填编码。")
        return found[0]


def _like(said: str):
    return Customer.objects.search(said).order_by().values("pk")


class TargetForm(PlainForm):
    department = forms.ModelChoiceField(
        None, label="部门", required=False, empty_label="分公司合计", error_messages=CHOICE
    )
    base = MoneyField(label="存量收入基数（元）")
    rate = forms.DecimalField(
        label="保有率目标（%）", max_digits=5, decimal_places=2, min_value=0, max_value=150
    )
    owner = PersonField(None, label="责任人")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        branch = Department.objects.filter(branch=user.branch_id, kind=Department.Kind.CUSTOMER)
        self.fields["department"].queryset = branch.order_by("path")
        self.fields["owner"].queryset = colleagues(user, ("dept_head", "branch_director"))


def year_of(text: str, today: date) -> int:
    """The year of an address; this year for anything that is none."""
    is_year = text.isascii() and text.isdecimal() and len(text) == len("2027")
    return int(text) if is_year and 2020 <= int(text) <= 2100 else today.year
