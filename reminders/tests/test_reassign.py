"""A duty changes hands: the old owner hears no more, everybody else still hears everything."""

from datetime import timedelta

import pytest

from reminders.actions import reassign_duties
from reminders.actions.materialising import materialise_chunk
from reminders.actions.rulebook import read_rulebook
from reminders.models import Obligation, Reminder
from reminders.tests.factories import MONDAY_9, make_duty
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
OVERDUE = MONDAY_9 + timedelta(hours=49)


def test_a_superior_who_was_waiting_for_the_message_still_gets_it():
    head = make_user("dept_head")
    duty = make_duty(owner=make_user(department=head.department))
    new = make_user(department=head.department)
    materialise_chunk(read_rulebook(), OVERDUE)

    duties = Obligation.objects.filter(pk=duty.pk)
    reassign_duties(duties=duties, to=new, by=head, reason="分工调整")
    materialise_chunk(read_rulebook(), OVERDUE)

    told = Reminder.objects.pending().values_list("recipient", flat=True)
    assert set(told) == {head.pk, new.pk}
