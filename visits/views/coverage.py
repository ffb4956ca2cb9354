"""走访分布: who was not visited for how long, and the customers behind each figure (R22)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Customer
from core.paging import keyset_page
from staff.access import may, requires
from visits import rhythm_rules as rules
from visits.coverage_reports import coverage as coverage_of
from visits.coverage_reports import customers_with_last
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
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request, keys=("code", "pk")),
        "today": timezone.localdate(),
        "may_write": may(request.user, "visits.write"),
    }
    return render(request, "visits/coverage_list.html", context)
