"""One action moves a customer with everything below it (R69)."""

import threading

import pytest
from django.db import connection

from accounts.actions.errors import AccountError
from accounts.actions.tree import move_branch
from accounts.models import Customer, CustomerViewRevision, TimelineEntry
from accounts.tests.factories import make_customer
from accounts.tests.trees import make_group, wrong_paths
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def move(customer, parent, seen="now", **more):
    seen = customer.parent_id if seen == "now" else seen
    move_branch(customer=customer, parent=parent, seen_parent=seen, by=customer.manager, **more)


def test_everything_below_comes_along():
    levels = make_group([2, 4, 8], manager=make_user())
    branch = levels[1][0]
    move(branch, levels[1][1])
    assert branch.parent == levels[1][1]
    assert Customer.objects.under(levels[1][1]).count() == 14
    assert wrong_paths() == []


def test_a_move_is_audited_revised_and_told_without_the_others_names():
    customer, parent = make_customer(), make_customer(name="秘密上级")
    move(customer, parent, reason="集团重组")
    event = AuditEvent.objects.get(verb="customer.moved")
    assert event.changes == {"上级客户": ["", "秘密上级"]}
    revision = CustomerViewRevision.objects.get(field="parent")
    entry = TimelineEntry.objects.get(customer=customer)
    assert (revision.old, revision.reason, entry.title) == ("", "集团重组", "调整上级客户")
    assert "秘密上级" not in revision.new + entry.title + entry.detail


def test_below_itself_is_refused_in_words():
    levels = make_group([1, 1], manager=make_user())
    with pytest.raises(AccountError, match="不能移到自己或自己的下级下面"):
        move(levels[0][0], levels[2][0])
    with pytest.raises(AccountError, match="不能移到自己"):
        move(levels[1][0], levels[1][0])


def test_who_saw_another_parent_is_refused():
    levels = make_group([2], manager=make_user())
    with pytest.raises(AccountError, match="已被他人调整"):
        move(levels[1][0], levels[1][1], seen=None)


def test_the_same_parent_again_writes_nothing():
    levels = make_group([1], manager=make_user())
    move(levels[1][0], levels[0][0])
    assert not AuditEvent.objects.filter(verb="customer.moved").exists()


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_cycle_together():
    manager = make_user()
    for turn in range(5):
        pair = [make_customer(manager=manager, code=f"P{turn}{side}") for side in "ab"]
        refusals = _both_at_once(pair)
        assert len(refusals) == 1, refusals
        assert wrong_paths() == []


def _both_at_once(pair):
    start, refusals = threading.Barrier(2), []

    def go(child, parent):
        start.wait()
        try:
            move(Customer.objects.get(pk=child.pk), Customer.objects.get(pk=parent.pk))
        except AccountError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=way) for way in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refusals
