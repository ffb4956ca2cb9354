"""Events as iCalendar (RFC 5545) and as invitations (RFC 5546). All times in UTC: no VTIMEZONE."""

from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as VEvent

from visits.ics_rules import Event, Person

PRODUCT = "-//CRM//政企客户经理//ZH"


def feed(events: Iterable[Event], name: str) -> bytes:
    """A whole calendar, to be read again and again; it has no METHOD."""
    calendar = _calendar()
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    for event in events:
        calendar.add_component(_vevent(event))
    return calendar.to_ical()


def invitation(event: Event, *, method: str, organizer: Person, attendee: Person) -> bytes:
    """One event as REQUEST or CANCEL to one person."""
    calendar = _calendar()
    calendar.add("method", method)
    entry = _vevent(event)
    entry.add("organizer", _address(organizer), encode=0)
    guest = _address(attendee)
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method == "REQUEST":
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("TRUE")
    entry.add("attendee", guest, encode=0)
    calendar.add_component(entry)
    return calendar.to_ical()


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name.replace('"', "'"))
    return address


def _vevent(event: Event) -> VEvent:
    entry = VEvent()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.modified.astimezone(UTC))
    entry.add("last-modified", event.modified.astimezone(UTC))
    entry.add("dtstart", _moment(event.start))
    entry.add("dtend", _moment(event.end))
    entry.add("summary", event.title)
    for name in ("location", "description", "url"):
        if value := getattr(event, name):
            entry.add(name, value)
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT" if event.is_free or event.is_cancelled else "OPAQUE")
    return entry


def _moment(value):
    return value.astimezone(UTC) if isinstance(value, datetime) else value
