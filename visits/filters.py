"""The filter sets that own the lists of visits and promises."""

import django_filters
from django import forms
from django.utils import timezone

from accounts.models import Customer
from core import clock
from reminders.models import DutyKind, Obligation
from staff.filters import PersonFilter
from staff.models import AuthorityTopic, User
from visits.models import Commitment, CustomerIssue, Escalation, Visit


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
    owner = PersonFilter(queryset=people_in_scope, label="拜访人", empty_label="全部人员")
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
    source = django_filters.ChoiceFilter(
        choices=Commitment.Source.choices, label="来源", empty_label="全部来源"
    )
    owner = PersonFilter(queryset=people_in_scope, label="负责人", empty_label="全部人员")
    late = django_filters.ChoiceFilter(
        choices=[("1", "已逾期未兑现")], method="filter_late", label="逾期", empty_label="不限"
    )
    until = django_filters.DateFilter(
        "due_on", lookup_expr="lte", label="兑现日期不晚于", widget=day_input()
    )

    class Meta:
        model = Commitment
        fields = []

    def filter_late(self, queryset, name, value):
        """By its duty: close of business decides, and consent that came too late moves nothing."""
        late = Obligation.objects.overdue(clock.now()).filter(kind=DutyKind.COMMITMENT)
        return queryset.running().filter(pk__in=late.values("object_id"))

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))


class EscalationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    state = django_filters.ChoiceFilter(
        choices=Escalation.State.choices, label="状态", empty_label="全部状态"
    )
    topic = django_filters.ChoiceFilter(
        choices=AuthorityTopic.choices, label="事项", empty_label="全部事项"
    )
    requested_by = PersonFilter(queryset=people_in_scope, label="请示人", empty_label="全部人员")

    class Meta:
        model = Escalation
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))


class IssueFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    state = django_filters.ChoiceFilter(
        choices=CustomerIssue.State.choices, label="状态", empty_label="全部状态"
    )
    late = django_filters.ChoiceFilter(
        choices=[("1", "紧急或拖得太久")], method="filter_late", label="急缓", empty_label="不限"
    )
    severity = django_filters.ChoiceFilter(
        choices=CustomerIssue.Severity.choices, label="轻重", empty_label="不限"
    )
    owner = PersonFilter(queryset=people_in_scope, label="负责人", empty_label="全部人员")

    class Meta:
        model = CustomerIssue
        fields = []

    def filter_late(self, queryset, name, value):
        return queryset.urgent(timezone.localdate())

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))
