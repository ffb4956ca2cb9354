"""The claim is a compare-and-set: whoever reads the same keys, one wins."""

from datetime import timedelta

import pytest

from reminders.actions.delivering import candidates, claim, mark_sent
from reminders.models import Channel, Delivery
from reminders.tests.factories import MONDAY_9, make_delivery

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=120)


def test_two_workers_that_saw_the_same_rows_do_not_both_win():
    make_delivery()
    seen = candidates(Channel.EMAIL, MONDAY_9)
    assert claim(seen, MONDAY_9, LEASE)
    assert claim(seen, MONDAY_9, LEASE) is None
    assert Delivery.objects.get().attempts == 1


def test_a_lease_that_ran_out_may_be_claimed_again():
    make_delivery()
    seen = candidates(Channel.EMAIL, MONDAY_9)
    first = claim(seen, MONDAY_9, LEASE)
    second = claim(seen, MONDAY_9 + LEASE + timedelta(seconds=1), LEASE)
    assert second and second != first


def test_nothing_is_claimed_before_its_time():
    make_delivery(next_at=MONDAY_9 + timedelta(minutes=1))
    assert candidates(Channel.EMAIL, MONDAY_9) == []


def test_a_worker_that_lost_its_lease_cannot_mark():
    make_delivery()
    seen = candidates(Channel.EMAIL, MONDAY_9)
    claim(seen, MONDAY_9, LEASE)
    stale = Delivery.objects.get()
    claim(seen, MONDAY_9 + LEASE * 2, LEASE)
    assert mark_sent(stale, list(stale.reminders.all())) is False
    assert Delivery.objects.get().state == "sending"
