"""The filter sets that own the lists of visits and promises."""

import django_filters
from django import forms

from accounts.models import Customer
from staff.models import User
from visits.models import Commitment, Visit


def people_in_scope(request):
    return User.objects.overseen_by(request.user).order_by("username")


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VisitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    state = django_filters.ChoiceFilter(
        choices=Visit.State.choices, label="状态", empty_label="全部状态"
    )
    mode = django_filters.ChoiceFilter(
        choices=Visit.Mode.choices, label="方式", empty_label="全部方式"
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=people_in_scope, label="拜访人", empty_label="全部人员"
    )
    since = django_filters.DateFilter(
        "scheduled_start", lookup_expr="date__gte", label="从", widget=day_input()
    )
    until = django_filters.DateFilter(
        "scheduled_start", lookup_expr="date__lte", label="到", widget=day_input()
    )

    class Meta:
        model = Visit
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))


class CommitmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    state = django_filters.ChoiceFilter(
        choices=Commitment.State.choices, label="状态", empty_label="全部状态"
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=people_in_scope, label="负责人", empty_label="全部人员"
    )
    until = django_filters.DateFilter(
        "due_on", lookup_expr="lte", label="兑现日期不晚于", widget=day_input()
    )

    class Meta:
        model = Commitment
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))
