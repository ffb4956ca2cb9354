"""各级清单, targets and metrics (R47–R49)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core.paging import keyset_page
from planning import retention_reports as reports
from planning.actions import retention_money as money
from planning.actions import retention_rolls as rolls
from planning.actions.errors import PlanError
from planning.forms.retention import ListForm, MemberForm, TargetForm, year_of
from planning.models import (
    RetentionCase,
    RetentionList,
    RetentionMember,
    RetentionMetricSnapshot,
)
from staff.access import may, requires

FIRST_YEAR, LAST_YEAR = 2020, 2100


@require_GET
@requires("retention.view")
def roll_list(request):
    rows = RetentionList.objects.visible_to(request.user)
    rows = rows.select_related("branch", "department", "manager")
    context = {
        "page": keyset_page(rows, request, keys=("-year", "pk")),
        "may_keep": may(request.user, "retention.lists"),
    }
    return render(request, "planning/retention_rolls.html", context)


@require_http_methods(["GET", "POST"])
@requires("retention.lists")
def roll_new(request):
    levels = rolls.levels_of(request.user)
    known = {"year": timezone.localdate().year + 1, "least_revenue": 0}
    form = ListForm(request.POST or None, levels=levels, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            made = rolls.make_list(by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已建立清单。")
            return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": "建立清单", "back": reverse("planning:retention_rolls")}
    return render(request, "planning/retention_plain_form.html", context, status=status)


def _roll(request, pk: int) -> RetentionList:
    rows = RetentionList.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("branch", "department", "manager"), pk=pk)


@require_GET
@requires("retention.view")
def roll_detail(request, pk):
    roll = _roll(request, pk)
    members = RetentionMember.objects.visible_to(request.user).filter(retention_list=roll)
    page = keyset_page(members.select_related("customer__manager"), request, keys=("pk",))
    cases = RetentionCase.objects.filter(customer__in=[row.customer_id for row in page.rows])
    active = {case.customer_id: case for case in cases.exclude(state="reviewed")}
    keeps = may(request.user, "retention.lists") and rolls.may_keep(roll, request.user)
    context = {
        "roll": roll,
        "page": page,
        "rows": [(row, active.get(row.customer_id)) for row in page.rows],
        "keeps": keeps,
        "waiting": rolls.candidates(roll, timezone.localdate()).count() if keeps else 0,
    }
    return render(request, "planning/retention_roll.html", context)


@require_POST
@requires("retention.lists")
def roll_fill(request, pk):
    roll = _roll(request, pk)
    if not rolls.may_keep(roll, request.user):
        raise PermissionDenied
    count = rolls.fill_list(roll=roll, by=request.user)
    messages.success(request, f"已列入 {count} 家客户，每家都有一份预案。")
    return redirect(roll)


@require_http_methods(["GET", "POST"])
@requires("retention.lists")
def roll_add(request, pk):
    """One chosen customer with the reason, beside those that the criteria find."""
    roll = _roll(request, pk)
    if not rolls.may_keep(roll, request.user):
        raise PermissionDenied
    form = MemberForm(request.POST or None, reach=rolls.reach(roll))
    if request.method == "POST" and form.is_valid():
        try:
            rolls.add_customer(roll=roll, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            name = form.cleaned_data["customer"].name
            messages.success(request, f"已列入 {name}，它有一份保有预案。")
            return redirect(roll)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": f"列入客户：{roll}", "back": roll.get_absolute_url()}
    return render(request, "planning/retention_plain_form.html", context, status=status)


@require_POST
@requires("retention.lists")
def member_drop(request, pk):
    rows = RetentionMember.objects.visible_to(request.user)
    member = get_object_or_404(
        rows.filter(retention_list__in=RetentionList.objects.visible_to(request.user))
        .select_related("retention_list__department", "customer"),
        pk=pk,
    )  # fmt: skip
    if not rolls.may_keep(member.retention_list, request.user):
        raise PermissionDenied
    rolls.drop_member(member=member, by=request.user)
    messages.success(request, "已移出清单，预案保留。")
    return redirect(member.retention_list)


# --- targets --------------------------------------------------------------------------------------
@require_GET
@requires("retention.view")
def target_list(request):
    today = timezone.localdate()
    year = year_of(request.GET.get("year", ""), today)
    context = {
        "year": year,
        "found": reports.targets(request.user.branch, year, request.user, today),
        "may_set": may(request.user, "retention.targets"),
    }
    return render(request, "planning/retention_targets.html", context)


@require_http_methods(["GET", "POST"])
@requires("retention.targets")
def target_edit(request, year):
    _check_year(year)
    form = TargetForm(request.POST or None, user=request.user)
    back = f"{reverse('planning:retention_targets')}?year={year}"
    if request.method == "POST" and form.is_valid():
        try:
            money.save_target(
                branch=request.user.branch, year=year, by=request.user, **form.cleaned_data
            )
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": f"{year} 年保有目标", "back": back}
    return render(request, "planning/retention_plain_form.html", context, status=status)


@require_POST
@requires("retention.targets")
def target_confirm(request, year):
    _check_year(year)
    try:
        money.confirm_targets(branch=request.user.branch, year=year, by=request.user)
    except PlanError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "目标已下达。")
    return redirect(f"{reverse('planning:retention_targets')}?year={year}")


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


# --- metrics --------------------------------------------------------------------------------------
@require_GET
@requires("retention.view")
def metrics(request):
    scopes = reports.scopes(request.user)
    asked = request.GET.get("scope", "")
    scope = next((row for row in scopes if str(row.pk) == asked), scopes[0] if scopes else None)
    context = {"scopes": scopes, "scope": scope}
    if scope:
        context |= {
            "figures": reports.figures(scope, scope.month),
            "charts": reports.trends(scope, scope.month),
            "late": reports.counted_late(scope, scope.month),
        }
    return render(request, "planning/retention_metrics.html", context)


@require_GET
@requires("retention.view")
def metric_rows(request, pk):
    rows = RetentionMetricSnapshot.objects.visible_to(request.user)
    snapshot = get_object_or_404(rows.select_related("branch", "department", "manager"), pk=pk)
    found = reports.drill_down(snapshot, request.user)
    page = keyset_page(found.rows, request, keys=("pk",))
    mine = Customer.objects.visible_to(request.user)
    context = {"snapshot": snapshot, "found": found, "page": page, "sees_any": mine.exists()}
    return render(request, "planning/retention_metric.html", context)
