"""What stands in a calendar keeps RFC 5545, whatever somebody typed."""

from datetime import UTC, datetime, timedelta

import pytest

from visits import ics_rules, ics_text
from visits.ics_rules import Event, Person
from visits.tests.calendars import events_of

START = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def event(**fields):
    fields = {"uid": "visit-7@x.example", "sequence": 3, "title": "上门拜访 蓝亭银行"} | fields
    return Event(start=START, end=START + timedelta(hours=1), modified=START, **fields)


def test_an_event_is_read_by_two_readers():
    found = events_of(ics_text.feed([event()], "日历"))["visit-7@x.example"]
    assert found.decoded("dtstart") == START and found["sequence"] == 3
    assert found["status"] == "CONFIRMED"


@pytest.mark.parametrize("text", [
    "绍兴市越城区、柯桥区、上虞区、诸暨市、嵊州市、新昌县农业农村与信息化联合指挥调度中心（直属事业单位）城南工作站",
    "一，二;三\\四\r\nBEGIN:VEVENT\r\nSUMMARY:假的",
    '引号"与:冒号', "𠮷野家😀" * 30,
])  # fmt: skip
def test_long_and_hostile_text_stays_text(text):
    found = events_of(ics_text.feed([event(title=text, location=text)], text))
    (one,) = found.values()
    assert str(one["summary"]).replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_a_cancelled_event_says_so_and_blocks_no_time():
    (one,) = events_of(ics_text.feed([event(is_cancelled=True)], "日历")).values()
    assert (one["status"], one["transp"]) == ("CANCELLED", "TRANSPARENT")


def test_an_empty_calendar_is_still_one():
    assert b"END:VCALENDAR" in ics_text.feed([], "日历")


def test_an_invitation_names_both_sides():
    content = ics_text.invitation(
        event(), method="REQUEST",
        organizer=Person('何"琼', "he@x.example"), attendee=Person("王，主任", "w@y.example"),
    )  # fmt: skip
    (one,) = events_of(content).values()
    assert str(one["organizer"]) == "mailto:he@x.example"
    assert one["attendee"].params["CN"] == "王，主任"
    assert one["attendee"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert b"METHOD:REQUEST" in content


def test_retries_grow_apart_and_stay_hourly():
    waits = [ics_rules.retry_at(n, START) - START for n in (1, 2, 3, 4, 5, 60)]
    assert [wait.seconds // 60 for wait in waits] == [1, 5, 15, 60, 60, 60]


def test_a_reason_is_one_line():
    assert ics_rules.one_line("550 5.1.1\r\n no\x00 such  user" + "x" * 300, 30) == (
        "550 5.1.1 no such userxxxxxxxx"
    )
