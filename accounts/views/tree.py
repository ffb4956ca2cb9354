"""The group tree of a customer: page, lazily loaded branches, and the move of a branch."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from accounts import tree_rules
from accounts.actions.errors import AccountError
from accounts.actions.tree import move_branch
from accounts.forms.tree import MoveForm
from accounts.models import Customer
from accounts.reports import tree
from core.htmx import is_htmx
from staff.access import may, requires

SHOWN = 100


@vary_on_headers("HX-Request")
@require_GET
@requires("customers.view")
def customer_tree(request, pk):
    """Open from the top down to the customer; `?open=` opens another branch (no JavaScript)."""
    customer = _in_scope(request, pk)
    tops = tree.group_of(customer, request.user)
    wanted = tree_rules.find(tops, _number(request.GET.get("open")))
    path = customer.tree_path + (wanted.member.path if wanted else "")
    open_ids = set(tree_rules.ids(path))
    tree_rules.lead(tops, open_ids)
    context = {
        "customer": customer,
        "tops": tops,
        "is_alone": customer.parent_id is None and not tops[0].children,
        "here": customer.pk,
        "most": _most(request),
        "open_ids": open_ids,
        "may_write": may(request.user, "customers.write"),
    }
    name = "accounts/_tree_body.html" if is_htmx(request) else "accounts/tree.html"
    return render(request, name, context)


@require_GET
@requires("customers.view")
def tree_children(request, pk):
    """Fragment: the next level below one customer."""
    customer = _in_scope(request, pk)
    branch = tree.branch_of(customer, request.user)
    context = {"customer": customer, "branches": branch.children, "above": customer.pk}
    context |= {"open_ids": set(), "here": 0, "most": _most(request)}
    return render(request, "accounts/_tree_branches.html", context)


@require_http_methods(["GET", "POST"])
@requires("customers.write")
def customer_move(request, pk):
    customer = _in_scope(request, pk)
    text = request.GET.get("q", "").strip()
    form = MoveForm(request.POST or None, customer=customer, user=request.user, text=text)
    if request.method == "POST" and form.is_valid():
        try:
            move_branch(customer=customer, by=request.user, **form.cleaned_data)
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存上级客户，下级一并移动。")
            return redirect("accounts:customer_tree", customer.pk)
    context = {"customer": customer, "form": form, "q": text}
    return render(request, "accounts/tree_move.html", context)


def _in_scope(request, pk):
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def _most(request) -> str:
    """A slice: a level of a thousand outlets is shown when it is asked for."""
    return ":" if request.GET.get("all") else f":{SHOWN}"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
