"""Remarks at a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from core import drafts, once
from planning.actions import commenting
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.forms.plans import CommentForm
from planning.models import PlanComment
from planning.views.kept import comment_key, is_dropped, keep_typed
from planning.views.scope import plan_or_404, section_or_404
from staff.access import requires


def _back(plan_pk, code):
    return redirect(reverse("planning:section", args=[plan_pk, code]) + "#comments")


@requires("plans.write")
@require_POST
def comment_add(request, pk, code):
    """Who sees the plan and takes part in plans may remark: heads and director too."""
    plan = plan_or_404(request, pk)
    section_or_404(plan, code)
    key = comment_key(plan.current, code)
    if is_dropped(request, key):
        return _back(plan.pk, code)
    form = CommentForm(request.POST)
    if not form.is_valid():
        keep_typed(request, key)
        messages.error(request, "；".join(form.errors["text"]))
        return _back(plan.pk, code)
    try:
        with once.guard(request) as first:
            if not first.result_url:
                text = form.cleaned_data["text"]
                commenting.comment(version=plan.current, code=code, text=text, by=request.user)
                drafts.discard(request.user, key)
                first.remember(reverse("planning:section", args=[plan.pk, code]))
    except PlanError as error:
        keep_typed(request, key)
        messages.error(request, str(error))
    return _back(plan.pk, code)


@requires("plans.write")
@require_POST
def comment_resolve(request, pk):
    """Ticked off by who writes the plan, or by who made the remark."""
    comments = PlanComment.objects.visible_to(request.user)
    found = get_object_or_404(comments.select_related("version__plan"), pk=pk)
    plan = plan_or_404(request, found.version.plan_id)
    if found.author_id != request.user.pk and not may_write(plan, request.user):
        raise PermissionDenied
    try:
        commenting.resolve(comment=found, by=request.user)
    except PlanError as error:
        messages.error(request, str(error))
    return _back(plan.pk, found.code)
