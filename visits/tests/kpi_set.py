"""The hand-checked set: 30 visits and 20 letters of November 2026, with what each must count.

Now is Saturday 2026-12-05 10:00. Marks stand for held, booked, punctual, record, thanks: Y counts
and is a hit, N counts and is none, - does not count in November. Moments are 「MM-DD HH:MM[:SS]」
in Shanghai, of 2026. The sums below (EXPECTED) were added up by hand from these marks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from reminders.actions import cancel_duty, fulfil_duty, waive_duty
from reminders.models import DutyKind
from staff.tests.factories import make_department, make_user
from visits.actions import correspondence, visiting
from visits.models import ThankYouLetter
from visits.rules import is_booked_in_time
from visits.tests.factories import make_letter, make_visit

NOW = datetime(2026, 12, 5, 10, tzinfo=SHANGHAI)
ORDER = ("held", "booked", "punctual", "record", "thanks")
HELD = ("held", "recorded", "closed")
WAIVED = "waived"


@dataclass(frozen=True)
class V:
    """One visit: who, how, when booked, appointed, arrived, ended, recorded, thanked; the marks."""

    who: str
    mode: str
    booked: str
    start: str
    arrived: str
    state: str
    ended: str
    recorded: str
    thanked: str
    marks: str
    why: str
    is_formal: bool = True


SITE, PHONE = "on_site", "phone"
VISITS = [
    # --- 甲, 19 visits
    V("甲", SITE, "11-02 17:00", "11-03 09:00", "11-03 08:55", "held", "11-03 10:00",
      "11-04 18:00", "11-05 10:00", "YYYYY", "exactly 5 minutes, exactly 18:00, exactly 48:00:00"),
    V("甲", SITE, "11-03 09:00", "11-03 14:00", "11-03 13:55:01", "closed", "11-03 15:00",
      "11-04 18:00:01", "11-05 15:00:01", "YNNNN", "the same day; a second too late, three times"),
    V("甲", PHONE, "11-03 10:00", "11-04 09:00", "", "held", "11-04 09:30",
      "11-05 12:00", "", "YY-Y-", "nobody arrives at a telephone; no letter is owed"),
    V("甲", SITE, "11-05 10:00", "11-06 10:00", "", "cancelled", "", "", "",
      "NY---", "cancelled: booked in time, not held"),
    V("甲", SITE, "11-08 10:00", "11-09 10:00", "11-09 09:50", "no_show", "", "", "",
      "NYY--", "the customer was not there; we were"),
    V("甲", SITE, "11-09 10:00", "11-10 10:00", "", "rescheduled", "", "", "",
      "-----", "moved: the next line counts"),
    V("甲", SITE, "11-10 11:00", "11-12 10:00", "11-12 09:54", "held", "11-12 11:00",
      "11-13 09:00", WAIVED, "YYYY-", "a waived letter is not due"),
    V("甲", SITE, "", "11-13 10:00", "", "planned", "", "", "",
      "-----", "planned, never booked, never held"),
    V("甲", SITE, "", "11-16 10:00", "", "recorded", "11-16 11:00",
      "11-16 11:30", "11-17 09:00", "-N-YY", "written down afterwards: nobody had booked it"),
    V("甲", SITE, "", "11-17 14:00", "", "held", "11-17 15:00",
      "", "", "---N-", "informal: no booking, no letter; the record is late", is_formal=False),
    V("甲", SITE, "", "11-18 10:00", "", "draft", "", "", "",
      "-----", "a draft is nothing yet"),
    V("甲", SITE, "11-18 10:00", "11-19 10:00", "11-19 09:40", "in_progress", "", "", "",
      "NYY--", "begun, never ended"),
    V("甲", PHONE, "10-31 09:00", "11-01 00:00", "", "held", "11-01 00:30",
      "11-02 09:00", "", "YY-Y-", "the first instant of November, still October in UTC"),
    V("甲", SITE, "10-30 09:00", "10-31 23:59", "10-31 23:54", "held", "11-01 00:30",
      "11-02 10:00", "11-02 11:00", "---YY", "October's visit, November's record and letter"),
    V("甲", SITE, "11-29 09:00", "11-30 23:00", "11-30 22:55", "held", "11-30 23:59",
      "12-01 09:00", "12-01 10:00", "YYY--", "November's visit; record and letter are December's"),
    V("甲", PHONE, "11-30 09:00", "12-01 00:00", "", "held", "12-01 00:30",
      "12-01 09:00", "", "-----", "the first instant of December, still November in UTC"),
    V("甲", SITE, "11-27 10:00", "11-28 23:00", "11-28 22:00", "held", "11-29 00:00",
      "11-30 17:00", "12-01 00:00", "YYYYY", "letter due 24:00 of 11-30, sent at that instant"),
    V("甲", SITE, "11-27 10:00", "11-28 23:10", "11-28 23:05", "held", "11-29 00:00:01",
      "11-30 10:00", "12-01 00:00", "YYYY-", "due one second into December"),
    V("甲", SITE, "11-22 23:59:59", "11-23 08:00", "11-23 07:55", "held", "11-23 09:00",
      "", "", "YYYNN", "booked in the last second of the day before; nothing written since"),
    # --- 乙, same department, 6 visits
    V("乙", SITE, "11-02 10:00", "11-03 10:00", "11-03 10:00", "held", "11-03 11:00",
      "11-04 09:00", "11-04 10:00", "YYNYY", "at the door on the minute is not five minutes early"),
    V("乙", PHONE, "", "11-04 10:00", "", "held", "11-04 10:20",
      "11-05 09:00", "", "---Y-", "an informal call", is_formal=False),
    V("乙", SITE, "", "11-06 10:00", "", "cancelled", "", "", "",
      "-----", "cancelled before anybody booked"),
    V("乙", SITE, "11-09 08:00", "11-09 16:00", "", "cancelled", "", "", "",
      "NN---", "booked on the day itself and cancelled"),
    V("乙", SITE, "11-10 08:00", "11-11 10:00", "11-11 09:30", "held", "11-11 11:00",
      WAIVED, WAIVED, "YYY--", "both duties waived"),
    V("乙", PHONE, "11-15 08:00", "11-16 10:00", "", "held", "11-16 10:30",
      "11-18 09:00", "", "YY-N-", "a record of the day after the next"),
    # --- 丙, another department, 5 visits
    V("丙", SITE, "11-03 08:00", "11-05 10:00", "11-05 09:45", "closed", "11-05 11:00",
      "11-05 12:00", "11-05 16:00", "YYYYY", "all as it should be"),
    V("丙", SITE, "11-10 08:00", "11-10 10:00", "11-10 10:20", "closed", "11-10 11:00",
      "11-12 12:00", "11-13 16:00", "YNNNN", "nothing as it should be"),
    V("丙", PHONE, "11-11 08:00", "11-12 10:00", "", "recorded", "11-12 10:30",
      "11-12 12:00", "", "YY-Y-", "a call"),
    V("丙", SITE, "11-16 08:00", "11-17 10:00", "", "no_show", "", "", "",
      "NY---", "nobody noted an arrival"),
    V("丙", PHONE, "", "11-19 10:00", "", "recorded", "11-19 10:30",
      "11-19 12:00", "", "-N-Y-", "a formal call that nobody had booked"),
]  # fmt: skip


@dataclass(frozen=True)
class L:
    """One customer letter: who, received, answered ("", waived or cancelled); the mark."""

    who: str
    received: str
    answered: str
    mark: str
    why: str


CANCELLED = "cancelled"
LETTERS = [
    L("甲", "11-02 09:00", "11-04 18:00", "Y", "exactly at the close of the second working day"),
    L("甲", "11-02 10:00", "11-04 18:00:01", "N", "one second later"),
    L("甲", "11-06 20:00", "11-10 09:00", "Y", "Friday evening: due on Tuesday"),
    L("甲", "11-07 09:00", "11-11 09:00", "N", "Saturday: due on Tuesday, answered on Wednesday"),
    L("甲", "11-11 09:00", "", "N", "never answered"),
    L("甲", "11-26 09:00", "11-30 17:59", "Y", "due on the last day of November"),
    L("甲", "11-27 09:00", "11-30 09:00", "-", "due on 1 December"),
    L("甲", "10-29 09:00", "10-30 09:00", "Y", "received and answered in October, due in November"),
    L("甲", "10-28 09:00", "11-02 09:00", "-", "due in October"),
    L("甲", "11-16 09:00", WAIVED, "-", "waived"),
    L("甲", "11-17 09:00", CANCELLED, "-", "taken back by the customer"),
    L("甲", "11-18 09:00", "11-19 09:00", "Y", "a day early"),
    L("乙", "11-03 09:00", "11-04 09:00", "Y", "a day early"),
    L("乙", "11-09 09:00", "11-12 09:00", "N", "a day late"),
    L("乙", "11-20 09:00", "11-23 09:00", "Y", "over a weekend"),
    L("乙", "11-23 09:00", WAIVED, "-", "waived"),
    L("丙", "11-04 09:00", "11-06 17:00", "Y", "on the second day"),
    L("丙", "11-10 09:00", "11-16 17:00", "N", "late"),
    L("丙", "11-12 09:00", "11-16 17:00", "Y", "over a weekend"),
    L("丙", "12-04 09:00", "", "-", "December's, and not due yet"),
]

# (hits, base), added up by hand: held, booked, punctual, record, thanks, reply
EXPECTED = {
    "甲": {"held": (9, 12), "booked": (11, 13), "punctual": (8, 9), "record": (8, 11),
          "thanks": (4, 6), "reply": (5, 8)},
    "乙": {"held": (3, 4), "booked": (3, 4), "punctual": (1, 2), "record": (2, 3),
          "thanks": (1, 1), "reply": (2, 3)},
    "丙": {"held": (3, 4), "booked": (3, 5), "punctual": (1, 2), "record": (3, 4),
          "thanks": (1, 2), "reply": (2, 3)},
}  # fmt: skip
# 甲: 9 ÷ 12 = 75, 11 ÷ 13 = 84.6153…, 8 ÷ 9 = 88.8888…, 8 ÷ 11 = 72.7272…, 4 ÷ 6, 5 ÷ 8
RATES_OF_JIA = {
    "held": "75.0", "booked": "84.6", "punctual": "88.9", "record": "72.7", "thanks": "66.7",
    "reply": "62.5", "promise": None, "weekly": None,
}  # fmt: skip


def moment(text: str) -> datetime:
    pattern = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.strptime(f"2026-{text}", pattern).replace(tzinfo=SHANGHAI)


@dataclass
class World:
    people: dict
    visits: list
    letters: list


def make_world() -> World:
    near, far = make_department(), make_department()
    people = {
        "甲": make_user(department=near, name="甲"),
        "乙": make_user(department=near, name="乙"),
        "丙": make_user(department=far, name="丙"),
        "head": make_user("dept_head", department=near),
        "other head": make_user("dept_head", department=far),
        "director": make_user("branch_director"),
        "auditor": make_user("auditor"),
    }
    customers = {name: make_customer(manager=people[name]) for name in EXPECTED}
    visits = [make_one(row, people[row.who], customers[row.who]) for row in VISITS]
    letters = [answer_one(row, people[row.who], customers[row.who]) for row in LETTERS]
    return World(people, visits, letters)


def make_one(row: V, owner, customer):
    """The visit, and the duties that the product itself opens for one that has ended."""
    start = moment(row.start)
    fields = {"booked_at": moment(row.booked)} if row.booked else {}
    if row.booked:
        fields["is_booked_in_time"] = is_booked_in_time(fields["booked_at"], start, "date_diff")
    if row.arrived:
        fields["arrived_at"] = moment(row.arrived)
    if row.ended:
        fields["ended_at"] = moment(row.ended)
        fields["started_at"] = start
    visit = make_visit(
        owner=owner, customer=customer, mode=row.mode, is_formal=row.is_formal, state=row.state,
        scheduled_start=start, scheduled_end=start + timedelta(minutes=20), **fields,
    )  # fmt: skip
    if row.state in HELD:
        visiting.open_duties_after(visit, by=owner)
        end_duty(DutyKind.VISIT_RECORD, visit, row.recorded, owner)
        letter = ThankYouLetter.objects.filter(visit=visit).first()
        assert bool(letter) == (row.mode == SITE and row.is_formal)
        if letter:
            end_duty(DutyKind.THANK_YOU_LETTER, letter, row.thanked, owner)
    return visit


def answer_one(row: L, owner, customer):
    letter = make_letter(owner=owner, customer=customer, received_at=moment(row.received))
    correspondence.open_reply_duty(letter, by=owner)
    end_duty(DutyKind.LETTER_REPLY, letter, row.answered, owner)
    return letter


def end_duty(kind, subject, how: str, by) -> None:
    if how == WAIVED:
        waive_duty(kind=kind, subject=subject, reason="客户不需要", by=by)
    elif how == CANCELLED:
        cancel_duty(kind=kind, subject=subject, reason="客户撤回来函", by=by)
    elif how:
        fulfil_duty(kind=kind, subject=subject, at=moment(how), evidence={}, by=by)
