"""The search forms of the people and audit lists; each owns its list."""

import django_filters
from django.db.models import Q

from core.forms import date_input, plain_helper
from core.models import AuditEvent
from staff.models import Department, User


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="姓名或登录名", method="search")
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=Department.objects.none(), method="below", empty_label="全部部门"
    )
    role = django_filters.ChoiceFilter(label="角色", choices=User.Role, empty_label="全部角色")
    state = django_filters.ChoiceFilter(label="状态", choices=User.State, empty_label="在职与离职")

    class Meta:
        model = User
        fields = ["q", "department", "role", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["queryset"] = Department.objects.visible_to(
            self.request.user
        )
        self.form.helper = plain_helper()

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def below(self, queryset, name, department):
        return queryset.filter(department__in=Department.objects.under(department))


class AuditFilter(django_filters.FilterSet):
    actor = django_filters.CharFilter(
        label="操作人", field_name="actor_name", lookup_expr="icontains"
    )
    verb = django_filters.ChoiceFilter(label="动作", method="by_verb", empty_label="全部动作")
    target = django_filters.CharFilter(
        label="对象", field_name="target_text", lookup_expr="icontains"
    )
    day = django_filters.DateFilter(
        label="日期", field_name="at", lookup_expr="date", widget=date_input()
    )

    class Meta:
        model = AuditEvent
        fields = ["actor", "verb", "target", "day"]

    def __init__(self, *args, verbs=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["verb"].extra["choices"] = verbs
        self.form.helper = plain_helper()

    def by_verb(self, queryset, name, value):
        return queryset.filter(verb=value)
