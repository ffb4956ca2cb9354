"""The record of one visit (R7, R11)."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core import drafts
from staff.access import requires
from visits import rules
from visits.actions import recording
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.recording import RecordForm
from visits.views.scope import changeable_visit, keep_typed


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_record(request, pk):
    visit = changeable_visit(request, pk)
    key = f"visits:record:{visit.pk}"
    if request.method == "GET":
        if not rules.may_move(visit.state, "record", is_formal=visit.is_formal):
            messages.error(request, f"该拜访现在是「{visit.get_state_display()}」，不能填写记录。")
            return redirect(visit)
        return _show(request, _kept_form(request, visit, key), visit, key)
    if "restart" in request.POST:
        drafts.discard(request.user, key)
        return redirect("visits:visit_record", visit.pk)
    form = RecordForm(request.POST, visit=visit)
    if form.is_valid() and _record(request, form, visit, key):
        return redirect(visit)
    keep_typed(request, key)
    return _show(request, form, visit, key)


def _kept_form(request, visit, key) -> RecordForm:
    kept = drafts.load(request.user, key)
    if kept:
        return RecordForm(as_posted(kept), visit=visit).forgive()
    return RecordForm(visit=visit, initial={"opinion_speaker": visit.contacts.first()})


def _record(request, form, visit, key) -> bool:
    try:
        with transaction.atomic():
            recording.record_visit(visit=visit, by=request.user, **form.for_action())
            drafts.discard(request.user, key)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "拜访记录已保存。")
    return True


def _show(request, form, visit, key):
    context = {"form": form, "visit": visit, "draft_key": key}
    context["is_restored"] = form.is_bound and request.method == "GET"
    return render(request, "visits/visit_record.html", context)
