"""Absence: people enter their own, heads also that of their people."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import once
from core.paging import keyset_page
from staff.access import requires
from staff.actions import absence as actions
from staff.actions.errors import StaffError
from staff.forms.absence import AbsenceForm
from staff.models import Absence, User


@requires("absence.write")
@require_GET
def absence_list(request):
    rows = Absence.objects.visible_to(request.user).select_related("user", "delegate")
    kept = set(User.objects.absence_kept_by(request.user).values_list("pk", flat=True))
    context = {
        "page": keyset_page(rows, request, keys=("-starts_on", "-pk")),
        "kept": kept,
        "today": timezone.localdate(),
    }
    return render(request, "staff/absence_list.html", context)


@requires("absence.write")
@require_http_methods(["GET", "POST"])
def absence_create(request):
    form = AbsenceForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with once.guard(request) as first:
                if not first.result_url:
                    actions.create_absence(by=request.user, **form.cleaned_data)
                    first.remember(reverse("staff:absence_list"))
            messages.success(request, "已登记，代理人到期会自动接收提醒。")
            return redirect("staff:absence_list")
        except StaffError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "staff/absence_form.html", {"form": form}, status=status)


@requires("absence.write")
@require_POST
def absence_end(request, pk):
    kept = User.objects.absence_kept_by(request.user)
    absence = get_object_or_404(Absence.objects.filter(user__in=kept), pk=pk)
    try:
        actions.end_absence(absence=absence, today=timezone.localdate(), by=request.user)
        messages.success(request, "缺勤已结束，从今天起不再代理。")
    except StaffError as error:
        messages.error(request, str(error))
    return redirect("staff:absence_list")
