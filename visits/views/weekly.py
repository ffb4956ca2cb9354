"""周计划: write it, hand it in, answer it (§B.13)."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, drafts, once
from core.forms import FIRST_YEAR, LAST_YEAR
from core.paging import keyset_page
from staff.access import may, requires
from visits import weekly_reports, weekly_rules
from visits.actions import weekly
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.weekly import PlanLine, ReviewForm, WeeklyForm
from visits.models import WeeklyPlan
from visits.views import steps


def _monday(request, now) -> date:
    """The Monday of ?week=; without one, or for what is no day, the week that is planned now."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return weekly_rules.next_monday(now)
    if not FIRST_YEAR < day.year < LAST_YEAR:
        return weekly_rules.next_monday(now)
    return weekly_rules.monday_of(day)


def _plans(request):
    return WeeklyPlan.objects.visible_to(request.user).select_related("user", "reviewed_by")


@requires("weekly.view")
@require_GET
def weekly_plan_list(request):
    """Own plans; for heads also who has handed in for a week and who has not."""
    now, user = clock.now(), request.user
    own = _plans(request).filter(user__in=user.acting_for()) if may(user, "weekly.write") else None
    context = {
        "next_monday": weekly_rules.next_monday(now),
        "may_review": may(user, "weekly.review"),
    }
    if own is not None:
        context["page"] = keyset_page(own, request, keys=("-monday", "pk"), size=20)
        context["planned"] = own.filter(user=user, monday=context["next_monday"]).first()
        context["may_start"] = user.role in weekly.AUTHORS
    if may(user, "team.view"):
        context |= _crew(request, now)
    return render(request, "visits/weekly_plan_list.html", context)


def _crew(request, now) -> dict:
    monday = _monday(request, now)
    people = keyset_page(
        weekly_reports.authors_of(request.user), request, keys=("username", "pk"), size=50
    )
    return {
        "monday": monday,
        "week_before": monday - weekly_rules.WEEK,
        "week_after": monday + weekly_rules.WEEK,
        "people": people,
        "lines": weekly_reports.lines_of(people.rows, monday, now),
        "tally": weekly_reports.tally(request.user, monday),
    }


@requires("weekly.write")
@require_POST
def weekly_plan_start(request):
    """The own plan for next week; the same one for whoever asks again."""
    if request.user.role not in weekly.AUTHORS:
        raise PermissionDenied
    monday = weekly_rules.next_monday(clock.now())
    plan = weekly.start_plan(user=request.user, monday=monday, by=request.user)
    return redirect(plan)


@requires("weekly.view")
@require_http_methods(["GET", "POST"])
def weekly_plan(request, pk):
    plan = get_object_or_404(_plans(request), pk=pk)
    writes = may(request.user, "weekly.write") and weekly.may_write(plan, request.user)
    if request.method == "POST":
        if not writes:
            raise PermissionDenied
        return _written(request, plan)
    if writes and plan.state in weekly.WRITABLE:
        draft = drafts.load(request.user, _draft_key(plan))
        return _show(
            request, plan, _form(plan, as_posted(draft)).forgive() if draft else _form(plan)
        )
    return _read(request, plan)


def _form(plan: WeeklyPlan, data=None) -> WeeklyForm:
    """A plan without a line yet starts with what is proposed."""
    before = weekly_reports.items_before(plan).select_related("customer")
    if data is not None:
        return WeeklyForm(data, plan=plan, before=before)
    items = list(plan.items.select_related("customer", "visit"))
    items = items or weekly_reports.proposals(plan)
    return WeeklyForm(plan=plan, before=before, items=items)


def _written(request, plan):
    form = _form(plan, request.POST)
    if anew := steps.restarted(request, _draft_key(plan)):
        return anew
    if "refill" in request.POST:
        return _show(request, plan, _refilled(form, plan))
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        if form.is_valid() and _stored(request, plan, form):
            return redirect(first.remember(plan.get_absolute_url()))
    return _show(request, plan, form)


