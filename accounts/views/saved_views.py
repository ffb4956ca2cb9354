from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import AccountError
from accounts.actions import saved_views as actions
from accounts.filters import address
from accounts.forms.saved_views import SavedViewForm
from accounts.models import SavedView
from staff.access import requires


@require_POST
@requires("customers.view")
def saved_view_create(request):
    form = SavedViewForm(request.POST)
    if form.is_valid():
        try:
            view = actions.save_view(by=request.user, **form.cleaned_data)
        except AccountError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"已保存常用视图「{view}」。")
            return redirect(list_url(view))
    return render(request, "accounts/saved_view_form.html", {"form": form}, status=422)


@require_http_methods(["GET", "POST"])
@requires("customers.view")
def saved_view_edit(request, pk):
    """Rename, share, make default. A view of somebody else can be used but not changed."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    # The list leads here with its present filters: saving keeps them under the same name.
    initial = {"query": address(request.GET, without=("view",))} if request.GET else {}
    form = SavedViewForm(request.POST or None, instance=view, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_view(view=view, by=request.user, **form.cleaned_data)
        except AccountError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "已保存。")
            return redirect(list_url(view))
    context = {"form": form, "view": view}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/saved_view_form.html", context, status=status)


@require_POST
@requires("customers.view")
def saved_view_delete(request, pk):
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    actions.delete_view(view=view, by=request.user)
    messages.success(request, f"已删除常用视图「{view}」。")
    return redirect(f"{reverse('accounts:customer_list')}?view=none")


def list_url(view: SavedView) -> str:
    query = f"view={view.pk}" + (f"&{view.query}" if view.query else "")
    return f"{reverse('accounts:customer_list')}?{query}"
