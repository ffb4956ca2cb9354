"""How far each role may promise (R14). Each change keeps its old and new value in the trail."""

from django.db import transaction

from core import audit
from staff.actions.errors import StaffError
from staff.models import AuthorityLimit

FIGURES = ("max_discount_pct", "max_amount", "max_term_months", "is_free")


@transaction.atomic
def edit_limit(*, limit: AuthorityLimit, by, **values) -> None:
    """`limit` as the page showed it: a change made meanwhile is not overwritten."""
    seen = {name: getattr(limit, name) for name in FIGURES}
    wanted = {name: value for name, value in values.items() if name in FIGURES}
    if not AuthorityLimit.objects.filter(pk=limit.pk, **seen).update(**wanted):
        raise StaffError("这项授权刚被别人修改过，请刷新后重试。")
    changes = {n: [_plain(seen[n]), _plain(v)] for n, v in wanted.items() if seen[n] != v}
    if changes:
        audit.record(verb="authority.edited", target=limit, by=by, changes=changes)
    limit.refresh_from_db()


def _plain(value):
    return value if value is None or isinstance(value, bool | int) else str(value)
