"""Two months of ordinary work, so that every account manager's day has something in it."""

from datetime import timedelta

from crm.demo.organisation import MANAGERS
from crm.demo.story import HOUR, Story, at
from visits.actions import correspondence, replying, thanks, visiting

LATE, WAIVED, BROKEN = {1, 5}, {3, 6}, {2, 7}
"""Managers (by position) whose oldest thank-you letter went out late or was excused, or who have
let a promise slip."""


def load(story: Story) -> None:
    """Needs the customers and people of the demo; call it once."""
    for position, username in enumerate(MANAGERS):
        codes = sorted(
            c for c, cust in story.customers.items() if cust.manager.username == username
        )
        _past(story, position, codes)
        _present(story, position, codes)
    _ended_otherwise(story)
    _letters(story)


def _past(story: Story, i: int, codes: list[str]) -> None:
    recent = story.recorded(
        codes[0], story.workday(-5 - i % 3), "09:30", promise_on=story.workday(2 + i % 5)
    )
    story.thanked(recent, timedelta(hours=20 + i), channel="e_letter")
    promise_on = story.workday(-2 if i in BROKEN else -9 - i)
    done = story.recorded(codes[1], story.workday(-14 - i), "14:30", promise_on=promise_on)
    story.thanked(done, timedelta(hours=30))
    if i not in BROKEN:
        story.kept(done, story.workday(-9 - i) if i % 3 else story.workday(-8 - i))
    old = story.recorded(codes[-1], story.workday(-27 - i), "10:00")
    if i in WAIVED:
        reason = "客户当天已口头说明不需要书面信函。"
        head = old.owner.dept_head()
        thanks.waive_letter(letter=old.thank_you, reason=reason, by=head)
    else:
        story.thanked(old, timedelta(hours=55 if i in LATE else 26))
    story.recorded(codes[1], story.workday(-2 - i % 4), "16:00", 15, mode="phone", location="")


def _present(story: Story, i: int, codes: list[str]) -> None:
    last, start = codes[len(codes) // 2], f"{9 + i % 3:02d}:00"
    if i % 2:
        story.recorded(last, story.day(-1), start, promise_on=story.workday(-1 + 5 * (i % 4)))
    else:
        story.held(last, story.day(-1), start)
    story.plan(codes[-2], story.today, f"{13 + i % 3}:30", 60)
    story.plan(codes[-1], story.workday(3 + i % 3), "10:00", booked=False)
    story.plan(codes[1], story.workday(5 + i % 2), "14:00", booked_at=story.now - HOUR)


def _ended_otherwise(story: Story) -> None:
    moved = story.plan("C0012", story.workday(-3), "09:00")
    start = at(story.workday(4), "09:30")
    visiting.reschedule_visit(
        visit=moved,
        scheduled_start=start,
        scheduled_end=start + HOUR,
        reason="客户临时开会，改到下周。",
        by=moved.owner,
        at=story.past(at(story.workday(-3), "08:30")),
    )
    gone = story.plan("C0032", story.workday(-6), "15:00")
    visiting.no_show(visit=gone, reason="到达后联系人外出未归。", by=gone.owner)
    off = story.plan("C0021", story.workday(2), "15:00", booked=False)
    visiting.cancel_visit(visit=off, reason="客户内部调整，暂不安排。", by=off.owner)


def _letters(story: Story) -> None:
    pending = story.letter("C0003", at(story.workday(-1), "10:30"), "outage")
    replying.submit_reply(reply=story.drafted(pending), by=pending.owner)
    story.drafted(story.letter("C0008", at(story.workday(-1), "15:10"), "training"))
    story.letter("C0034", at(story.workday(-4), "11:00"), "bill", channel="fax")
    interim = story.letter("C0028", at(story.workday(-5), "09:20"), "expand")
    later = {"promised_on": story.workday(4), "interim_reason": "需要省公司核实传输资源"}
    story.answered(interim, at(story.workday(-4), "10:00"), "interim", **later)
    for code, received, sent, what in (
        ("C0016", -9, -8, "training"),
        ("C0020", -16, -12, "fault"),
        ("C0036", -20, -18, "bill"),
        ("C0026", -12, -10, "contract"),
        ("C0011", -23, -22, "move"),
        ("C0005", -7, -6, "cooperate"),
    ):
        letter = story.letter(code, at(story.workday(received), "09:40"), what)
        story.answered(letter, at(story.workday(sent), "15:20"))
        if received < -10:
            correspondence.close_letter(letter=letter, by=letter.owner)
