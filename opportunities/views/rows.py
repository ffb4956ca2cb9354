"""Business lines, competitors and the team: repeated lines, replaced together."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from opportunities.actions import keeping, sharing
from opportunities.actions.errors import OpportunityError
from opportunities.forms.rows import LineForm, MemberForm, RivalForm, Rows
from opportunities.views.scope import changeable
from staff.access import requires


@dataclass(frozen=True)
class Page:
    title: str
    lead: str
    form: type
    fields: tuple[str, ...]


LINES = Page("业务分解", "商机金额怎样分到各项业务；合计等于商机金额。", LineForm,
             ("business_line", "amount"))  # fmt: skip
RIVALS = Page("竞争对手", "报价以前要写明对手；没有对手时填一行「其他」并写明情况。", RivalForm,
              ("operator", "name", "strength", "weakness", "our_answer"))  # fmt: skip
TEAM = Page("团队与分成", "协同的同事可以看到这条商机；收入分成合计 100%。", MemberForm,
            ("user", "role", "split_pct"))  # fmt: skip


def _kept(related, fields) -> list[dict]:
    return [{name: getattr(row, name) for name in fields} for row in related]


def _page(request, opportunity, page: Page, related, act, **more):
    data = request.POST if request.method == "POST" else None
    rows = Rows(page.form, kept=_kept(related, page.fields), data=data, **more)
    if rows.is_bound and rows.is_valid:
        try:
            act(rows.cleaned)
        except OpportunityError as error:
            rows.error = str(error)
        else:
            messages.success(request, "已保存。")
            return redirect(opportunity)
    context = {"opportunity": opportunity, "page": page, "rows": rows}
    context["labels"] = [page.form.base_fields[name].label for name in page.fields]
    status = 422 if rows.is_bound else 200
    return render(request, "opportunities/rows.html", context, status=status)


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def lines(request, pk):
    opportunity = changeable(request, pk)
    return _page(
        request, opportunity, LINES, opportunity.lines.all(),
        lambda rows: sharing.set_lines(opportunity=opportunity, lines=rows, by=request.user),
    )  # fmt: skip


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def rivals(request, pk):
    opportunity = changeable(request, pk)
    return _page(
        request, opportunity, RIVALS, opportunity.rivals.all(),
        lambda rows: keeping.set_rivals(opportunity=opportunity, rivals=rows, by=request.user),
    )  # fmt: skip


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def team(request, pk):
    opportunity = changeable(request, pk)
    return _page(
        request, opportunity, TEAM, opportunity.members.select_related("user"),
        lambda rows: keeping.set_team(opportunity=opportunity, members=rows, by=request.user),
        user=request.user,
    )  # fmt: skip
