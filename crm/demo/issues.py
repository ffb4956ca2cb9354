"""Problems of customers in every state (R22): found in visits and on the phone."""

from datetime import timedelta

from core.rules import local_date
from crm.demo.story import HOUR, Story, at
from visits.actions import issues
from visits.models import CustomerIssue, Visit

# customer, days ago, how heavy, what, what was done so far, how it was solved, confirmed
ROWS = (
    ("C0001", 6, "major", "两个网点的专线午后时延偏高，柜面业务要等。",
     "网络部门已在两端挂表，初步看是汇聚设备负荷高。", "", False),
    ("C0003", 12, "minor", "账单上的项目与合同名称对不上，财务每月要来问。",
     "已请计费部门改项目名称。", "账单项目名称已按合同改好，下月账单起生效。", False),
    ("C0006", 20, "critical", "视频会议主会场两次中断，影响全市调度会。",
     "当天更换了会场的接入设备。", "更换设备并加了备用线路，连续两周测试没有中断。", True),
    ("C0012", 3, "minor", "机房门禁卡换人后没有更新，我方工程师进不去。", "", "", False),
    ("C0018", 15, "major", "车间里的移动信号弱，搬运设备会掉线。",
     "无线部门已现场测试，补点方案在评审。", "", False),
)  # fmt: skip


def load(story: Story) -> None:
    """Needs the customers and visits of the demo; call it once."""
    for code, days, severity, what, note, solved, is_confirmed in ROWS:
        customer = story.customers[code]
        by, found_on = customer.manager, story.today - timedelta(days=days)
        visits = Visit.objects.filter(customer=customer, ended_at__lt=at(found_on, "18:00"))
        visit = visits.order_by("-ended_at").first()
        found_on = local_date(visit.ended_at) if visit else found_on
        issue = issues.log_issue(
            customer=customer, visit=visit, description=what,
            severity=severity, found_on=found_on, by=by,
        )  # fmt: skip
        CustomerIssue.objects.filter(pk=issue.pk).update(created_at=at(found_on, "16:30"))
        issue.refresh_from_db()
        if note:
            issues.note_progress(issue=issue, note=note, by=by)
        if solved:
            done_at = story.past(at(found_on + timedelta(days=2), "15:00"))
            issues.solve_issue(issue=issue, resolution=solved, at=done_at, by=by)
        if is_confirmed:
            contact = customer.contacts.current().first()
            issues.confirm_issue(
                issue=issue, confirmed_by=contact, at=issue.resolved_at + HOUR, by=by
            )
