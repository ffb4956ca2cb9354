"""The parts of a visit's page that carry forms: findings of a joint visit, the record's review."""

from dataclasses import dataclass, field

from django import forms

from accounts.reports import history
from staff.models import User
from visits import joint_rules, record_reports
from visits.actions import addenda, asking, joint, reviewing
from visits.forms.joint import AnswerForm, AttendanceForm, FindingForm, RewordForm, WithdrawForm
from visits.forms.reviewing import AddendumForm, ReviewForm
from visits.models import FindingAnswer, KeyFinding, Visit, VisitRecord
from visits.reports import can_change

SHOWN_STATES = ("held", "recorded", "closed")


TYPED = ("content", "text", "comment", "reason")


@dataclass
class Refused:
    """A form that was sent and not taken: shown in its place again. `pk` of the finding, or 0.

    Where its place is gone meanwhile (`is_placed` stays False) the page tells the refusal on top,
    with what was typed.
    """

    form: forms.Form
    pk: int = 0
    is_placed: bool = False

    def instead_of(self, fresh: forms.Form, pk: int = 0) -> forms.Form:
        if type(self.form) is not type(fresh) or self.pk != pk:
            return fresh
        self.is_placed = True
        return self.form

    @property
    def typed(self) -> str:
        return next((self.form.data[name] for name in TYPED if self.form.data.get(name)), "")


def nothing() -> Refused:
    return Refused(forms.Form())


@dataclass(frozen=True)
class FindingRow:
    """One finding with the forms of what the reader may do; None: may not."""

    finding: KeyFinding
    answers: list[FindingAnswer]
    waiting: list[str]
    mine: FindingAnswer | None
    is_disputed: bool
    answer_form: forms.Form | None = None
    reword_form: forms.Form | None = None
    withdraw_form: forms.Form | None = None


@dataclass(frozen=True)
class FindingsPanel:
    rows: list[FindingRow]
    withdrawn: list[KeyFinding]
    is_joint: bool
    people: list[User]
    add_form: forms.Form | None = None
    attendance_form: forms.Form | None = None


def findings_panel(visit: Visit, user: User, refused: Refused | None = None):
    """The FindingsPanel; None where nobody came along and nothing was found."""
    refused = refused or nothing()
    if visit.state not in SHOWN_STATES:
        return None
    rows = list(visit.findings.select_related("contributed_by").prefetch_related("answers__user"))
    if not rows and not visit.participants.exists():
        return None
    people = asking.attendees(visit)
    is_open = visit.state in joint_rules.OPEN_STATES
    is_joint = joint_rules.is_joint(people)
    writes = is_open and is_joint and user.pk in people
    live = [row for row in rows if row.withdrawn_at is None]
    return FindingsPanel(
        rows=[_finding_row(row, visit, user, people, writes, is_open, refused) for row in live],
        withdrawn=[row for row in rows if row.withdrawn_at],
        is_joint=is_joint,
        people=list(people.values()),
        add_form=refused.instead_of(FindingForm()) if writes else None,
        attendance_form=(
            refused.instead_of(AttendanceForm(visit=visit))
            if is_open and can_change(visit, user)
            else None
        ),
    )


def _finding_row(row, visit, user, people, writes, is_open, refused) -> FindingRow:
    rule, seen = asking.as_rule(row), {"seen": row.worded_at.isoformat()}
    answers = list(row.answers.all())
    mine = next((one for one in answers if one.user_id == user.pk), None)
    is_own = row.contributed_by_id == user.pk
    given = seen | {"verdict": mine.verdict, "comment": mine.comment} if mine else seen
    words = {name: getattr(row, name) for name in ("category", "content", "confidence")}

    def form(cls, initial):
        fresh = cls(initial=initial, auto_id=f"id_{row.pk}_%s", prefix=None)
        return refused.instead_of(fresh, row.pk)

    return FindingRow(
        finding=row,
        answers=answers,
        waiting=[p.name for pk, p in people.items() if joint_rules.owes_answer(pk, rule)],
        mine=mine,
        is_disputed=joint_rules.DISPUTED in rule.verdicts.values(),
        answer_form=form(AnswerForm, given) if writes and not is_own else None,
        reword_form=form(RewordForm, seen | words) if writes and is_own else None,
        withdraw_form=(
            form(WithdrawForm, seen) if is_open and joint.may_withdraw(row, visit, user) else None
        ),
    )


@dataclass(frozen=True)
class ReviewPanel:
    """Where a record stands, who answers for it, and what was added to it."""

    record: VisitRecord
    may_review: bool
    may_edit: bool
    attestations: list
    addenda: list = field(default_factory=list)
    version_count: int = 0
    addendum_form: forms.Form | None = None


def review_panel(visit: Visit, user: User, refused: Refused | None = None) -> ReviewPanel | None:
    refused = refused or nothing()
    record = VisitRecord.objects.filter(visit=visit).select_related("reviewed_by", "written_by")
    record = record.first()
    if record is None:
        return None
    record.visit = visit
    is_locked = record.state == VisitRecord.State.ACCEPTED
    is_waiting = record.state == VisitRecord.State.SUBMITTED
    return ReviewPanel(
        record=record,
        may_review=is_waiting and reviewing.may_review(record, user),
        may_edit=record.state == VisitRecord.State.RETURNED and can_change(visit, user),
        attestations=record_reports.attestations(record),
        addenda=list(visit.addenda.select_related("written_by")),
        version_count=record.version,
        addendum_form=(
            refused.instead_of(AddendumForm())
            if is_locked and addenda.may_add(visit, user)
            else None
        ),
    )


def review_context(visit: Visit, user: User, *, form=None) -> dict:
    """Everything of the page on which a record is read: versions, proposals, the decision."""
    panel = review_panel(visit, user)
    initial = {"version": panel.record.version}
    context = {
        "visit": visit,
        "record": panel.record,
        "review": panel,
        "submissions": record_reports.submissions(panel.record),
        "form": (form or ReviewForm(initial=initial)) if panel.may_review or form else None,
        "findings": findings_panel(visit, user),
    }
    return context


def proposals_context(visit: Visit, user: User) -> dict:
    """Only for those who see the customer itself: a participant sees the visit alone (A0)."""
    found = record_reports.proposals_of(visit)
    return {
        "waiting": found.waiting,
        "decided": found.decided,
        "may_decide": history.may_decide(user, visit.customer),
    }
