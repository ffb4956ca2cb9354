"""What a list of customers can be asked; the list and its count share one filter set."""

import django_filters
from django import forms

from accounts.models import Customer, Industry
from staff.models import User


def _managers(request):
    mine = Customer.objects.visible_to(request.user)
    return User.objects.filter(pk__in=mine.values("manager")).order_by("username")


class CustomerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="关键字",
        method="search",
        widget=forms.TextInput(
            {"type": "search", "placeholder": "名称、编码、拼音或首字母", "autocomplete": "off"}
        ),
    )
    industry = django_filters.ModelChoiceFilter(
        label="行业", queryset=Industry.objects.all(), empty_label="全部行业"
    )
    grade = django_filters.ChoiceFilter(
        label="等级", choices=Customer.Grade.choices, empty_label="全部等级"
    )
    manager = django_filters.ModelChoiceFilter(
        label="客户经理", queryset=_managers, empty_label="全部客户经理"
    )
    region = django_filters.ChoiceFilter(label="区域", empty_label="全部区域")

    class Meta:
        model = Customer
        fields = ["q", "industry", "grade", "manager", "region"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["region"].extra["choices"] = [(name, name) for name in self._regions()]

    def _regions(self):
        mine = Customer.objects.visible_to(self.request.user).exclude(region="")
        return mine.order_by("region").values_list("region", flat=True).distinct()

    def search(self, queryset, name, value):
        return queryset.search(value)
