"""From stage to stage: one small form for each, and the head's go (R77, §B.4)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opportunities import detail_reports, stage_rules
from opportunities.actions import moving
from opportunities.actions.errors import OpportunityError
from opportunities.forms.moving import GoForm, MoveForm, is_backward
from opportunities.models import Opportunity, Stage
from opportunities.views.scope import changeable, visible
from staff.access import requires

BOARD = "board"
ASKED = {stage_rules.LABELS[name] for name in detail_reports.GIVEN_WITH_GO}


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def move(request, pk):
    """`to` says where; a stage that cannot be reached is refused with the reason. Without `to` one
    step forward, out of a suspension back to where it was."""
    opportunity = changeable(request, pk)
    asked = request.POST.get("to") or request.GET.get("to", "")
    to = asked if asked in Stage.values else _usual(opportunity)
    if not to or opportunity.stage in Opportunity.ENDED:
        messages.error(request, "这条商机已没有可以变更的阶段。")
        return redirect(opportunity)
    form = MoveForm(_typed(request, opportunity, to), opportunity=opportunity, to=to)
    if request.method == "POST" and form.is_valid():
        try:
            _move(request, opportunity, to, form)
        except OpportunityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已变更为「{Stage(to).label}」。")
            is_board = request.POST.get("back") == BOARD
            return redirect("opportunities:board") if is_board else redirect(opportunity)
    return _page(request, opportunity, to, form)


def _usual(opportunity) -> str:
    if opportunity.stage == Stage.SUSPENDED:
        return moving.came_from(opportunity)
    return stage_rules.next_stage(opportunity.stage)


def _typed(request, opportunity, to):
    """What was sent; from the board come only `to` and `seen`, the rest is what is known."""
    if request.method != "POST":
        return None
    if request.POST.get("back") != BOARD:
        return request.POST
    data = request.POST.copy()
    for name, field in MoveForm(opportunity=opportunity, to=to).fields.items():
        value = getattr(opportunity, name, None)
        if name not in data and value not in (None, ""):
            data[name] = field.prepare_value(value)
    return data


def _move(request, opportunity, to: str, form) -> None:
    data = form.cleaned_data
    moving.move(
        opportunity=opportunity, to=to, by=request.user, seen=data["seen"] or opportunity.stage,
        reason=data.get("reason", ""), **form.values(),
    )  # fmt: skip


def _page(request, opportunity, to: str, form):
    lacking = detail_reports.lacking(opportunity, to, request.user) if stage_rules.step(to) else []
    here = {MoveForm.base_fields[name].label for name in form.mine}
    context = {
        "opportunity": opportunity,
        "form": form,
        "to": Stage(to),
        "is_backward": is_backward(opportunity.stage, to),
        "lacking": [one for one in lacking if one.label not in here],
        "is_resumed": opportunity.stage == Stage.SUSPENDED and to != Stage.LOST,
        "back": BOARD if BOARD in (request.POST.get("back"), request.GET.get("back")) else "",
    }
    status = 422 if form.errors else 200
    return render(request, "opportunities/move.html", context, status=status)


@requires("opportunities.go")
@require_http_methods(["GET", "POST"])
def go(request, pk):
    """The head's decision, with the engineer; never on the own opportunity (D16)."""
    opportunity = visible(request, pk)
    target = stage_rules.go_leads_to(opportunity.stage, opportunity.is_tender)
    if not target:
        messages.error(request, "这个阶段的商机不等待立项决定。")
        return redirect(opportunity)
    if not detail_reports.may_go(opportunity, request.user):
        raise PermissionDenied
    form = GoForm(
        request.POST or None, user=request.user, initial={"engineer": opportunity.engineer}
    )
    if request.method == "POST" and form.is_valid():
        try:
            is_go = _decide(request, opportunity, form.cleaned_data)
        except OpportunityError as error:
            form.add_error(None, str(error))
        else:
            stays = f"已记下意见，商机留在{opportunity.get_stage_display()}。"
            done = f"已同意，商机进入{Stage(target).label}。"
            messages.success(request, done if is_go else stays)
            return redirect(opportunity)
    context = {"opportunity": opportunity, "form": form, "target": Stage(target)}
    lacking = detail_reports.lacking(opportunity, target, request.user)
    context["lacking"] = [one for one in lacking if one.label not in ASKED]
    context["assessments"] = detail_reports.newest_assessments(opportunity)
    return render(request, "opportunities/go.html", context, status=422 if form.errors else 200)


def _decide(request, opportunity, data) -> bool:
    is_go = data["decision"] == "go"
    moving.decide_go(
        opportunity=opportunity, is_go=is_go, engineer=data["engineer"], note=data["note"],
        by=request.user,
    )  # fmt: skip
    return is_go
