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
from opportunities.models import (
    ActivityTopic,
    Assessment,
    DemandForecast,
    DemandForecastLine,
    MarketingActivity,
    Opportunity,
    OpportunityChange,
    OpportunityLine,
    OpportunityMember,
    Rival,
    StageMove,
)
from planning.models import (
    CompetitorScorecard,
    CooperationOpportunity,
    CustomerPlanning,
    CustomerStrategy,
    ImplementationItem,
    KeyPurchaseFactor,
    KPFRating,
    MarketingPlan,
    PlanAllotment,
    PlanComment,
    PlanningStep,
    PlanPreparationTask,
    PlanRow,
    PlanSection,
    PlanTargetLine,
    PlanVersion,
    RetentionAction,
    RetentionCase,
    RetentionList,
    RetentionMove,
    RetentionResource,
    RetentionThreat,
    ScorecardWeight,
    ScoreCriterion,
    ScoreEntry,
    SectionText,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from reminders.models import DutyKind, Obligation
from service.models import Availability, CatalogItem, LaunchNotice, ServiceWatch
from staff.models import Branch, Department, User
from valuation.models import ValuationRun, ValueModel
from visits.models import (
    Commitment,
    Escalation,
    EscalationStep,
    FindingAnswer,
    FindingRequest,
    InboundLetter,
    KeyFinding,
    LetterReply,
    PromiseRenegotiation,
    RecordAddendum,
    RecordVersion,
    ThankYouLetter,
    Visit,
    VisitFile,
    VisitInvitation,
    VisitKeyPoint,
    VisitLocation,
    VisitNextStep,
    VisitParticipant,
    VisitRecord,
    WeeklyPlan,
)

NOT_FILLED = (*DERIVED, Customer, CustomerAssignment, CustomerMerge, RecentCustomer)
NOT_FILLED += (MarketingPlan,)  # see _plan
OF_VISIT = (VisitKeyPoint, VisitRecord, RecordVersion, RecordAddendum, ThankYouLetter)
OF_VISIT += (VisitParticipant, VisitFile, VisitLocation, VisitNextStep, VisitInvitation)
OF_VISIT += (KeyFinding, FindingAnswer, FindingRequest)
BELOW = {
    MonthlyBill: (BillLine,),
    Contact: (RelationshipTie,),
    Visit: OF_VISIT,
    InboundLetter: (LetterReply,),
    Commitment: (PromiseRenegotiation,),
    Escalation: (EscalationStep,),
    ServiceWatch: (LaunchNotice,),
    Opportunity: (
        OpportunityLine,
        StageMove,
        OpportunityChange,
        Rival,
        OpportunityMember,
        Assessment,
    ),
    DemandForecast: (DemandForecastLine,),
    MarketingActivity: (ActivityTopic,),
    CustomerPlanning: (
        *(PlanningStep, CustomerStrategy, CooperationOpportunity, SolutionLine),
        *(SolutionMeasure, SupportAssessment, ImplementationItem, KPFRating),
    ),
    CompetitorScorecard: (ScorecardWeight, ScoreEntry),
    RetentionCase: (RetentionMove, RetentionThreat, RetentionAction, RetentionResource),
}
NUMBER = Decimal("7391.55")
SMALL = {
    "percent": Decimal("33"),
    "split_pct": Decimal("50"),
    "satisfaction": Decimal("70"),
    "score": Decimal("3"),
    "quality_extra_cost_ratio": Decimal("0.1"),
    "conversion_cost_ratio": Decimal("0.1"),
    "potential": Decimal("70"),
    "latitude": Decimal("30"),
    "longitude": Decimal("120"),
}
DAY = date(2026, 3, 1)
MONDAY = date(2026, 3, 2)


def fill(customer: Customer, mark: str, pk: int | None = None) -> dict[type, models.Model]:
    """One row of every kind for `customer`; {model: row}. `mark` begins every free text.

    With `pk` every row has that key: one number then opens every page of this customer.
    """
    made: dict[type, models.Model] = {Customer: customer, User: customer.manager}
    made |= _shared(customer, mark, pk)
    relations = [r for r in children_of(Customer) if r.related_model not in NOT_FILLED]
    # Contacts first and promises last: one is pointed at, the other needs its visit and letter.
    order = {Contact: -2, Opportunity: -1, DemandForecast: -1, Commitment: 1}
    relations.sort(key=lambda relation: order.get(relation.related_model, 0))
    for relation in relations:
        row = made[relation.related_model] = build(relation.related_model, made, mark, pk)
        for model in BELOW.get(relation.related_model, ()):
            made[model] = build(model, made | {type(row): row}, mark, pk)
    made[Visit].contacts.add(made[Contact])
    made[Obligation] = _duty(made, mark, pk)
    _plan(made, mark, pk)
    return made


def _plan(made: dict, mark: str, pk: int | None) -> None:
    """A plan of the customer: its kind decides what else it names."""
    customer, by = made[Customer], made[User]
    key = {"pk": pk} if pk else {}
    plan = made[MarketingPlan] = MarketingPlan.objects.create(
        kind="key_customer", customer=customer, industry=customer.industry, year=2026, author=by,
        branch=customer.branch, department=customer.department, responsible=by, created_by=by,
        number=f"KP-2026-{customer.pk}", **key,
    )  # fmt: skip
    version = made[PlanVersion] = PlanVersion.objects.create(
        plan=plan, number=1, state="drafting", outline=mark, created_by=by, **key
    )
    MarketingPlan.objects.filter(pk=plan.pk).update(current=version)
    plan.current = version
    at = timezone.now()
    section = made[PlanSection] = PlanSection.objects.create(
        version=version, code="C2.1", text=mark, **key
    )
    made[SectionText] = SectionText.objects.create(
        section=section, edit=0, text=mark, by=by, at=at, **key
    )
    made[PlanRow] = PlanRow.objects.create(
        version=version, table="budget", position=1, cells={"note": mark}, **key
    )
    made[PlanTargetLine] = PlanTargetLine.objects.create(
        version=version, kind="stock", business_line="voice", q1=NUMBER, **key
    )
    made[PlanComment] = PlanComment.objects.create(
        version=version, code="C2.1", text=mark, author=by, at=at, **key
    )
    made[PlanPreparationTask] = PlanPreparationTask.objects.create(
        plan=plan, kind="team", owner=by, note=mark, **key
    )
    made[PlanAllotment] = PlanAllotment.objects.create(
        plan=plan, kind="stock", q1=NUMBER, note=mark, issued_by=by, issued_at=at, **key
    )


def _shared(customer: Customer, mark: str, pk: int | None) -> dict[type, models.Model]:
    """What customers have in common: the catalogue of the branch, a week of the manager."""
    item, _ = CatalogItem.objects.get_or_create(
        branch=customer.branch, code="pon", defaults={"name": "万兆专线"}
    )
    area, _ = Availability.objects.get_or_create(item=item, area="全市")
    key = {"pk": pk} if pk else {}
    week, _ = WeeklyPlan.objects.get_or_create(
        user=customer.manager, monday=MONDAY, defaults={"summary": mark} | key
    )
    run, _ = ValuationRun.objects.get_or_create(
        branch=customer.branch, state=ValuationRun.State.COMPUTED, as_of=DAY,
        defaults={"model": ValueModel.objects.get(code="VM-1"), "cut_method": "median"},
    )  # fmt: skip
    manager, department = customer.manager, customer.department
    roll, _ = RetentionList.objects.get_or_create(
        level="am", branch=customer.branch, department=department, manager=manager, tier="key",
        year=2026, defaults={"criteria": mark, "created_by": manager} | key,
    )  # fmt: skip
    of_the_house = {
        KeyPurchaseFactor: KeyPurchaseFactor.objects.first(),
        ScoreCriterion: ScoreCriterion.objects.first(),
        Branch: customer.branch,
    }
    shared = of_the_house | {
        CatalogItem: item,
        Availability: area,
        WeeklyPlan: week,
        ValuationRun: run,
    }
    return shared | {RetentionList: roll, Department: department}


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
    if field.primary_key or isinstance(field, models.GeneratedField):
        return None
    if isinstance(field, models.ForeignKey):
        return _related(field, made)
    if field.choices:
        if field.name == "decision":  # made later, with who and why
            return ""
        return field.default if field.has_default() else field.choices[0][0]
    if isinstance(field, models.JSONField):
        texts = {
            "content": {"facts": mark},
            "evidence": {"credit": mark},
            "answers": {"ours": mark},
        }
        return ({"steps": [mark]} | texts).get(field.name)
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
        return SMALL.get(field.name, NUMBER)
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
