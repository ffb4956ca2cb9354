"""Cases: the list with its file, one case, and every form of it (R47)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.models import Customer
from core import exports, once
from core.htmx import is_htmx
from core.paging import keyset_page
from planning import retention_filters as filters
from planning import retention_reports as reports
from planning.actions import retention_cases as cases
from planning.actions import retention_money as money
from planning.actions.errors import PlanError
from planning.actions.retention_notes import note_export
from planning.forms import retention as forms
from planning.models import (
    RetentionAction,
    RetentionCase,
    RetentionResource,
    RetentionThreat,
)
from staff.access import may, requires

MOST_ROWS = 20_000
RELATED = ("customer__manager", "customer__department", "approved_by", "created_by")
PARTS = {
    "threat": ("登记威胁", forms.ThreatForm, cases.add_threat),
    "action": ("安排行动", forms.ActionForm, cases.add_action),
    "resource": ("申请资源", forms.ResourceForm, money.ask_resource),
}


def _case(request, pk: int) -> RetentionCase:
    rows = RetentionCase.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(rows, pk=pk)


def _part(request, model, pk: int):
    rows = model.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("case__customer__manager", "case__customer__department"), pk=pk
    )


def _found(request) -> filters.CaseFilter:
    mine = RetentionCase.objects.visible_to(request.user)
    return filters.CaseFilter(request.GET, queryset=mine, request=request)


@require_GET
@requires("retention.view")
@vary_on_headers("HX-Request")
def retention_list(request):
    found = _found(request)
    rows = found.qs.select_related("customer__manager")
    context = {
        "page": keyset_page(rows, request, keys=("risk_rank", "pk")),
        "counts": reports.risk_counts(found.qs),
        "is_filtered": found.is_filtered,
        "query": filters.address(request.GET),
        "today": timezone.localdate(),
    }
    if is_htmx(request):
        response = render(request, "planning/_retention_rows.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}?{context['query']}"
        return response
    context["fields"] = list(found.form)
    return render(request, "planning/retention_list.html", context)


@require_POST
@requires("retention.view")
def export(request):
    """Exactly the rows of the list with the same query string, as xlsx; audited."""
    found, query = _found(request), filters.address(request.GET)
    count = found.qs.order_by().count() if found.form.is_valid() else MOST_ROWS + 1
    if count > MOST_ROWS:
        messages.error(request, "筛选条件有误，或行数太多，没有导出。请调整条件后再试。")
        return redirect(f"{reverse('planning:retention_list')}?{query}")
    note_export(by=request.user, rows=count, query=query)
    rows = reports.export_rows(found.qs.order_by("risk_rank", "pk"))
    return exports.xlsx_response("保有预案", list(reports.HEADER), rows)


@require_POST
@requires("retention.write")
def open_case(request, pk):
    """A case for a customer without one; with one, its page."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    active = RetentionCase.objects.filter(customer=customer).exclude(state="reviewed").first()
    if active is None:
        try:
            active = cases.open_case(customer=customer, by=request.user)
        except PlanError as error:
            messages.error(request, str(error))
            return redirect("planning:retention_list")
    return redirect(active)


@require_GET
@requires("retention.view")
def retention_detail(request, pk):
    case = _case(request, pk)
    page = reports.case_page(case, request.user, timezone.localdate())
    resources = list(case.resources.select_related("asked_by", "decided_by"))
    context = {
        "case": case,
        "page": page,
        "threats": list(case.threats.select_related("noted_by")),
        "actions": list(case.actions.select_related("owner")),
        "resources": resources,
        "moves": list(case.moves.select_related("by")),
        "cycle": reports.tier_words(case.tier),
        "today": timezone.localdate(),
    }
    return render(request, "planning/retention_detail.html", context)


def _form_page(request, case, form, title: str, lead: str = ""):
    context = {"case": case, "form": form, "title": title, "lead": lead}
    status = 422 if request.method == "POST" else 200
    return render(request, "planning/retention_form.html", context, status=status)


