"""移交: one person's work to others, with a record that the receiver confirms."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import AccountError
from core import once
from core.paging import keyset_page
from crm.actions import handover as actions
from crm.forms.handover import HandoverForm
from crm.reports import handover as reports
from reminders.actions import DutyError
from staff.access import may, requires
from staff.actions.errors import StaffError

REFUSALS = (AccountError, DutyError, StaffError)


@require_GET
@requires("customers.view")
def handover_list(request):
    """Records one has to do with; heads also choose whose work to hand over."""
    records = reports.records_for(request.user)
    context = {"page": keyset_page(records, request, keys=("-made_at", "-pk"))}
    if may(request.user, "customers.assign"):
        context["people"] = reports.people_of(request.user)
    return render(request, "crm/handover_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("customers.assign")
def handover_person(request, pk):
    """Preview of everything of one person; the POST moves it."""
    person = get_object_or_404(reports.people_of(request.user), pk=pk)
    theirs = reports.belongings(person, request.user)
    form = HandoverForm(
        request.POST or None, user=request.user, person=person, customers=theirs.customers
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_hand_over(request, person, form))
        except REFUSALS as error:
            form.add_error(None, str(error))
    context = {"person": person, "theirs": theirs, "form": form}
    return render(request, "crm/handover_person.html", context)


def _hand_over(request, person, form) -> str:
    values = form.cleaned_data
    with once.guard(request) as first:
        if first.result_url:
            return first.result_url
        records = actions.hand_over_person(
            user=person,
            to=values["to"],
            by=request.user,
            reason=values["reason"],
            note=values["note"],
            receivers=form.receivers,
            left_on=values["left_on"],
        )
        moved = sum(len(record.items) for record in records)
        done = "，并办理了离职" if values["left_on"] else ""
        messages.success(request, f"{person} 的 {moved} 项已移交{done}。")
        return first.remember(reverse("crm:handover_list"))


@require_GET
@requires("customers.view")
def handover_detail(request, pk):
    record = get_object_or_404(reports.records_for(request.user), pk=pk)
    context = {
        "record": record,
        "groups": reports.groups_of(record),
        "may_confirm": record.to_user_id == request.user.pk and not record.confirmed_at,
    }
    return render(request, "crm/handover_detail.html", context)


@require_POST
@requires("customers.view")
def handover_confirm(request, pk):
    mine = reports.records_for(request.user).filter(to_user=request.user)
    record = get_object_or_404(mine, pk=pk)
    try:
        actions.confirm_handover(record=record, by=request.user)
    except AccountError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已确认接收。")
    return redirect("crm:handover_detail", pk)
