"""One view per verb that takes a visit from one state to the next (R3–R5, R8)."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.htmx import is_htmx
from core.models import Parameter
from staff.access import requires
from visits import rules
from visits.actions import invitations, recording, visiting
from visits.actions.errors import VisitError
from visits.forms.conduct import PlaceForm
from visits.forms.planning import ReasonForm, RescheduleForm
from visits.forms.visiting import BookForm, HoldForm, LateArrivalForm
from visits.views.scope import changeable_visit
from visits.views.visiting import visit_context


def one_tap(request, visit, act):
    """Do `act` and show the visit again: the page, or only its body for htmx."""
    error = ""
    try:
        act()
    except VisitError as refusal:
        error = str(refusal)
    if is_htmx(request):
        context = visit_context(request, visit.pk, error)
        status = 422 if error else 200
        return render(request, "visits/_visit_body.html", context, status=status)
    if error:
        messages.error(request, error)
    return redirect(visit)


def _with_form(request, visit, verb, form, act, template, **context):
    """Show `form`, or do `act` with it. A refusal is shown on the form; nothing typed is lost."""
    if request.method == "GET" and not rules.may_move(visit.state, verb, is_formal=visit.is_formal):
        messages.error(request, f"该拜访现在是「{visit.get_state_display()}」，不能这样办理。")
        return redirect(visit)
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            return redirect(result or visit)
    return render(request, template, {"visit": visit, "form": form, "verb": verb, **context})


def _inviting(visit) -> dict:
    """What the tick for an invitation needs; without a mail server nobody can be reached."""
    offer = invitations.reachable(visit) if settings.EMAIL_HOST else ()
    return {"offer": offer, "is_invited": bool(offer) and invitations.is_invited(visit)}


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_book(request, pk):
    visit = changeable_visit(request, pk)
    contact = visit.contacts.first()
    now = timezone.localtime().replace(second=0, microsecond=0)
    initial = {"booked_at": min(now, visit.scheduled_start), "booked_with": contact}
    form = BookForm(request.POST or None, visit=visit, initial=initial, **_inviting(visit))

    def act(fields):
        visiting.book_visit(visit=visit, by=request.user, **fields)

    rule = Parameter.objects.value("visit_booking_rule")
    context = {
        "has_no_address": bool(settings.EMAIL_HOST) and "invite" not in form.fields,
        "is_late_now": not visiting.is_in_time(visit, clock.now()),
        "is_24h": rule == rules.HOURS_24,
    }
    return _with_form(request, visit, "book", form, act, "visits/visit_book.html", **context)


@requires("visits.write")
@require_POST
def visit_arrive(request, pk):
    """First tap: the arrival. With a reason: why it was not five minutes early."""
    visit = changeable_visit(request, pk)
    form, point = LateArrivalForm(request.POST), PlaceForm(request.POST).point()

    def act():
        if "reason" not in request.POST:
            now = clock.now()
            return visiting.arrive(visit=visit, arrived_at=now, point=point, by=request.user)
        if not form.is_valid():
            raise VisitError("原因请写 1 到 200 个字。")
        reason = form.cleaned_data["reason"]
        return visiting.explain_late_arrival(visit=visit, reason=reason, by=request.user)

    return one_tap(request, visit, act)


@requires("visits.write")
@require_POST
def visit_start(request, pk):
    visit = changeable_visit(request, pk)

    def act():
        visiting.start_visit(visit=visit, started_at=clock.now(), by=request.user)

    return one_tap(request, visit, act)


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_hold(request, pk):
    visit = changeable_visit(request, pk)
    now = timezone.localtime().replace(second=0, microsecond=0)
    start = visit.started_at or min(visit.scheduled_start, now)
    initial = {"started_at": start, "ended_at": max(now, start)}
    form = HoldForm(request.POST or None, initial=initial)

    def act(fields):
        visiting.hold_visit(visit=visit, by=request.user, **fields)
        messages.success(request, "已登记结束。请填写拜访记录。")

    context = {"owes_letter": visiting.owes_letter(visit)}
    return _with_form(request, visit, "hold", form, act, "visits/visit_hold.html", **context)


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_cancel(request, pk):
    return _leave(request, pk, "cancel", visiting.cancel_visit)


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_no_show(request, pk):
    return _leave(request, pk, "no_show", visiting.no_show)


def _leave(request, pk, verb, action):
    visit = changeable_visit(request, pk)
    offer = invitations.reachable(visit) if invitations.to_call_off(visit) else ()
    form = ReasonForm(request.POST or None, offer=offer, is_invited=True)

    def act(fields):
        action(visit=visit, by=request.user, **fields)
        messages.success(request, f"{visit.get_state_display()}。")

    return _with_form(request, visit, verb, form, act, "visits/visit_leave.html")


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_reschedule(request, pk):
    visit = changeable_visit(request, pk)
    form = RescheduleForm(request.POST or None, **_inviting(visit))

    def act(fields):
        new = visiting.reschedule_visit(visit=visit, by=request.user, **fields)
        text = "已改期，请与客户重新预约。" if new.is_formal else "已改期。"
        messages.success(request, text)
        return new

    return _with_form(request, visit, "reschedule", form, act, "visits/visit_reschedule.html")


@requires("visits.write")
@require_POST
def visit_close(request, pk):
    visit = changeable_visit(request, pk)

    def act():
        recording.close_visit(visit=visit, by=request.user)

    return one_tap(request, visit, act)
