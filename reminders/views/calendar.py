"""The work calendar, for the administrator: a year, a day, a file, the confirmation."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.calendar_year import months
from core.models import AuditEvent, WorkCalendarDay, WorkCalendarYear
from core.rules import workdays_in
from reminders.actions import calendar as actions
from reminders.forms.calendar import ConfirmYearForm, DayForm, ImportForm
from staff.access import requires
from staff.reports import said_events

FIRST_YEAR, LAST_YEAR = 2000, 2100
TEMPLATE = (
    "日期,类型,说明\r\n2027-01-01,休,元旦\r\n2027-01-02,休,元旦\r\n2027-01-03,休,元旦\r\n"
    "2027-02-06,班,春节调休上班\r\n"
)


@requires("calendar.admin")
@require_GET
def calendar(request):
    year = _year(request.GET.get("year"))
    row = WorkCalendarYear.objects.filter(year=year).first()
    form = ConfirmYearForm(initial={"source": row.source if row else ""})
    return render(request, "reminders/calendar.html", _year_context(year, form, row))


def _year(text) -> int:
    try:
        year = int(text or timezone.localdate().year)
    except ValueError:
        raise Http404 from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


def _year_context(year, form, row) -> dict:
    days = WorkCalendarDay.objects.as_calendar()
    this_year = timezone.localdate().year
    return {
        "year": year,
        "row": row,
        "months": months(year, days),
        "workdays": workdays_in(year, days),
        "has_days": any(day.year == year for day in days.days),
        "years": sorted({this_year - 1, this_year, this_year + 1, year} | days.confirmed_years),
        "form": form,
        "events": said_events(AuditEvent.objects.about(row)[:10]) if row else [],
    }


@requires("calendar.admin")
@require_http_methods(["GET", "POST"])
def calendar_day(request, day):
    day = _day(day)
    row = WorkCalendarDay.objects.filter(date=day).first()
    initial = {"kind": "weekend"}
    if row:
        kind = "work" if row.is_workday else "rest"
        initial = {"kind": kind, "name": row.name, "source": row.source}
    form = DayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["source"]
        moved = actions.edit_day(day=day, note=form.note(), source=source, by=request.user)
        messages.success(request, f"已保存。{_say_moved(moved)}")
        return redirect(_url(day.year))
    context = {"form": form, "day": day, "year": day.year}
    return render(request, "reminders/calendar_day.html", context, status=_status(form))


def _day(text) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


@requires("calendar.admin")
@require_http_methods(["GET", "POST"])
def calendar_import(request):
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        initial={"year": request.GET.get("year") or timezone.localdate().year + 1},
    )
    if request.method == "POST" and form.is_valid():
        if "store" not in request.POST:
            return render(request, "reminders/calendar_import.html", {"form": form, "ok": True})
        year, source = form.cleaned_data["year"], form.cleaned_data["source"]
        moved = actions.import_year(year=year, rows=form.rows, source=source, by=request.user)
        messages.success(request, f"已导入 {len(form.rows)} 天。{_say_moved(moved)}")
        return redirect(_url(year))
    context = {"form": form, "ok": False}
    return render(request, "reminders/calendar_import.html", context, status=_status(form))


@requires("calendar.admin")
@require_POST
def calendar_confirm(request, year):
    year = _year(year)
    form = ConfirmYearForm(request.POST)
    if form.is_valid():
        try:
            moved = actions.confirm_year(year=year, by=request.user, **form.cleaned_data)
            messages.success(request, f"{year} 年已确认。{_say_moved(moved)}")
            return redirect(_url(year))
        except actions.CalendarError as error:
            form.add_error(None, str(error))
    row = WorkCalendarYear.objects.filter(year=year).first()
    return render(request, "reminders/calendar.html", _year_context(year, form, row), status=422)


@requires("calendar.admin")
@require_GET
def calendar_template(request):
    """An example file that spreadsheet programs open with its characters right."""
    response = HttpResponse("\ufeff" + TEMPLATE, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = "attachment; filename=work-calendar.csv"
    return response


def _status(form) -> int:
    return 422 if form.errors else 200


def _url(year) -> str:
    return f"{reverse('reminders:calendar')}?year={year}"


def _say_moved(count: int) -> str:
    return f"重新计算了 {count} 项未完成任务的期限。" if count else "没有任务的期限因此变化。"
