"""Plain functions that make staff for tests; every argument has a sensible default."""

import itertools

from staff.models import Absence, Branch, Department, User

_serial = itertools.count(1)
PASSWORD = "Lanting-2026-test"


def make_branch(**fields):
    fields.setdefault("code", f"B{next(_serial)}")
    defaults = {
        "name": "绍兴分公司政企客户部",
        "letter_name": "中国电信股份有限公司绍兴分公司",
        "letter_prefix": "绍电政函",
    }
    return Branch.objects.create(**(defaults | fields))


def default_branch():
    return Branch.objects.first() or make_branch()


def make_department(*, parent=None, **fields):
    code = fields.setdefault("code", f"D{next(_serial)}")
    fields.setdefault("branch", parent.branch if parent else default_branch())
    fields.setdefault("name", f"{code} 客户部")
    fields.setdefault("path", f"{parent.path if parent else '/'}{code}/")
    return Department.objects.create(parent=parent, **fields)


def make_user(role="account_manager", *, department=None, **fields):
    serial = next(_serial)
    fields.setdefault("username", f"user{serial}")
    fields.setdefault("name", f"员工{serial}")
    fields.setdefault("email", f"user{serial}@example.com")
    fields.setdefault("must_change_password", False)
    if department is None and role not in ("branch_director", "sysadmin", "auditor"):
        department = Department.objects.first() or make_department()
    fields.setdefault("branch", department.branch if department else default_branch())
    password = fields.pop("password", PASSWORD)
    return User.objects.create_user(role=role, department=department, password=password, **fields)


def make_absence(user, delegate, starts_on, ends_on, **fields):
    return Absence.objects.create(
        user=user, delegate=delegate, starts_on=starts_on, ends_on=ends_on, **fields
    )
