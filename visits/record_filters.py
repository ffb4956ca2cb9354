"""The filter set that owns the head's list of records to read."""

import django_filters

from accounts.models import Customer
from staff.filters import PersonFilter
from visits.filters import people_in_scope
from visits.models import VisitRecord


class RecordFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    owner = PersonFilter(
        "written_by", queryset=people_in_scope, label="记录人", empty_label="全部人员"
    )

    class Meta:
        model = VisitRecord
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(visit__customer__in=Customer.objects.search(value))
