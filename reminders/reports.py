"""Read-only views of duties and messages: what a page says about a row, in words."""

from dataclasses import dataclass

from core.models import Parameter, WorkCalendarDay
from reminders import rules
from reminders.models import ChannelState, Delivery, LadderStage, Obligation

Clock = Obligation.Clock
WHOM = dict(LadderStage.Audience.choices)


@dataclass(frozen=True)
class DutyRow:
    duty: Obligation
    why: str  # how its deadline was counted


def duty_rows(duties) -> list[DutyRow]:
    """Each duty with the sentence that explains its deadline (D2, D4). Three queries in all."""
    calendar = WorkCalendarDay.objects.as_calendar()
    closes_at = Parameter.objects.value("business_close")
    return [DutyRow(duty, explain(duty, calendar, closes_at)) for duty in duties]


def explain(duty: Obligation, calendar, closes_at) -> str:
    """The counting of this deadline by today's calendar, or that it was agreed or moved."""
    if duty.clock == Clock.FIXED:
        deadline = rules.Deadline(duty.due_at, False, "按约定时间")
    elif duty.clock == Clock.CALENDAR_HOURS:
        deadline = rules.hours_deadline(duty.started_at, duty.amount)
    else:
        deadline = rules.workdays_deadline(duty.started_at, duty.amount, calendar, closes_at)
    if duty.due_at != duty.original_due_at:
        return f"{deadline.explanation}；最初期限 {rules.say_due(duty.original_due_at)}，已调整"
    return deadline.explanation


def say_rung(stage: LadderStage) -> str:
    """「期限前 1 个工作日的 09:00，通知责任人」: one rung as a sentence."""
    who = "、".join(WHOM[code] for code in stage.audiences)
    daily = "，此后每天重复，直到办结" if stage.repeats_daily else ""
    return f"{_say_when(stage)}，通知{who}{daily}。"


def _say_when(stage: LadderStage) -> str:
    anchor = stage.get_anchor_display()
    day = _say_days(anchor, stage.workdays)
    if stage.at_time:
        early = "（遇休息日提前到上一个工作日）" if stage.on_workday else ""
        return f"{day or anchor + '当天'}的 {stage.at_time:%H:%M}{early}"
    if not stage.minutes:
        return day or ("到期限时" if stage.anchor == "due" else "起算时")
    side = "后" if stage.minutes > 0 else "前"
    return f"{day or anchor}{side} {_say_minutes(abs(stage.minutes))}"


def _say_days(anchor: str, workdays: int) -> str:
    if not workdays:
        return ""
    return f"{anchor}{'后' if workdays > 0 else '前'} {abs(workdays)} 个工作日"


def _say_minutes(minutes: int) -> str:
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


def channel_state() -> ChannelState | None:
    return ChannelState.objects.first()


def failed_messages(deliveries) -> int:
    """Messages that were given up; for the banner and the page of administrators."""
    return deliveries.filter(state=Delivery.State.FAILED).count()
