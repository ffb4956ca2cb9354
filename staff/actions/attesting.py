"""真实性承诺: the submitter answers for the truth of what was submitted (R25)."""

from django.db.models import Model

from core import audit, clock
from staff.models import Attestation, User

DECLARATION = "我对所填内容的真实性、有效性负责"
"""The words that stand beside the tick or at the button (R25)."""


def attest(
    *,
    by: User,
    target: Model,
    revision: int = 1,
    text: str = DECLARATION,
    address: str | None = None,
    at=None,
) -> Attestation:
    """Keep that `by` answers for `revision` of `target`. Once: the first one stands.

    Call it in the transaction that stores the submitted version. `address` is what
    `staff.addresses.address_of` says of the request; None for what did not come by the web.
    """
    attestation, is_new = Attestation.objects.get_or_create(
        target_type=target._meta.label_lower,
        target_id=target.pk,
        revision=revision,
        user=by,
        defaults={"text": text, "at": at or clock.now(), "address": address},
    )
    if is_new:
        changes = {"revision": ["", str(revision)], "text": ["", text]}
        audit.record(verb="attestation.given", target=target, by=by, changes=changes)
    return attestation
