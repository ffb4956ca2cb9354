"""授权额度: what each role may promise without asking (R14)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from staff.access import requires
from staff.actions.authority import edit_limit
from staff.actions.errors import StaffError
from staff.forms.authority import LimitForm
from staff.models import AuthorityLimit, AuthorityTopic, User

ROLES = (
    User.Role.ACCOUNT_MANAGER,
    User.Role.INDUSTRY_MANAGER,
    User.Role.DEPT_HEAD,
    User.Role.BRANCH_DIRECTOR,
)


@requires("authority.admin")
@require_GET
def authority_list(request):
    """One line a topic, one column a role."""
    rows = {(row.topic, row.role): row for row in AuthorityLimit.objects.all()}
    lines = [
        (topic.label, [(role.label, rows.get((topic, role))) for role in ROLES])
        for topic in AuthorityTopic
    ]
    context = {"lines": lines, "roles": [role.label for role in ROLES]}
    return render(request, "staff/authority_list.html", context)


@requires("authority.admin")
@require_http_methods(["GET", "POST"])
def authority_edit(request, pk):
    limit = get_object_or_404(AuthorityLimit, pk=pk)
    form = LimitForm(request.POST or None, limit=limit)
    if request.method == "POST" and form.is_valid():
        try:
            edit_limit(limit=limit, by=request.user, **form.cleaned_data)
        except StaffError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "授权额度已保存，立即生效。")
            return redirect("staff:authority_list")
    context = {"form": form, "limit": limit}
    return render(request, "staff/authority_form.html", context, status=422 if form.errors else 200)
