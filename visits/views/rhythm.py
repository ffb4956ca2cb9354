"""「该去看看」, and how often each grade is visited (R22)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Customer
from core import once
from core.paging import keyset_page
from staff.access import may, requires
from visits.actions import rhythm
from visits.actions.errors import VisitError
from visits.forms.rhythm import DismissForm, PolicyForm
from visits.models import VisitFrequencyPolicy, VisitSuggestion
from visits.rhythm_filters import SuggestionFilter
from visits.suggestion_reports import of_customer

TABS = (("", "待安排"), ("planned", "已安排"), ("dismissed", "暂不需要"))


@requires("customers.view")
@require_GET
def suggestion_list(request):
    """Open ones by their day; the tabs show what is arranged and what was put aside."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else ""
    found = VisitSuggestion.objects.visible_to(request.user).filter(state=tab or "open")
    found = found.select_related("customer__manager", "visit", "dismissed_by")
    filters = SuggestionFilter(request.GET, found, request=request)
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request, keys=("due_on", "pk")),
        "tab": tab,
        "tabs": TABS,
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(request.user, "visits.write"),
        "today": timezone.localdate(),
    }
    return render(request, "visits/suggestion_list.html", context)


@requires("customers.view")
@require_GET
def suggestion_hint(request, pk):
    """Fragment for the overview of a customer; nothing when there is nothing to say."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows, today = list(of_customer(customer)), timezone.localdate()
    context = {
        "customer": customer,
        "rows": rows,
        "today": today,
        "has_open": any(row.state == "open" for row in rows),
        "is_late": any(row.state == "open" and row.due_on < today for row in rows),
        "may_write": may(request.user, "visits.write"),
    }
    return render(request, "visits/_suggestion_hint.html", context)


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def suggestion_dismiss(request, pk):
    found = VisitSuggestion.objects.visible_to(request.user).select_related("customer")
    row = get_object_or_404(found, pk=pk)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _dismissed(request, row, form):
                messages.success(request, f"已记下，{form.cleaned_data['until']} 之后再提醒。")
                return redirect(first.remember(_list_url()))
    context = {"row": row, "form": form}
    return render(request, "visits/suggestion_dismiss.html", context)


def _list_url() -> str:
    return reverse("visits:suggestion_list")


def _dismissed(request, row, form) -> bool:
    try:
        rhythm.dismiss_suggestion(
            suggestion=row, by=request.user, today=timezone.localdate(), **form.cleaned_data
        )
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    return True


@requires("frequency.admin")
@require_GET
def frequency_list(request):
    policies = {(p.grade, p.kind): p for p in VisitFrequencyPolicy.objects.all()}
    kinds = VisitFrequencyPolicy.Kind
    grades = VisitFrequencyPolicy._meta.get_field("grade").choices
    rows = [(name, [policies.get((grade, kind)) for kind in kinds]) for grade, name in grades]
    return render(request, "visits/frequency_list.html", {"rows": rows, "kinds": kinds.labels})


@requires("frequency.admin")
@require_http_methods(["GET", "POST"])
def frequency_edit(request, pk):
    policy = get_object_or_404(VisitFrequencyPolicy, pk=pk)
    form = PolicyForm(request.POST or None, policy=policy)
    if request.method == "POST" and form.is_valid():
        try:
            rhythm.edit_policy(policy=policy, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存，从今晚的建议起生效。")
            return redirect("visits:frequency_list")
    return render(request, "visits/frequency_edit.html", {"policy": policy, "form": form})
