"""What a person answers for, before it is handed over; and the records of it. Reads only."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.actions.succession import backups_of
from accounts.models import Customer, CustomerAssignment, HandoverRecord, Industry
from opportunities.actions.handover import owned_by
from opportunities.models import Opportunity
from reminders.models import Obligation
from staff.models import Absence, User
from visits.actions.correspondence import ANSWERABLE
from visits.actions.handover import OPEN_VISITS, Work, work_of
from visits.models import Commitment, CustomerIssue, InboundLetter, LetterReply, Visit

KINDS = {
    "customer": ("bi-buildings", "客户"),
    "backup": ("bi-people", "备岗"),
    "visit": ("bi-person-walking", "拜访"),
    "letter": ("bi-inbox", "来函"),
    "commitment": ("bi-bookmark-check", "承诺"),
    "issue": ("bi-tools", "客户问题"),
    "opportunity": ("bi-lightbulb", "商机"),
    "forecast": ("bi-graph-up", "需求预测"),
    "solution": ("bi-tools", "方案需求"),
    "duty": ("bi-hourglass-split", "时限任务"),
    "draft": ("bi-pencil", "草稿"),
    "report": ("bi-person", "下属"),
    "absence": ("bi-calendar-x", "缺勤代理"),
    "industry": ("bi-diagram-3", "行业"),
    "plan": ("bi-map", "营销计划"),
    "retention_action": ("bi-shield-check", "保有行动"),
    "six": ("bi-signpost-split", "六步分析"),
}


@dataclass(frozen=True)
class Belongings:
    """Everything of one person that the viewer may see; `approvals` wait for any head."""

    customers: list[Customer]
    backups: list[CustomerAssignment]
    work: Work
    opportunities: list[Opportunity]
    approvals: int
    reports: list[User]
    stands_in: list[Absence]
    industries: list[Industry]

    @property
    def is_empty(self) -> bool:
        work = self.work
        lists = (
            self.customers,
            self.backups,
            work.visits,
            work.letters,
            work.commitments,
            work.issues,
        )
        rest = (work.duties, work.drafts, self.reports, self.stands_in, self.industries)
        rest += (self.opportunities,)
        return not any(lists) and not any(rest)


def belongings(person: User, viewer: User) -> Belongings:
    """About a dozen queries, whatever the person has."""
    visible = Customer.objects.visible_to(viewer)
    customers = visible.filter(manager=person).select_related("industry", "manager")
    running = Absence.objects.filter(delegate=person, ends_on__gte=timezone.localdate())
    return Belongings(
        customers=list(customers.order_by("code", "pk")),
        backups=list(backups_of(person).filter(customer__in=visible)),
        work=work_of(person, visible),
        opportunities=list(owned_by(person, visible)),
        approvals=_approvals(person, viewer),
        reports=list(person.reports.active().order_by("username")),
        stands_in=list(running.select_related("user").order_by("pk")),
        industries=list(Industry.objects.filter(managers=person).order_by("code")),
    )


def in_hand(person: User) -> list[str]:
    """[「2 次拜访」, …]: what would be without a living owner if `person` left now (R1)."""
    work = work_of(person, Customer.objects.all())
    counts = [
        (len(work.visits), "次未完成的拜访"),
        (len(work.letters), "封未答复的来函"),
        (len(work.commitments), "项未兑现的承诺"),
        (len(work.issues), "个未了的客户问题"),
        (owned_by(person, Customer.objects.all()).count(), "条进行中的商机"),
        (backups_of(person).count(), "家客户的备岗"),
    ]
    return [f"{count} {what}" for count, what in counts if count]


def _approvals(person: User, viewer: User) -> int:
    """Replies that wait for a head's approval; the next head above may decide them as well."""
    if person.role not in (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR):
        return 0
    waiting = LetterReply.objects.visible_to(viewer).filter(state="pending_approval")
    return waiting.filter(letter__customer__in=Customer.objects.visible_to(person)).count()


def open_work(customers: list[Customer]) -> list[tuple[str, int]]:
    """(「拜访」, 3): what the managers of these customers have open for them. Six counts."""
    own = {"customer__in": customers, "owner": F("customer__manager")}
    managers = {customer.manager_id for customer in customers}
    duties = Obligation.objects.filter(customer_ref__in=[c.pk for c in customers])
    counts = [
        ("未完成的拜访", Visit.objects.filter(state__in=OPEN_VISITS, **own)),
        ("未答复的来函", InboundLetter.objects.filter(state__in=ANSWERABLE, **own)),
        ("未兑现的承诺", Commitment.objects.running().filter(**own)),
        ("未了的客户问题", CustomerIssue.objects.unended().filter(**own)),
        ("进行中的商机", Opportunity.objects.open().filter(**own)),
        ("时限任务", duties.open().filter(owner__in=managers)),
    ]
    return [(name, rows.order_by().count()) for name, rows in counts]


def people_of(viewer: User) -> QuerySet[User]:
    """Whose work `viewer` may hand over, with the number of customers (`held`)."""
    scope = Customer.objects.visible_to(viewer)
    people = User.objects.overseen_by(viewer).active().select_related("department")
    held = Count("customers", Q(customers__in=scope), distinct=True)
    return people.annotate(held=held).order_by("department__path", "username")


def records_for(viewer: User) -> QuerySet[HandoverRecord]:
    """Given or made by oneself, or received by one's people: those whose customers one sees."""
    received = Q(to_user__in=User.objects.overseen_by(viewer))
    mine = received | Q(made_by=viewer) | Q(from_user=viewer)
    return HandoverRecord.objects.filter(mine).select_related("from_user", "to_user", "made_by")


def to_confirm(user: User) -> list[HandoverRecord]:
    """What the user has received and not confirmed yet; nobody is hurried, it is no duty."""
    waiting = HandoverRecord.objects.filter(to_user=user, confirmed_at=None)
    return list(waiting.select_related("from_user")[:5])


@dataclass(frozen=True)
class Group:
    icon: str
    name: str
    texts: list[str]


def groups_of(record: HandoverRecord) -> list[Group]:
    """The list of what moved, by kind, as it was called that day. No query."""
    found = []
    for kind, (icon, name) in KINDS.items():
        texts = [item["text"] for item in record.items if item["kind"] == kind]
        if texts:
            found.append(Group(icon, name, texts))
    return found
