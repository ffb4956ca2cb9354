"""今日工作台, 部门看板 and 系统状态."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from staff.access import open_to_all_staff, requires


@require_GET
@open_to_all_staff
def today(request):
    return render(request, "crm/today.html")


@require_GET
@requires("team.view")
def team(request):
    return render(request, "crm/team.html")


@require_GET
@requires("system.view")
def system(request):
    return render(request, "crm/system.html")
