import pytest

from core.models import Parameter
from reminders.actions.packing import pack_some
from reminders.actions.rulebook import read_rulebook
from reminders.models import Channel, Delivery, Reminder
from reminders.tests.factories import MONDAY_9, make_duty, make_reminder
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def pack():
    return pack_some(read_rulebook(), Channel.EMAIL, MONDAY_9)


def waiting(person, count):
    for _ in range(count):
        make_reminder(make_duty(owner=person))


def test_up_to_the_limit_each_reminder_is_a_message():
    waiting(make_user(), 5)
    assert pack() == 5
    assert pack() == 0
    assert Reminder.objects.unpacked().count() == 0


def test_more_than_the_limit_is_one_digest():
    waiting(make_user(), 6)
    assert pack() == 1
    assert Delivery.objects.get().reminders.count() == 6


def test_each_person_has_messages_of_their_own():
    waiting(make_user(), 6)
    waiting(make_user(), 1)
    assert pack() == 2


def test_the_limit_is_a_parameter():
    Parameter.objects.filter(key="digest_over").update(value="1")
    waiting(make_user(), 2)
    assert pack() == 1


def test_every_message_has_a_message_id_of_its_own():
    waiting(make_user(), 5)
    pack()
    ids = set(Delivery.objects.values_list("message_id", flat=True))
    assert len(ids) == 5
    assert all(text.startswith("<duty.") and text.endswith(">") for text in ids)
