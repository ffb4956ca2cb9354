"""Who waits for what (R15): registered with an alternative, told, or no longer interested."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.models import Contact, Customer
from core import audit, clock
from reminders.actions import fulfil_duty
from reminders.models import DutyKind
from service.actions import telling
from service.actions.errors import STALE, ServiceError
from service.actions.launching import drop_notice
from service.models import Availability, CatalogItem, LaunchNotice, ServiceWatch
from service.watch_rules import lines_of
from staff.models import User

State = ServiceWatch.State
ALREADY = "该客户已在等待这项业务，不用重复登记。"
NO_ALTERNATIVE = "请至少建议一种替代办法，或写明没有的原因。"


@transaction.atomic
def register_watch(
    *,
    customer: Customer,
    item: CatalogItem,
    area: str,
    reason: str,
    demand: str,
    alternatives: str,
    no_alternative_reason: str,
    contact: Contact | None,
    by: User,
) -> ServiceWatch:
    """A customer waits for `item` in `area`. ServiceError when it is open there already, when the
    customer waits already, and without an alternative or the reason why there is none (R15)."""
    lines = lines_of(alternatives)
    if not lines and not no_alternative_reason:
        raise ServiceError(NO_ALTERNATIVE)
    why = unsayable(customer=customer, text="\n".join(lines), by=by)
    if why:
        raise ServiceError(why)
    availability = _area(item, area, reason, by)
    try:
        with transaction.atomic():
            watch = ServiceWatch.objects.create(
                customer=customer,
                contact=contact,
                availability=availability,
                reason=reason,
                demand=demand,
                alternatives="\n".join(lines),
                no_alternative_reason="" if lines else no_alternative_reason,
                registered_by=by,
            )
    except IntegrityError as error:
        raise ServiceError(ALREADY) from error
    audit.record(verb="watch.registered", target=watch, by=by)
    telling.tell_watch(watch, by=by)
    return watch


def unsayable(*, customer: Customer, text: str, by: User) -> str:
    """Why `by` may not offer `text` to the customer (R14); empty: it may be said.

    The limits are known to the letters, a floor beside this one: the settings name who answers.
    """
    return import_string(settings.PROMISE_CHECK)(customer=customer, text=text, by=by)


def _area(item: CatalogItem, area: str, reason: str, by: User) -> Availability:
    """The area, locked: it cannot open between this look and the new watch.

    However it is written: who waits in 嵊州市 hears of the opening in 嵊州 (R15).
    """
    known = Availability.of_place(item, area)
    if not known:
        defaults = {"state": reason, "changed_by": by}
        known = [Availability.objects.get_or_create(item=item, area=area, defaults=defaults)[0]]
    keys = [row.pk for row in known]
    locked = Availability.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    rows = list(locked.order_by("pk"))
    if any(row.is_open for row in rows):
        raise ServiceError(f"「{item}」在{area}已经开办，可以直接受理。")
    row = rows[0]
    row.item = item
    return row


@transaction.atomic
def tell_customer(*, watch: ServiceWatch, how: str, at: datetime, by: User) -> None:
    """The customer knows: the duty ends, late or in time. ServiceError when it is not open."""
    rows = ServiceWatch.objects.filter(pk=watch.pk, state=State.AVAILABLE)
    if not rows.update(state=State.NOTIFIED, notified_at=at, notified_how=how):
        raise ServiceError(f"这条关注{STALE}")
    watch.refresh_from_db()
    notice = LaunchNotice.objects.filter(watch=watch).first()
    fulfil_duty(
        kind=DutyKind.SERVICE_LAUNCH_NOTICE,
        subject=notice,
        at=at,
        evidence={"text": how},
        by=by,
    )
    audit.record(verb="watch.told", target=watch, by=by, reason=how)
    telling.tell_told(watch, by=by)


@transaction.atomic
def mark_converted(*, watch: ServiceWatch, by: User) -> None:
    """A customer who was told wants it: an opportunity now, once. ServiceError otherwise."""
    rows = ServiceWatch.objects.filter(pk=watch.pk, state=State.NOTIFIED)
    if not rows.update(state=State.CONVERTED):
        raise ServiceError("只有已告知客户的关注才能转为商机，而且只能转一次，请刷新后查看。")
    watch.refresh_from_db()
    audit.record(verb="watch.converted", target=watch, by=by)
    telling.tell_end(watch, at=clock.now(), by=by)


@transaction.atomic
def end_watch(*, watch: ServiceWatch, state: str, reason: str, by: User) -> None:
    """`state`: the customer lost interest, or it was registered by mistake. Once."""
    if state not in (State.LOST_INTEREST, State.CANCELLED):
        raise ServiceError("请选择结束的原因。")
    at = clock.now()
    rows = ServiceWatch.objects.open().filter(pk=watch.pk)
    if not rows.update(state=state, ended_reason=reason):
        raise ServiceError(f"这条关注{STALE}")
    watch.refresh_from_db()
    drop_notice(watch, reason=reason, by=by)
    audit.record(verb="watch.ended", target=watch, by=by, reason=reason)
    telling.tell_end(watch, at=at, by=by)
