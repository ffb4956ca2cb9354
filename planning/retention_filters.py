"""The filter set that owns the list of cases: its rows, counts and export."""

import django_filters
from django import forms
from django.utils import timezone

from accounts.models import Customer
from core.widgets import QuickSelect
from planning.models import RetentionCase, RiskLevel, Tier
from staff.models import User

ACTIVE, DUE = "active", "due"


def _managers(request):
    front = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)
    return User.objects.overseen_by(request.user).filter(role__in=front).order_by("username")


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="客户", method="search",
        widget=forms.TextInput({"type": "search", "placeholder": "客户名称"}),
    )  # fmt: skip
    risk = django_filters.ChoiceFilter(
        label="风险", choices=RiskLevel.choices, empty_label="全部风险"
    )
    tier = django_filters.ChoiceFilter(label="等级", choices=Tier.choices, empty_label="全部等级")
    manager = django_filters.ModelChoiceFilter(
        "customer__manager", label="客户经理", queryset=_managers, empty_label="全部人员"
    )
    state = django_filters.ChoiceFilter(
        label="状态", empty_label="未复盘的", method="in_state",
        choices=[(DUE, "该复查的"), *RetentionCase.State.choices],
    )  # fmt: skip

    class Meta:
        model = RetentionCase
        fields = ["q", "risk", "tier", "manager", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget = QuickSelect(choices=field.widget.choices)
            is_choice = isinstance(field.widget, QuickSelect)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("state"):
            found = found.exclude(state=RetentionCase.State.REVIEWED)
        return found

    def search(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))

    def in_state(self, queryset, name, value):
        if value == DUE:
            return queryset.filter(next_review_on__lte=timezone.localdate())
        return queryset.filter(state=value)

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.Meta.fields)


def address(data, **changed) -> str:
    """The query string of a list: known names that are filled in, with `changed` values."""
    kept = data.copy()
    for name in list(kept):
        if name not in CaseFilter.Meta.fields or not kept.get(name):
            del kept[name]
    for name, value in changed.items():
        kept[name] = value
    return kept.urlencode()
