"""Problems of customers: register, page, new, and what becomes of them (R22)."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core import drafts, once
from core.paging import keyset_page
from staff.access import may, requires
from visits import issue_reports
from visits.actions import issues
from visits.filters import IssueFilter
from visits.forms.issues import IssueConfirmForm, IssueForm, ProgressForm, ReopenForm, SolveForm
from visits.models import CustomerIssue, Visit
from visits.views import steps

SOURCES = {"visit": Visit, "customer": Customer}


@requires("letters.view")
@require_GET
def issue_list(request):
    tab = issue_reports.tab_of(request.GET.get("tab"), request.GET.get("state"))
    found, keys = issue_reports.of_tab(CustomerIssue.objects.visible_to(request.user), tab)
    found = found.select_related("customer", "owner")
    filters = IssueFilter(request.GET, found, request=request)
    page = keyset_page(filters.qs, request, keys=keys)
    context = {
        "filters": filters,
        "page": page,
        "tab": tab,
        "tabs": issue_reports.TABS.items(),
        "lines": issue_reports.lines_of(page.rows, timezone.localdate()),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "letters.write"),
    }
    return render(request, "visits/issue_list.html", context)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def issue_create(request):
    """`?visit=` or `?customer=` says where it came to light."""
    _, source = steps.row_from_query(request, SOURCES)
    if source is None:
        return redirect(reverse("accounts:customer_picker") + "?for=issue")
    visit = source if isinstance(source, Visit) else None
    customer = visit.customer if visit else source
    get_object_or_404(Customer.objects.visible_to(request.user), pk=customer.pk)
    key = steps.draft_key("issue_new", source)
    if anew := steps.restarted(request, key):
        return anew
    form = steps.started(request, key, IssueForm, _begun(visit))
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if form.is_valid():
                issue = issues.log_issue(
                    customer=customer, visit=visit, by=request.user, **form.cleaned_data
                )
                drafts.discard(request.user, key)
                messages.success(request, "问题已登记。")
                return redirect(first.remember(issue.get_absolute_url()))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "customer": customer, "source": source, "visit": visit}
    context |= {"draft_key": key, "is_restored": form.is_bound and request.method == "GET"}
    return render(request, "visits/issue_form.html", context, status=status)


def _begun(visit: Visit | None) -> dict:
    day = timezone.localdate(visit.scheduled_start) if visit else timezone.localdate()
    return {"found_on": min(day, timezone.localdate()), "severity": CustomerIssue.Severity.MINOR}


def _visible(request, pk) -> CustomerIssue:
    found = CustomerIssue.objects.visible_to(request.user).select_related(
        "customer", "visit__customer", "owner", "confirmed_by", "created_by"
    )
    return get_object_or_404(found, pk=pk)


@requires("letters.view")
@require_GET
def issue_detail(request, pk):
    return _page(request, _visible(request, pk))


def _page(request, issue: CustomerIssue, **forms):
    """The page of one problem; a form with errors is shown in its place (422)."""
    context = issue_reports.issue_context(issue, request.user, timezone.localdate())
    now = timezone.localtime().replace(second=0, microsecond=0)
    made = {
        "progress_form": ProgressForm,
        "solve_form": lambda: SolveForm(initial={"at": now}),
        "confirm_form": lambda: IssueConfirmForm(customer=issue.customer, initial={"at": now}),
        "reopen_form": ReopenForm,
    }
    steps.put_forms(context, made, forms)
    return render(request, "visits/issue_detail.html", context, status=422 if forms else 200)


def _tried(request, issue: CustomerIssue, name: str, form, act, done: str):
    """Do what the form says, or show the page with the form's errors."""
    back = steps.taken(request, issue, form, partial(act, issue=issue), done)
    return back or _page(request, _visible(request, issue.pk), **{name: form})


@requires("letters.write")
@require_POST
def issue_progress(request, pk):
    issue, form = _visible(request, pk), ProgressForm(request.POST)
    return _tried(request, issue, "progress_form", form, issues.note_progress, "进展已登记。")


@requires("letters.write")
@require_POST
def issue_solve(request, pk):
    issue, form = _visible(request, pk), SolveForm(request.POST)
    done = "已登记解决，请与客户确认。"
    return _tried(request, issue, "solve_form", form, issues.solve_issue, done)


@requires("letters.write")
@require_POST
def issue_confirm(request, pk):
    issue = _visible(request, pk)
    form = IssueConfirmForm(request.POST, customer=issue.customer)
    return _tried(request, issue, "confirm_form", form, issues.confirm_issue, "已登记客户确认。")


@requires("letters.write")
@require_POST
def issue_reopen(request, pk):
    issue, form = _visible(request, pk), ReopenForm(request.POST)
    return _tried(request, issue, "reopen_form", form, issues.reopen_issue, "已重新打开。")
