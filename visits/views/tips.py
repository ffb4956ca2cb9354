"""礼仪与应对: every tip in one place, who sits where, and the words an administrator keeps."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from staff.access import may, requires
from visits import conduct_reports, seating_reports, seating_rules
from visits.actions.tips import edit_tip
from visits.forms.tips import TipForm, read_people
from visits.models import Tip
from visits.views.scope import visible_visit

BLANK_ROWS = 3


@requires("visits.view")
@require_GET
def tips(request):
    visit = _chosen_visit(request)
    sides = {side: read_people(request.GET, side) for side in seating_reports.SIDES}
    if visit and not any(sides.values()):
        sides = seating_reports.people_at(visit)
    context = {
        "groups": conduct_reports.groups(),
        "table": seating_reports.table(sides) if all(sides.values()) else None,
        "sides": [
            (side, label, _rows(sides[side])) for side, label in seating_reports.SIDES.items()
        ],
        "is_half": any(sides.values()) and not all(sides.values()),
        "ranks": seating_rules.RANKS,
        "visit": visit,
        "may_edit": may(request.user, "tips.admin"),
    }
    return render(request, "visits/tips.html", context)


def _chosen_visit(request):
    key = request.GET.get("visit", "")
    return visible_visit(request, int(key)) if key.isdecimal() and len(key) < 19 else None


def _rows(people) -> list[seating_rules.Guest]:
    """Those who are named, and blank rows for more."""
    spare = min(BLANK_ROWS, seating_rules.MOST - len(people))
    return [*people, *(seating_rules.Guest("") for _ in range(spare))]


@requires("tips.admin")
@require_GET
def tip_list(request):
    tips = Tip.objects.order_by("area", "order", "pk")
    groups = [(area.label, [t for t in tips if t.area == area]) for area in Tip.Area]
    return render(request, "visits/tip_list.html", {"groups": groups})


@requires("tips.admin")
@require_http_methods(["GET", "POST"])
def tip_edit(request, pk):
    tip = get_object_or_404(Tip, pk=pk)
    initial = {"text": tip.text, "order": tip.order, "is_active": tip.is_active}
    form = TipForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        edit_tip(tip=tip, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("visits:tip_list")
    status = 422 if form.errors else 200
    return render(request, "visits/tip_edit.html", {"form": form, "tip": tip}, status=status)
