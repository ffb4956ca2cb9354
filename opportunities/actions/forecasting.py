"""The monthly demand forecast: opened at night, filled in, answered, locked (R19)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.actions.above import may_decide
from accounts.models import Customer, CustomerAssignment
from core import audit, clock
from core.models import Parameter, WorkCalendarDay
from core.rules import local_date
from opportunities import forecast_rules as rules
from opportunities.actions.errors import STALE, OpportunityError
from opportunities.models import DemandForecast, DemandForecastLine, ForecastVersion
from reminders.actions import cancel_duty, fulfil_duty, open_duty
from reminders.models import DutyKind, Obligation
from staff.actions.attesting import attest
from staff.models import Attestation, User

State = DemandForecast.State
WRITABLE = (State.OPEN, State.RETURNED)
KEPT = ("business_line", "existing_revenue", "new_revenue_12m", "probability", "start_month",
        "new_volume", "unit", "reason", "remark")  # fmt: skip
NOT_ASKED = "客户已不在需要预测的范围内。"
OVER = "当月已过，不再补报。"


def asked_customers() -> QuerySet[Customer]:
    """Every customer that must have a forecast: managed, grade A or B, not lost (R19)."""
    found = Customer.objects.filter(grade__in=rules.GRADES, is_managed=True)
    return found.exclude(lifecycle=Customer.Lifecycle.LOST)


def due_of(month: date) -> datetime:
    """Last working day of the month before, close of business (R19)."""
    calendar = WorkCalendarDay.objects.as_calendar()
    return rules.due_at(month, calendar, Parameter.objects.value("business_close"))


# --- the night ------------------------------------------------------------------------------------
def open_month(*, now: datetime) -> int:
    """Open the duty of next month for every customer that must have one; how many changed.

    Safe to repeat: run every night, a duty is opened once. It opens ten working days before it is
    due; who has handed in earlier is not asked any more, who is no longer A or B is let go.
    """
    month = rules.shifted(rules.first_of(local_date(now)), 1)
    starts = rules.asked_at(month, WorkCalendarDay.objects.as_calendar())
    due = due_of(month)
    if not starts <= now < due:
        return 0
    opened = 0
    customers = asked_customers().exclude(pk__in=_known(month).values("customer"))
    for customer in customers.select_related("manager").order_by("pk").iterator(chunk_size=500):
        with transaction.atomic():
            open_for(customer=customer, month=month, started_at=starts, due_at=due)
        opened += 1
    return opened + _let_go(month)


def _duties() -> QuerySet[Obligation]:
    content_type = ContentType.objects.get_for_model(DemandForecast)
    return Obligation.objects.filter(
        kind=DutyKind.DEMAND_FORECAST, content_type=content_type, object_id=OuterRef("pk")
    )


def _known(month: date) -> QuerySet[DemandForecast]:
    """Handed in already, or asked for by a duty that runs or has ended."""
    rows = DemandForecast.objects.filter(month=month).annotate(is_asked=Exists(_duties()))
    return rows.filter(Q(is_asked=True) | ~Q(state__in=WRITABLE))


def _let_go(month: date) -> int:
    """Open duties about customers of whom none is asked any more."""
    rows = DemandForecast.objects.filter(month=month, state__in=WRITABLE)
    rows = rows.exclude(customer__in=asked_customers())
    rows = list(rows.filter(Exists(_duties().filter(state=Obligation.State.OPEN))))
    for row in rows:
        cancel_duty(kind=DutyKind.DEMAND_FORECAST, subject=row, reason=NOT_ASKED, by=None)
    return len(rows)


@transaction.atomic
def open_for(
    *, customer: Customer, month: date, started_at: datetime, due_at: datetime
) -> DemandForecast:
    """The row and its duty, owned by the customer's manager."""
    row, _ = DemandForecast.objects.get_or_create(
        customer=customer, month=month, defaults={"author": customer.manager}
    )
    open_duty(
        kind=DutyKind.DEMAND_FORECAST,
        subject=row,
        owner=customer.manager,
        started_at=started_at,
        due_at=due_at,
        title=f"填报 {month:%Y-%m} 需求预测",
        customer_name=customer.name,
        path=row.get_absolute_url(),
        by=None,
    )
    return row