def _refilled(form: WeeklyForm, plan: WeeklyPlan) -> WeeklyForm:
    """What is proposed and not there yet comes in; what was typed stays."""
    there = {(line.customer, line.content) for line in form.lines.filled}
    visits = {line.visit for line in form.lines.filled if line.visit}
    for item in weekly_reports.proposals(plan):
        line = PlanLine.of(item)
        if (line.customer, line.content) not in there and line.visit not in visits:
            form.lines.filled.append(line)
            if item.customer:
                form.customers.setdefault(line.customer, item.customer)
    form.forgive()
    return form


def _stored(request, plan, form) -> bool:
    is_final = request.POST.get("verb") == "submit"
    try:
        with transaction.atomic():
            weekly.save_plan(plan=plan, by=request.user, **form.cleaned_data)
            if is_final:
                weekly.submit_plan(plan=plan, by=request.user)
    except VisitError as error:
        form.add_error(None, str(error))
        if plan.state in weekly.WRITABLE and plan.updated_at != form.cleaned_data["seen_at"]:
            form.look_again()
        return False
    drafts.discard(request.user, _draft_key(plan))
    messages.success(request, "已提交，等待批阅。" if is_final else "已保存。")
    return True


def _show(request, plan, form):
    context = {
        "plan": plan,
        "form": form,
        "due_at": weekly_reports.due_of(plan),
        "draft_key": _draft_key(plan),
        "is_restored": form.is_bound and request.method == "GET",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "visits/weekly_plan.html", context, status=status)


def _draft_key(plan: WeeklyPlan) -> str:
    return f"visits:weekly:{plan.pk}"


def _read(request, plan, form=None):
    reviews = may(request.user, "weekly.review") and weekly.may_review(plan, request.user)
    context = {
        "plan": plan,
        "items": plan.items.select_related("customer", "visit"),
        "before": weekly_reports.items_before(plan).select_related("customer"),
        "form": form or ReviewForm(),
        "may_review": reviews and plan.state == WeeklyPlan.State.SUBMITTED,
    }
    context["refused"] = form if form is not None and not context["may_review"] else None
    status = 422 if form is not None else 200
    return render(request, "visits/weekly_plan_read.html", context, status=status)


@requires("weekly.review")
@require_GET
def weekly_review(request):
    """Everything of a week that waits for an answer, on one screen; the oldest such week first."""
    weeks = weekly_reports.waiting_weeks(request.user)
    monday = _monday(request, clock.now())
    if weeks and "week" not in request.GET:
        monday = weeks[0][0]
    plans = weekly_reports.waiting_for(request.user).filter(monday=monday)
    plans = plans.select_related("user__department").prefetch_related("items__customer")
    page = keyset_page(plans, request, keys=("submitted_at", "pk"), size=20)
    before = weekly_reports.before_of(page.rows)
    context = {
        "page": page,
        "cards": [(plan, before.get(plan.user_id, []), ReviewForm(auto_id=f"id_{plan.pk}_%s"))
                  for plan in page.rows],
        "monday": monday,
        "tally": weekly_reports.tally(request.user, monday),
        "other_weeks": [(day, count) for day, count in weeks if day != monday],
    }  # fmt: skip
    return render(request, "visits/weekly_review.html", context)


@requires("weekly.review")
@require_POST
def weekly_plan_review(request, pk):
    plan = get_object_or_404(_plans(request), pk=pk)
    if not weekly.may_review(plan, request.user):
        raise PermissionDenied
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _read(request, plan, form)
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        if _answered(request, plan, form):
            messages.success(request, f"{plan.user}的周计划：{plan.get_state_display()}。")
            return redirect(first.remember(_back(request, plan)))
    return _read(request, plan, form)


def _answered(request, plan, form) -> bool:
    is_accepted = form.cleaned_data["decision"] == WeeklyPlan.State.REVIEWED
    feedback = form.cleaned_data["feedback"]
    try:
        weekly.review_plan(plan=plan, is_accepted=is_accepted, feedback=feedback, by=request.user)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    return True


def _back(request, plan) -> str:
    """To the rest of the pile when the answer came from there."""
    if request.POST.get("from") == "pile":
        return f"{reverse('visits:weekly_review')}?week={plan.monday}"
    return plan.get_absolute_url()
