"""关键信息 of a joint visit: contributed, answered, reworded, taken back (R10)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core import once
from core.htmx import is_htmx
from staff.access import requires
from visits.actions import asking, joint
from visits.actions.errors import VisitError
from visits.forms.joint import AnswerForm, AttendanceForm, FindingForm, RewordForm, WithdrawForm
from visits.models import KeyFinding
from visits.views.panels import Refused
from visits.views.scope import changeable_visit, visible_visit
from visits.views.visiting import visit_context


def _attended(request, pk):
    """The visit, for those who were there; 404 outside scope, 403 for every other reader."""
    visit = visible_visit(request, pk)
    if request.user.pk not in asking.attendees(visit):
        raise PermissionDenied
    return visit


def _seen_finding(request, pk):
    rows = KeyFinding.objects.visible_to(request.user).select_related("visit", "contributed_by")
    finding = get_object_or_404(rows, pk=pk)
    finding.visit = _attended(request, finding.visit_id)
    return finding


def _finding(request, pk, *, is_own):
    """The finding; 403 for whoever may not: its writer never answers it, nobody else rewords it."""
    finding = _seen_finding(request, pk)
    if (finding.contributed_by_id == request.user.pk) != is_own:
        raise PermissionDenied
    return finding


def _do(request, visit, form, act, said, pk=0):
    """Do `act` with a valid form and show the visit; what was refused stands in its place (422)."""
    anchor = f"{visit.get_absolute_url()}#findings"
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        if form.is_valid():
            try:
                act(form.cleaned_data)
            except VisitError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, said)
                return _shown(request, visit) or redirect(first.remember(anchor))
    return answer_with(request, visit, Refused(form, pk))


def _shown(request, visit):
    return answer_with(request, visit) if is_htmx(request) else None


def answer_with(request, visit, refused=None):
    """The page of the visit, or only its body for htmx; 422 with a form that was not taken."""
    status = 422 if refused else 200
    context = visit_context(request, visit.pk, refused=refused)
    name = "_visit_body" if is_htmx(request) else "visit_detail"
    return render(request, f"visits/{name}.html", context, status=status)


@requires("visits.view")
@require_POST
def finding_add(request, pk):
    visit = _attended(request, pk)

    def act(fields):
        joint.add_finding(visit=visit, by=request.user, **fields)

    return _do(request, visit, FindingForm(request.POST), act, "已写入关键信息，等同行人表态。")


@requires("visits.view")
@require_POST
def finding_answer(request, pk):
    finding = _finding(request, pk, is_own=False)

    def act(fields):
        joint.answer_finding(finding=finding, by=request.user, **fields)

    form = AnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    return _do(request, finding.visit, form, act, "已记下您的意见。", pk)


@requires("visits.view")
@require_POST
def finding_reword(request, pk):
    finding = _finding(request, pk, is_own=True)

    def act(fields):
        joint.reword_finding(finding=finding, by=request.user, **fields)

    form = RewordForm(request.POST, auto_id=f"id_{pk}_%s")
    return _do(request, finding.visit, form, act, "已改写，请同行人重新表态。", pk)


@requires("visits.view")
@require_POST
def finding_withdraw(request, pk):
    finding = _seen_finding(request, pk)
    if not joint.may_withdraw(finding, finding.visit, request.user):
        raise PermissionDenied

    def act(fields):
        joint.withdraw_finding(finding=finding, by=request.user, **fields)

    form = WithdrawForm(request.POST, auto_id=f"id_{pk}_%s")
    return _do(request, finding.visit, form, act, "已撤回。", pk)


@requires("visits.write")
@require_POST
def visit_attendance(request, pk):
    visit = changeable_visit(request, pk)
    form = AttendanceForm(request.POST, visit=visit)

    def act(_):
        joint.note_attendance(visit=visit, attended=form.chosen, roles=form.roles, by=request.user)

    return _do(request, visit, form, act, "已登记到场的人。")
