"""What is shown to one who asks, within a limit, and the trail says to whom (R69)."""

from django.core.cache import cache
from django.db import transaction

from accounts.actions.errors import AccountError
from accounts.models import BillingAccount
from core import audit, clock

REVEALS_PER_HOUR = 30
"""Numbers, of telephones and bank accounts together, that one person may see in full within an
hour: enough to work, not to copy."""

HOUR = 3600


@transaction.atomic
def reveal_account(*, account: BillingAccount, by) -> str:
    """The full number, audited without the number. AccountError past the limit of the hour."""
    if not account.bank_account:
        raise AccountError("这个账户还没有登记银行账号。")
    count_reveal(by)
    audit.record(verb="billing_account.revealed", target=account, by=by)
    return account.bank_account


def count_reveal(by) -> None:
    """One more of this hour; AccountError when that is one too many."""
    key = f"reveals:{by.pk}:{clock.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=HOUR)
    count = cache.incr(key)
    cache.touch(key, HOUR)  # the cache on disk would forget it after five minutes
    if count > REVEALS_PER_HOUR:
        raise AccountError(f"一小时内最多查看 {REVEALS_PER_HOUR} 个电话和银行账号，请稍后再试。")
