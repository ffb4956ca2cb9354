"""The filter sets of 「该去看看」 and of the customers behind a figure of the coverage map."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Customer
from staff.filters import PersonFilter
from staff.models import Department, User
from visits import rhythm_rules as rules
from visits.coverage_reports import NONE, of_band
from visits.filters import day_input
from visits.models import VisitFrequencyPolicy, VisitSuggestion


def managers_in_scope(request):
    """Who manages a customer that the reader sees: also a colleague whose customer is shared."""
    seen = Customer.objects.visible_to(request.user).filter(manager=OuterRef("pk"))
    return User.objects.filter(Exists(seen)).order_by("username")


def departments_in_scope(request):
    seen = Customer.objects.visible_to(request.user).filter(department=OuterRef("pk"))
    return Department.objects.filter(Exists(seen))


class SuggestionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    kind = django_filters.ChoiceFilter(
        choices=VisitFrequencyPolicy.Kind.choices, label="方式", empty_label="全部方式"
    )
    grade = django_filters.ChoiceFilter(
        "customer__grade", choices=Customer.Grade.choices, label="等级", empty_label="全部等级"
    )
    region = django_filters.CharFilter(
        "customer__region", lookup_expr="exact", label="区域", max_length=40
    )
    manager = PersonFilter(
        queryset=managers_in_scope, field_name="customer__manager", label="客户经理",
        empty_label="全部人员",
    )  # fmt: skip
    until = django_filters.DateFilter(
        "due_on", lookup_expr="lte", label="应去日期不晚于", widget=day_input()
    )

    class Meta:
        model = VisitSuggestion
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))


class CoverageFilter(django_filters.FilterSet):
    """The customers behind one figure of the map."""

    band = django_filters.ChoiceFilter(
        choices=[(code, words) for code, words, _, _ in rules.BANDS],
        method="filter_band", label="距上次上门", empty_label="不限",
    )  # fmt: skip
    grade = django_filters.ChoiceFilter(
        choices=Customer.Grade.choices, label="等级", empty_label="全部等级"
    )
    manager = PersonFilter(queryset=managers_in_scope, label="客户经理", empty_label="全部人员")
    department = django_filters.ModelChoiceFilter(
        queryset=departments_in_scope, label="部门", empty_label="全部部门"
    )
    region = django_filters.CharFilter(method="filter_region", label="区域", max_length=40)

    class Meta:
        model = Customer
        fields = []

    def filter_band(self, queryset, name, value):
        return queryset.filter(of_band(value, timezone.localdate()))

    def filter_region(self, queryset, name, value):
        return queryset.filter(region="" if value == NONE else value)
