"""The group tree: which customer stands above which (R69)."""

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts import tree_rules
from accounts.actions import revisions, timeline
from accounts.actions.errors import AccountError
from accounts.models import Customer
from core import audit

LOCK = 7203
"""The same number as in the triggers (migration 0003_tree_kept)."""

CYCLE = "不能移到自己或自己的下级下面。"
STALE = "该客户的上级已被他人调整，请刷新后重试。"
DEEP = "层级太深，放不下这个分支。"


@transaction.atomic
def move_branch(
    *, customer: Customer, parent: Customer | None, seen_parent: int | None, by, reason: str = ""
) -> None:
    """Hang the customer, with everything below it, under `parent`; None makes it a top (R69).

    One UPDATE of the row; the database moves the whole branch with one more. `seen_parent` is the
    key of the parent that the editor saw. AccountError for a cycle, or when somebody was faster.
    """
    _wait_for_others()
    old = Customer.objects.select_related("parent").get(pk=customer.pk)
    if parent:
        parent.refresh_from_db(fields=["tree_path"])
        if tree_rules.is_below(parent.tree_path, old.tree_path):
            raise AccountError(CYCLE)
    if old.parent_id == (parent.pk if parent else None) == seen_parent:
        return
    _write(old, parent, seen_parent)
    customer.refresh_from_db(fields=["parent", "tree_path", "updated_at"])
    _keep(customer, old.parent, parent, by=by, reason=reason)


def _wait_for_others() -> None:
    """Two moves together could make a cycle that neither sees. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _write(old: Customer, parent: Customer | None, seen_parent: int | None) -> None:
    row = Customer.objects.filter(pk=old.pk, parent=seen_parent)
    try:
        with transaction.atomic():
            moved = row.update(parent=parent, updated_at=timezone.now())
    except IntegrityError as error:
        raise AccountError(CYCLE) from error
    except DataError as error:
        raise AccountError(DEEP) from error
    if not moved:
        raise AccountError(STALE)


def _keep(customer: Customer, old, new, *, by, reason: str) -> None:
    changes = {"上级客户": [str(old or ""), str(new or "")]}
    audit.record(verb="customer.moved", target=customer, by=by, changes=changes, reason=reason)
    # Readers of this customer's history need not see the other two: numbers, no names.
    found = revisions.Difference("parent", "上级客户", _number(old), _number(new))
    revisions.revise(
        customer=customer, section="file", row=customer, found=[found], by=by, reason=reason
    )
    title = "调整上级客户" if new else "移出上级客户"
    timeline.note(
        customer=customer,
        kind=timeline.Kind.CHANGE,
        title=title,
        detail=reason,
        path=customer.get_absolute_url(),
        actor=by,
    )


def _number(customer: Customer | None) -> str:
    return f"客户 {customer.pk} 号" if customer else ""
