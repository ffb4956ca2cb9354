"""快速记拜访: one phone screen from the customer's door to the thank-you letter."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core import clock, drafts, once
from core.htmx import is_htmx
from staff.access import requires
from staff.actions.attesting import DECLARATION
from staff.addresses import address_of
from visits import reports
from visits.actions import quick
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.quick_log import QuickLogForm
from visits.models import Visit
from visits.views.scope import customer_from_query, keep_typed

DRAFT = "visits:quick_log"


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def quick_log(request):
    if "restart" in request.POST:
        drafts.discard(request.user, DRAFT)
        return redirect("visits:quick_log")
    if request.method == "GET":
        return _show(request, _new_form(request))
    if "pick" in request.POST or "reload" in request.POST:
        return _show(request, _picked(request))
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        form = QuickLogForm(request.POST, user=request.user)
        visit = _log(request, form)
        if visit:
            return redirect(first.remember(visit.get_absolute_url()))
        if _is_replay(request):
            return JsonResponse({"messages": _messages(form)}, status=422)
    keep_typed(request, DRAFT)
    return _show(request, form)


def _is_replay(request) -> bool:
    """A log that waited on a device without a network; the page that shows it has moved on."""
    return request.headers.get("X-Device-Queue") == "1"


def _messages(form) -> list[str]:
    """Each error with the label of its field, unless it names it; those of the whole form plain."""
    labels = {name: str(field.label) for name, field in form.fields.items()}
    told = [(labels.get(name, ""), text) for name, texts in form.errors.items() for text in texts]
    return [f"{label}：{text}" if label and label not in text else text for label, text in told]


def _new_form(request) -> QuickLogForm:
    customer = customer_from_query(request)
    kept = drafts.load(request.user, DRAFT)
    if kept and customer is None:
        return QuickLogForm(as_posted(kept), user=request.user).forgive()
    customer = customer or reports.likely_customer(request.user, timezone.now())
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = QuickLogForm(user=request.user, customer=customer, initial={"ended_at": now})
    if customer:
        form.initial["contacts"] = reports.likely_contacts(customer, form.matches.first())
    return form


def _picked(request) -> QuickLogForm:
    """Another customer was tapped: its contacts and plans come, what was typed stays."""
    data = request.POST.copy()
    if request.POST.get("pick"):
        data["customer"] = request.POST["pick"]
    form = QuickLogForm(data, user=request.user)
    if form.chosen:
        likely = reports.likely_contacts(form.chosen, form.matches.first())
        data.setlist("contacts", [str(contact.pk) for contact in likely])
        data.pop("planned", None)
    return form.forgive()


def _log(request, form) -> Visit | None:
    if not form.is_valid():
        return None
    twin = _twin(request, form.cleaned_data)
    if twin:
        messages.info(request, "这次拜访刚才已经记下，没有重复登记。")
        return twin
    try:
        address = address_of(request)
        visit = quick.log_visit(by=request.user, address=address, **form.for_action())
    except VisitError as error:
        form.add_error(None, str(error))
        return None
    drafts.discard(request.user, DRAFT)
    messages.success(request, "拜访已记下。")
    return visit


def _twin(request, fields) -> Visit | None:
    words = {name: fields[name] for name in ("customer_opinions", "summary_points")}
    return quick.already_logged(
        customer=fields["customer"], by=request.user, words=words, at=clock.now()
    )


def _show(request, form):
    context = {
        "form": form,
        "draft_key": DRAFT,
        "declaration": DECLARATION,
        "is_restored": form.is_bound and request.method == "GET",
        "recents": reports.recent_customers(request.user),
    }
    if is_htmx(request):
        return render(request, "visits/_quick_people.html", context)
    return render(request, "visits/quick_log.html", context)
