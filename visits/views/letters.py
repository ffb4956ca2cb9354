"""Customer letters: list, register, one letter, assign, scan, close (R13)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, drafts, once, uploads
from core.paging import keyset_page
from reminders.models import DutyKind
from staff.access import may, requires
from visits import approval_reports, letter_filters, letter_reports
from visits.actions import correspondence, wordings
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.letters import AssignForm, CloseForm, RegisterForm
from visits.forms.replies import DecideForm, VoidForm
from visits.forms.sending import SendForm, SignedForm
from visits.models import InboundLetter
from visits.views.scope import customer_from_query

REGISTER_DRAFT = "visits:letter_register"


def visible_letter(request, pk) -> InboundLetter:
    """The letter, or 404 outside the reader's scope."""
    letters = InboundLetter.objects.visible_to(request.user).select_related(
        "customer__branch", "customer__department", "contact", "owner", "scan", "registered_by"
    )
    return get_object_or_404(letters, pk=pk)


@requires("letters.view")
@require_GET
def letter_list(request):
    tab = request.GET.get("tab", "to_answer")
    letters = InboundLetter.objects.visible_to(request.user)
    letters = letter_filters.letters_of_tab(letters, tab, clock.now())
    chosen = letter_filters.LetterFilter(request.GET, letters, request=request)
    rows = chosen.qs.select_related("customer", "owner")
    page = keyset_page(rows, request, keys=("-received_at", "-pk"))
    context = {
        "page": page,
        "rows": letter_reports.with_duties(page.rows, DutyKind.LETTER_REPLY),
        "form": chosen.form,
        "tab": tab,
        "tabs": letter_filters.LETTER_TABS.items(),
        "may_write": may(request.user, "letters.write"),
    }
    return render(request, "visits/letter_list.html", context)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def letter_register(request):
    customer = customer_from_query(request)
    if customer is None:
        return redirect(reverse("accounts:customer_picker") + "?for=letter")
    draft = drafts.load(request.user, f"{REGISTER_DRAFT}:{customer.pk}")
    known = {"user": request.user, "customer": customer}
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES, **known)
        if form.is_valid() and (url := _register(request, form)):
            return redirect(url)
    elif draft:
        form = RegisterForm(as_posted(draft), **known).forgive()
    else:
        now = timezone.localtime().replace(second=0, microsecond=0)
        initial = {"received_at": now, "received_channel": "paper", "category": "inquiry"}
        form = RegisterForm(initial=initial, **known)
    context = {"form": form, "customer": customer, "draft_key": f"{REGISTER_DRAFT}:{customer.pk}"}
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/letter_register.html", context, status=status)


def _register(request, form) -> str:
    """Where to go after the letter was entered; empty when it was refused, with the reason."""
    try:
        with once.guard(request) as first:
            if first.result_url:
                return first.result_url
            letter = correspondence.register_letter(by=request.user, **form.cleaned_data)
            drafts.discard(request.user, f"{REGISTER_DRAFT}:{letter.customer_id}")
            messages.success(request, f"已登记。{letter_reports.due_sentence(letter)}")
            return first.remember(letter.get_absolute_url())
    except VisitError as error:
        form.add_error(None, str(error))
        return ""


@requires("letters.view")
@require_GET
def letter_detail(request, pk):
    return letter_page(request, visible_letter(request, pk))


def letter_page(request, letter, **forms):
    """The page of one letter; a form with errors is shown in its place (422)."""
    context = letter_reports.letter_context(letter, request.user)
    context["route"] = approval_reports.route_of(context["reply"]) if context["reply"] else None
    now = timezone.localtime()
    recipient = letter.contact.name if letter.contact else letter.customer.name[:60]
    made = {
        "assign_form": lambda: AssignForm(letter=letter),
        "close_form": CloseForm,
        "decide_form": lambda: DecideForm(
            initial={"seen": wordings.mark_of(wordings.wording_of(context["reply"]))}
        ),
        "void_form": VoidForm,
        "signed_form": SignedForm,
        "send_form": lambda: SendForm(
            initial={"sent_at": now, "recipient": recipient, "channel": "paper"}
        ),
    }
    for name, make in made.items():
        context[name] = (forms.get(name) or make()) if context["can"][name] else None
    # a form whose time has passed (a stale tab) is not drawn, but its refusal is said
    context["refused"] = next((f for n, f in forms.items() if not context["can"][n]), None)
    status = 422 if forms else 200
    return render(request, "visits/letter_detail.html", context, status=status)


@requires("letters.write")
@require_POST
def letter_assign(request, pk):
    letter = visible_letter(request, pk)
    form = AssignForm(request.POST, letter=letter)
    if form.is_valid():
        try:
            correspondence.assign_letter(letter=letter, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已分派给 {letter.owner}。")
            return redirect(letter)
    return letter_page(request, letter, assign_form=form)


@requires("letters.view")
@require_GET
def letter_scan(request, pk):
    letter = visible_letter(request, pk)
    if letter.scan is None:
        raise Http404
    return uploads.serve(letter.scan, inline="inline" in request.GET)


@requires("letters.write")
@require_POST
def letter_close(request, pk):
    letter = visible_letter(request, pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            correspondence.close_letter(letter=letter, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "来函已办结。")
            return redirect(letter)
    return letter_page(request, letter, close_form=form)
