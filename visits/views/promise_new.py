"""A new promise, from a customer, a visit, a letter or a call; and its request (R12, R14)."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Customer
from core import drafts, once
from staff.access import requires
from visits.actions import authority, escalating, handover, promises
from visits.actions.errors import VisitError
from visits.forms.promises import PromiseForm
from visits.models import Commitment, InboundLetter, Visit
from visits.views import steps

SOURCES = {"visit": Visit, "letter": InboundLetter, "customer": Customer}


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def commitment_create(request):
    """`?visit=`, `?letter=` or `?customer=` says where it comes from."""
    _, source = steps.row_from_query(request, SOURCES)
    if source is None:
        return redirect(reverse("accounts:customer_picker") + "?for=promise")
    customer = source if isinstance(source, Customer) else source.customer
    get_object_or_404(Customer.objects.visible_to(request.user), pk=customer.pk)
    key = steps.draft_key("promise_new", source)
    if anew := steps.restarted(request, key):
        return anew
    form = steps.started(request, key, partial(PromiseForm, customer=customer))
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            promise = _make(request, form, source, customer)
            if promise:
                drafts.discard(request.user, key)
                return redirect(first.remember(promise.get_absolute_url()))
    context = {"form": form, "customer": customer, "source": source}
    context |= {"draft_key": key, "is_restored": form.is_bound and request.method == "GET"}
    context["limits"] = authority.said_limits(request.user.role)
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/commitment_form.html", context, status=status)


def _make(request, form, source, customer) -> Commitment | None:
    """Within authority: the promise. Beyond it: the blocked promise and its request, or neither."""
    if not form.is_valid():
        return None
    over = authority.beyond(request.user, form.cleaned_data["topic"], form.figures)
    is_covered = authority.grants_for(
        customer=customer, figures=form.figures, over=over, about=_about(source)
    )
    form.over = () if is_covered else over
    if form.over and not form.demand_request():
        form.add_error(None, "超出您的权限：" + "；".join(excess.said for excess in over))
        return None
    try:
        return _store(request, form, source, customer)
    except VisitError as error:
        form.add_error(None, str(error))
        return None


def _about(source):
    return None if isinstance(source, Customer) else source


@transaction.atomic
def _store(request, form, source, customer) -> Commitment:
    user = request.user
    known = {type(source).__name__: source}
    promise = promises.make_promise(
        customer=customer,
        visit=known.get("Visit"),
        letter=known.get("InboundLetter"),
        source="" if _about(source) else Commitment.Source.CALL,
        owner=handover.who_answers(customer, user),
        by=user,
        **form.promise_fields(),
    )
    if promise.state == Commitment.State.BLOCKED and promise.escalation is None:
        topics = [excess.topic for excess in form.over]
        topic = promise.topic if promise.topic in topics else topics[0]
        escalating.ask(
            customer=customer, origin=promise, topic=topic, by=user, **form.request_fields()
        )
        messages.warning(request, "已请示上级。决定以前，这项承诺不算作出，请不要答应客户。")
    else:
        messages.success(request, "承诺已登记。")
    return promise
