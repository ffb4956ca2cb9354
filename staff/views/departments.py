"""The department tree of a branch."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import once
from staff.access import requires
from staff.actions import departments as actions
from staff.actions.errors import StaffError
from staff.forms.departments import BranchForm, DepartmentForm, NewDepartmentForm
from staff.models import Branch, Department


@requires("staff.admin")
@require_GET
def department_list(request):
    rows = Department.objects.visible_to(request.user).annotate(
        people=Count("users", filter=Q(users__state="active"))
    )
    tree = [(min(row.path.count("/") - 2, 5), row) for row in rows.order_by("branch", "path")]
    context = {"tree": tree, "branch": request.user.branch}
    return render(request, "staff/department_list.html", context)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def department_create(request):
    form = NewDepartmentForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if not first.result_url:
                    branch = request.user.branch
                    actions.create_department(branch=branch, by=request.user, **form.cleaned_data)
                    first.remember(reverse("staff:department_list"))
            messages.success(request, "部门已建立。")
            return redirect("staff:department_list")
        except StaffError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "staff/department_form.html", {"form": form}, status=status)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def department_edit(request, pk):
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    initial = {"name": department.name, "kind": department.kind, "parent": department.parent_id}
    form = DepartmentForm(request.POST or None, viewer=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_department(department=department, by=request.user, **form.cleaned_data)
            messages.success(request, "已保存。")
            return redirect("staff:department_list")
        except StaffError as error:
            form.add_error(None, str(error))
    context = {"form": form, "department": department}
    status = 422 if form.errors else 200
    return render(request, "staff/department_form.html", context, status=status)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def branch_edit(request):
    """The administrator's own branch; there is no other to choose."""
    branch = Branch.objects.get(pk=request.user.branch_id)
    form = BranchForm(request.POST or None, instance=branch)
    if request.method == "POST" and form.is_valid():
        actions.edit_branch(branch=branch, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("staff:department_list")
    status = 422 if form.errors else 200
    return render(request, "staff/branch_form.html", {"form": form}, status=status)
