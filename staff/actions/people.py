"""Accounts of people: made, edited, given a one-time password, closed. By an administrator."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from core import audit
from staff.actions.departments import audit_changes
from staff.actions.errors import StaffError
from staff.models import Branch, User
from staff.passwords import one_time_password

NEEDS_DEPARTMENT = {
    User.Role.ACCOUNT_MANAGER,
    User.Role.INDUSTRY_MANAGER,
    User.Role.DEPT_HEAD,
    User.Role.SOLUTION_ENGINEER,
}
EDITABLE = ("name", "role", "department", "reports_to", "title", "phone", "email")


@transaction.atomic
def create_user(*, branch: Branch, username: str, by: User, **fields) -> tuple[User, str]:
    """(the user, the one-time password that is shown once). `fields` are those of EDITABLE."""
    if User.objects.filter(username__iexact=username).exists():
        raise StaffError("这个登录名已有人使用，请换一个。")
    _check(branch, None, fields)
    password = one_time_password()
    user = User.objects.create_user(
        username=username.lower(), password=password, branch=branch, **fields
    )
    audit.record(
        verb="user.created", target=user, by=by, changes={"role": ["", user.get_role_display()]}
    )
    return user, password


@transaction.atomic
def edit_user(*, user: User, by: User, **fields) -> User:
    """Change what stands in EDITABLE; the trail keeps old and new. Nobody changes the own role."""
    rows = User.objects.select_for_update(of=("self",))
    row = rows.select_related("department", "reports_to").get(pk=user.pk)
    if row.pk == by.pk and fields["role"] != row.role:
        raise StaffError("不能修改自己的角色，请由另一位管理员操作。")
    _check(row.branch, row, fields)
    changes = audit_changes(row, fields)
    User.objects.filter(pk=row.pk).update(**fields)
    if changes:
        audit.record(verb="user.edited", target=row, by=by, changes=changes)
    user.refresh_from_db()
    return user


def _check(branch: Branch, user: User | None, fields: dict) -> None:
    department, superior = fields["department"], fields["reports_to"]
    if fields["role"] in NEEDS_DEPARTMENT and department is None:
        raise StaffError("这个角色必须选择部门。")
    if department and department.branch_id != branch.pk:
        raise StaffError("部门不属于这个分公司。")
    if superior and (not superior.is_active or superior.branch_id != branch.pk):
        raise StaffError("上级必须是本分公司的在职人员。")
    if user and superior:
        _check_no_circle(user, superior)


def _check_no_circle(user: User, superior: User) -> None:
    seen = {user.pk}
    while superior:
        if superior.pk in seen:
            raise StaffError("上级关系不能绕成一圈。")
        seen.add(superior.pk)
        superior = superior.reports_to


@transaction.atomic
def reset_password(*, user: User, by: User) -> str:
    """A new one-time password, shown once. Open sessions of the user end with the old one."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if not row.is_active:
        raise StaffError("该人员已离职，不能重置密码。")
    password = one_time_password()
    row.set_password(password)
    row.must_change_password = True
    row.save(update_fields=["password", "must_change_password"])
    audit.record(verb="password.reset", target=row, by=by)
    return password


def record_unlock(*, user: User, by: User) -> None:
    """The trail of an unlocked sign-in; the counter itself is kept by staff.sign_in."""
    audit.record(verb="sign_in.unlocked", target=user, by=by)


def managed_customers(user: User) -> int:
    """Customers that would be without a manager. The app above hangs them on User.customers."""
    return user.customers.count() if hasattr(user, "customers") else 0


@transaction.atomic
def leave(*, user: User, left_on: date, by: User, reason: str = "") -> None:
    """Close the account: no sign-in, sessions end with their next request, duties are rerouted.

    Refused while customers are still managed (R1: each has exactly one active manager), or while
    anything else in hand would be left without a living owner (settings.IN_HAND).
    """
    if user.pk == by.pk:
        raise StaffError("不能办理自己的离职，请由另一位管理员操作。")
    User.objects.select_for_update().get(pk=user.pk)
    count = managed_customers(user)
    if count:
        raise StaffError(
            f"{user.name}还负责 {count} 家客户，"
            "请先由部门经理在客户页面「换人或备岗」后再办理离职。"
        )
    rest = import_string(settings.IN_HAND)(user)
    if rest:
        words = "、".join(rest)
        raise StaffError(f"{user.name}名下还有 {words}，请先由部门经理在「移交」中交接。")
    moved = User.objects.active().filter(pk=user.pk).update(state=User.State.LEFT, left_on=left_on)
    if not moved:
        raise StaffError("该人员已经办理离职，请刷新页面。")
    audit.record(
        verb="user.left", target=user, by=by, reason=reason, changes={"left_on": ["", str(left_on)]}
    )
    user.refresh_from_db()


@transaction.atomic
def edit_profile(
    *, user: User, phone: str, email: str, theme: str, shares_location: bool = False
) -> None:
    """What people keep themselves. Reminders go to the new address from now on.

    Whether the place of a check-in is kept is a consent of its own: both ways leave a trace.
    """
    wanted = {"phone": phone, "email": email, "shares_location": shares_location}
    changes = audit_changes(user.__class__.objects.get(pk=user.pk), wanted)
    User.objects.filter(pk=user.pk).update(theme=theme, **wanted)
    if changes:
        audit.record(verb="user.edited", target=user, by=user, changes=changes)
