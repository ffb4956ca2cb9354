"""各级清单: lists by criteria; every customer on one has a case (R47)."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import Customer, MonthlyBill
from core import audit, clock
from core.rules import local_date
from planning.actions.errors import PlanError
from planning.actions.retention_drafts import keep_cases
from planning.metric_rules import shift
from planning.models import Level, RetentionList, RetentionMember
from staff.models import User

YEAR = 12


def levels_of(user: User) -> list[str]:
    """The levels whose lists `user` keeps."""
    own = {
        User.Role.BRANCH_DIRECTOR: Level.BRANCH,
        User.Role.DEPT_HEAD: Level.DEPARTMENT,
        User.Role.ACCOUNT_MANAGER: Level.MANAGER,
        User.Role.INDUSTRY_MANAGER: Level.MANAGER,
    }
    roles = {person.role for person in user.acting_for()}
    return [level for role, level in own.items() if role in roles]


@transaction.atomic
def make_list(*, level: str, by: User, **fields) -> RetentionList:
    """A list of the own branch, department or of oneself. PlanError when it is there already."""
    if level not in levels_of(by):
        raise PlanError("请选择您所在级别的清单。")
    role = {Level.BRANCH: User.Role.BRANCH_DIRECTOR, Level.DEPARTMENT: User.Role.DEPT_HEAD}
    owner = next((p for p in by.acting_for() if p.role == role.get(level)), by)
    if level == Level.MANAGER and owner.department is None:
        raise PlanError("没有所属部门，不能建立清单。")
    try:
        with transaction.atomic():
            made = RetentionList.objects.create(
                level=level,
                branch=owner.branch,
                department=None if level == Level.BRANCH else owner.department,
                manager=owner if level == Level.MANAGER else None,
                created_by=by,
                **fields,
            )
    except IntegrityError as error:
        raise PlanError("这一年已有这份清单。") from error
    audit.record(verb="retention_list.made", target=made, by=by)
    return made


def reach(roll: RetentionList):
    """Managed customers of the list's owner: whoever can stand on it."""
    rows = Customer.objects.filter(branch=roll.branch, is_managed=True)
    rows = rows.exclude(lifecycle=Customer.Lifecycle.LOST)
    if roll.level == Level.DEPARTMENT:
        rows = rows.filter(department__path__startswith=roll.department.path)
    if roll.level == Level.MANAGER:
        rows = rows.filter(manager=roll.manager)
    return rows


def candidates(roll: RetentionList, today: date):
    """Of those in reach who meet its criteria and are not on it yet."""
    rows = reach(roll)
    if roll.grades:
        rows = rows.filter(grade__in=list(roll.grades))
    if roll.least_revenue:
        rows = rows.filter(pk__in=_paying(roll.least_revenue, today))
    return rows.exclude(retention_lists__retention_list=roll).order_by("code", "pk")


def _paying(least: Decimal, today: date):
    month = today.replace(day=1)
    bills = MonthlyBill.objects.filter(month__gte=shift(month, -YEAR), month__lt=month).order_by()
    sums = bills.values("customer").annotate(paid=Sum("reported_total")).filter(paid__gte=least)
    return sums.values("customer")


@transaction.atomic
def fill_list(*, roll: RetentionList, by: User) -> int:
    """Take in who meets the criteria; how many. Who has no case gets a draft."""
    RetentionList.objects.select_for_update().get(pk=roll.pk)
    today = local_date(clock.now())
    found = list(candidates(roll, today))
    _add(roll, found, by, roll.criteria or "符合清单标准")
    if found:
        changes = {"客户": ["", f"{len(found)} 家"]}
        audit.record(verb="retention_list.filled", target=roll, by=by, changes=changes)
    return len(found)


@transaction.atomic
def add_customer(*, roll: RetentionList, customer: Customer, reason: str, by: User) -> None:
    """One chosen customer, whatever the criteria say. PlanError when it stands there already."""
    RetentionList.objects.select_for_update().get(pk=roll.pk)
    if not reach(roll).filter(pk=customer.pk).exists():
        raise PlanError("这家客户不属于这份清单的范围。")
    if roll.members.filter(customer=customer).exists():
        raise PlanError("这家客户已经在这份清单上。")
    add_members(roll=roll, customers=[customer], reason=reason, by=by)


@transaction.atomic
def add_members(*, roll: RetentionList, customers: list[Customer], reason: str, by: User) -> None:
    """Take in chosen customers, each with the reason; who stands there already is left alone."""
    there = set(roll.members.values_list("customer", flat=True))
    found = [one for one in customers if one.pk not in there]
    _add(roll, found, by, reason)
    changes = {"客户": ["", "、".join(one.name for one in found)]}
    audit.record(verb="retention_list.filled", target=roll, by=by, changes=changes, reason=reason)


def _add(roll: RetentionList, customers: list[Customer], by: User, reason: str) -> None:
    RetentionMember.objects.bulk_create(
        RetentionMember(retention_list=roll, customer=one, reason=reason[:200], added_by=by)
        for one in customers
    )
    keep_cases(customers)


@transaction.atomic
def drop_member(*, member: RetentionMember, by: User) -> None:
    """Off the list; the case stays."""
    if not RetentionMember.objects.filter(pk=member.pk).delete()[0]:
        raise PlanError("该客户已不在清单上。")
    changes = {"客户": [str(member.customer), ""]}
    audit.record(
        verb="retention_list.dropped", target=member.retention_list, by=by, changes=changes
    )


def may_keep(roll: RetentionList, user: User) -> bool:
    """Who made the list's level: the director, the head of the department, the manager."""
    people = user.acting_for()
    if roll.level == Level.BRANCH:
        return any(
            p.role == User.Role.BRANCH_DIRECTOR and p.branch_id == roll.branch_id for p in people
        )
    if roll.level == Level.DEPARTMENT:
        return any(
            p.role == User.Role.DEPT_HEAD and p.department_id == roll.department_id for p in people
        )
    return any(p.pk == roll.manager_id for p in people)
