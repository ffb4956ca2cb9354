"""Tell one visit or letter through the real actions, at times relative to the day of loading."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle

from accounts.models import Customer
from core.models import WorkCalendarDay
from core.rules import SHANGHAI, WorkCalendar, add_workdays, local_date, subtract_workdays
from crm.demo.topics import LETTERS, REPLIES, TOPICS, Topic
from reminders.models import DutyKind, Obligation
from staff.models import User
from visits import letter_reports, letter_rules, reply_rules, template_reports
from visits.actions import (
    correspondence,
    planning,
    promises,
    recording,
    replying,
    reviewing,
    thanks,
    visiting,
)
from visits.models import Commitment, InboundLetter, LetterReply, LetterTemplate, Visit, VisitRecord
from visits.rules import day_text

HOUR = timedelta(hours=1)


@dataclass
class Story:
    """`now` is the aware moment that everything is told from."""

    now: datetime
    customers: dict[str, Customer]
    people: dict[str, User]
    calendar: WorkCalendar = field(init=False)

    def __post_init__(self):
        self.calendar = WorkCalendarDay.objects.as_calendar()
        self._topics = cycle(TOPICS)

    @property
    def today(self) -> date:
        return local_date(self.now)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def workday(self, count: int) -> date:
        """The `count`-th working day from today, back for negative; 0 is today itself."""
        if count > 0:
            return add_workdays(self.today, count, self.calendar).day
        return subtract_workdays(self.today, -count, self.calendar) if count else self.today

    def past(self, moment: datetime) -> datetime:
        """Not later than now, and still of today if `moment` is."""
        return min(moment, max(at(self.today, "00:00"), self.now - timedelta(minutes=10)))

    # --- visits -------------------------------------------------------------------------------
    def plan(self, code, day, start="14:00", minutes=90, topic=None, booked=True, **fields):
        """A visit that is planned, and booked two days before (but not later than now)."""
        customer, topic = self.customers[code], topic or next(self._topics)
        begins = at(day, start)
        colleagues = [self.people[name] for name in fields.pop("colleagues", ())]
        booked_at = fields.pop("booked_at", None) or begins - timedelta(days=2, hours=4)
        late = fields.pop("late_booking_reason", "")
        fields = {"mode": "on_site", "is_formal": True, "location": customer.address} | fields
        visit = planning.plan_visit(
            customer=customer,
            contacts=list(customer.contacts.current()[:1]),
            key_points=topic.key_points,
            colleagues=colleagues,
            by=customer.manager,
            at=min(booked_at, self.now) - 20 * HOUR,
            stage=customer.relationship_stage,
            purpose=topic.purpose,
            prep_text="",
            scheduled_start=begins,
            scheduled_end=begins + timedelta(minutes=minutes),
            **fields,
        )
        visit.topic = topic
        if booked:
            self._book(visit, booked_at, late)
        return visit

    def _book(self, visit: Visit, booked_at, late) -> None:
        visiting.book_visit(
            visit=visit,
            booked_at=self.past(booked_at),
            booked_with=visit.contacts.first(),
            booking_channel="phone",
            late_booking_reason=late,
            late_booking_note="客户来电，当天到场" if late else "",
            by=visit.owner,
        )

    def held(self, code, day, start="14:00", minutes=90, arrived=8, **fields) -> Visit:
        """A visit that took place as planned; its record is still to be written."""
        visit = self.plan(code, day, start, minutes, **fields)
        by, begins = visit.owner, visit.scheduled_start
        if visit.mode == Visit.Mode.ON_SITE:
            arrived_at = begins - timedelta(minutes=arrived)
            visiting.arrive(visit=visit, arrived_at=arrived_at, by=by)
        visiting.start_visit(visit=visit, started_at=begins, by=by)
        ended = visit.scheduled_end
        at_ = min(ended + HOUR / 2, self.now)
        visiting.hold_visit(visit=visit, started_at=begins, ended_at=ended, by=by, at=at_)
        return visit

    def recorded(self, code, day, start="14:00", minutes=90, promise_on=None, **fields) -> Visit:
        """A visit that took place and was written down, with a promise for `promise_on`."""
        visit = self.held(code, day, start, minutes, **fields)
        topic: Topic = visit.topic
        written_at = min(visit.ended_at + 3 * HOUR, self.now)
        recording.record_visit(
            visit=visit,
            outcomes={point.pk: "covered" for point in visit.key_points.all()},
            commitments=[(topic.promise, promise_on)] if promise_on else [],
            by=visit.owner,
            at=written_at,
            facts=topic.facts,
            customer_opinions=topic.opinions,
            opinion_speaker=visit.contacts.first(),
            our_assessment=topic.assessment,
            customer_mood="cooperative",
            satisfaction=4,
            summary_points=topic.points,
            is_confirmed_with_customer=True,
            next_step=topic.next_step,
            has_no_view_change=True,
        )
        VisitRecord.objects.filter(visit=visit).update(written_at=written_at)
        visit.record.written_at = written_at
        self._backdate_promises(visit, written_at)
        return visit

    def _backdate_promises(self, visit: Visit, made_at: datetime) -> None:
        """A promise counts from when it was made, not from when the demo was loaded."""
        for promise in visit.commitments.all():
            Commitment.objects.filter(pk=promise.pk).update(created_at=made_at)
            duty = Obligation.objects.of(DutyKind.COMMITMENT, promise)
            duty.update(started_at=made_at, next_look_at=made_at)

    def thanked(self, visit: Visit, after: timedelta, channel="paper") -> None:
        """The thank-you letter leaves `after` the end of the visit; the visit is closed."""
        letter, by = visit.thank_you, visit.owner
        sent_at = min(visit.ended_at + after, self.now)
        text = letter_reports.proposed_thanks(letter)
        contacts = list(visit.contacts.all())
        thanks.save_draft(
            letter=letter,
            contacts=contacts,
            salutation=text.salutation,
            body=text.body,
            letter_on=local_date(sent_at),
            by=by,
        )
        thanks.send_letter(
            letter=letter, channel=channel, recipient=contacts[0].name, sent_at=sent_at, by=by
        )
        self.accepted(visit)
        recording.close_visit(visit=visit, by=by)

    def accepted(self, visit: Visit, note="") -> None:
        """The head, or for a head the director, has read the record and locked it."""
        record, owner = visit.record, visit.owner
        head = owner.director() if owner.role == User.Role.DEPT_HEAD else owner.dept_head()
        reviewing.accept_record(
            record=record,
            version=record.version,
            note=note,
            by=head,
            at=min(record.written_at + 20 * HOUR, self.now),
        )

    def kept(self, visit: Visit, day: date) -> None:
        """The promise of the visit is kept on `day`."""
        evidence = "已书面送达客户，客户确认收到。"
        for promise in visit.commitments.all():
            done_at = self.past(at(day, "16:00"))
            promises.fulfil_promise(promise=promise, evidence=evidence, at=done_at, by=visit.owner)

    # --- letters ------------------------------------------------------------------------------
    def letter(self, code, received_at, what, channel="paper", ref="") -> InboundLetter:
        subject, category, summary = LETTERS[what]
        customer = self.customers[code]
        letter = correspondence.register_letter(
            customer=customer,
            contact=customer.contacts.current().first(),
            subject=subject,
            customer_ref=ref,
            letter_on=local_date(received_at),
            received_at=received_at,
            received_channel=channel,
            category=category,
            summary=summary,
            by=customer.manager,
        )
        letter.what = what
        return letter

    def drafted(
        self, letter: InboundLetter, kind="final", promised_on=None, interim_reason=""
    ) -> LetterReply:
        incoming = letter_reports.incoming_of(letter)
        template = LetterTemplate.objects.get(code="interim-progress")
        given = {"promised_on": day_text(promised_on)} if promised_on else {}
        given["interim_reason"] = interim_reason
        body = template_reports.proposed_reply(letter, template, given)["body"]
        if kind == "final":
            lines = ["经研究，现函复如下：", REPLIES[letter.what], "特此函复。"]
            body = "\n".join([reply_rules.cited(incoming), *lines])
        reply = replying.draft_reply(
            letter=letter,
            kind=kind,
            title=reply_rules.reply_title(letter.subject),
            addressee=letter.customer.name,
            body=letter_rules.LEFT_OVER.sub("有关事项", body),
            promised_on=promised_on,
            interim_reason=interim_reason,
            by=letter.owner,
        )
        return reply

    def answered(self, letter: InboundLetter, sent_at, kind="final", **interim) -> None:
        """The reply is drafted, approved where it must be, issued and sent at `sent_at`."""
        reply, by = self.drafted(letter, kind, **interim), letter.owner
        if replying.approval_need(reply).is_needed:
            replying.submit_reply(reply=reply, by=by)
            head = by.dept_head()
            replying.decide_reply(reply=reply, is_approved=True, note="同意。", by=head)
        replying.issue_reply(reply=reply, by=by, on=local_date(sent_at))
        replying.send_reply(
            reply=reply,
            channel="paper",
            recipient=letter.contact.name,
            sent_at=self.past(sent_at),
            by=by,
        )


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)
