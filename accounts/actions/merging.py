"""Two rows that are one customer become one, and apart again exactly (item 10).

Everything that hangs on a customer moves, whichever app it belongs to: the database knows what
points here. What cannot stand beside its twin (the bill of the same month) is decided by a choice
per kind. The journal in CustomerMerge.moved is played backwards by the undo.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.actions import moved, quality, revisions, timeline
from accounts.actions.assignments import assign_manager
from accounts.actions.errors import AccountError
from accounts.actions.merge_parts import (
    DERIVED,
    DROPPED,
    Rival,
    children_of,
    merged_values,
    parts_of,
    references_to,
    rivals,
)
from accounts.actions.row_copies import freeze, thaw
from accounts.actions.searching import index_customer
from accounts.models import Customer, CustomerMerge, CustomerViewRevision, TimelineEntry
from core import audit, pinyin
from reminders.models import Obligation

KEPT, GONE = "kept", "gone"
REASON = "合并客户"
MANAGER_LEFT = "撤销合并：原客户经理已离职"
STALE = "两家客户的资料刚被修改或合并，请重新核对。"

OCCUPIED = (
    "合并以后的资料与原客户冲突（如编码或信用代码已被占用，或原来引用的资料已被删除），无法撤销。"
)


@dataclass
class Journal:
    """`moved`: {label: {attname: [pk]}}; `set`: [label, pk, attname, old]; `dropped`: rows."""

    moved: dict[str, dict[str, list]] = field(default_factory=dict)
    set: list[list] = field(default_factory=list)
    dropped: list[dict] = field(default_factory=list)
    revisions: list[int] = field(default_factory=list)

    def change(self, row: models.Model, attname: str, new) -> None:
        """One column of one row, remembered."""
        self.set.append([row._meta.label_lower, row.pk, attname, getattr(row, attname)])
        type(row)._base_manager.filter(pk=row.pk).update(**{attname: new})

    def drop(self, row: models.Model) -> None:
        """Take a row away with the rows that are part of it; the undo puts them back in order."""
        parts = list(parts_of(row))
        for part in parts:
            for other, attname in references_to(part):
                self.change(other, attname, None)
        self.dropped += [freeze(one) for one in (row, *parts)]
        for one in (*reversed(parts), row):
            type(one)._base_manager.filter(pk=one.pk).delete()


def obstacle(kept: Customer, gone: Customer) -> str:
    """Why the two cannot be merged now; empty when they can."""
    if kept.pk == gone.pk:
        return "请选择两家不同的客户。"
    if kept.manager_id != gone.manager_id:
        return (
            f"两家客户的客户经理不同（{kept.manager}、{gone.manager}）。"
            "请先换成同一位，未办事项随换人移交，再合并。"
        )
    if kept.tree_path.startswith(gone.tree_path):
        return f"「{kept}」在「{gone}」的下级。请先调整上级，或对调保留的一方。"
    return ""


@transaction.atomic
def merge(
    *,
    kept: Customer,
    gone: Customer,
    by,
    fields: dict[str, str] | None = None,
    kinds: dict[str, str] | None = None,
    seen: tuple = (),
) -> CustomerMerge:
    """`gone` becomes part of `kept`: rows move, empty fields fill up, rivals are decided.

    `fields` {name: "gone"} takes that value where both have one; `kinds` {label: "gone"} keeps
    the rows of `gone` where both have one for the same place. Otherwise those of `kept` stay.
    `seen` is (kept.updated_at, gone.updated_at) of the preview. AccountError when refused.
    """
    kept, gone = _locked(kept, gone)
    if seen and seen != (kept.updated_at, gone.updated_at):
        raise AccountError(STALE)
    problem = obstacle(kept, gone)
    if problem:
        raise AccountError(problem)
    journal, copy = Journal(), freeze(gone)
    _settle(journal, rivals(kept, gone), kinds or {})
    _move_all(journal, kept, gone)
    values = merged_values(kept, gone, fields or {})
    gone.delete()
    old = _fill(journal, kept, values, by)
    record = CustomerMerge.objects.create(
        kept=kept,
        gone_code=gone.code,
        gone_name=gone.name,
        gone=copy,
        moved=vars(journal),
        overwritten=old,
        merged_by=by,
    )
    _tell(record, kept, by)
    return record


def _locked(kept: Customer, gone: Customer) -> tuple[Customer, Customer]:
    """Both rows, locked in the order of their keys; AccountError when one is gone already."""
    rows = Customer.objects.select_for_update(of=("self",)).select_related("manager")
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    if kept.pk == gone.pk or len(found) < 2:
        raise AccountError(STALE)
    return found[kept.pk], found[gone.pk]


def _settle(journal: Journal, found: list[Rival], kinds: dict[str, str]) -> None:
    """Of two rows for one place one goes; what pointed at it points at the other one."""
    for rival in found:
        loser, winner = rival.theirs, rival.ours
        if kinds.get(rival.label) == GONE:
            loser, winner = winner, loser
        for row, attname in references_to(loser):
            journal.change(row, attname, winner.pk)
        if released := getattr(loser, "merge_releases", ()):  # history that nobody may delete
            for attname in released if isinstance(released, tuple) else ("customer_id",):
                journal.change(loser, attname, None)
        else:
            journal.drop(loser)


def _move_all(journal: Journal, kept: Customer, gone: Customer) -> None:
    for relation in children_of(Customer):
        model, attname = relation.related_model, relation.field.attname
        rows = model._base_manager.filter(**{attname: gone.pk}).order_by("pk")
        if model in DERIVED:
            rows.delete()
        elif model in DROPPED:
            for row in rows:
                journal.drop(row)
        else:
            keys = list(rows.values_list("pk", flat=True))
            if keys:
                journal.moved.setdefault(model._meta.label_lower, {})[attname] = keys
                model._base_manager.filter(pk__in=keys).update(**{attname: kept.pk})
    _follow(journal, kept, gone)


def _follow(journal: Journal, kept: Customer, gone: Customer) -> None:
    """What names the customer without a foreign key: duties, revisions, links of the timeline."""
    for duty in Obligation.objects.filter(customer_ref=gone.pk).order_by("pk"):
        journal.change(duty, "customer_ref", kept.pk)
        journal.change(duty, "customer_name", kept.name)
    target = timeline.source_of(gone)
    for revision in CustomerViewRevision.objects.filter(target=target).order_by("pk"):
        journal.change(revision, "target", timeline.source_of(kept))
    old, new = gone.get_absolute_url(), kept.get_absolute_url()
    for entry in TimelineEntry.objects.filter(customer=kept, path__startswith=old).order_by("pk"):
        journal.change(entry, "path", new + entry.path[len(old) :])


def _fill(journal: Journal, kept: Customer, values: dict, by) -> dict:
    """Write the merged fields; {attname: [old, new]} as frozen."""
    before = freeze(kept)["values"]
    last = CustomerViewRevision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = revisions.differences(kept, values)
    for name, value in values.items():
        setattr(kept, name, value)
    if "name" in values:
        kept.name_pinyin, kept.name_initials = pinyin.keys(kept.name)
    after = freeze(kept)["values"]
    changed = {name: [before[name], after[name]] for name in after if after[name] != before[name]}
    if changed:
        columns = {name: getattr(kept, name) for name in changed}
        Customer.objects.filter(pk=kept.pk).update(**columns, updated_at=timezone.now())
        revisions.revise(customer=kept, section="file", row=kept, found=found, by=by, reason=REASON)
    new = CustomerViewRevision.objects.filter(customer=kept, pk__gt=last, reason=REASON)
    journal.revisions = list(new.order_by("pk").values_list("pk", flat=True))
    return changed


def _tell(record: CustomerMerge, kept: Customer, by) -> None:
    kept.refresh_from_db()
    index_customer(kept)
    quality.refresh([kept.pk])
    timeline.note(
        customer=kept,
        kind=timeline.Kind.CHANGE,
        title=f"并入客户「{record.gone_name}」（{record.gone_code}）",
        path=kept.get_absolute_url(),
        actor=by,
        source=timeline.source_of(record),
    )
    moved.announce(kept, by=by)
    changes = {"并入客户": [f"{record.gone_name}（{record.gone_code}）", str(kept)]}
    audit.record(verb="customer.merged", target=kept, by=by, changes=changes)


@transaction.atomic
def undo_merge(*, merge: CustomerMerge, by) -> Customer:
    """Both customers as they were; returns the one that comes back. The newest merge goes first.

    What was entered since then stays with the kept customer; a field that was edited since stays
    edited. Whose manager has left goes to that of the kept customer. AccountError when the merge
    is undone already or something new stands in the way.
    """
    rows = CustomerMerge.objects.select_for_update().filter(pk=merge.pk, undone_at=None)
    if not rows.exists():
        raise AccountError("这次合并已经撤销。")
    kept = Customer.objects.select_for_update(of=("self",)).get(pk=merge.kept_id)
    if CustomerMerge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk).exists():
        raise AccountError("该客户后来又并入了别的客户，请先撤销最近的一次合并。")
    try:
        with transaction.atomic():
            back = _play_back(merge, kept)
            connection.check_constraints()  # a foreign key is otherwise judged at the commit
    except IntegrityError as error:
        raise AccountError(OCCUPIED) from error
    rows.update(undone_at=timezone.now(), undone_by=by)
    _tell_undone(merge, kept, back, by)
    if not back.manager.is_active:  # left since: nothing stays without a living owner
        assign_manager(customer=back, to=kept.manager, by=by, reason=MANAGER_LEFT)
    return back


def _play_back(merge: CustomerMerge, kept: Customer) -> Customer:
    journal = Journal(**merge.moved)
    timeline.forget(customer=kept, source=timeline.source_of(merge))
    CustomerViewRevision.objects.filter(pk__in=journal.revisions, customer=kept).delete()
    _give_back_fields(kept, merge.overwritten)
    back = thaw(merge.gone)
    for label, columns in journal.moved.items():
        for attname, keys in columns.items():
            rows = apps.get_model(label)._base_manager.filter(pk__in=keys, **{attname: kept.pk})
            rows.update(**{attname: back.pk})
    for copy in journal.dropped:
        thaw(copy)
    for label, pk, attname, old in reversed(journal.set):
        apps.get_model(label)._base_manager.filter(pk=pk).update(**{attname: old})
    return back


def _give_back_fields(kept: Customer, overwritten: dict) -> None:
    now = freeze(kept)["values"]
    untouched = {name: old for name, (old, new) in overwritten.items() if now[name] == new}
    if untouched:
        meta = Customer._meta
        columns = {name: meta.get_field(name).to_python(old) for name, old in untouched.items()}
        Customer.objects.filter(pk=kept.pk).update(**columns, updated_at=timezone.now())


def _tell_undone(merge: CustomerMerge, kept: Customer, back: Customer, by) -> None:
    back.refresh_from_db()
    kept.refresh_from_db()
    for customer in (kept, back):
        index_customer(customer)
        moved.announce(customer, by=by)
    quality.refresh([kept.pk, back.pk])
    changes = {"并入客户": [str(kept), f"{back.name}（{back.code}）"]}
    audit.record(verb="customer.unmerged", target=kept, by=by, changes=changes)
