"""走访分布: who was not visited for how long, and the customers behind each figure (R22)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Customer
from core.paging import keyset_page
from staff.access import may, requires
from staff.models import User
from visits import rhythm_rules as rules
from visits.coverage_reports import BY_CODE, customers_with_last, longest_first
from visits.coverage_reports import coverage as coverage_of
from visits.rhythm_filters import CoverageFilter


@requires("customers.view")
@require_GET
def coverage(request):
    grade, department = request.GET.get("grade", ""), request.GET.get("department", "")
    grade = grade if grade in Customer.Grade else ""
    department = department if department.isascii() and department.isdecimal() else ""
    today = timezone.localdate()
    context = {
        "map": coverage_of(request.user, today, grade=grade, department=department[:9]),
        "bands": [words for _, words, _, _ in rules.BANDS],
        "grades": Customer.Grade.choices,
        "grade": grade,
        "department": department,
        "today": today,
    }
    return render(request, "visits/coverage.html", context)


@requires("customers.view")
@require_GET
def coverage_list(request):
    found = customers_with_last(request.user).select_related("manager", "department")
    filters = CoverageFilter(request.GET, found, request=request)
    customers, chosen = filters.qs, filters.form.cleaned_data
    band, manager = chosen.get("band") or "", chosen.get("manager")
    is_narrow = bool(manager) or request.user.role == User.Role.ACCOUNT_MANAGER
    customers, keys = longest_first(customers, band, is_narrow=is_narrow)
    context = {
        "filters": filters,
        "page": keyset_page(customers, request, keys=keys),
        "is_by_code": keys == BY_CODE and not band,
        "today": timezone.localdate(),
        "may_write": may(request.user, "visits.write"),
    }
    return render(request, "visits/coverage_list.html", context)
