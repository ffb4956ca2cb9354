"""One section: read, written with autosave, compared when two wrote at one place (R44)."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import drafts
from planning import conflict_rules, customer_facts, plan_facts, plan_reports
from planning.actions import commenting, facts, writing
from planning.actions.errors import PlanError
from planning.actions.rights import may_write
from planning.actions.writing import Conflict
from planning.forms.plans import CommentForm, SectionForm
from planning.views.kept import code_in_key, comment_key, has_words, is_dropped, keep_typed
from planning.views.scope import plan_or_404, section_or_404, writable_or_403
from staff.access import requires

AUTOSAVE = "XMLHttpRequest"


@requires("plans.view")
@require_GET
def section_first(request, pk):
    """The first section that has nothing yet; the first of all when everything has something."""
    plan = plan_or_404(request, pk)
    parts = plan_reports.parts_of(plan.current)
    empty = (part for part in parts if part.state == "empty" and not part.section.has_targets)
    chosen = next(empty, parts[0])
    return redirect("planning:section", pk=plan.pk, code=chosen.section.code)


@requires("plans.view")
@require_http_methods(["GET", "POST"])
def section(request, pk, code):
    """A section with its tables, remarks and neighbours; the text is a form for who may write."""
    if request.method == "POST":
        return _written(request, pk, code)
    plan = plan_or_404(request, pk)
    section_or_404(plan, code)
    return _page(request, plan, code)


def _page(request, plan, code, form=None, status=200):
    version, user = plan.current, request.user
    parts = plan_reports.parts_of(version)
    place = next(n for n, part in enumerate(parts) if part.section.code == code)
    part = parts[place]
    writes = may_write(plan, user) and version.is_writable
    initial = {
        "text": part.row.text,
        "none_reason": part.row.none_reason,
        "base_edit": part.row.edit,
        "base_number": version.number,
    }
    kept = drafts.load(user, _draft_key(plan, code)) if writes and form is None else None
    remark = drafts.load(user, comment_key(version, code))
    context = {
        "plan": plan,
        "version": version,
        "tab": "sections",
        "part": part,
        "parts": parts,
        "before": parts[place - 1] if place else None,
        "after": parts[place + 1] if place + 1 < len(parts) else None,
        "form": (form or SectionForm(initial=initial | (kept or {}))) if writes else None,
        "is_restored": bool(kept),
        "draft_key": _draft_key(plan, code),
        "may_write": writes,
        "comments": plan_reports.comments_of(version, code),
        "comment_form": CommentForm(initial=remark),
        "comment_draft": comment_key(version, code),
        "comment_restored": has_words(remark, CommentForm.base_fields),
        "others": commenting.others_at(version, code, user),
        "pulled": plan_facts.pulled(plan),
        "needs": _needs(plan, code),
    }
    return render(request, "planning/section.html", context, status=status)


def _draft_key(plan, code) -> str:
    """What could not be written into the plan, with the edit on which its writer began."""
    return f"planning:section:{plan.pk}:{code_in_key(code)}"


def _needs(plan, code) -> list:
    if code != facts.NEEDS_SECTION or plan.customer is None:
        return []
    return customer_facts.needs_of(plan.customer)


def _written(request, pk, code):
    plan = writable_or_403(request, pk)
    section_or_404(plan, code)
    if is_dropped(request, _draft_key(plan, code)):
        return redirect("planning:section", pk=plan.pk, code=code)
    is_auto = request.headers.get("X-Requested-With") == AUTOSAVE
    form = SectionForm(request.POST)
    if not form.is_valid():
        faults = "；".join(text for texts in form.errors.values() for text in texts)
        if is_auto:
            return JsonResponse({"fault": faults}, status=422)
        return _page(request, plan, code, form, status=422)
    try:
        result = writing.save_section(
            version=plan.current, code=code, by=request.user, **form.cleaned_data
        )
    except PlanError as error:
        if is_auto:
            return JsonResponse({"fault": str(error)}, status=409)
        if not plan.current.is_writable:
            return _refused(request, plan, code, form, str(error))
        form.add_error(None, str(error))
        return _page(request, plan, code, form, status=422)
    if not isinstance(result, Conflict):
        drafts.discard(request.user, _draft_key(plan, code))
    if is_auto:
        commenting.seen(version=plan.current, code=code, user=request.user)
        return _auto_answer(result, plan.current.number)
    if isinstance(result, Conflict):
        return _conflict(request, plan, code, result)
    words = "已保存，并与他人刚写的内容合在一起。" if result.is_joined else "已保存。"
    messages.success(request, words)
    return redirect("planning:section", pk=plan.pk, code=code)


def _auto_answer(result, number: int) -> JsonResponse:
    if isinstance(result, Conflict):
        return JsonResponse({"conflict": str(result.by or "他人")}, status=409)
    row = result.row
    answer = {"edit": row.edit, "number": number, "saved_at": f"{timezone.localtime():%H:%M:%S}"}
    if result.is_joined:
        answer |= {"text": row.text, "none_reason": row.none_reason, "by": "他人"}
    return JsonResponse(answer)


def _refused(request, plan, code, form, fault: str):
    """The version cannot be written in any more; what was typed is shown so that it can be kept."""
    keep_typed(request, _draft_key(plan, code))
    context = {
        "plan": plan, "version": plan.current, "tab": "sections", "fault": fault,
        "section": section_or_404(plan, code), "typed": form.cleaned_data,
    }  # fmt: skip
    return render(request, "planning/section_refused.html", context, status=409)


def _conflict(request, plan, code, conflict: Conflict):
    names = {"text": "正文", "none_reason": "没有内容的原因"}
    pieces = list(
        conflict_rules.join_text(
            conflict.base["text"], conflict.mine["text"], conflict.current["text"]
        )
    )
    began = {"base_edit": conflict.edit, "base_number": plan.current.number}
    form = SectionForm(initial=conflict.joined.fields | began)
    keep_typed(request, _draft_key(plan, code))  # whoever leaves this page finds it again
    context = {
        "plan": plan,
        "version": plan.current,
        "tab": "sections",
        "section": section_or_404(plan, code),
        "conflict": conflict,
        "pieces": pieces,
        "names": [names[name] for name in conflict.joined.clashes],
        "form": form,
        "draft_key": _draft_key(plan, code),
    }
    return render(request, "planning/section_conflict.html", context, status=409)


@requires("plans.write")
@require_POST
def presence(request, pk, code):
    """Who else has this section open; the asker is seen as well. Only a hint, no lock."""
    plan = writable_or_403(request, pk)
    section_or_404(plan, code)
    if plan.current.is_writable:
        commenting.seen(version=plan.current, code=code, user=request.user)
    others = commenting.others_at(plan.current, code, request.user)
    return render(request, "planning/_presence.html", {"others": others})


@requires("plans.write")
@require_POST
def pull_needs(request, pk):
    """What the customer said it needs is appended to the section about its demands."""
    plan = writable_or_403(request, pk)
    try:
        facts.pull_needs(version=plan.current, by=request.user)
        messages.success(request, "已把客户视图里的需求写入正文末尾。")
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(reverse("planning:section", args=[plan.pk, facts.NEEDS_SECTION]))
