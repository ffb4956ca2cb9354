"""请示: list, new, one request, decide, forward, withdraw, tell the customer (R14, R16)."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Customer
from core import drafts, once
from core.paging import keyset_page
from reminders.actions import said_length
from reminders.models import DutyKind
from staff.access import may, requires
from visits import promise_reports
from visits.actions import escalating
from visits.actions.errors import VisitError
from visits.filters import EscalationFilter
from visits.forms.escalation import (
    CommunicateForm,
    DecisionForm,
    EscalationForm,
    ForwardForm,
    WithdrawForm,
)
from visits.models import (
    Commitment,
    Escalation,
    InboundLetter,
    LetterReply,
    ThankYouLetter,
    Visit,
)
from visits.views import steps

ORIGINS = {
    "visit": Visit,
    "letter": InboundLetter,
    "reply": LetterReply,
    "thanks": ThankYouLetter,
    "promise": Commitment,
}


def _visible(request, pk) -> Escalation:
    found = Escalation.objects.visible_to(request.user).select_related(
        "customer__department", "requested_by", "approver", "decided_by", "content_type"
    )
    return get_object_or_404(found, pk=pk)


@requires("letters.view")
@require_GET
def escalation_list(request):
    user = request.user
    first = "to_decide" if may(user, "escalations.decide") else "mine"
    tab = request.GET.get("tab", first)
    rows = promise_reports.of_tab(Escalation.objects.visible_to(user), tab, user)
    rows = rows.select_related("customer", "requested_by", "approver")
    filters = EscalationFilter(request.GET, rows, request=request)
    context = {
        "filters": filters,
        "page": keyset_page(filters.qs, request, keys=("-requested_at", "-pk")),
        "tab": tab,
        "tabs": promise_reports.TABS.items(),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "may_write": may(user, "letters.write"),
    }
    return render(request, "visits/escalation_list.html", context)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def escalation_create(request):
    """`?visit=`, `?letter=`, `?reply=`, `?thanks=` or `?promise=` waits for it; or `?customer=`."""
    origin, customer = _origin(request)
    if customer is None:
        return redirect(reverse("accounts:customer_picker") + "?for=request")
    key = steps.draft_key("request_new", origin or customer)
    if anew := steps.restarted(request, key):
        return anew
    form = steps.started(request, key, EscalationForm, _known(origin))
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            escalation = _ask(request, form, origin, customer)
            if escalation:
                drafts.discard(request.user, key)
                return redirect(first.remember(escalation.get_absolute_url()))
    context = {"form": form, "customer": customer, "origin": origin, "draft_key": key}
    context["is_restored"] = form.is_bound and request.method == "GET"
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/escalation_form.html", context, status=status)


def _origin(request):
    name, row = steps.row_from_query(request, {**ORIGINS, "customer": Customer})
    if row is None:
        return None, None
    customer = row if name == "customer" else customer_of(row)
    get_object_or_404(Customer.objects.visible_to(request.user), pk=customer.pk)
    return (None if name == "customer" else row), customer


def customer_of(row) -> Customer:
    """The customer that a visit, letter, reply, thank-you letter or promise belongs to."""
    if isinstance(row, LetterReply):
        return row.letter.customer
    return row.visit.customer if isinstance(row, ThankYouLetter) else row.customer


def _known(origin) -> dict:
    """A blocked promise brings its figures along."""
    if not isinstance(origin, Commitment):
        return {}
    names = ("topic", "discount_pct", "amount", "term_months")
    return {name: getattr(origin, name) for name in names} | {"proposal": origin.content}


def _ask(request, form, origin, customer) -> Escalation | None:
    if not form.is_valid():
        return None
    try:
        escalation = escalating.ask(
            customer=customer, origin=origin, by=request.user, **form.cleaned_data
        )
    except VisitError as error:
        form.add_error(None, str(error))
        return None
    within = said_length(DutyKind.ESCALATION_RESPONSE)
    messages.success(request, f"已请示 {escalation.approver}，{within}内决定。")
    return escalation


@requires("letters.view")
@require_GET
def escalation_detail(request, pk):
    return _page(request, _visible(request, pk))


def _page(request, escalation, **forms):
    """The page of one request; a form with errors is shown in its place (422)."""
    context = promise_reports.escalation_context(escalation, request.user)
    now = timezone.localtime().replace(second=0, microsecond=0)
    made = {
        "decide_form": lambda: DecisionForm(topic=escalation.topic),
        "forward_form": ForwardForm,
        "withdraw_form": WithdrawForm,
        "communicate_form": lambda: CommunicateForm(initial={"at": now}),
    }
    steps.put_forms(context, made, forms)
    return render(request, "visits/escalation_detail.html", context, status=422 if forms else 200)


def _tried(request, pk, name: str, make, act, done: str):
    """Do what the form says, or show the page with the form's errors."""
    escalation = _visible(request, pk)
    form = make(escalation)
    back = steps.taken(request, escalation, form, partial(act, escalation=escalation), done)
    return back or _page(request, _visible(request, pk), **{name: form})


@requires("escalations.decide")
@require_POST
def escalation_decide(request, pk):
    def make(escalation):
        return DecisionForm(request.POST, topic=escalation.topic)

    return _tried(request, pk, "decide_form", make, escalating.decide, "已决定，请示人会看到结果。")


@requires("escalations.decide")
@require_POST
def escalation_forward(request, pk):
    def make(escalation):
        return ForwardForm(request.POST)

    return _tried(request, pk, "forward_form", make, escalating.forward, "已上报。")


@requires("letters.write")
@require_POST
def escalation_withdraw(request, pk):
    if not escalating.may_withdraw(_visible(request, pk), request.user):
        raise PermissionDenied

    def make(escalation):
        return WithdrawForm(request.POST)

    return _tried(request, pk, "withdraw_form", make, escalating.withdraw, "请示已撤回。")


@requires("letters.write")
@require_POST
def escalation_communicate(request, pk):
    def make(escalation):
        return CommunicateForm(request.POST)

    return _tried(request, pk, "communicate_form", make, escalating.communicate, "已登记告知客户。")
