"""The filter set of the needs board: its list and its counts (R18)."""

import django_filters

from accounts.models import Customer, CustomerNeed, Industry
from opportunities.forecast_filters import managers_in_scope
from staff.filters import PersonFilter


class NeedFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    industry = django_filters.ModelChoiceFilter(
        "customer__industry", label="行业", queryset=Industry.objects.all(), empty_label="全部行业"
    )
    layer = django_filters.ChoiceFilter(
        choices=CustomerNeed.Layer.choices, label="层次", empty_label="全部层次"
    )
    status = django_filters.ChoiceFilter(
        choices=CustomerNeed.Status.choices, label="状态", empty_label="全部状态"
    )
    manager = PersonFilter(
        "customer__manager", queryset=managers_in_scope, label="客户经理", empty_label="全部人员"
    )

    class Meta:
        model = CustomerNeed
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))
