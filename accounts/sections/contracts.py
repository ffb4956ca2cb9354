"""合同与续约: contracts, renewals, agreements (R21, R49)."""

from django.utils import timezone

from accounts.reports.contracts import contracts
from accounts.sections.registry import ORDINARY, Section


def running(customer, user, request) -> dict:
    today = timezone.localdate()
    return {
        "today": today,
        "contracts": contracts(customer, today),
        "agreements": customer.agreements.order_by("-signed_on", "pk"),
    }


SECTIONS = (Section("contracts", "合同与续约", "bi-file-earmark-text", running, ORDINARY),)
