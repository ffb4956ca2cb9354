"""People and their accounts, for the administrator of the branch."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import once
from core.models import AuditEvent
from core.paging import keyset_page
from staff import sign_in
from staff.access import requires
from staff.actions import people
from staff.actions.errors import StaffError
from staff.filters import UserFilter
from staff.forms.people import LeaveForm, NewUserForm, UserForm
from staff.models import Absence, User
from staff.reports import said_events


@requires("staff.admin")
@require_GET
def user_list(request):
    users = User.objects.visible_to(request.user).select_related("department", "reports_to")
    found = UserFilter(request.GET, users, request=request)
    page = keyset_page(found.qs, request, keys=("username",))
    return render(request, "staff/user_list.html", {"page": page, "filter": found})


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def user_create(request):
    form = NewUserForm(request.POST or None, branch=request.user.branch)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if first.result_url:
                    return redirect(first.result_url)
                user, password = people.create_user(
                    branch=request.user.branch, by=request.user, **form.cleaned_data
                )
                first.remember(user.get_absolute_url())
            return _show_once(request, user, password)
        except StaffError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "staff/user_form.html", {"form": form}, status=status)


def _show_once(request, user, password):
    """The one page that ever shows the password; a reload does not bring it back."""
    context = {"person": user, "password": password}
    return render(request, "staff/user_password_shown.html", context)


@requires("staff.admin")
@require_GET
def user_detail(request, pk):
    users = User.objects.visible_to(request.user).select_related(
        "department", "reports_to", "branch"
    )
    absences = Absence.objects.select_related("delegate")
    user = get_object_or_404(users.prefetch_related(Prefetch("absences", absences)), pk=pk)
    context = {
        "person": user,
        "is_locked": sign_in.is_locked(request, user),
        "events": said_events(AuditEvent.objects.about(user)[:15]),
    }
    return render(request, "staff/user_detail.html", context)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def user_edit(request, pk):
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = UserForm(request.POST or None, instance=user, branch=user.branch)
    if request.method == "POST" and form.is_valid():
        try:
            people.edit_user(user=user, by=request.user, **form.cleaned_data)
            messages.success(request, "已保存。")
            return redirect(user)
        except StaffError as error:
            form.add_error(None, str(error))
    context = {"form": form, "person": user}
    return render(request, "staff/user_form.html", context, status=422 if form.errors else 200)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def user_password(request, pk):
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if request.method == "GET":
        return render(request, "staff/user_password.html", {"person": user})
    try:
        password = people.reset_password(user=user, by=request.user)
    except StaffError as error:
        messages.error(request, str(error))
        return redirect(user)
    sign_in.forget_failures(request, user)
    return _show_once(request, user, password)


@requires("staff.admin")
@require_POST
def user_unlock(request, pk):
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    sign_in.forget_failures(request, user)
    people.record_unlock(user=user, by=request.user)
    messages.success(request, f"{user.name}的账号已解锁，可以重新登录。")
    return redirect(user)


@requires("staff.admin")
@require_http_methods(["GET", "POST"])
def user_leave(request, pk):
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = LeaveForm(request.POST or None, initial={"left_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            people.leave(user=user, by=request.user, **form.cleaned_data)
            messages.success(request, f"{user.name}已办理离职，账号不能再登录。")
            return redirect(user)
        except StaffError as error:
            form.add_error(None, str(error))
    context = {"form": form, "person": user, "customers": people.managed_customers(user)}
    return render(request, "staff/user_leave.html", context, status=422 if form.errors else 200)