def lock_months(*, now: datetime) -> int:
    """What was reviewed before its month began stands from then on; what was handed in waits for
    its review until the month is over. Then all is closed whatever its state, and its duty with
    it. How many rows. Safe to repeat."""
    this = rules.first_of(local_date(now))
    rows = DemandForecast.objects.exclude(state=State.LOCKED)
    ripe = Q(month__lt=this) | Q(month=this, state=State.REVIEWED)
    locked = 0
    for row in rows.filter(ripe).iterator(chunk_size=500):
        locked += _lock(row)
    return locked


@transaction.atomic
def _lock(row: DemandForecast) -> int:
    still = DemandForecast.objects.filter(pk=row.pk, state=row.state)
    if not still.update(state=State.LOCKED, updated_at=clock.now()):
        return 0
    cancel_duty(kind=DutyKind.DEMAND_FORECAST, subject=row, reason=OVER, by=None)
    audit.record(verb="forecast.locked", target=row, by=None)
    return 1


# --- the manager ----------------------------------------------------------------------------------
def may_write(customer: Customer, user: User) -> bool:
    """The manager, the backup of these days, or who stands in for one of them (R1, D16)."""
    keys = [person.pk for person in user.acting_for()]
    if customer.manager_id in keys:
        return True
    backups = CustomerAssignment.objects.active(timezone.localdate())
    return backups.filter(customer=customer, user__in=keys).exists()


@transaction.atomic
def save_forecast(
    *,
    customer: Customer,
    month: date,
    lines: Iterable[Mapping],
    has_no_demand: bool,
    seen_at: datetime | None,
    by: User,
) -> DemandForecast:
    """Keep what was typed so far. `lines`: fields of DemandForecastLine, one for each line.

    `seen_at` is the `updated_at` that the page showed, None when there was no row: what another
    tab saved meanwhile is not overwritten. OpportunityError in Chinese.
    """
    row, is_new = DemandForecast.objects.get_or_create(
        customer=customer, month=month, defaults={"author": customer.manager}
    )
    values = {
        "author": customer.manager,
        "has_no_demand": has_no_demand,
        "updated_at": clock.now(),
    }
    if row.reviewed_by_id == customer.manager_id:  # who returned it has become the manager
        values["reviewed_by"] = None
    same = DemandForecast.objects.filter(pk=row.pk, state__in=WRITABLE, updated_at=row.updated_at)
    # The night may have opened the row meanwhile; nobody has written in it then.
    is_blank = is_new or (seen_at is None and not row.lines.exists())
    if not (is_blank or row.updated_at == seen_at) or not same.update(**values):
        raise OpportunityError(_stale(row))
    _keep_lines(row, lines)
    row.refresh_from_db()
    audit.record(verb="forecast.saved", target=row, by=by)
    return row


def _keep_lines(row: DemandForecast, lines: Iterable[Mapping]) -> None:
    """A line stays the same row: a solution that was asked for it hangs on it."""
    known = {line.business_line: line for line in row.lines.all()}
    fresh = []
    for fields in lines:
        line = known.get(fields["business_line"]) or DemandForecastLine(forecast=row)
        for name, value in fields.items():
            setattr(line, name, value)
        if line.pk:
            line.save()
        else:
            fresh.append(line)
    DemandForecastLine.objects.bulk_create(fresh)


def _stale(row: DemandForecast) -> str:
    row.refresh_from_db()
    if row.state in WRITABLE:
        return "这份预测刚在另一个页面保存过。您填的内容还在下面，请核对后再保存一次。"
    return f"这份预测现在是「{row.get_state_display()}」，不能再修改。"


