"""Register, convert, change, and judge the chances of an opportunity (R18, R77)."""

import re
from copy import copy
from decimal import Decimal

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.actions.revisions import differences
from accounts.models import BusinessLine, Customer, CustomerNeed
from accounts.revenue_rules import LINE_OF_ITEM
from core import once
from opportunities.actions import keeping
from opportunities.actions.errors import OpportunityError
from opportunities.forms.editing import JudgeForm, OpportunityForm
from opportunities.models import Opportunity
from opportunities.views.scope import changeable, customer_from_query
from staff.access import requires

AMOUNT = re.compile(r"\d{1,12}(\.\d{1,9})?")
TAKEN = (CustomerNeed.Status.TO_OPPORTUNITY, CustomerNeed.Status.DROPPED)


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def create(request):
    """`?customer=` says whose; `?source=` and `?note=` where it was heard; `?line=` and `?amount=`
    what the revenue analysis found missing, 元."""
    customer = customer_from_query(request)
    if customer is None:
        return redirect(reverse("accounts:customer_picker") + "?for=opportunity")
    source = request.GET.get("source", "")
    known = {"source": source if source in Opportunity.Source.values else "visit"}
    known["source_note"] = request.GET.get("note", "").replace("\0", "")[:200]
    known |= {"business_line": _line(request), "annual_amount": _amount(request)}
    form = OpportunityForm(
        request.POST or None, customer=customer, user=request.user, initial=known
    )
    made = _made_once(
        request, form, lambda values: keeping.register(customer=customer, by=request.user, **values)
    )
    gap = known["annual_amount"] if known["source"] == "revenue_gap" else None
    return made or _form_page(request, form, customer=customer, gap=gap)


def _line(request) -> str:
    """A business line, or a billed item of one."""
    code = request.GET.get("line", "")
    code = LINE_OF_ITEM.get(code, code)
    return code if code in BusinessLine.values else ""


def _amount(request) -> Decimal | None:
    text = request.GET.get("amount", "")
    if not (text.isascii() and AMOUNT.fullmatch(text)):
        return None
    return Decimal(text).quantize(Decimal("0.01")) or None


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def convert(request, pk):
    """A need of the customer becomes an opportunity and carries its evidence along (R18)."""
    customers = Customer.objects.visible_to(request.user)
    needs = CustomerNeed.objects.select_related("customer__manager", "speaker")
    need = get_object_or_404(needs.filter(customer__in=customers), pk=pk)
    known = {
        "need": need,
        "need_text": need.description,
        "name": need.description[:30],
        "contact": need.speaker if need.speaker and need.speaker.is_current else None,
        "source": "visit",
        "annual_amount": need.budget,
        "business_line": need.business_line,
        "timing": need.expected_time,
    }
    form = OpportunityForm(
        request.POST or None, customer=need.customer, user=request.user, initial=known
    )
    del form.fields["need"]
    made = _made_once(
        request, form, lambda values: keeping.convert_need(need=need, by=request.user, **values)
    )
    return made or _form_page(
        request, form, customer=need.customer, need=need, is_taken=need.status in TAKEN
    )


def _made_once(request, form, act):
    """The answer that leads to what was made; None when the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            made = act(form.values())
            messages.success(request, f"已登记商机「{made}」。")
            return redirect(first.remember(made.get_absolute_url()))
    except OpportunityError as error:
        form.add_error(None, str(error))
        return None


def _form_page(request, form, **context):
    status = 422 if form.errors else 200
    return render(request, "opportunities/form.html", {"form": form} | context, status=status)


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    """Saved only over the version that was read; a conflict shows both."""
    opportunity, conflict = changeable(request, pk), []
    form = OpportunityForm(
        request.POST or None, request.FILES or None, customer=opportunity.customer,
        user=request.user, opportunity=opportunity,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            keeping.change(
                opportunity=opportunity, seen_at=form.cleaned_data["seen_at"], by=request.user,
                upload=form.cleaned_data["upload"], **form.values(),
            )  # fmt: skip
        except OpportunityError as error:
            conflict = _conflict(form, opportunity)
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(opportunity)
    context = {"customer": opportunity.customer, "opportunity": opportunity, "conflict": conflict}
    return _form_page(request, form, **context)


def _conflict(form, opportunity) -> list:
    """Where what is stored now and what was typed differ; the next save is against what is now."""
    stored = Opportunity.objects.get(pk=opportunity.pk)
    if form.cleaned_data["seen_at"] == stored.updated_at:
        return []
    form.data = form.data.copy()
    form.data["seen_at"] = stored.updated_at.isoformat()
    return differences(copy(stored), form.values())


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def probability(request, pk):
    opportunity = changeable(request, pk)
    known = {"probability": opportunity.probability}
    form = JudgeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.judge_probability(opportunity=opportunity, by=request.user, **form.cleaned_data)
        except OpportunityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "可能性已按您的判断更新。")
            return redirect(opportunity)
    context = {"form": form, "opportunity": opportunity, "title": "判断转化可能性"}
    context["lead"] = (
        f"参考值随阶段变化；您的判断保存后不再随阶段改变。现在是 {opportunity.probability}%。"
    )
    status = 422 if form.errors else 200
    return render(request, "opportunities/small_form.html", context, status=status)
