"""The department tree. `path` is written here only, so that every subtree is one prefix query."""

from django.db import transaction

from core import audit
from staff.actions.errors import StaffError
from staff.models import Branch, Department

PATH_LENGTH = Department._meta.get_field("path").max_length


@transaction.atomic
def edit_branch(*, branch: Branch, by, **fields) -> None:
    """Change what stands on letters from now on; letters already numbered keep their text."""
    row = Branch.objects.select_for_update().get(pk=branch.pk)
    changes = audit_changes(row, fields)
    Branch.objects.filter(pk=row.pk).update(**fields)
    if changes:
        audit.record(verb="branch.edited", target=row, by=by, changes=changes)


@transaction.atomic
def create_department(*, branch: Branch, parent, code: str, name: str, kind: str, by) -> Department:
    """A new department under `parent`, or at the root. Codes are upper-case, unique per branch."""
    code = code.upper()
    if Department.objects.filter(branch=branch, code=code).exists():
        raise StaffError("该分公司已有这个部门代码。")
    department = Department.objects.create(
        branch=branch,
        parent=parent,
        code=code,
        name=name,
        kind=kind,
        path=_checked(f"{parent.path if parent else '/'}{code}/"),
    )
    audit.record(verb="department.created", target=department, by=by)
    return department


@transaction.atomic
def edit_department(*, department: Department, name: str, kind: str, parent, by) -> Department:
    """Rename and, when `parent` is another one, move the whole subtree."""
    tree = {d.pk: d for d in _locked_tree(department.branch_id)}
    old, parent = tree[department.pk], tree.get(parent.pk) if parent else None
    changes = audit_changes(old, {"name": name, "kind": kind, "parent": parent})
    if "parent" in changes:
        _move(old, parent, tree.values())
    Department.objects.filter(pk=old.pk).update(name=name, kind=kind)
    if changes:
        audit.record(verb="department.edited", target=old, by=by, changes=changes)
    department.refresh_from_db()
    return department


def _move(department, parent, tree) -> None:
    if parent and parent.path.startswith(department.path):
        raise StaffError("不能把部门移到它自己的下级里。")
    old_path = department.path
    new_path = f"{parent.path if parent else '/'}{department.code}/"
    Department.objects.filter(pk=department.pk).update(parent=parent)
    for row in tree:
        if row.path.startswith(old_path):
            path = _checked(new_path + row.path[len(old_path) :])
            Department.objects.filter(pk=row.pk).update(path=path)


def _locked_tree(branch_id) -> list[Department]:
    """Two moves at once could hang a tree on itself: one waits for the other."""
    Branch.objects.select_for_update().get(pk=branch_id)
    return list(Department.objects.filter(branch=branch_id).select_related("parent"))


def _checked(path: str) -> str:
    if len(path) > PATH_LENGTH:
        raise StaffError("部门层级太深，请缩短代码或减少层级。")
    return path


def audit_changes(row, new: dict) -> dict:
    """{field: [old, new]} as texts, only what differs; what the audit trail keeps of an edit."""
    pairs = {name: (_said(row, name, getattr(row, name)), value) for name, value in new.items()}
    return {
        name: [old, _said(row, name, value)]
        for name, (old, value) in pairs.items()
        if old != _said(row, name, value)
    }


def _said(row, name, value) -> str:
    choices = dict(row._meta.get_field(name).flatchoices)
    return str(choices.get(value, "" if value is None else value))
