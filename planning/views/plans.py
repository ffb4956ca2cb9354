"""The list, a new plan, the one-page view, people and day, the part of the customer's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Customer
from core import audit, exports, once
from core.htmx import is_htmx
from core.paging import keyset_page
from opportunities.views.scope import customer_from_query
from planning import plan_filters, plan_reports, review_reports
from planning.actions import facts, organising, starting
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.forms.plans import OrganiseForm, StartForm
from planning.models import MarketingPlan, PlanVersion
from planning.plan_filters import PlanFilter
from planning.views.scope import plan_or_404
from staff.access import may, requires
from staff.models import User

Kind, Role = MarketingPlan.Kind, User.Role
MOST_ROWS = 20_000
SHOWN = ("customer", "industry", "branch", "author", "current")
OF_CUSTOMER = 20


def _found(request) -> PlanFilter:
    mine = MarketingPlan.objects.visible_to(request.user)
    return PlanFilter(request.GET, queryset=mine, request=request)


@require_GET
@requires("plans.view")
@vary_on_headers("HX-Request")
def plan_list(request):
    """Plans that the user sees, newest year first."""
    found = _found(request)
    page = keyset_page(found.qs.select_related(*SHOWN), request, keys=plan_filters.KEYS)
    sums = plan_reports.year_sums(page.rows)
    context = {
        "page": page,
        "rows": [(plan, sum(sums[plan.pk].values(), plan_reports.ZERO)) for plan in page.rows],
        "count": found.qs.order_by().count(),
        "is_filtered": found.is_filtered,
        "query": plan_filters.address(request.GET),
        "kinds": _startable(request.user),
    }
    if is_htmx(request):
        response = render(request, "planning/_plan_rows.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{context['query']}"
        return response
    context["fields"] = list(found.form)
    return render(request, "planning/plan_list.html", context)


def _startable(user: User) -> list[tuple[str, str]]:
    """(kind, label) of plans that the user may begin."""
    roles = {person.role for person in user.acting_for()}
    found = []
    if may(user, "plans.write") and roles & {Role.ACCOUNT_MANAGER, *_ABOVE}:
        found.append((Kind.KEY_CUSTOMER, Kind.KEY_CUSTOMER.label))
    if roles & {*_ABOVE, Role.BRANCH_DIRECTOR}:
        found.append((Kind.KEY_INDUSTRY, Kind.KEY_INDUSTRY.label))
    if roles & {Role.DEPT_HEAD, Role.BRANCH_DIRECTOR}:
        found.append((Kind.ANNUAL_MARKET, Kind.ANNUAL_MARKET.label))
    return found


_ABOVE = (Role.INDUSTRY_MANAGER, Role.DEPT_HEAD)


@require_POST
@requires("plans.view")
def plan_export(request):
    """Exactly the rows of the list with the same query string, as xlsx; audited."""
    found, query = _found(request), plan_filters.address(request.GET)
    back = f"{reverse('planning:list')}?{query}"
    if not found.form.is_valid():
        messages.error(request, "筛选条件有误，没有导出。请改正后再试。")
        return redirect(back)
    count = found.qs.order_by().count()
    if count > MOST_ROWS:
        messages.error(request, f"超过 {MOST_ROWS} 行，Excel 文件太大。请缩小范围。")
        return redirect(back)
    rows = found.qs.order_by(*plan_filters.KEYS)
    changes = {"行数": ["", str(count)], "筛选条件": ["", query]}
    audit.record(verb="plan.list_exported", target=request.user, by=request.user, changes=changes)
    header = list(plan_reports.HEADER)
    return exports.xlsx_response("营销计划", header, plan_reports.export_rows(rows))


# --- a new one ------------------------------------------------------------------------------------
@requires("plans.write")
@require_http_methods(["GET", "POST"])
def plan_create(request):
    """`?kind=` says which type; `?customer=` whose."""
    kind = request.GET.get("kind", Kind.KEY_CUSTOMER)
    if kind not in dict(_startable(request.user)):
        raise PermissionDenied
    customer = customer_from_query(request) if kind == Kind.KEY_CUSTOMER else None
    if kind == Kind.KEY_CUSTOMER and customer is None:
        return redirect(reverse("accounts:customer_picker") + "?for=marketing_plan")
    form = StartForm(request.POST or None, kind=kind, user=request.user, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                plan = starting.start_plan(
                    kind=kind, by=request.user, customer=customer, **form.cleaned_data
                )
                messages.success(request, f"已建立 {plan.number}。")
                return redirect(first.remember(plan.get_absolute_url()))
        except PlanError as error:
            form.add_error(None, str(error))
    context = {"form": form, "customer": customer, "kind_label": Kind(kind).label}
    context["same"] = _same(request.user, customer)
    status = 422 if form.errors else 200
    return render(request, "planning/plan_form.html", context, status=status)


def _same(user: User, customer: Customer | None) -> list[MarketingPlan]:
    """Plans of this customer that are there already."""
    if customer is None:
        return []
    found = MarketingPlan.objects.visible_to(user).filter(customer=customer)
    return list(found.select_related(*SHOWN)[:5])


# --- one plan -------------------------------------------------------------------------------------
@requires("plans.view")
@require_GET
def plan_detail(request, pk):
    """One page: who, what, which state, target sums, what is missing; the texts folded below."""
    plan = plan_or_404(request, pk)
    version, user = plan.current, request.user
    writes = may_write(plan, user)
    context = {
        "plan": plan,
        "version": version,
        "tab": "detail",
        "page": plan_reports.overview(version),
        "may_write": writes and version.is_writable,
        "may_submit": writes and version.is_writable,
        "may_organise": organising.may_organise(plan, user),
        "may_task": writes or organising.may_organise(plan, user),
        "moves": review_reports.verbs(version, user),
        "last_year": facts.last_year_of(plan) if writes and version.is_writable else None,
        "returned": review_reports.last_return(version),
        "versions": _versions(plan),
    }
    return render(request, "planning/plan_detail.html", context)


def _versions(plan: MarketingPlan) -> list[PlanVersion]:
    found = list(plan.versions.all())
    for version in found:
        version.plan = plan
    return found


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def plan_organise(request, pk):
    """Author, responsible and day."""
    plan = plan_or_404(request, pk)
    if not organising.may_organise(plan, request.user):
        raise PermissionDenied
    form = OrganiseForm(request.POST or None, plan=plan, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            organising.organise(plan=plan, by=request.user, **form.cleaned_data)
        except PlanError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(plan)
    return small_page(request, plan, form, "人员与期限", "编写人写，责任人对计划负责。")


def small_page(request, plan, form, title: str, lead: str = ""):
    """A page with one small form about a plan."""
    context = {"plan": plan, "version": plan.current, "form": form, "title": title, "lead": lead}
    status = 422 if form.errors else 200
    return render(request, "planning/plan_small_form.html", context, status=status)


@requires("plans.write")
@require_POST
def carry_over(request, pk):
    """Facts of last year's plan come along; goals never."""
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    try:
        count = facts.carry_over(version=plan.current, by=request.user)
        messages.success(request, f"已带入上一年的现状 {count} 行；目标和措施没有带入。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(plan)


@require_GET
@requires("plans.view")
def of_customer(request, pk):
    """A part of the customer's page (规划与计划)."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = MarketingPlan.objects.visible_to(request.user).filter(customer=customer)
    plans = list(rows.select_related(*SHOWN)[:OF_CUSTOMER])
    sums = plan_reports.year_sums(plans)
    context = {
        "customer": customer,
        "rows": [(plan, sum(sums[plan.pk].values(), plan_reports.ZERO)) for plan in plans],
        "may_start": Kind.KEY_CUSTOMER in dict(_startable(request.user)),
    }
    name = "_of_customer.html" if is_htmx(request) else "of_customer.html"
    return render(request, f"planning/{name}", context)
