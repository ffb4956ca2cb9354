"""A form that is sent twice is done once: the second arrival is led to the first result.

    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        visit = actions.plan_visit(by=request.user, **form.cleaned_data)
        return redirect(first.remember(visit.get_absolute_url()))

The claim of the key is part of the transaction of the action. A parallel second request waits for
the first (unique index on PostgreSQL, the write lock on SQLite) and then reads its result; when the
first one fails, its claim is rolled back with it and the second may do the work. A later replay
does not even reach the view: core.middleware.OnceMiddleware leads it to the result.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core.models import Submission

FIELD = "submission_key"


@dataclass
class Guard:
    """`result_url` is empty for the first arrival; `remember` stores where later ones are led."""

    request: object
    result_url: str

    def remember(self, url: str) -> str:
        return remember(self.request, url)


@contextmanager
def guard(request) -> Iterator[Guard]:
    """One transaction around the action, with the key of the form claimed inside it."""
    with transaction.atomic():
        yield Guard(request, first_result(request) or "")


def first_result(request) -> str | None:
    """The URL that the first arrival led to, or None for the first. Call inside a transaction."""
    key = _key(request)
    if key is None:
        return None
    row, is_new = Submission.objects.get_or_create(user=request.user, key=key)
    if is_new:
        return None
    # A row without result: the first arrival was refused. The lock lets only one try again.
    return Submission.objects.select_for_update().get(pk=row.pk).result_url or None


def known_result(request) -> str:
    """The stored result of the key that `request` carries; empty when there is none (yet)."""
    key = _key(request)
    if key is None or not request.user.is_authenticated:
        return ""
    found = Submission.objects.filter(user=request.user, key=key).values_list(
        "result_url", flat=True
    )
    return found.first() or ""


def remember(request, url: str) -> str:
    """Store the result of the claimed key; returns `url`. No key in the form: nothing to store."""
    key = _key(request)
    if key is not None:
        Submission.objects.filter(user=request.user, key=key).update(result_url=url)
    return url


def _key(request) -> UUID | None:
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
