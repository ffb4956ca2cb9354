"""Suggestions as the night would make them, and weekly plans of three weeks in every state."""

from datetime import datetime, timedelta

from core.rules import SHANGHAI
from crm.demo.organisation import MANAGERS
from crm.demo.story import Story, at
from visits import weekly_rules as rules
from visits.actions import rhythm, suggesting, weekly
from visits.models import VisitSuggestion, WeeklyPlan
from visits.weekly_reports import due_of, items_before, proposals

SUMMARIES = (
    "专线扩容方案已当面讲解，客户同意月底前给书面意见；回函提前一天送出。",
    "两家客户因会议改期，已重新约好；故障回访全部完成，客户表示满意。",
    "续约谈判进展顺利，价格部分需要部门支持；一家客户联系人调整，已更新资料。",
    "按计划完成走访，收到两条扩容需求，已转客户工程师出方案。",
)
OWN_WORK = (
    ("task", 0, "核对名下客户本月账单，异常的先电话说明"),
    ("task", 3, "与客户工程师一起过一遍扩容方案"),
    ("letter", 2, "整理上周走访的书面答复，送部门经理审阅"),
)
OUTCOMES = ("已完成", "已完成，客户当面确认", "改到本周", "")
FEEDBACK = ("同意，先把到期的函件办完。", "安排合理，注意去看看三个月没上门的客户。", "")
RETURNED = "上门拜访太少，请把三个月没有去过的两家客户排进来，再提交。"
LONG_AGO = (64, 72, 88, 95, 120, 150, 178, 190, 240)
"""How many days ago the next customer without a visit was seen."""
LATE, MISSING, BACK = {2, 6}, {5}, {3}
"""Managers (by position) who handed in late, not at all, or got this week's plan back."""


def load(story: Story) -> None:
    """Needs the visits of the demo; call it once."""
    _long_ago(story)
    suggesting.suggest(now=story.now)
    _put_aside(story)
    this = rules.monday_of(story.today)
    for position, username in enumerate(MANAGERS):
        user = story.people[username]
        for weeks in (-1, 0, 1):
            _plan(story, user, position, this + weeks * rules.WEEK, weeks)


def _long_ago(story: Story) -> None:
    """Some customers were seen months ago and not since; the others stay never visited."""
    unseen = sorted(
        code for code, customer in story.customers.items() if not customer.visits.exists()
    )
    for code, days in zip(unseen[::2], LONG_AGO, strict=False):
        visit = story.recorded(code, story.day(-days), "10:00")
        story.thanked(visit, timedelta(hours=20))


def _put_aside(story: Story) -> None:
    rows = VisitSuggestion.objects.open().filter(kind="on_site", customer__grade__in="BC")
    row = rows.select_related("customer__manager").order_by("-due_on", "pk").first()
    if row:
        rhythm.dismiss_suggestion(
            suggestion=row,
            reason="客户正在搬迁，月底前不接待来访，已电话说明。",
            until=story.day(30),
            today=story.today,
            by=row.customer.manager,
        )


def _plan(story: Story, user, i: int, monday, weeks: int) -> None:
    if weeks == 0 and i in MISSING:
        return
    plan = weekly.start_plan(user=user, monday=monday, by=user)
    due_at = due_of(plan)
    opened = datetime.combine(monday - rules.WEEK, datetime.min.time(), SHANGHAI)
    if due_at:
        weekly.open_hand_in(plan, due_at, opened + timedelta(minutes=10))
    _write(plan, user, i, weeks)
    is_draft = weeks == 1 and i % 3 != 0
    if not is_draft:
        _hand_in(story, plan, i, weeks, due_at or at(monday - timedelta(days=3), "17:30"))


def _write(plan: WeeklyPlan, user, i: int, weeks: int) -> None:
    days = rules.days_of(plan.monday)
    items = [weekly.Item(kind, days[day], text) for kind, day, text in OWN_WORK]
    items += proposals(plan)[:6] if weeks == 1 else _visits_of(plan, user, days)
    before = list(items_before(plan))
    outcomes = {row.pk: OUTCOMES[(i + n) % len(OUTCOMES)] for n, row in enumerate(before)}
    weekly.save_plan(
        plan=plan,
        items=items,
        summary=SUMMARIES[(i + weeks) % len(SUMMARIES)],
        outcomes=outcomes,
        seen_at=plan.updated_at,
        by=user,
    )


def _visits_of(plan: WeeklyPlan, user, days) -> list[weekly.Item]:
    customers = user.customers.order_by("code")[:3]
    return [
        weekly.Item("visit", days[1 + n], "上门走访，了解专线使用情况和明年打算", customer)
        for n, customer in enumerate(customers)
    ]


def _hand_in(story: Story, plan: WeeklyPlan, i: int, weeks: int, due_at) -> None:
    late = timedelta(hours=15) if weeks == 0 and i in LATE else -timedelta(hours=1 + i % 4)
    handed_in = min(due_at + late, story.now)
    weekly.submit_plan(plan=plan, by=plan.user, at=handed_in)
    if weeks == 1 or (weeks == 0 and i == 7):  # the head has still to answer these
        return
    head, is_back = weekly.reviewer_of(plan), weeks == 0 and i in BACK
    weekly.review_plan(
        plan=plan,
        is_accepted=not is_back,
        feedback=RETURNED if is_back else FEEDBACK[i % len(FEEDBACK)],
        by=head,
        at=min(handed_in + timedelta(days=3), story.now),
    )
