"""The setting of the 48 hours (D4) counts for letters that begin after it was changed."""

import pytest

from core.models import Parameter
from reminders.models import Obligation
from visits.tests.letter_factories import make_thank_you, shanghai

pytestmark = pytest.mark.django_db
FRIDAY = shanghai(2026, 11, 20, 16, 30)


def test_a_duty_keeps_the_clock_that_it_began_with():
    Parameter.objects.filter(key="thank_you_clock").update(value="working")
    make_thank_you(ended_at=FRIDAY)
    Parameter.objects.filter(key="thank_you_clock").update(value="calendar")
    duty = Obligation.objects.get(kind="thank_you_letter")
    assert (duty.clock, duty.amount, duty.due_at) == ("working_days", 2, shanghai(2026, 11, 24, 18))
