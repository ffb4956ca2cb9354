"""The filter set of the customers whose forecast is asked for (R19)."""

import django_filters

from accounts.models import Customer, Industry
from opportunities.forecast_reports import MUST
from opportunities.models import DemandForecast
from staff.filters import PersonFilter
from staff.models import Department, User

MISSING = "missing"
STATES = [(MISSING, "还没有填"), *DemandForecast.State.choices]
FRONT = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)


def managers_in_scope(request):
    return User.objects.overseen_by(request.user).filter(role__in=FRONT).order_by("username")


class ForecastFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    who = django_filters.ChoiceFilter(
        choices=[("must", "必须填的（A、B 级）"), ("other", "其他客户")], method="filter_who",
        label="范围", empty_label="全部客户",
    )  # fmt: skip
    state = django_filters.ChoiceFilter(
        choices=STATES, method="filter_state", label="状态", empty_label="全部状态"
    )
    manager = PersonFilter(queryset=managers_in_scope, label="客户经理", empty_label="全部人员")

    class Meta:
        model = Customer
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.search(value)

    def filter_who(self, queryset, name, value):
        return queryset.filter(MUST if value == "must" else ~MUST)

    def filter_state(self, queryset, name, value):
        return queryset.filter(forecast_state=None if value == MISSING else value)


class WaitingFilter(django_filters.FilterSet):
    """What waits for the head: narrowed by department, industry and person."""

    department = django_filters.ModelChoiceFilter(
        "customer__department", queryset=lambda request: Department.objects.visible_to(
            request.user), label="部门", empty_label="全部部门",
    )  # fmt: skip
    industry = django_filters.ModelChoiceFilter(
        "customer__industry", queryset=Industry.objects.order_by("code"), label="行业",
        empty_label="全部行业",
    )  # fmt: skip
    author = django_filters.ModelChoiceFilter(
        queryset=managers_in_scope, label="客户经理", empty_label="全部人员"
    )

    class Meta:
        model = DemandForecast
        fields = []
