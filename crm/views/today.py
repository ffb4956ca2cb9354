"""今日工作台, 团队 and 系统状态."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core import clock
from core.rules import local_date
from crm.reports import desk, system, team
from crm.reports.handover import to_confirm
from crm.reports.orphans import orphans
from crm.reports.waiting import waiting
from opportunities.stage_reports import due_ones
from staff.access import may, open_to_all_staff, requires
from staff.models import User
from visits import (
    conduct_reports,
    issue_reports,
    record_reports,
    suggestion_reports,
    weekly_reports,
)

JOINT_DAYS = 14
STUCK_SHOWN = 5


@require_GET
@open_to_all_staff
def today(request):
    """Everybody's home. The role decides which parts are there; the rows are scoped in any case."""
    user, now = request.user, clock.now()
    context = {"day": desk.day_head(user, now), "desk": desk.desk(user, now)}
    context |= {"handovers": to_confirm(user), "waiting": waiting(user)}
    if may(user, "team.view"):
        may_approve = may(user, "letters.approve")
        context["crew"] = team.crew(user, now, may_approve=may_approve, most=team.PEOPLE_TODAY)
    if may(user, "system.view"):
        context["system"] = system.system_state(now)
    context["writes_visits"] = may(user, "visits.write")
    if context["writes_visits"]:
        steps = conduct_reports.open_steps(user, local_date(now))
        context |= {"next_steps": steps, "steps_list": "today", "may_change": True}
        context["returned"] = record_reports.returned_records(user, desk.ROWS_SHOWN)
        context |= {"suggestions": suggestion_reports.own_top(user), "day_on": local_date(now)}
    if may(user, "letters.write") or may(user, "letters.approve"):
        context["issues"] = issue_reports.pressing(user, local_date(now))
    if may(user, "weekly.write"):
        context["plans_back"] = weekly_reports.returned_to(user)
    if may(user, "opportunities.write"):
        context["stuck"] = due_ones(user, local_date(now), STUCK_SHOWN)
    context["joins_visits"] = may(user, "visits.view")
    if context["joins_visits"] and not may(user, "customers.view"):
        start, end = desk.day_bounds(now)
        context["joint"] = desk.visit_rows(user, end, start + timedelta(days=JOINT_DAYS))
    return render(request, "crm/today.html", context)


@require_GET
@requires("team.view")
def people(request):
    """The people below, and with ?person= the open duties of one of them."""
    user, now = request.user, clock.now()
    context = {"crew": team.crew(user, now, may_approve=may(user, "letters.approve"))}
    context["waived"] = team.waived_lately(user, now)
    wanted = request.GET.get("person", "")
    if wanted.isdecimal():
        person = get_object_or_404(User.objects.overseen_by(user), pk=wanted)
        context |= {"person": person, "duties": team.person_duties(user, person)}
    return render(request, "crm/team.html", context)


@require_GET
@requires("system.view")
def state(request):
    context = {"system": system.system_state(clock.now()), "orphans": orphans()}
    return render(request, "crm/system.html", context)
