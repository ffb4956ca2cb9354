"""The weekly file of a branch or department: every Monday 07:30, caught up, or asked for (§B.13).

The row is the job; whoever holds its lease works on it (ADR 0006). The file is written under a name
of its own and hangs on the row in one transaction, so that nobody ever sees half of one. A message
to a worker is only a hint: the sweep sends a lost one again.
"""

import hashlib
import logging
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from celery import current_app
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from accounts.models import Customer
from core import audit, clock
from core.pdf import PdfError
from core.rules import local_date
from planning import export_rules as rules
from planning.actions.errors import PlanError
from planning.models import ExportNotice, MarketingPlan, PlanExport
from staff.models import Branch, Department, User

logger = logging.getLogger(__name__)

State, Why = PlanExport.State, PlanExport.Why
TASK = "planning.run_export"
STEPS = ("等待处理", "收集数据", "排版", "保存文件", "完成")
LEASE = timedelta(minutes=3)
STUCK_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 6
FOLDER = "weekly"
LEFT_OVER_AFTER = timedelta(hours=1)
TOO_OFTEN = "多次未能完成，请重新生成或联系管理员。"


@dataclass(frozen=True)
class Made:
    """`figures` is what next week's file compares with."""

    content: bytes
    pages: int
    figures: dict


class Lost(Exception):
    """Another worker holds the row now; this one leaves no trace."""


# --- the clock and people -------------------------------------------------------------------------
def open_week(*, now: datetime) -> int:
    """The rows that this week's Monday asks for and that are not there yet; how many were made.

    Safe to repeat and to overlap: the database takes one a scope and Monday.
    """
    monday = rules.due_monday(now)
    if monday is None:
        return 0
    why = Why.BEAT if rules.is_punctual(monday, now) else Why.CATCH_UP
    rows = PlanExport.objects.filter(monday=monday).exclude(why=Why.ON_DEMAND)
    there = set(rows.values_list("branch", "department"))
    made = 0
    for branch, department in scopes():
        if (branch.pk, department and department.pk) not in there:
            made += _open(branch, department, monday, why)
    return made


def _open(branch, department, monday, why) -> bool:
    try:
        with transaction.atomic():
            _insert(branch, department, monday, why, None)
    except IntegrityError:  # another clock was faster
        return False
    return True


def scopes() -> Iterator[tuple[Branch, Department | None]]:
    """Branches that plan, and their departments with customers. Two queries."""
    planning = MarketingPlan.objects.order_by().values("branch")
    customers = Customer.objects.order_by().filter(department=OuterRef("pk"))
    below: dict[int, list[Department]] = {}
    for department in Department.objects.filter(Exists(customers), branch__in=planning):
        below.setdefault(department.branch_id, []).append(department)
    for branch in Branch.objects.filter(pk__in=planning).order_by("pk"):
        yield branch, None
        yield from ((branch, department) for department in below.get(branch.pk, ()))


@transaction.atomic
def request_export(*, branch: Branch, department: Department | None, by: User) -> PlanExport:
    """A new version of this week's file; one that is being made already is joined."""
    monday = rules.monday_of(local_date(clock.now()))
    running = PlanExport.objects.of(branch, department).filter(monday=monday, state=State.WAITING)
    export = running.order_by("version").first()
    if export is None:
        try:
            with transaction.atomic():
                export = _insert(branch, department, monday, Why.ON_DEMAND, by)
        except IntegrityError as error:
            raise PlanError("有人同时在生成这份周报，请刷新后查看。") from error
        audit.record(verb="weekly_export.requested", target=export, by=by)
    return export


def _insert(branch, department, monday, why, by) -> PlanExport:
    former = PlanExport.objects.of(branch, department).filter(monday=monday)
    last = former.aggregate(last=Max("version"))["last"] or 0
    scope = PlanExport.Scope.DEPARTMENT if department else PlanExport.Scope.BRANCH
    export = PlanExport.objects.create(
        scope=scope, branch=branch, department=department, monday=monday, version=last + 1,
        why=why, requested_by=by, sent_at=clock.now(),
    )  # fmt: skip
    _send_after_commit(export.pk)
    return export


# --- the worker -----------------------------------------------------------------------------------
def work(*, pk: int, make: Callable[[PlanExport, Callable[[int], None]], Made]) -> bool:
    """Take the row and make its file: `make(export, step)` tells which of STEPS it is at.

    False when it is not to be made, or somebody else does. A later run begins anew.
    """
    export = _take(pk)
    if export is None:
        return False
    try:
        made = make(export, partial(_step, export))
        _step(export, 3)
        _finish(export, made)
    except Lost:
        return False
    except PdfError as error:  # it would fail again
        _keep(export, state=State.FAILED, failure=str(error)[:200])
        return False
    except Exception:
        logger.exception("weekly export %s", pk)
        _give_back(export)
        return False
    return True


