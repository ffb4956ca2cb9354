"""What was introduced to whom, and the tariffs that may be told (R20, R31)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actions import timeline
from accounts.models import Confidentiality, Contact, Customer
from core import audit, clock
from core.rules import local_date
from opportunities.actions.errors import OpportunityError
from opportunities.models import (
    ActivityTopic,
    MarketingActivity,
    TariffDocument,
    Topic,
)
from staff.models import User

SECRET = (
    "这份资料的密级高于公开，没有批准的披露申请不能向客户出示。请改用公开资料，或先按保密规定申请。"
)
TARIFF = "介绍资费时，请选择当天有效的资费文件。"


def valid_tariffs(day: date) -> QuerySet[TariffDocument]:
    """Tariff documents in force on `day`."""
    found = TariffDocument.objects.filter(valid_from__lte=day)
    return found.filter(Q(valid_to=None) | Q(valid_to__gte=day))


@transaction.atomic
def log_activity(
    *,
    customer: Customer,
    topics: Iterable[str],
    contacts: Iterable[Contact] = (),
    by: User,
    **fields,
) -> MarketingActivity:
    """Write down one activity. `fields`: kind, held_on, materials, confidentiality, tariff,
    response, opportunity, visit_ref. OpportunityError in Chinese (R20, R31)."""
    topics, contacts = list(dict.fromkeys(topics)), list(contacts)
    made = MarketingActivity(customer=customer, created_by=by, **fields)
    _check(made, topics, contacts)
    made.save(force_insert=True)
    made.contacts.set(contacts)
    ActivityTopic.objects.bulk_create(ActivityTopic(activity=made, topic=t) for t in topics)
    audit.record(verb="marketing.logged", target=made, by=by)
    names = "、".join(Topic(topic).label for topic in topics)
    timeline.note(
        customer=customer,
        kind=timeline.Kind.OPPORTUNITY,
        title=f"主动营销：{made.get_kind_display()}",
        detail=names,
        path=made.get_absolute_url(),
        at=clock.now(),
        actor=by,
        source=f"marketing:{made.pk}",
    )
    return made


def _check(made: MarketingActivity, topics: list[str], contacts: list[Contact]) -> None:
    if not topics:
        raise OpportunityError("请至少选择一项介绍的内容。")
    if made.held_on > local_date(clock.now()):
        raise OpportunityError("只登记已经做过的营销活动，日期不能晚于今天。")
    if made.confidentiality != Confidentiality.PUBLIC:
        raise OpportunityError(SECRET)
    if any(contact.customer_id != made.customer_id for contact in contacts):
        raise OpportunityError("参加人必须是这个客户的联系人。")
    if made.opportunity and made.opportunity.customer_id != made.customer_id:
        raise OpportunityError("商机必须属于这个客户。")
    if Topic.TARIFF in topics and made.tariff is None:
        raise OpportunityError(TARIFF)
    if made.tariff and not valid_tariffs(made.held_on).filter(pk=made.tariff.pk).exists():
        raise OpportunityError(f"「{made.tariff}」在 {made.held_on:%Y-%m-%d} 无效。{TARIFF}")


@transaction.atomic
def save_tariff(*, tariff: TariffDocument | None, by: User, **fields) -> TariffDocument:
    """A new tariff document, or another end and name of a known one; its code stays."""
    row = tariff or TariffDocument()
    for name, value in fields.items():
        setattr(row, name, value)
    if row.valid_to and row.valid_to < row.valid_from:
        raise OpportunityError("失效日期不能早于生效日期。")
    if TariffDocument.objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise OpportunityError("这个文号已经登记过。")
    row.save()
    verb = "tariff.changed" if tariff else "tariff.created"
    audit.record(verb=verb, target=row, by=by)
    return row
