"""What lies encrypted is shown to one who asks, and the trail says to whom (R69)."""

from django.db import transaction

from accounts.actions.errors import AccountError
from accounts.models import BillingAccount
from core import audit


@transaction.atomic
def reveal_account(*, account: BillingAccount, by) -> str:
    """The full number of the bank account; audited without the number."""
    if not account.bank_account:
        raise AccountError("这个账户还没有登记银行账号。")
    audit.record(verb="billing_account.revealed", target=account, by=by)
    return account.bank_account