def _take(pk: int) -> PlanExport | None:
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    mine = PlanExport.objects.filter(free, pk=pk, state=State.WAITING)
    if not mine.update(lease_until=now + LEASE, attempts=F("attempts") + 1, done=1):
        return None
    export = PlanExport.objects.select_related("branch", "department", "requested_by").get(pk=pk)
    if export.attempts > MOST_ATTEMPTS:
        _keep(export, state=State.FAILED, failure=TOO_OFTEN)
        return None
    return export


def _step(export: PlanExport, number: int) -> None:
    if not _keep(export, done=number):
        raise Lost


def _keep(export: PlanExport, **values) -> bool:
    """Write `values` and prolong the lease; False when it went to somebody else."""
    mark = clock.now() + LEASE
    mine = PlanExport.objects.filter(
        pk=export.pk, state=State.WAITING, attempts=export.attempts, lease_until=export.lease_until
    )
    is_mine = bool(mine.update(lease_until=mark, **values))
    export.lease_until = mark
    return is_mine


def _give_back(export: PlanExport) -> None:
    """The sweep tries again in a minute: a database that was away comes back."""
    mine = PlanExport.objects.filter(pk=export.pk, state=State.WAITING, attempts=export.attempts)
    mine.update(lease_until=None, sent_at=clock.now(), done=0)


def _finish(export: PlanExport, made: Made) -> None:
    """File, notices and trace belong together; the file of who lost the lease goes again.

    After any other error only the database knows whether the row names the file: the sweep asks it.
    """
    name = _write(made.content)
    try:
        with transaction.atomic():
            is_mine = _keep(
                export, state=State.DONE, done=len(STEPS) - 1, file=name, pages=made.pages,
                size=len(made.content), sha256=hashlib.sha256(made.content).hexdigest(),
                figures=made.figures, finished_at=clock.now(),
            )  # fmt: skip
            if not is_mine:
                raise Lost
            told = [user for user in recipients(export) if user.pk != export.requested_by_id]
            notices = [ExportNotice(export=export, recipient=user) for user in told]
            ExportNotice.objects.bulk_create(notices)
            trace = {"页数": ["", str(made.pages)], "通知": ["", str(len(told))]}
            audit.record(
                verb="weekly_export.made", target=export, by=export.requested_by, changes=trace
            )
    except Lost:
        default_storage.delete(name)
        raise


def _write(content: bytes) -> str:
    """The name of a whole file on the disk: written aside, forced out, then renamed."""
    name = f"{FOLDER}/{uuid.uuid4().hex}.pdf"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with open(aside, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    return name


def recipients(export: PlanExport) -> list[User]:
    """The heads of the department (of the nearest one above that has any), or the directors; who
    is absent is represented (D16)."""
    people = User.objects.active().filter(branch=export.branch_id)
    if export.department is None:
        chosen = list(people.filter(role=User.Role.BRANCH_DIRECTOR).order_by("pk"))
    else:
        chosen = _heads_of(export.department, people)
    today = local_date(clock.now())
    found = {user.pk: user for person in chosen if (user := person.stand_in(today))}
    return list(found.values())


def _heads_of(department: Department, people) -> list[User]:
    heads = people.filter(role=User.Role.DEPT_HEAD, department__isnull=False)
    above = [
        head
        for head in heads.select_related("department").order_by("pk")
        if department.path.startswith(head.department.path)
    ]
    nearest = max((len(head.department.path) for head in above), default=0)
    return [head for head in above if len(head.department.path) == nearest]


# --- the sweep ------------------------------------------------------------------------------------
def resend_stuck(*, now: datetime) -> int:
    """A new message for rows that wait too long or whose worker is gone. Safe to repeat."""
    keys = list(PlanExport.objects.stuck(now, now - STUCK_AFTER).values_list("pk", flat=True))
    PlanExport.objects.filter(pk__in=keys).update(sent_at=now)
    for pk in keys:
        _send_after_commit(pk)
    return len(keys)


def clear_left_over(*, now: datetime) -> int:
    """Files that a killed worker wrote and that hang on no row; how many went."""
    folder = Path(default_storage.path(FOLDER))
    oldest = (now - LEFT_OVER_AFTER).timestamp()
    paths = [p for p in folder.glob("*.*") if p.stat().st_mtime < oldest] if folder.is_dir() else []
    names = {f"{FOLDER}/{path.name}": path for path in paths}
    kept = set(PlanExport.objects.filter(file__in=list(names)).values_list("file", flat=True))
    gone = [path for name, path in names.items() if name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def note_download(*, export: PlanExport, by: User) -> None:
    """Who took which version out of the house."""
    audit.record(
        verb="weekly_export.exported", target=export, by=by, changes={"密级": ["", "内部"]}
    )


def note_plan_export(*, version, by: User, kind: str, level: str) -> None:
    """Who took which version of a plan out of the house, as what."""
    changes = {"版本": ["", str(version.number)], "格式": ["", kind], "密级": ["", level]}
    audit.record(verb="plan.exported", target=version.plan, by=by, changes=changes)


def _send_after_commit(pk: int) -> None:
    # By name, as tasks stand above actions. A broker that is down costs a minute, not the file.
    send = partial(current_app.send_task, TASK, args=[pk], ignore_result=True, retry=False)
    transaction.on_commit(send, robust=True)
