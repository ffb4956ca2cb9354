"""Work that nobody alive answers for. After every handover it must be nothing (R1, item 11)."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Customer, CustomerAssignment, Industry
from reminders.models import Obligation
from staff.models import Absence, User
from visits.actions.correspondence import ANSWERABLE
from visits.actions.handover import OPEN_VISITS
from visits.models import Commitment, CustomerIssue, InboundLetter, Visit


@dataclass(frozen=True)
class Orphans:
    """`name`: what it is; `count`: how many of them belong to somebody who has left."""

    name: str
    count: int


def orphans() -> list[Orphans]:
    """Only the kinds that have some; empty is healthy. Ten counts."""
    today = timezone.localdate()
    left = User.objects.filter(state=User.State.LEFT)
    backups = CustomerAssignment.objects.active(today).filter(role="backup", user__in=left)
    visits = Visit.objects.filter(state__in=OPEN_VISITS, owner__in=left)
    letters = InboundLetter.objects.filter(state__in=ANSWERABLE, owner__in=left)
    counts = {
        "客户": Customer.objects.filter(manager__in=left),
        "备岗": backups,
        "时限任务": Obligation.objects.open().filter(owner__in=left),
        "未结束的拜访": visits,
        "未答复的来函": letters,
        "未兑现的承诺": Commitment.objects.running().filter(owner__in=left),
        "未了的客户问题": CustomerIssue.objects.unended().filter(owner__in=left),
        "上级已离职的人员": User.objects.active().filter(reports_to__in=left),
        "行业分工": Industry.objects.filter(managers__in=left).distinct(),
        "缺勤代理": Absence.objects.filter(ends_on__gte=today, delegate__in=left),
    }
    found = [Orphans(name, rows.order_by().count()) for name, rows in counts.items()]
    return [line for line in found if line.count]
