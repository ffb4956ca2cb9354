"""The filter set that owns the list of plans: its rows, its count and its export."""

import django_filters
from django import forms
from django.db.models import Q

from accounts.models import Customer, Industry
from core import clock
from core.widgets import QuickSelect
from planning.models import IN_REVIEW, SEALED, WRITABLE, MarketingPlan, PlanState, moved_lately
from staff.models import User

ASKED, MOVED = "asked", "moved"
KEYS = ("-year", "kind", "number", "pk")
GROUPS = {
    "writing": ("编写中", (*WRITABLE, PlanState.OUTLINE_REVIEW)),
    "review": ("审核中", IN_REVIEW),
    "sealed": ("已批准", SEALED),
}


def _authors(request):
    roles = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)
    return User.objects.overseen_by(request.user).filter(role__in=roles).order_by("username")


class PlanFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="关键字", method="search",
        widget=forms.TextInput({"type": "search", "placeholder": "编号或客户",
                                "autocomplete": "off"}),
    )  # fmt: skip
    year = django_filters.NumberFilter(label="年度", min_value=1990, max_value=2100)
    kind = django_filters.ChoiceFilter(
        label="类型", choices=MarketingPlan.Kind.choices, empty_label="全部类型"
    )
    state = django_filters.ChoiceFilter(
        label="状态", method="in_state", empty_label="全部状态",
        choices=[
            *((code, label) for code, (label, _) in GROUPS.items()),
            (ASKED, "有新下达的目标"),
            (MOVED, "归属或下级有变动"),
            *PlanState.choices,
        ],
    )  # fmt: skip
    author = django_filters.ModelChoiceFilter(
        label="编写人", queryset=_authors, empty_label="全部人员"
    )
    industry = django_filters.ModelChoiceFilter(
        label="行业", queryset=Industry.objects.all(), empty_label="全部行业"
    )

    class Meta:
        model = MarketingPlan
        fields = ["q", "year", "kind", "state", "author", "industry"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget = QuickSelect(choices=field.widget.choices)
            is_choice = isinstance(field.widget, QuickSelect)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def search(self, queryset, name, value):
        found = Q(number__icontains=value) | Q(industry__name__icontains=value)
        return queryset.filter(found | Q(customer__in=Customer.objects.search(value)))

    def in_state(self, queryset, name, value):
        if value == ASKED:
            return queryset.asked_anew()
        if value == MOVED:
            return queryset.filter(moved_lately(clock.now()))
        states = GROUPS[value][1] if value in GROUPS else (value,)
        return queryset.filter(current__state__in=states)

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.Meta.fields)


def address(data) -> str:
    """The query string of a list: known names that are filled in."""
    kept = data.copy()
    for name in list(kept):
        if name not in PlanFilter.Meta.fields or not kept.get(name):
            del kept[name]
    return kept.urlencode()
