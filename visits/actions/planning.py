"""Plan a visit and change the plan (R2, R3)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Contact, Customer
from core import audit, clock
from core.models import Parameter
from reminders.actions import open_duty
from reminders.models import DutyKind
from staff.models import User
from visits import rules
from visits.actions import departing, invitations, preparing
from visits.actions.errors import VisitError
from visits.actions.moves import move
from visits.actions.plans import FIXED_ONCE_PLANNED, PLAN_FIELDS, mark_of
from visits.models import Visit, VisitKeyPoint, VisitParticipant

CHANGED = (
    "这份拜访计划刚在另一个页面改过。您写的内容还在下面，请核对现在的内容；"
    "再次保存将以您填写的为准。"
)


@transaction.atomic
def plan_visit(
    *,
    customer: Customer,
    contacts: Iterable[Contact],
    key_points: Iterable[tuple],
    by: User,
    colleagues: Iterable[User] = (),
    materials: Iterable[str] = (),
    is_draft: bool = False,
    at: datetime | None = None,
    **fields,
) -> Visit:
    """Plan a visit, or keep it as a draft (R3). `key_points`: (kind, content[, who says it]).

    `fields`: PLAN_FIELDS, is_formal, scheduled_start, scheduled_end. `materials`: what is taken
    along, by name.
    A planned formal visit owes a booking (R4). `at` is when it was planned; None means now.
    """
    visit = Visit.objects.create(
        customer=customer,
        owner=owner_for(customer, by),
        state=Visit.State.DRAFT,
        created_by=by,
        **fields,
    )
    _set_people(visit, contacts, colleagues)
    _set_key_points(visit, key_points)
    preparing.name_materials(visit=visit, titles=materials, by=by)
    audit.record(verb="visit.drafted", target=visit, by=by)
    if not is_draft:
        confirm_plan(visit=visit, by=by, at=at)
    return visit


@transaction.atomic
def confirm_plan(*, visit: Visit, by: User, at: datetime | None = None) -> None:
    """draft → planned: contacts and a key point must be there; opens the booking duty (R3, R4)."""
    if not visit.contacts.exists():
        raise VisitError("请至少选择一位拜访对象。")
    if not visit.key_points.exists():
        raise VisitError("请至少写一条拜访重点。")
    move(visit, "plan", by=by)
    open_booking_duty(visit, by=by, at=at or clock.now())


@transaction.atomic
def edit_visit(
    *,
    visit: Visit,
    contacts: Iterable[Contact],
    key_points: Iterable[tuple],
    seen: str,
    by: User,
    colleagues: Iterable[User] = (),
    materials: Iterable[str] | None = None,
    **fields,
) -> None:
    """Change the plan of a visit that has not begun. Its time is only changed by rescheduling.

    `seen` is plans.mark_of the visit that the form was drawn from: VisitError when somebody has
    changed the plan since. `materials`: all names; a name that is gone goes, unless its file is
    here. None: as they are.
    """
    _check_same(visit, seen)
    before = preparing.shown_outside(visit)
    allowed = PLAN_FIELDS
    if visit.state == Visit.State.DRAFT:
        allowed = PLAN_FIELDS + FIXED_ONCE_PLANNED
    changes = {name: value for name, value in fields.items() if name in allowed}
    Visit.objects.filter(pk=visit.pk).update(**changes, updated_at=clock.now())
    visit.refresh_from_db()
    _set_people(visit, contacts, colleagues)
    visit.key_points.all().delete()
    _set_key_points(visit, key_points)
    if materials is not None:
        preparing.name_materials(visit=visit, titles=materials, by=by)
    _check_still_planned(visit)
    if visit.state != Visit.State.DRAFT and preparing.shown_outside(visit) != before:
        _tell_outside(visit, by)
    audit.record(verb="visit.edited", target=visit, by=by)


def _check_same(visit: Visit, seen: str) -> None:
    """The stored row, locked: not begun yet, and its plan is the one of `seen`."""
    stored = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if stored.state not in rules.EDITABLE:
        raise VisitError(
            f"该拜访现在是「{stored.get_state_display()}」，不能再修改计划；"
            "您写的内容还在下面，需要的请先抄下。"
        )
    if mark_of(stored) != seen:
        raise VisitError(CHANGED)
    visit.state = stored.state


def _tell_outside(visit: Visit, by: User) -> None:
    """Calendars and the reminder to leave follow the new place, way and people."""
    invitations.tell_edited(visit=visit, by=by)
    if visit.mode == Visit.Mode.PHONE:
        departing.give_up(visit, reason="改为电话拜访", by=by)
    elif visit.state == Visit.State.BOOKED:
        departing.expect(visit, by=by)


def _check_still_planned(visit: Visit) -> None:
    if visit.state == Visit.State.DRAFT:
        return
    if not visit.contacts.exists() or not visit.key_points.exists():
        raise VisitError("已计划的拜访至少要有一位拜访对象和一条拜访重点。")


def _set_people(visit: Visit, contacts, colleagues) -> None:
    contacts = list(contacts)
    if any(contact.customer_id != visit.customer_id for contact in contacts):
        raise VisitError("拜访对象必须是该客户的联系人。")
    visit.contacts.set(contacts)
    wanted = {user.pk: user for user in colleagues if user.pk != visit.owner_id}
    visit.participants.exclude(user__in=wanted).delete()
    kept = set(visit.participants.values_list("user", flat=True))
    VisitParticipant.objects.bulk_create(
        VisitParticipant(visit=visit, user=user, role=_role_of(user))
        for pk, user in wanted.items()
        if pk not in kept
    )


def _role_of(user: User) -> str:
    """What a colleague most likely comes along for (R10)."""
    if user.role in (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR):
        return VisitParticipant.Role.EXECUTIVE
    if user.role in (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER):
        return VisitParticipant.Role.PRESENTER
    if user.role == User.Role.BACK_OFFICE:
        return VisitParticipant.Role.RECORDER
    return VisitParticipant.Role.TECHNICAL


def _set_key_points(visit: Visit, key_points) -> None:
    """(kind, content) or (kind, content, who says it): the owner or one who comes along (R3)."""
    lines = [(*line, None)[:3] for line in key_points]
    present = {visit.owner_id, *visit.participants.values_list("user", flat=True)}
    if any(owner and owner.pk not in present for _, _, owner in lines):
        raise VisitError("拜访重点只能交给拜访人或同行人。")
    VisitKeyPoint.objects.bulk_create(
        VisitKeyPoint(visit=visit, kind=kind, content=content, owner=owner)
        for kind, content, owner in lines
    )


def owner_for(customer: Customer, by: User) -> User:
    """Who answers for the visit: the acting user, or the absent manager one stands in for (D16)."""
    return customer.manager if customer.manager in by.acting_for() else by


def open_booking_duty(visit: Visit, *, by: User, at: datetime) -> None:
    """A formal visit is booked by close of business of the day before (R4). Informal: nothing."""
    if not visit.is_formal:
        return
    closes_at = Parameter.objects.value("business_close")
    open_duty(
        kind=DutyKind.VISIT_BOOKING,
        subject=visit,
        owner=visit.owner,
        started_at=at,
        due_at=rules.booking_due_at(at, visit.scheduled_start, closes_at),
        title=f"与 {visit.customer} 预约拜访",
        customer_name=visit.customer.name,
        path=visit.get_absolute_url(),
        by=by,
    )
