"""What a list of customers can be asked; list, count and export share one filter set."""

from datetime import timedelta

import django_filters
from django import forms
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Customer, Industry, ServiceContract
from accounts.reports import columns
from core.widgets import QuickSelect
from staff.filters import MOST_OFFERED
from staff.models import Department, User

MANAGING = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER)
REGIONS_FOR_SECONDS = 300
EXPIRY_DAYS = [("30", "30 天内"), ("60", "60 天内"), ("90", "90 天内"), ("180", "180 天内")]
# What the address may carry, apart from the place in the list: see `address`.
EXTRAS = ("columns", "order", "view")
ORDERS = {
    "code": ("按编码", ("code",)),
    "name": ("按名称拼音", ("name_pinyin", "pk")),
    "updated": ("最近更新在前", ("-updated_at", "-pk")),
}


def _managers(request):
    """Colleagues whom the user answers for and who can have customers."""
    people = User.objects.overseen_by(request.user).filter(role__in=MANAGING)
    return people.order_by("username")


def _departments(request):
    user = request.user
    mine = Department.objects.filter(branch=user.branch_id)
    return mine.under(user.department) if user.department_id else mine


class CustomerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="关键字",
        method="search",
        widget=forms.TextInput(
            {"type": "search", "placeholder": "名称、拼音、编码、联系人", "autocomplete": "off"}
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
    region = django_filters.CharFilter(label="区域", widget=QuickSelect)
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=_departments, empty_label="全部部门", method="below"
    )
    lifecycle = django_filters.ChoiceFilter(
        label="关系发展", choices=Customer.Lifecycle.choices, empty_label="全部阶段"
    )
    ownership_type = django_filters.ChoiceFilter(
        label="单位性质", choices=Customer.Ownership.choices, empty_label="全部性质"
    )
    expires = django_filters.ChoiceFilter(
        label="合同到期", choices=EXPIRY_DAYS, empty_label="不限", method="expiring"
    )

    class Meta:
        model = Customer
        fields = [
            "q", "industry", "grade", "manager", "region",
            "department", "lifecycle", "ownership_type", "expires",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget = QuickSelect(choices=field.widget.choices)
            css = "form-select" if isinstance(field.widget, QuickSelect) else "form-control"
            field.widget.attrs["class"] = css
        regions = [(name, name) for name in self._regions()]
        self.form.fields["region"].widget.choices = [("", "全部区域"), *regions]
        self._shorten("manager")

    def _regions(self) -> list[str]:
        """Regions of the customers in scope; kept a while, because they are looked up in all."""
        user = self.request.user
        mine = Customer.objects.visible_to(user).exclude(region="").order_by("region")
        return cache.get_or_set(
            f"accounts.regions:{user.pk}",
            lambda: list(mine.values_list("region", flat=True).distinct()),
            REGIONS_FOR_SECONDS,
        )

    def _shorten(self, name: str) -> None:
        """Draws at most MOST_OFFERED choices and the chosen one; any in scope is accepted."""
        field = self.form.fields[name]
        people = list(field.queryset.values_list("pk", "name")[:MOST_OFFERED])
        chosen = str(self.form.data.get(name) or "")
        if chosen.isdecimal() and int(chosen) not in {pk for pk, _ in people}:
            people += list(field.queryset.filter(pk=chosen).values_list("pk", "name"))
        field.widget.choices = [("", field.empty_label), *people]

    def search(self, queryset, name, value):
        return queryset.search(value)

    def below(self, queryset, name, department):
        below = Department.objects.filter(branch=department.branch_id).under(department)
        return queryset.filter(department__in=below)

    def expiring(self, queryset, name, days):
        """A contract ends within so many days and nothing renews it (R49)."""
        today = timezone.localdate()
        ending = ServiceContract.objects.filter(
            customer=OuterRef("pk"),
            renewals=None,
            ends_on__range=(today, today + timedelta(days=int(days))),
        )
        return queryset.filter(Exists(ending))

    @property
    def order(self) -> tuple[str, ...]:
        """Keys for core.paging; the last is unique."""
        return ORDERS.get(self.data.get("order"), ORDERS["code"])[1]

    @property
    def columns(self) -> list[columns.Column]:
        return columns.chosen(self.data.getlist("columns"))

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.Meta.fields)


def address(data, *, without: tuple[str, ...] = ()) -> str:
    """The query string of a list: known names with a value other than the usual one."""
    kept = data.copy()
    for name in list(kept):
        values = [value for value in kept.getlist(name) if value]
        known = name in CustomerFilter.Meta.fields or name in EXTRAS
        is_usual = name == "columns" and set(values) == set(columns.DEFAULT)
        if known and values and name not in without and not is_usual:
            kept.setlist(name, values)
        else:
            del kept[name]
    return kept.urlencode()
