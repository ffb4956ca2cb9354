"""What happens inside the product's database in a fault test. Runs in forked children."""

import uuid
from collections import Counter
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F

from core import clock
from core.models import Parameter
from reminders.actions import sweeping
from reminders.actions.materialising import materialise_chunk
from reminders.actions.packing import pack_some
from reminders.actions.rulebook import read_rulebook
from reminders.models import (
    Channel,
    ChannelState,
    Delivery,
    DutyKind,
    Obligation,
    Reminder,
    SweepRun,
)
from staff.models import Branch, Department, User


def sweep(arguments):
    call_command("sweep", *arguments)


def sweep_once():
    """One sweep as beat would start it: {"sent": …, "errors": …}."""
    run = sweeping.sweep()
    return {"sent": run.sent, "errors": run.errors}


def prepare(people=20, digest_over=1_000_000, with_head=False):
    """Users, and reminders at any hour of any day: the tests run when they run."""
    for key, value in {
        "quiet_from": "00:00",
        "quiet_until": "00:00",
        "quiet_on_rest_days": "false",
        "digest_over": str(digest_over),
    }.items():
        Parameter.objects.filter(key=key).update(value=value)
    branch = Branch.objects.create(
        code="F", name="测试分公司", letter_name="测试", letter_prefix="测"
    )
    office = Department.objects.create(branch=branch, code="D", name="一部", path="/D/")
    User.objects.bulk_create(
        User(
            username=f"f{n}",
            name=f"经理{n}",
            role="account_manager",
            branch=branch,
            department=office,
            email=f"f{n}@example.com",
            password="!",
        )
        for n in range(people)
    )
    if with_head:
        User.objects.create(
            username="head",
            name="部门经理",
            role="dept_head",
            branch=branch,
            department=office,
            email="head@example.com",
        )


def seed(count, hours_ago=1.0, spread_seconds=0.0, kind=DutyKind.LETTER_REPLY, due_in_hours=48):
    """`count` duties, their first stage come `hours_ago`, or coming over `spread_seconds`."""
    people = list(User.objects.filter(username__startswith="f").order_by("pk"))
    subject = ContentType.objects.get_for_model(Branch)
    first = Obligation.objects.count()
    start = clock.now() - timedelta(hours=hours_ago)
    step = timedelta(seconds=spread_seconds / count)
    Obligation.objects.bulk_create(
        [
            _duty(first + n, people[n % len(people)], start + step * n, due_in_hours, kind, subject)
            for n in range(count)
        ],
        batch_size=1000,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE reminders_obligation")


def _duty(number, owner, start, due_in_hours, kind, subject):
    due = start + timedelta(hours=due_in_hours)
    return Obligation(
        kind=kind,
        content_type=subject,
        object_id=number,
        owner=owner,
        title=f"事项 {number}",
        customer_name="某客户",
        path=f"/t/{number}/",
        clock="fixed",
        started_at=start,
        due_at=due,
        original_due_at=due,
        next_look_at=start,
    )


def pack_before_the_stop(hours_ago):
    """Messages as a sweep `hours_ago` left them when everything stopped: packed, and every other
    one in the hands of a worker that is no more. Returns how many."""
    then = clock.now() - timedelta(hours=hours_ago)
    book = read_rulebook()
    materialise_chunk(book, then)
    pack_some(book, Channel.EMAIL, then)
    waiting = list(Delivery.objects.filter(state="pending").order_by("pk"))
    taken = [delivery.pk for delivery in waiting[::2]]
    Delivery.objects.filter(pk__in=taken).update(
        state="sending", token=uuid.uuid4(), lease_until=then, attempts=1
    )
    return len(waiting)


def counts():
    """What waits, and what became of the rest. Read in the order in which rows move on, so that
    nothing slips past between two of these queries."""
    to_look_at = Obligation.objects.to_look_at(clock.now()).count()
    unpacked = Reminder.objects.unpacked().count()
    packed = Delivery.objects.order_by().values_list("state").annotate(Count("pk"))
    states = Counter(dict(packed))
    return {
        "unsent": unpacked + states["pending"] + states["sending"],
        "to_look_at": to_look_at,
        "failed": states["failed"],
        "sent": Reminder.objects.filter(state="sent").count(),
    }


def hurry():
    """Retries and probes that would come within the hour come now: the rows are moved, not time."""
    Delivery.objects.filter(state="pending").update(next_at=F("next_at") - timedelta(hours=2))
    ChannelState.objects.filter(open_until__isnull=False).update(open_until=clock.now())


def channel():
    state = ChannelState.objects.filter(channel="email").first()
    return state and {
        "is_open": state.open_until is not None,
        "errors": state.consecutive_errors,
        "last_error": state.last_error,
    }


def attempts():
    return list(Delivery.objects.order_by("pk").values_list("attempts", flat=True))


def runs():
    return SweepRun.objects.filter(finished_at__isnull=False).count()
