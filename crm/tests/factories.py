"""Duties as the actions leave them, without the letter or visit rules around them."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from reminders.models import Obligation
from visits.tests.factories import make_letter


def make_duty(owner, *, due_at=None, kind="letter_reply", subject=None, **fields):
    """An open duty about a fresh letter of `owner`, due in three days unless said otherwise."""
    subject = subject or make_letter(owner=owner)
    due_at = due_at or timezone.now() + timedelta(days=3)
    return Obligation.objects.create(
        kind=kind,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        owner=owner,
        path=subject.get_absolute_url(),
        clock="fixed",
        started_at=due_at - timedelta(days=4),
        due_at=due_at,
        original_due_at=due_at,
        **{"title": "答复来函《扩容》", "customer_name": subject.customer.name} | fields,
    )
