"""The record of one visit (R7, R11)."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import drafts
from staff.access import requires
from staff.addresses import address_of
from visits import conduct_reports, rules
from visits.actions import recording
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.recording import RecordForm
from visits.models import Tip, VisitRecord
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
        return show_form(request, _kept_form(request, visit, key), visit, key)
    if "restart" in request.POST:
        drafts.discard(request.user, key)
        return redirect("visits:visit_record", visit.pk)
    form = RecordForm(request.POST, visit=visit)
    if form.is_valid() and _record(request, form, visit, key):
        return redirect(visit)
    keep_typed(request, key)
    return show_form(request, form, visit, key)


def _kept_form(request, visit, key) -> RecordForm:
    kept = drafts.load(request.user, key)
    if kept:
        return RecordForm(as_posted(kept), visit=visit).forgive()
    first = visit.contacts.first()
    return RecordForm(visit=visit, initial={"opinion_speaker": first, "confirmed_with": first})


def _record(request, form, visit, key) -> bool:
    try:
        with transaction.atomic():
            recording.record_visit(
                visit=visit,
                by=request.user,
                address=address_of(request),
                **form.for_action(),
            )
            drafts.discard(request.user, key)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "拜访记录已提交，等待审阅。")
    return True


def show_form(request, form, visit, key, returned=None):
    """The page of the form; `returned`: the record that is handed in again."""
    context = {"form": form, "visit": visit, "draft_key": key, "returned": returned}
    context["seen_version"] = form.data.get("version") or (returned and returned.version)
    context["is_restored"] = form.is_bound and request.method == "GET"
    context["mood_tips"] = conduct_reports.mood_tips(chosen_mood(form["customer_mood"].value()))
    context["tip_groups"] = conduct_reports.groups((Tip.Area.CLOSING,))
    return render(request, "visits/visit_record.html", context)


@requires("visits.write")
@require_GET
def mood_tips(request):
    """Fragment: how to meet a customer in the mood that was just chosen (R6)."""
    tips = conduct_reports.mood_tips(chosen_mood(request.GET.get("customer_mood")))
    return render(request, "visits/_tips_mood.html", {"mood_tips": tips})


def chosen_mood(value) -> str:
    return value if value in VisitRecord.Mood.values else ""