@transaction.atomic
def submit_forecast(
    *, forecast: DemandForecast, by: User, address: str | None = None, at: datetime | None = None
) -> None:
    """open or returned → submitted, with the submitter's word for it (R25); ends the duty."""
    at = at or clock.now()
    if rules.is_over(forecast.month, at):
        raise OpportunityError(OVER)
    has_new = forecast.lines.filter(new_revenue_12m__gt=0).exists()
    if fault := rules.demand_fault(has_new, forecast.has_no_demand):
        raise OpportunityError(fault)
    values = {"state": State.SUBMITTED, "submitted_at": at, "updated_at": clock.now()}
    values["version"] = forecast.version + (forecast.state == State.RETURNED)
    if forecast.submitted_at is None:  # what was returned had been in time, or not, already
        values["is_on_time"] = at <= due_of(forecast.month)
    still = DemandForecast.objects.filter(pk=forecast.pk, state=forecast.state)
    if forecast.state not in WRITABLE or not still.update(**values):
        raise OpportunityError(_stale(forecast))
    forecast.refresh_from_db()
    _keep_version(forecast, by, at)
    attest(by=by, target=forecast, revision=forecast.version, address=address, at=at)
    evidence = {"text": f"提交于 {timezone.localtime(at):%Y-%m-%d %H:%M}"}
    fulfil_duty(kind=DutyKind.DEMAND_FORECAST, subject=forecast, at=at, evidence=evidence, by=by)
    audit.record(verb="forecast.submitted", target=forecast, by=by)


def _keep_version(forecast: DemandForecast, by: User, at: datetime) -> None:
    """What was handed in stays readable as it was, whatever is written afterwards (A0)."""
    lines = forecast.lines.select_related("need", "opportunity")
    ForecastVersion.objects.create(
        forecast=forecast, number=forecast.version, submitted_by=by, submitted_at=at,
        has_no_demand=forecast.has_no_demand, lines=[_as_kept(line) for line in lines],
    )  # fmt: skip


def _as_kept(line: DemandForecastLine) -> dict[str, str]:
    kept = {name: _text(getattr(line, name)) for name in KEPT}
    return kept | {"basis": str(line.opportunity or line.need or "")}


def _text(value) -> str:
    return "" if value is None else f"{value:%Y-%m}" if isinstance(value, date) else str(value)


# --- the head -------------------------------------------------------------------------------------
def may_review(forecast: DemandForecast, user: User) -> bool:
    """Who decides on what the author did; never the author, nor who sent it for the author."""
    if not may_decide(user, forecast.customer, forecast.author):
        return False
    return not Attestation.objects.about(forecast).filter(user=user).exists()


@transaction.atomic
def review_forecast(
    *,
    forecast: DemandForecast,
    is_accepted: bool,
    note: str,
    by: User,
    at: datetime | None = None,
) -> None:
    """submitted → reviewed, or returned with what is to be changed. After the month has begun an
    accepted one is locked at once (R19)."""
    at = at or clock.now()
    if not may_review(forecast, by):
        raise OpportunityError("本人不能审阅自己的预测；部门经理的预测由分公司主任审阅。")
    if not is_accepted and not note.strip():
        raise OpportunityError("退回时请写明要改什么。")
    state = State.REVIEWED if is_accepted else State.RETURNED
    if is_accepted and rules.is_begun(forecast.month, at):
        state = State.LOCKED
    same = DemandForecast.objects.filter(
        pk=forecast.pk, state=State.SUBMITTED, version=forecast.version
    )
    moved = same.update(
        state=state, reviewed_by=by, reviewed_at=at, review_note=note, updated_at=clock.now()
    )
    if not moved:
        raise OpportunityError(STALE)
    forecast.refresh_from_db()
    verb = "reviewed" if is_accepted else "returned"
    audit.record(verb=f"forecast.{verb}", target=forecast, by=by, reason=note)


@transaction.atomic
def accept_many(*, forecasts: Iterable[DemandForecast], by: User) -> int:
    """Accept every one that waits and that `by` may answer; the others stay. How many."""
    count = 0
    for row in forecasts:
        if row.state == State.SUBMITTED and may_review(row, by):
            review_forecast(forecast=row, is_accepted=True, note="", by=by)
            count += 1
    if not count:
        raise OpportunityError("所选的预测都不能由您审阅，或已经审阅过。")
    return count
