"""Who owns an opportunity, and how its amount spreads over business lines (R27, R45)."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from accounts.actions.revisions import Difference
from opportunities.actions import telling
from opportunities.actions.errors import OpportunityError
from opportunities.actions.keeping import keep_changes
from opportunities.models import Opportunity, OpportunityLine
from staff.models import User


@transaction.atomic
def set_lines(*, opportunity: Opportunity, lines: list[Mapping], by: User) -> None:
    """Replace the lines: [{"business_line", "amount"}] in 元; none, or together the amount."""
    stored = _open_row(opportunity)
    total = sum((one["amount"] for one in lines), Decimal(0))
    whole = stored.one_off_amount + stored.annual_amount
    if lines and total != whole:
        raise OpportunityError(f"各业务合计 {total:,.2f} 元，与商机金额 {whole:,.2f} 元不符。")
    if len({one["business_line"] for one in lines}) < len(lines):
        raise OpportunityError("每种业务只填一行。")
    made = [OpportunityLine(opportunity=stored, **one) for one in lines]
    old, new = _text(stored.lines.all()), _text(made)
    if old == new:
        return
    stored.lines.all().delete()
    OpportunityLine.objects.bulk_create(made)
    stored.save(update_fields=["updated_at"])
    keep_changes(stored, [Difference("lines", "业务分解", old, new)], by=by)


@transaction.atomic
def change_owner(*, opportunity: Opportunity, to: User, reason: str, by: User) -> None:
    """Another account manager answers for it; who did so before stays in the history."""
    stored = _open_row(opportunity)
    if not reason.strip():
        raise OpportunityError("请写明更换负责人的原因。")
    if to.pk == stored.owner_id:
        raise OpportunityError(f"{to.name} 已经是负责人。")
    old, stored.owner = str(stored.owner), to
    stored.save(update_fields=["owner", "updated_at"])
    keep_changes(stored, [Difference("owner", "负责人", old, f"{to}（{reason}）")], by=by)
    telling.tell(stored, by=by)


def _text(lines) -> str:
    return "、".join(f"{one.get_business_line_display()} {one.amount:,.2f} 元" for one in lines)


def _open_row(opportunity: Opportunity) -> Opportunity:
    rows = Opportunity.objects.select_for_update(of=("self",)).select_related("customer", "owner")
    stored = rows.get(pk=opportunity.pk)
    if stored.stage in Opportunity.ENDED:
        raise OpportunityError("已经结束的商机不能再修改。")
    return stored
