"""Joint visits with findings in every state, and records that were read by the head."""

from datetime import timedelta

from crm.demo.story import HOUR, Story
from crm.demo.topics import TOPICS
from visits.actions import addenda, joint, reviewing
from visits.models import Visit

NEED, BUDGET, RIVAL = "need", "budget", "competitor"


def load(story: Story) -> None:
    """Needs the customers and people of the demo; call it once."""
    _settled(story)
    _disputed(story)
    _returned(story)


def _joint(story: Story, code: str, days: int, start: str, topic: int) -> Visit:
    return story.recorded(code, story.workday(days), start, colleagues=["se1"], topic=TOPICS[topic])


def _found(visit: Visit, category: str, content: str, confidence: int, at, by=None):
    return joint.add_finding(
        visit=visit,
        category=category,
        content=content,
        confidence=confidence,
        by=by or visit.owner,
        at=at,
    )


def _said(finding, by, verdict: str, comment: str, at) -> None:
    joint.answer_finding(
        finding=finding, verdict=verdict, comment=comment, seen=finding.worded_at, by=by, at=at
    )


def _settled(story: Story) -> None:
    """Both confirmed each other's findings; the record is locked, and was added to."""
    visit, engineer = _joint(story, "C0027", -6, "09:30", 5), story.people["se1"]
    at = visit.ended_at + HOUR
    mine = _found(visit, NEED, "明年联网设备由 260 台增加到 600 台，分两批上线。", 3, at)
    theirs = _found(visit, RIVAL, "另一家运营商已经送过物联网卡报价。", 2, at, engineer)
    _said(mine, engineer, "confirmed", "", at + HOUR)
    _said(theirs, visit.owner, "commented", "报价只口头说过，没有书面材料。", at + 2 * HOUR)
    story.thanked(visit, timedelta(hours=22))
    text = "客户来电更正：第一批设备改在明年二月上线。"
    addenda.add_addendum(visit=visit, text=text, by=visit.owner)


def _disputed(story: Story) -> None:
    """A dispute that keeps the visit open, and a finding nobody has answered yet."""
    visit, engineer = _joint(story, "C0013", -1, "15:00", 2), story.people["se1"]
    at = min(visit.ended_at + HOUR, story.now)
    first = _found(visit, BUDGET, "备份项目的预算已经批下来。", 2, at)
    _said(
        first, engineer, "disputed", "信息科说还在走审批，月底才有结果。", min(at + HOUR, story.now)
    )
    _found(visit, NEED, "核心数据不能出市，备份要留在本地机房。", 3, at, engineer)


def _returned(story: Story) -> None:
    """A record that came back to be changed, and one that was changed and waits again."""
    note = "客户的看法请用客户的原话，预算的来源要写明。"
    again = _return(
        story, story.recorded("C0028", story.workday(-3), "10:30", topic=TOPICS[4]), note
    )
    record = again.record
    fields = {name: getattr(record, name) for name in ("opinion_speaker", "next_step")}
    reviewing.resubmit_record(
        record=record,
        version=record.version,
        by=again.owner,
        at=story.now,
        facts=record.facts + "预算 12 万元，来自客户办公室的年度计划。",
        customer_opinions="「操作一定要简单，年纪大的同事也要能自己进会议室。」",
        summary_points=record.summary_points,
        **fields,
    )
    _return(story, story.recorded("C0009", story.workday(-2), "09:00", topic=TOPICS[3]), note)


def _return(story: Story, visit: Visit, note: str) -> Visit:
    record = visit.record
    at = min(record.written_at + 16 * HOUR, story.now)
    head = visit.owner.dept_head()
    reviewing.return_record(record=record, version=record.version, note=note, by=head, at=at)
    return visit
