"""A customer has another department or industry: whatever follows it is told in the transaction."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.actions.revisions import Difference
from accounts.models import Customer

FOLLOWED = ("department", "industry")


def announce(customer: Customer, *, by) -> None:
    """Plans stand above accounts, so they are known by name only (settings.CUSTOMER_MOVED)."""
    import_string(settings.CUSTOMER_MOVED)(customer=customer, by=by)


def announce_differences(customer: Customer, found: Iterable[Difference], *, by) -> None:
    """The same where one of `found` is something that is followed."""
    if any(one.field in FOLLOWED for one in found):
        announce(customer, by=by)
