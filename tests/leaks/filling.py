"""A row in every table that can hang on a customer, with a mark in every text of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.utils import timezone

from accounts.actions.merge_parts import DERIVED, children_of
from accounts.models import (
    BillLine,
    Contact,
    Customer,
    CustomerAssignment,
    CustomerMerge,
    MonthlyBill,
    RecentCustomer,
    RelationshipTie,
)
from accounts.tests.factories import make_customer
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits.models import (
    Commitment,
    InboundLetter,
    LetterReply,
    ThankYouLetter,
    Visit,
    VisitKeyPoint,
    VisitParticipant,
    VisitRecord,
)

NOT_FILLED = (*DERIVED, Customer, CustomerAssignment, CustomerMerge, RecentCustomer)
BELOW = {
    MonthlyBill: (BillLine,),
    Contact: (RelationshipTie,),
    Visit: (VisitKeyPoint, VisitRecord, ThankYouLetter, VisitParticipant),
    InboundLetter: (LetterReply,),
}
NUMBER = Decimal("7391.55")
DAY = date(2026, 3, 1)


def fill(customer: Customer, mark: str, pk: int | None = None) -> dict[type, models.Model]:
    """One row of every kind for `customer`; {model: row}. `mark` begins every free text.

    With `pk` every row has that key: one number then opens every page of this customer.
    """
    made: dict[type, models.Model] = {Customer: customer, User: customer.manager}
    relations = [r for r in children_of(Customer) if r.related_model not in NOT_FILLED]
    # Contacts first and promises last: one is pointed at, the other needs its visit and letter.
    order = {Contact: -1, Commitment: 1}
    relations.sort(key=lambda relation: order.get(relation.related_model, 0))
    for relation in relations:
        row = made[relation.related_model] = build(relation.related_model, made, mark, pk)
        for model in BELOW.get(relation.related_model, ()):
            made[model] = build(model, made | {type(row): row}, mark, pk)
    made[Visit].contacts.add(made[Contact])
    made[Obligation] = _duty(made, mark, pk)
    return made


def marked_customer(manager: User, mark: str, **fields) -> Customer:
    """A customer whose own texts all begin with `mark`."""
    texts = {
        field.name: text_of(field, mark)
        for field in Customer._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and field.editable
        and not field.choices
        and field.name not in ("code", "credit_code")
    }
    return make_customer(manager=manager, **(texts | fields))


def build(model: type[models.Model], made: dict, mark: str, pk: int | None = None):
    values = {"pk": pk} if pk else {}
    for field in model._meta.concrete_fields:
        value = _value(field, made, mark)
        if value is not None:
            values[field.name] = value
    return model.objects.create(**values)


def _value(field: models.Field, made: dict, mark: str):
    if field.primary_key:
        return None
    if isinstance(field, models.ForeignKey):
        return _related(field, made)
    if field.choices:
        return field.default if field.has_default() else field.choices[0][0]
    if isinstance(field, models.JSONField):
        return [mark] if field.default is list and field.name == "steps" else None
    if isinstance(field, models.CharField | models.TextField):
        return text_of(field, mark)
    return None if field.null or field.has_default() else _plain(field)


def _related(field: models.ForeignKey, made: dict):
    row = made.get(field.related_model)
    if field.null and (row is None or field.related_model is User or field.name == "b"):
        return None
    if field.related_model is field.model:
        return None
    return row


def text_of(field: models.Field, mark: str) -> str:
    if field.name == "path":
        return "/"
    if field.name == "phone":
        return f"137{sum(mark.encode()) * 7391 % 10**8:08d}"
    if field.name == "email":
        return "canary7391@example.com"
    if field.max_length and field.max_length < 10:
        return mark[: field.max_length]
    return f"{mark}{field.verbose_name}"[: field.max_length or 200]


def _plain(field: models.Field):
    if isinstance(field, models.DateTimeField):
        later = timedelta(hours=1) if field.name.endswith("end") else timedelta()
        return timezone.now() + timedelta(days=1) + later
    if isinstance(field, models.DateField):
        return DAY.replace(year=2027) if "end" in field.name or "due" in field.name else DAY
    if isinstance(field, models.DecimalField):
        return Decimal("33") if field.name == "percent" else NUMBER
    return 2026 if field.name == "year" else 1


def _duty(made: dict, mark: str, pk: int | None) -> Obligation:
    at = datetime(2026, 12, 20, tzinfo=timezone.get_current_timezone())
    letter = made[InboundLetter]
    return Obligation.objects.create(
        pk=pk,
        kind=DutyKind.LETTER_REPLY,
        subject=letter,
        owner=made[User],
        title=f"{mark}任务",
        customer_name=made[Customer].name,
        customer_ref=made[Customer].pk,
        path=letter.get_absolute_url(),
        clock="fixed",
        started_at=timezone.now(),
        due_at=at,
        original_due_at=at,
    )
