"""Forecasts of five months in every state, solutions, marketing and tariffs (R19, R20)."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Customer
from core.models import WorkCalendarDay
from crm.demo.story import Story
from crm.demo.story import at as moment
from opportunities import forecast_reports as reports
from opportunities import forecast_rules as rules
from opportunities.actions import forecasting, marketing, soliciting
from opportunities.models import DemandForecast, SolutionRequest, TariffDocument
from staff.models import User

MONTHS_BACK = 3
MISS = (-4, -1, 3, 0, -7, 2, 5, -2, 1)
"""Per cent by which past forecasts miss the existing revenue, in turn."""
REMARKS = ("客户已口头同意，等预算批复", "与信息科谈过两次，方案在改", "等对方领导定", "")
RETURNED = "新增的依据只有一句话，请补上是谁提的、预算从哪里来，再交。"
NOTES = ("同意。", "存量偏乐观，下月看账单。", "")
# business line, what is asked, days ago, how far it has come, answer
SOLUTIONS = (
    ("data", "总行到同城灾备机房双路由，时延不超过 2 毫秒", 12, "delivered",
     "双路由波分方案，含保护倒换；报价单与拓扑图已放共享目录。"),
    ("video", "二十个网点的视频会商，接入现有专网", 6, "working", ""),
    ("internet", "园区出口扩到万兆，带流量清洗", 2, "asked", ""),
    ("disaster_recovery", "核心数据每日备份托管，保留九十天", 20, "cancelled", ""),
)  # fmt: skip
TARIFFS = (
    ("绍电资〔2025〕7 号", "政企专线资费（2025 年版）", date(2025, 1, 1), date(2025, 12, 31)),
    ("绍电资〔2026〕2 号", "政企专线资费（2026 年版）", date(2026, 1, 1), None),
    ("绍电资〔2026〕9 号", "云主机与备份托管资费", date(2026, 6, 1), None),
    ("绍电资〔2026〕15 号", "双十二集团手机优惠", date(2026, 12, 1), date(2026, 12, 31)),
)  # fmt: skip
# kind, topics, materials, response
ACTIVITIES = (
    ("company_intro", ("culture", "organization", "operating_model"), "企业宣传册",
     "对方表示了解，希望看看别的单位怎么用。"),
    ("product_intro", ("product_function", "application_scope", "tariff"), "专线业务单页",
     "对保护倒换感兴趣，觉得月费可以接受，要我们出方案。"),
    ("solution_pitch", ("network_solution", "one_stop_solution"), "同城双活方案介绍（公开版）",
     "信息科认可，分管领导还要再听一次。"),
    ("seminar", ("application_solution", "service_measures"), "行业应用交流会材料",
     "来了三个人，问得最多的是数据怎么留在本地。"),
    ("experience_event", ("product_function", "service_concept"), "营业厅体验手册",
     "现场试了视频会商，当场问价格。"),
    ("promotion", ("tariff",), "云主机优惠单页", "暂时不需要，明年预算再看。"),
)  # fmt: skip


def load(story: Story) -> bool:
    """Needs customers, bills, people and opportunities of the demo. False when here already."""
    if TariffDocument.objects.exists():
        return False
    _tariffs(story)
    this = rules.first_of(story.today)
    customers = list(forecasting.asked_customers().select_related("manager").order_by("code"))
    for months in range(-MONTHS_BACK, 1):
        for number, customer in enumerate(customers):
            _past(story, customer, rules.shifted(this, months), number + months)
    _next(story, customers, rules.shifted(this, 1))
    forecasting.lock_months(now=story.now)
    _solutions(story)
    _activities(story)
    return True


def _tariffs(story: Story) -> None:
    keeper = story.people["director"]
    for code, title, first, last in TARIFFS:
        marketing.save_tariff(
            tariff=None, by=keeper, code=code, title=title, valid_from=first, valid_to=last
        )


def _write(customer: Customer, month: date, number: int, *, is_past: bool) -> DemandForecast:
    """Saved as the manager would: the suggestion, a little off for months that are billed."""
    factor = Decimal(100 + MISS[number % len(MISS)]) / 100 if is_past else Decimal(1)
    lines = []
    for line in reports.as_lines(reports.proposal(customer, month)):
        has_new = not is_past and line.new_revenue_12m
        lines.append({
            "business_line": line.business_line,
            "existing_revenue": (line.existing_revenue * factor).quantize(rules.CENT),
            "new_revenue_12m": line.new_revenue_12m if has_new else Decimal(0),
            "probability": line.probability if has_new else 0,
            "start_month": line.start_month if has_new else None,
            "opportunity_id": line.opportunity_id if has_new else None,
            "remark": REMARKS[number % len(REMARKS)] if has_new else "",
        })  # fmt: skip
    return forecasting.save_forecast(
        customer=customer, month=month, by=customer.manager, seen_at=None, lines=lines,
        has_no_demand=not any(line["new_revenue_12m"] for line in lines),
    )  # fmt: skip


def _opened(customer: Customer, month: date) -> DemandForecast:
    starts = rules.asked_at(month, WorkCalendarDay.objects.as_calendar())
    due = forecasting.due_of(month)
    return forecasting.open_for(customer=customer, month=month, started_at=starts, due_at=due)


def _past(story: Story, customer: Customer, month: date, number: int) -> None:
    _opened(customer, month)
    row = _write(customer, month, number, is_past=True)
    late = (
        timedelta(hours=16)
        if number % 17 == 3
        else -timedelta(days=number % 3, hours=1 + number % 7)
    )
    at = min(forecasting.due_of(month) + late, story.now)
    forecasting.submit_forecast(forecast=row, by=customer.manager, at=at)
    head = _above(customer.manager)
    if head and forecasting.may_review(row, head):
        answered = min(at + timedelta(hours=5), story.now)
        note = NOTES[number % len(NOTES)]
        forecasting.review_forecast(forecast=row, is_accepted=True, note=note, by=head, at=answered)


def _above(user: User) -> User | None:
    if user.role == User.Role.DEPT_HEAD:
        return user.director()
    return user.dept_head() or user.director()


def _next(story: Story, customers: list[Customer], month: date) -> None:
    """Next month: some are missing, some being written, waiting, returned, accepted."""
    starts = rules.asked_at(month, WorkCalendarDay.objects.as_calendar())
    if story.now >= starts:
        for customer in customers:
            _opened(customer, month)
    for number, customer in enumerate(customers):
        fate = number % 6
        if fate == 0:
            continue
        row = _write(customer, month, number, is_past=False)
        if fate == 1:
            continue
        at = moment(story.workday(-1 - number % 3), f"{9 + number % 7:02}:10")
        forecasting.submit_forecast(forecast=row, by=customer.manager, at=at)
        head = _above(customer.manager)
        if fate in (2, 3) or not head or not forecasting.may_review(row, head):
            continue
        note = RETURNED if fate == 4 else ""
        forecasting.review_forecast(
            forecast=row, is_accepted=fate == 5, note=note, by=head, at=at + timedelta(hours=1)
        )


def _solutions(story: Story) -> None:
    engineers = {u.branch_id: u for u in User.objects.active().filter(role="solution_engineer")}
    month = rules.shifted(rules.first_of(story.today), 1)
    rows = DemandForecast.objects.filter(month=month, lines__isnull=False).distinct()
    rows = rows.select_related("customer__manager").order_by("customer__code")
    for (line, content, days, state, answer), row in zip(SOLUTIONS, rows, strict=False):
        engineer = engineers.get(row.customer.branch_id)
        if engineer is None:
            continue
        made = soliciting.ask_solution(
            customer=row.customer, engineer=engineer, content=content, by=row.customer.manager,
            line=row.lines.get(business_line=line), wanted_on=story.day(20 - days),
        )  # fmt: skip
        asked = {"asked_at": moment(story.day(-days), "10:20")}
        if state == "cancelled":
            soliciting.cancel_solution(request=made, by=row.customer.manager)
        elif state != "asked":
            soliciting.accept_solution(request=made, by=engineer)
        if state == "delivered":
            soliciting.deliver_solution(request=made, answer=answer, by=engineer)
            asked["delivered_at"] = moment(story.day(-3), "16:40")
        SolutionRequest.objects.filter(pk=made.pk).update(**asked)


def _activities(story: Story) -> None:
    codes = sorted(story.customers)
    for number, code in enumerate(codes):
        for step in range(number % 4):
            _activity(story, story.customers[code], number, (number + step) % len(ACTIVITIES))


def _activity(story: Story, customer: Customer, number: int, which: int) -> None:
    kind, topics, materials, response = ACTIVITIES[which]
    day = story.day(-3 - (number * 11 + which * 17) % 150)
    tariff = marketing.valid_tariffs(day).order_by("pk").first() if "tariff" in topics else None
    if "tariff" in topics and tariff is None:
        return
    marketing.log_activity(
        customer=customer, topics=topics, contacts=customer.contacts.current()[:2],
        by=customer.manager, kind=kind, held_on=day, materials=materials, response=response,
        tariff=tariff,
    )  # fmt: skip
