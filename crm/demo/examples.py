"""V1–V6 and LT1–LT5 of §E.5 moved to the day of loading: something overdue, due today, done."""

from datetime import timedelta

from crm.demo.story import HOUR, Story, at
from crm.demo.topics import TOPICS
from visits.actions import correspondence


def load(story: Story) -> None:
    """Needs the customers and people of the demo; call it once."""
    _visits(story)
    _due_today(story)
    _letters(story)


def _visits(story: Story) -> None:
    # V1: booked two days ahead, eight minutes early, letter out the next morning
    v1 = story.recorded("C0007", story.day(-4), "14:00", 100, topic=TOPICS[0])
    story.thanked(v1, timedelta(hours=18, minutes=35))
    # V2: no letter, due yesterday at 16:30
    story.recorded("C0002", story.day(-3), "15:00", 90, topic=TOPICS[1])
    # V3: today, booked yesterday evening: in time by date, 16 hours by the clock
    story.plan("C0019", story.today, "10:00", booked_at=at(story.day(-1), "18:00"))
    # V4: by telephone, owes no letter
    story.recorded("C0031", story.day(-5), "10:30", 20, mode="phone", location="")
    # V5: with a solution engineer, tomorrow
    story.plan("C0027", story.day(1), "09:30", colleagues=["se1"], topic=TOPICS[5])
    # V6: booked on the day itself because of a fault
    story.plan(
        "C0023",
        story.today,
        "15:30",
        booked_at=at(story.today, "08:40"),
        late_booking_reason="fault_or_complaint",
    )


def _due_today(story: Story) -> None:
    """A letter whose 48 hours end today, and not yet when the demo is loaded."""
    latest = at(story.today, "23:50")
    due = min(max(at(story.today, "17:30"), story.now + 2 * HOUR), latest)
    ended = due - 2 * timedelta(days=1)
    local = (ended - HOUR).astimezone(latest.tzinfo)
    story.recorded("C0025", local.date(), f"{local:%H:%M}", 60, topic=TOPICS[3])


def _letters(story: Story) -> None:
    # LT1: received the second last working day at 17:20: due today, or on the next working day
    story.letter("C0001", at(story.workday(-2), "17:20"), "expand", ref="A银办函〔2026〕18号")
    # LT2: received this morning
    story.letter("C0014", story.past(at(story.today, "08:40")), "move", ref="G支函〔2026〕7号")
    # LT3: by e-mail on a rest day, which counts from the next working day all the same
    story.letter("C0024", at(_last_rest_day(story), "11:00"), "cooperate", channel="email")
    # LT4: answered one working day too late
    lt4 = story.letter("C0009", at(story.workday(-28), "15:00"), "fault")
    story.answered(lt4, at(story.workday(-25), "11:00"))
    # LT5: answered on the last day
    lt5 = story.letter("C0010", at(story.workday(-35), "10:00"), "training")
    story.answered(lt5, at(story.workday(-33), "10:00"))
    correspondence.close_letter(letter=lt5, by=lt5.owner)


def _last_rest_day(story: Story):
    day = story.day(-1)
    while story.calendar.is_workday(day):
        day -= timedelta(days=1)
    return day
