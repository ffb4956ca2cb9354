"""The filter set that owns the list of opportunities: its rows, sums, board and export."""

from datetime import timedelta
from decimal import Decimal

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, Industry
from core.forms import refuse_far_years
from core.widgets import QuickSelect
from opportunities.models import Opportunity, OpportunityStage, Phase, Stage
from opportunities.stage_reports import stale_ones
from staff.models import Department, User

OPEN, GO = "open", "go"
WAN = Decimal(10_000)
EXTRAS = ("order",)
ORDERS = {
    "updated": ("最近更新在前", ("-updated_at", "-pk")),
    "stuck": ("停留最久在前", ("stage_since", "pk")),
}


def _owners(request):
    """Colleagues whom the user answers for and who can own an opportunity."""
    front = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)
    return User.objects.overseen_by(request.user).filter(role__in=front).order_by("username")


def _departments(request):
    user = request.user
    mine = Department.objects.filter(branch=user.branch_id)
    return mine.under(user.department) if user.department_id else mine


class OpportunityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="关键字", method="search",
        widget=forms.TextInput({"type": "search", "placeholder": "客户或商机名称",
                                "autocomplete": "off"}),
    )  # fmt: skip
    stage = django_filters.ChoiceFilter(
        label="阶段", empty_label="全部阶段", method="on_stage",
        choices=[(OPEN, "进行中（未结束、未搁置）"), (GO, "等待立项决定"), *Stage.choices],
    )  # fmt: skip
    owner = django_filters.ModelChoiceFilter(
        label="负责人", queryset=_owners, empty_label="全部人员"
    )
    kind = django_filters.ChoiceFilter(
        label="类型", choices=Opportunity.Kind.choices, empty_label="全部类型"
    )
    stale = django_filters.ChoiceFilter(
        label="停留", choices=[("1", "超过期限未推进"), ("review", "搁置已到复查日期")],
        empty_label="不限", method="stuck",
    )  # fmt: skip
    phase = django_filters.ChoiceFilter(
        label="环节", choices=Phase.choices, empty_label="全部环节", method="in_phase"
    )
    industry = django_filters.ModelChoiceFilter(
        "customer__industry", label="行业", queryset=Industry.objects.all(), empty_label="全部行业"
    )
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=_departments, empty_label="全部部门", method="below"
    )
    source = django_filters.ChoiceFilter(
        label="来源", choices=Opportunity.Source.choices, empty_label="全部来源"
    )
    month = django_filters.DateFilter(
        label="预计签约月份", method="closing_in", input_formats=["%Y-%m"],
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"), validators=[refuse_far_years],
        error_messages={"invalid": "请按「年-月」填写。"},
    )  # fmt: skip
    amount = django_filters.NumberFilter(
        label="金额不低于（万元）", method="from_amount", min_value=0, max_value=10_000_000,
        decimal_places=2,
    )  # fmt: skip

    class Meta:
        model = Opportunity
        fields = [
            "q", "stage", "owner", "kind", "stale",
            "phase", "industry", "department", "source", "month", "amount",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget = QuickSelect(choices=field.widget.choices)
            is_choice = isinstance(field.widget, QuickSelect)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def search(self, queryset, name, value):
        found = Q(customer__in=Customer.objects.search(value)) | Q(name__icontains=value)
        return queryset.filter(found)

    def on_stage(self, queryset, name, value):
        if value == GO:
            return queryset.awaiting_go()
        return queryset.running() if value == OPEN else queryset.filter(stage=value)

    def in_phase(self, queryset, name, value):
        codes = OpportunityStage.objects.filter(phase=value).values("code")
        return queryset.filter(stage__in=codes)

    def below(self, queryset, name, department):
        below = Department.objects.filter(branch=department.branch_id).under(department)
        return queryset.filter(customer__department__in=below)

    def stuck(self, queryset, name, value):
        today = timezone.localdate()
        if value == "review":
            return queryset.filter(stage=Stage.SUSPENDED, review_on__lte=today)
        return queryset.filter(stale_ones(today))

    def closing_in(self, queryset, name, day):
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return queryset.filter(expected_close__gte=day, expected_close__lt=following)

    def from_amount(self, queryset, name, value):
        return queryset.filter(amount__gte=value * WAN)

    @property
    def order(self) -> tuple[str, ...]:
        """Keys for core.paging; the last is unique."""
        return ORDERS.get(self.data.get("order"), ORDERS["updated"])[1]

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.Meta.fields)


def address(data, **changed) -> str:
    """The query string of a list: known names that are filled in, with `changed` values."""
    kept = data.copy()
    for name in list(kept):
        if name not in (*OpportunityFilter.Meta.fields, *EXTRAS) or not kept.get(name):
            del kept[name]
    for name, value in changed.items():
        kept[name] = value
    return kept.urlencode()
