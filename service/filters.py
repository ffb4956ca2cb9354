"""The filter set that owns the register of watches."""

import django_filters

from accounts.models import Customer
from service.models import CatalogItem, ServiceWatch
from staff.filters import PersonFilter
from staff.models import User


def items_in_scope(request):
    return CatalogItem.objects.visible_to(request.user).order_by("name", "pk")


def people_in_scope(request):
    return User.objects.overseen_by(request.user).order_by("username")


class WatchFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    state = django_filters.ChoiceFilter(
        choices=ServiceWatch.State.choices, label="状态", empty_label="全部状态"
    )
    item = django_filters.ModelChoiceFilter(
        "availability__item", queryset=items_in_scope, label="业务", empty_label="全部业务"
    )
    area = django_filters.CharFilter("availability__area", lookup_expr="icontains", label="区域")
    owner = PersonFilter(
        "customer__manager", queryset=people_in_scope, label="客户经理", empty_label="全部人员"
    )

    class Meta:
        model = ServiceWatch
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))
