"""Handing in, the queue of the reviewer, the review of a plan in the browser (R44, R46)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, drafts, once
from core.paging import keyset_page
from planning import paper_reports, queue_reports
from planning import review_reports as reports
from planning.actions import moving
from planning.actions.errors import PlanError
from planning.actions.rights import may_review, may_write
from planning.actions.snapshots import content_of, outline_sha256
from planning.forms.review import (
    OutlineDecisionForm,
    OutlineForm,
    PlanDecisionForm,
    SeenForm,
    SubmitForm,
)
from planning.models import MarketingPlan, PlanState, PlanVersion, plans_seen_through
from planning.views.kept import has_words, is_dropped, keep_typed
from planning.views.scope import plan_or_404, version_or_404
from staff.access import requires
from staff.addresses import address_of

QUEUE_SIZE = 30
STALE = "这一版刚才已经有了变化，没有办理。请看过现在的内容再决定。"
NO_WORDS = {"decision", "number", "seen", "sha256"}
RELATED = ("plan__author", "plan__customer", "plan__industry", "plan__branch", "submitted_by")
# What a row of the queue shows; what of a plan it is about, see MarketingPlan.about.
SHOWN = (
    *("number", "state", "change_reason", "submitted_at", "plan__number", "plan__kind"),
    *("plan__customer__name", "plan__industry__name", "plan__branch__name", "plan__author__name"),
    "submitted_by__name",
)


# --- the queue ------------------------------------------------------------------------------------
@requires("plans.review")
@require_GET
def review_list(request):
    """What waits for the reader; with ?show=all everything that waits and that the reader sees."""
    show = "all" if request.GET.get("show") == "all" else "mine"
    if show == "mine":
        found = queue_reports.waiting_for(request.user)
    else:
        found = queue_reports.waiting().filter(plans_seen_through("plan", request.user))
    page = keyset_page(
        found.select_related(*RELATED).only(*SHOWN),
        request,
        keys=("since", "pk"),
        size=QUEUE_SIZE,
    )
    context = {
        "page": page,
        "rows": reports.with_duties(page.rows),
        "show": show,
        "informed": queue_reports.informed_of(request.user, clock.now()),
    }
    return render(request, "planning/review_list.html", context)


# --- one plan -------------------------------------------------------------------------------------
@requires("plans.view")
@require_GET
def review(request, pk):
    plan = plan_or_404(request, pk)
    return review_page(request, plan)


def review_page(request, plan: MarketingPlan, form=None):
    """Content, remarks, what differs from the approved version, findings, history, what may be
    done. `form` is what the reader sent and what is wrong with it."""
    version = plan.current
    content = content_of(version)
    moves = {move.verb: move for move in reports.verbs(version, request.user)}
    kept = drafts.load(request.user, _draft_key(version)) if form is None else None
    form = form or _decision_form(version, moves, kept or {})
    before = reports.approved_before(version)
    context = {
        "plan": plan,
        "version": version,
        "tab": "review",
        "chapters": _with_remarks(plan, content, form, before, version, request.user),
        "before": before,
        "findings": reports.linked(plan, reports.findings(version, content)),
        "versions": reports.history(plan),
        "came_back": reports.last_return(version),
        "moves": moves,
        "form": form,
        "draft_key": _draft_key(version),
        "is_restored": bool(kept) and has_words(kept, kept.keys() - NO_WORDS),
        "seen_form": _seen(version),
        "duty": reports.with_duties([_waiting(version)])[0].duty,
    }
    return render(request, "planning/review.html", context)


def _waiting(version: PlanVersion) -> PlanVersion:
    version.since = version.submitted_at or version.created_at
    return version


def _seen(version: PlanVersion) -> SeenForm:
    return SeenForm(initial={"number": version.number, "seen": version.state}, auto_id=False)


def _draft_key(version: PlanVersion) -> str:
    return f"planning:review:{version.pk}"


def _decision_form(version: PlanVersion, moves, kept: dict):
    """With the words that were typed and not sent; what to decide is chosen on what stands here."""
    words = {name: text for name, text in kept.items() if name not in NO_WORDS}
    initial = {"number": version.number, "seen": version.state, "sha256": version.sha256}
    initial = words | initial
    if "approve" in moves:
        return PlanDecisionForm(version.plan.kind, initial=initial)
    if "review_outline" in moves:
        return OutlineDecisionForm(initial=initial | {"sha256": outline_sha256(version)})
    return None


def _with_remarks(plan, content, form, before, version, reader) -> list:
    """[(chapter, [(section, field for a remark or None, what differs or None)])]"""
    changed = reports.difference(before, version).by_code if before else {}
    asks = form if isinstance(form, PlanDecisionForm) else None
    return [
        (
            chapter,
            [
                (section, asks.remark_of(section) if asks else None, changed.get(section.code))
                for section in chapter.sections
            ],
        )
        for chapter in paper_reports.chapters_of(plan, content, reader)
    ]


@requires("plans.review")
@require_POST
def decide(request, pk):
    """Approve or return what was handed in, or an outline."""
    plan = plan_or_404(request, pk)
    version = plan.current
    if not may_review(version, request.user):
        raise PermissionDenied
    if is_dropped(request, _draft_key(version)):
        return redirect("planning:review", plan.pk)
    is_outline = version.state == PlanState.OUTLINE_REVIEW
    form = OutlineDecisionForm(request.POST) if is_outline else PlanDecisionForm(
        plan.kind, request.POST
    )  # fmt: skip
    if form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _decided(request, version, form):
                drafts.discard(request.user, _draft_key(version))
                messages.success(request, f"{plan.number}：{version.get_state_display()}。")
                return redirect(first.remember(reverse("planning:review_list")))
    version.refresh_from_db()
    version.plan = plan
    if version.state not in queue_reports.WAITING:
        keep_typed(request, _draft_key(version))
        messages.error(request, STALE)
        return redirect("planning:review", plan.pk)
    return review_page(request, plan, form)


def _decided(request, version: PlanVersion, form) -> bool:
    told = form.cleaned_data
    try:
        expect(version, form)
        if version.state == PlanState.OUTLINE_REVIEW:
            moving.review_outline(
                version=version, is_accepted=form.is_accepted, note=told["note"],
                seen_sha256=told["sha256"], by=request.user,
            )  # fmt: skip
        elif form.is_accepted:
            moving.approve(
                version=version, seen_sha256=told["sha256"], note=told["note"],
                comments=form.remarks, by=request.user,
            )  # fmt: skip
        else:
            moving.return_(
                version=version, comments=form.remarks, note=told["note"], by=request.user
            )
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    return True


def expect(version: PlanVersion, form: SeenForm) -> None:
    """PlanError when the page was about another version or showed another state."""
    seen = form.cleaned_data
    if (version.number, version.state) != (seen["number"], seen["seen"]):
        raise PlanError(STALE)


# --- handing in -----------------------------------------------------------------------------------
@requires("plans.view")
@require_GET
def quality(request, pk):
    """What is missing, what looks odd; and the way to hand the plan in (R44)."""
    return quality_page(request, plan_or_404(request, pk))


def quality_page(request, plan: MarketingPlan, form=None):
    version = plan.current
    found = reports.linked(plan, reports.findings(version))
    may_submit = "submit" in {move.verb for move in reports.verbs(version, request.user)}
    initial = {"number": version.number, "seen": version.state}
    context = {
        "plan": plan,
        "version": version,
        "tab": "review",
        "blocking": [one for one in found if one.finding.is_blocking],
        "hints": [one for one in found if not one.finding.is_blocking],
        "came_back": reports.last_return(version),
        "may_submit": may_submit,
        "form": form or (SubmitForm(initial=initial) if may_submit else None),
    }
    return render(request, "planning/review_quality.html", context)


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def submit(request, pk):
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    form = SubmitForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _submitted(request, plan, form):
                messages.success(request, "已提交，等待审核。")
                return redirect(first.remember(reverse("planning:review", args=[plan.pk])))
    return quality_page(request, plan, form)


def _submitted(request, plan: MarketingPlan, form) -> bool:
    try:
        expect(plan.current, form)
        moving.submit(version=plan.current, by=request.user, address=address_of(request))
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    return True


@requires("plans.write")
@require_http_methods(["GET", "POST"])
def outline(request, pk):
    """The outline is written and sent to the reviewer before the plan is (R46)."""
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    version = plan.current
    if version.state != PlanState.PREPARING:
        return redirect("planning:review", plan.pk)
    initial = {"number": version.number, "seen": version.state, "outline": version.outline}
    form = OutlineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            if _outline_sent(request, version, form):
                messages.success(request, "提纲已送审。")
                return redirect(first.remember(reverse("planning:review", args=[plan.pk])))
    context = {
        "plan": plan, "version": version, "tab": "review", "form": form,
        "came_back": reports.last_return(version),
    }  # fmt: skip
    return render(request, "planning/review_outline.html", context)


def _outline_sent(request, version: PlanVersion, form) -> bool:
    try:
        expect(version, form)
        moving.send_outline(version=version, by=request.user, outline=form.cleaned_data["outline"])
    except PlanError as error:
        form.add_error(None, str(error))
        return False
    return True


# --- moves without words --------------------------------------------------------------------------
WRITERS = {"recall": "已撤回，可以继续修改。", "begin_execution": "已开始执行。"}
REVIEWERS = {
    "take_up": "已开始审核，编写人不能再撤回。",
    "close": "计划已结束执行。",
    "archive": "计划已归档。",
}


@requires("plans.write")
@require_POST
def move(request, pk, verb):
    """recall, begin_execution."""
    plan = plan_or_404(request, pk)
    if not may_write(plan, request.user):
        raise PermissionDenied
    return _move(request, plan, verb, WRITERS)


@requires("plans.review")
@require_POST
def review_move(request, pk, verb):
    """take_up, close, archive."""
    plan = plan_or_404(request, pk)
    if not may_review(plan.current, request.user):
        raise PermissionDenied
    return _move(request, plan, verb, REVIEWERS)


def _move(request, plan: MarketingPlan, verb: str, known: dict[str, str]):
    back, form = reverse("planning:review", args=[plan.pk]), SeenForm(request.POST)
    if verb not in known or not form.is_valid():
        messages.error(request, STALE)
        return redirect(back)
    number = form.cleaned_data["number"]
    version = version_or_404(plan, number)
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            expect(version, form)
            getattr(moving, verb)(version=version, by=request.user)
            first.remember(back)
        messages.success(request, known[verb])
    except PlanError as error:
        messages.error(request, str(error))
    return redirect(back)