def _save(request, case, form, act, said: str):
    """The action of a valid form once; None when it was refused and the page is shown again."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with once.guard(request) as first:
            if not first.result_url:
                act(form.cleaned_data)
                first.remember(case.get_absolute_url())
    except PlanError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, said)
    return redirect(case)


@require_http_methods(["GET", "POST"])
@requires("retention.write")
def retention_edit(request, pk):
    case = _case(request, pk)
    names = ("tier", "objective", "trigger_conditions", "budget")
    known = {name: getattr(case, name) for name in names} | {"seen": case.updated_at}
    form = forms.CaseForm(request.POST or None, initial=known)

    def act(data):
        values = {name: data[name] for name in names}
        cases.edit_case(case=case, by=request.user, seen=data["seen"], **values)

    done = _save(request, case, form, act, "已保存。")
    if done is None and form.non_field_errors():
        form.look_again(case)
    return done or _form_page(request, case, form, "修改预案")


@require_http_methods(["GET", "POST"])
@requires("retention.write")
def retention_add(request, pk, part):
    """A threat, an action or a request for resources."""
    case = _case(request, pk)
    if part not in PARTS:
        raise Http404
    title, form_class, add = PARTS[part]
    today = timezone.localdate()
    more = {"customer": case.customer} if part == "action" else {}
    known = {"noted_on": today, "owner": case.customer.manager_id, "amount": 0}
    form = form_class(request.POST or None, initial=known, **more)

    def act(data):
        add(case=case, by=request.user, **data)

    return _save(request, case, form, act, "已登记。") or _form_page(request, case, form, title)


@require_http_methods(["GET", "POST"])
@requires("retention.write")
def threat_close(request, pk):
    threat = _part(request, RetentionThreat, pk)
    form = forms.DoneForm(request.POST or None)
    form.fields["note"].label = "怎样解除的"

    def act(data):
        cases.close_threat(threat=threat, by=request.user, note=data["note"])

    return _save(request, threat.case, form, act, "已解除。") or _form_page(
        request, threat.case, form, "解除威胁", threat.evidence
    )


@require_http_methods(["GET", "POST"])
@requires("retention.write")
def action_done(request, pk):
    action = _part(request, RetentionAction, pk)
    form = forms.DoneForm(request.POST or None)

    def act(data):
        cases.finish_action(action=action, by=request.user, result=data["note"])

    return _save(request, action.case, form, act, "已完成。") or _form_page(
        request, action.case, form, "完成行动", action.text
    )


@require_http_methods(["GET", "POST"])
@requires("retention.decide")
def resource_decide(request, pk):
    resource = _part(request, RetentionResource, pk)
    form = forms.DecideForm(request.POST or None)

    def act(data):
        money.decide_resource(
            resource=resource, is_granted=data["decision"] == "yes", note=data["note"],
            by=request.user,
        )  # fmt: skip

    left = money.left_of(resource.case)
    lead = f"{resource.get_kind_display()}：{resource.text}，{resource.amount:,.2f} 元；"
    lead += f"预算还剩 {left:,.2f} 元"
    return _save(request, resource.case, form, act, "已记下决定。") or _form_page(
        request, resource.case, form, "审批资源", lead
    )


@require_http_methods(["GET", "POST"])
@requires("retention.step")
def retention_step(request, pk):
    """`to` says where; a step that this reader cannot take leads back with the reason."""
    case = _case(request, pk)
    asked = request.POST.get("to", ""), request.GET.get("to", "")
    steps = dict(reports.case_page(case, request.user, timezone.localdate()).steps)
    to = next((one for one in asked if one in steps), "")
    if not to:
        messages.error(request, "这一步现在不能由您办理，或状态已经变更。")
        return redirect(case)
    form = forms.StepForm(request.POST or None, case=case, to=to)

    def act(data):
        cases.step(
            case=case, to=to, by=request.user, note=data["note"],
            kept_amount=data.get("kept_amount"), seen=data["seen"],
        )  # fmt: skip

    said = f"已变更为「{RetentionCase.State(to).label}」。"
    lead = f"现在：{case.get_state_display()}"
    return _save(request, case, form, act, said) or _form_page(request, case, form, steps[to], lead)


@require_http_methods(["GET", "POST"])
@requires("retention.write")
def retention_look(request, pk):
    """The look at a case in its cycle."""
    case = _case(request, pk)
    form = forms.LookForm(request.POST or None, case=case)

    def act(data):
        cases.note_review(case=case, by=request.user, note=data["note"], seen=data["seen"])

    lead = reports.tier_words(case.tier)
    return _save(request, case, form, act, "已记下复查。") or _form_page(
        request, case, form, "复查预案", lead
    )


@require_GET
@requires("retention.view")
def of_customer(request, pk):
    """A part of the customer's page: level, reason and case."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    context = {
        "customer": customer,
        "risk": customer.risks.first(),
        "cases": list(customer.retention_cases.order_by("-pk")[:5]),
        "may_write": may(request.user, "retention.write"),
    }
    name = "_retention_customer.html" if is_htmx(request) else "retention_customer.html"
    return render(request, f"planning/{name}", context)
