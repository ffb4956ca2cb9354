"""Opening a service in an area: every watcher's manager has a duty of one working day (R15)."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import Customer, TimelineEntry
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from crm.actions.handover import reassign_customer
from reminders.models import LadderStage, Obligation
from service.actions import launching, watching
from service.actions.errors import ServiceError
from service.models import Availability, LaunchNotice, ServiceWatch
from service.tests.factories import make_area, make_item, make_watch
from service.watch_rules import place_of
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=SHANGHAI)


def change(area, state="available", *, seen=None, by=None, at=None):
    return launching.set_availability(
        availability=area,
        seen=seen or Availability.objects.get(pk=area.pk).state,
        state=state,
        expected_on=None,
        by=by or make_user("sysadmin"),
        at=at,
    )


def duties():
    return Obligation.objects.filter(kind="service_launch_notice")


def test_w1_of_the_specification():
    manager = make_user()
    customer = make_customer(manager=manager, code="C0018", region="嵊州")
    area = make_area(make_item(branch=manager.branch, name="万兆光网"), "嵊州")
    watch = make_watch(customer=customer, area=area, alternatives="千兆聚合")
    assert change(area, at=TUESDAY) == 1
    duty, due = duties().get(), datetime(2026, 12, 2, 18, 0, tzinfo=SHANGHAI)
    assert (duty.owner, duty.customer_ref, duty.due_at) == (manager, customer.pk, due)
    assert (duty.title, duty.path) == ("告知业务开办：万兆光网（嵊州）", watch.get_absolute_url())
    watch.refresh_from_db()
    assert (watch.state, watch.launched_at) == ("available", TUESDAY)
    assert TimelineEntry.objects.filter(title="已开办：万兆光网（嵊州）").exists()


def test_the_ladder_says_it_at_once_on_the_morning_and_when_late():
    rows = LadderStage.objects.filter(kind="service_launch_notice").order_by("pk")
    said = [(row.code, row.anchor, row.audiences) for row in rows]
    assert said == [
        ("launched", "start", ["owner"]),
        ("day_morning", "due", ["owner"]),
        ("overdue", "due", ["owner", "dept_head"]),
    ]


def test_the_manager_of_that_moment_has_the_duty():
    watch, to = make_watch(), make_user()
    Customer.objects.filter(pk=watch.customer_id).update(manager=to)
    change(watch.availability)
    assert duties().get().owner == to


def test_watchers_of_other_areas_and_those_who_ended_are_left_alone():
    item = make_item()
    here, there = make_area(item, "嵊州"), make_area(item, "新昌")
    make_watch(area=there)
    gone = make_watch(area=here)
    watching.end_watch(watch=gone, state="cancelled", reason="登记错了", by=gone.registered_by)
    assert change(here) == 0 and not duties().exists()


def test_whoever_saw_an_old_state_is_refused_and_nothing_happens_twice():
    watch = make_watch()
    assert change(watch.availability, seen="not_launched") == 1
    with pytest.raises(ServiceError):
        change(watch.availability, seen="not_launched")
    assert duties().count() == 1


def test_opened_withdrawn_and_opened_again_owes_one_new_notice():
    watch = make_watch()
    area = watch.availability
    change(area)
    assert change(area, "not_launched") == 1
    watch.refresh_from_db()
    assert (watch.state, duties().get().state) == ("watching", "cancelled")
    change(area)
    assert sorted(duties().values_list("state", flat=True)) == ["cancelled", "open"]
    assert LaunchNotice.objects.filter(watch=watch).count() == 2


def test_who_was_told_is_not_told_again_after_a_withdrawal():
    watch = make_watch()
    area = watch.availability
    change(area)
    watch.refresh_from_db()
    watching.tell_customer(
        watch=watch, how="电话告知王主任", at=timezone.now(), by=watch.registered_by
    )
    change(area, "resource_shortage")
    change(area)
    watch.refresh_from_db()
    assert watch.state == "notified"
    assert duties().get().state == "done"


def test_a_new_manager_takes_the_duty_over():
    watch = make_watch()
    change(watch.availability)
    to = make_user()
    reassign_customer(customer=watch.customer, to=to, by=make_user("dept_head"), reason="调整")
    assert duties().get().owner == to


def test_what_dies_in_the_middle_leaves_nothing_and_can_be_done_again(monkeypatch):
    watches = [make_watch()]
    area = watches[0].availability
    watches += [make_watch(area=area), make_watch(area=area)]
    real, told = launching._owe_notice, []

    def dies(watch, by):
        told.append(watch)
        if len(told) == 2:
            raise KeyboardInterrupt
        real(watch, by)

    monkeypatch.setattr(launching, "_owe_notice", dies)
    with pytest.raises(KeyboardInterrupt):
        change(area)
    area.refresh_from_db()
    assert (area.state, duties().count()) == ("not_launched", 0)
    assert ServiceWatch.objects.watching().count() == 3
    monkeypatch.undo()
    assert change(area) == 3 and duties().count() == 3


@pytest.mark.parametrize(
    ("known", "typed"), [("嵊州", "嵊州市"), ("柯桥区", "柯桥"), ("新昌县", " 新昌 县")]
)
def test_a_place_is_the_same_however_it_is_written(known, typed):
    item = make_item()
    area = make_area(item, known)
    watch = make_watch(area=Availability(item=item, area=typed))
    assert watch.availability == area and Availability.objects.count() == 1


def test_who_waits_in_an_old_row_of_the_same_place_is_told_too():
    item = make_item()
    old, area = make_area(item, "嵊州市"), make_area(item, "嵊州")
    watch = make_watch(area=old)
    launching.set_availability(
        availability=area, seen="not_launched", state="available", expected_on=None,
        by=make_user("sysadmin"),
    )  # fmt: skip
    watch.refresh_from_db()
    assert watch.state == "available" and watch.notices.count() == 1
    with pytest.raises(ServiceError, match="已经开办"):
        make_watch(area=old)


def test_another_place_is_not_the_same():
    item = make_item()
    make_watch(area=make_area(item, "嵊州"))
    assert make_watch(area=make_area(item, "嵊泗")).availability.area == "嵊泗"
    assert place_of("区县") == "区县"
