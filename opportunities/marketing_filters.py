"""The filter sets of the marketing log and of its coverage (R20)."""

import django_filters
from django import forms

from accounts.models import Customer
from core.forms import date_input
from opportunities.forecast_filters import managers_in_scope
from opportunities.models import MarketingActivity, Topic
from staff.filters import PersonFilter


class ActivityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    kind = django_filters.ChoiceFilter(
        choices=MarketingActivity.Kind.choices, label="类别", empty_label="全部类别"
    )
    topic = django_filters.ChoiceFilter(
        choices=Topic.choices, method="filter_topic", label="内容", empty_label="全部内容"
    )
    since = django_filters.DateFilter(
        "held_on", lookup_expr="gte", label="从哪天起", widget=date_input()
    )

    visit = django_filters.NumberFilter(
        "visit_ref", min_value=1, max_value=10**15, widget=forms.HiddenInput
    )

    class Meta:
        model = MarketingActivity
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))

    def filter_topic(self, queryset, name, value):
        return queryset.filter(topics__topic=value)


class CoverageFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    grade = django_filters.ChoiceFilter(
        choices=Customer.Grade.choices, label="等级", empty_label="全部等级"
    )
    manager = PersonFilter(queryset=managers_in_scope, label="客户经理", empty_label="全部人员")

    class Meta:
        model = Customer
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.search(value)
