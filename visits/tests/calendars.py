"""Read calendars as others do: with icalendar, and with vobject, which validates what it reads."""

import vobject
from icalendar import Calendar


def events_of(content: bytes) -> dict[str, object]:
    """{UID: VEVENT} of a calendar that two independent readers take, and that keeps RFC 5545."""
    text = content.decode()
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    other = vobject.readOne(text)
    assert other.validate(raiseException=True)
    calendar = Calendar.from_ical(content)
    assert calendar["version"] == "2.0" and calendar["prodid"]
    found = calendar.walk("VEVENT")
    seen = {event.uid.value: event.summary.value for event in getattr(other, "vevent_list", [])}
    assert seen == {str(event["uid"]): str(event["summary"]) for event in found}
    assert len(seen) == len(found)
    for event in found:
        assert {"DTSTAMP", "DTSTART", "DTEND", "SEQUENCE"} <= set(event)
        assert event.decoded("dtstart") < event.decoded("dtend")
    return {str(event["uid"]): event for event in found}


def calendar_part(message) -> tuple[str, bytes]:
    """(method of the header, content) of the text/calendar part of a mail as it arrived."""
    parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    content = parts[0].get_payload(decode=True)
    return parts[0].get_param("method"), content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
