"""复函: drafted, approved, issued under a number, sent. Only the last ends the duty (R13)."""

from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.actions.above import is_director_of, is_head_of
from accounts.models import Customer, seen_through
from core import audit, clock, uploads
from core.models import AuditEvent, Parameter
from core.rules import local_date
from reminders.actions import fulfil_duty
from reminders.models import DutyKind, Obligation
from reminders.rules import say
from staff.models import User
from visits import letter_rules, offer_rules, rules, template_rules
from visits.actions import authority, telling, wordings
from visits.actions.correspondence import ANSWERABLE, move_letter
from visits.actions.errors import STALE, VisitError
from visits.actions.numbers import take_number
from visits.actions.promises import fulfil_promise, make_promise
from visits.models import Commitment, InboundLetter, LetterReply, LintWord

State = LetterReply.State
LetterState = InboundLetter.State
EDITABLE = (State.DRAFT, State.RETURNED, State.APPROVED)
REWRITTEN = "复函刚刚改写过，请看过现在的正文再决定。"


@transaction.atomic
def draft_reply(
    *,
    letter: InboundLetter,
    kind: str,
    title: str,
    addressee: str,
    body: str,
    by: User,
    promised_on: date | None = None,
    interim_reason: str = "",
    seen: str | None = None,
) -> LetterReply:
    """Start the reply of a letter, or change the one in work; an earlier approval lapses.

    An interim one says when the full answer comes and why not now (R13). `seen` is
    wordings.mark_of what the form was drawn from, VisitError when it says something else by now;
    None: nobody looked at a form.
    """
    fields = {"kind": kind, "title": title, "addressee": addressee, "body": body}
    fields |= _put_off(kind, promised_on, interim_reason)
    move_letter(letter, ANSWERABLE, LetterState.DRAFTING)
    reply = letter.replies.in_work().select_for_update().first()
    if seen is not None and (reply is None or reply.state in EDITABLE):
        wordings.check_same(reply, fields, seen)
    if reply is None:
        reply = _new_reply(letter, by, fields)
    else:
        _move(
            reply,
            EDITABLE,
            State.DRAFT,
            written_by=by,
            approved_by=None,
            approved_at=None,
            **fields,
        )
    audit.record(verb="reply.drafted", target=reply, by=by, reason=reply.interim_reason)
    return reply


def _put_off(kind: str, promised_on: date | None, reason: str) -> dict:
    if kind != LetterReply.Kind.INTERIM:
        return {"promised_on": None, "interim_reason": ""}
    if promised_on is None:
        raise VisitError("初步答复必须写明正式答复的日期。")
    if not reason:
        raise VisitError("初步答复必须写明暂不能正式答复的原因。")
    return {"promised_on": promised_on, "interim_reason": reason}


def _new_reply(letter: InboundLetter, by: User, fields: dict) -> LetterReply:
    try:
        with transaction.atomic():
            return LetterReply.objects.create(letter=letter, written_by=by, **fields)
    except IntegrityError as error:
        raise VisitError("这封来函已有一份复函在办理，请刷新页面。") from error


def approval_need(reply: LetterReply) -> rules.ApprovalNeed:
    """Whether the head must see this reply first, and why (§B.6)."""
    return rules.approval_need(
        category=reply.letter.category,
        category_label=reply.letter.get_category_display(),
        body=f"{reply.title}\n{template_rules.without_open_places(reply.body)}",
        offers=offer_rules.unread_in(authority.said_in(reply)),
    )


@transaction.atomic
def submit_reply(*, reply: LetterReply, by: User) -> None:
    """Hand the draft to the head. Refused while the pattern text has open places."""
    _check_text(reply)
    _move(reply, (State.DRAFT, State.RETURNED), State.PENDING_APPROVAL, approver_note="")
    move_letter(reply.letter, ANSWERABLE, LetterState.PENDING_APPROVAL)
    audit.record(verb="reply.submitted", target=reply, by=by)


def may_approve(reply: LetterReply, by: User) -> bool:
    """Nobody who wrote at it, not even after a colleague saved it once more; what a department
    head wrote at goes to the director (D16).
    """
    writers = _writers(reply)
    if by.pk in writers:
        return False
    customer = reply.letter.customer
    above = [p for p in by.acting_for() if p.pk not in writers and _is_above(p, customer)]
    roles = {person.role for person in above}
    if User.Role.DEPT_HEAD in writers.values():
        return User.Role.BRANCH_DIRECTOR in roles
    return bool(roles & {User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR})


def to_approve(by: User) -> QuerySet[LetterReply]:
    """The replies that wait and that `by` may decide: `may_approve` as a query."""
    rows = LetterReply.objects.filter(state=State.PENDING_APPROVAL)
    rows = rows.filter(seen_through("letter__customer", by))
    scope = Q(pk__in=[])
    for person in by.acting_for():
        branch = Q(letter__customer__branch=person.branch_id)
        if person.role == User.Role.DEPT_HEAD and person.department_id:
            below = Q(letter__customer__department__in=person.departments_below())
            # What is the head's own is a head's, too.
            others = ~_wrote(role=User.Role.DEPT_HEAD)
            scope |= branch & below & (others if person == by else others & ~_wrote(pk=by.pk))
        elif person.role == User.Role.BRANCH_DIRECTOR:
            scope |= branch & ~_wrote(pk__in={person.pk, by.pk})
    return rows.filter(scope)


def _wrote(**who) -> Q:
    """Replies whose text one of those saved: by the row, or by the trail of earlier savings."""
    saved = AuditEvent.objects.filter(
        verb="reply.drafted",
        target_type=LetterReply._meta.label_lower,
        target_id=Cast(OuterRef("pk"), CharField()),
        **{f"actor__{name}": value for name, value in who.items()},
    )
    now = {f"written_by__{name}": value for name, value in who.items()}
    return Q(**now) | Q(Exists(saved))


def _is_above(person: User, customer: Customer) -> bool:
    """The head of this customer's department or the director of its branch, not another's."""
    return is_head_of(person, customer) or is_director_of(person, customer)


def _writers(reply: LetterReply) -> dict[int, str]:
    """{pk: role} of everyone who saved the text; the audit trail remembers what the row forgets."""
    saved = AuditEvent.objects.about(reply).filter(verb="reply.drafted").values("actor")
    people = User.objects.filter(Q(pk__in=saved) | Q(pk=reply.written_by_id))
    return dict(people.values_list("pk", "role"))


@transaction.atomic
def decide_reply(
    *, reply: LetterReply, is_approved: bool, note: str, by: User, seen: str | None = None
) -> None:
    """Approve a submitted reply, or return it with a note that says what to change (§B.6, D16).

    `seen` is wordings.mark_of what the page showed: nobody approves words that were never read.
    """
    if not may_approve(reply, by):
        raise VisitError("拟稿人不能审核自己的复函；部门经理拟的稿由分公司主任审核。")
    if not is_approved and not note:
        raise VisitError("退回时请写明要改什么。")
    stored = LetterReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if seen is not None and wordings.mark_of(wordings.wording_of(stored)) != seen:
        raise VisitError(REWRITTEN)
    if is_approved:
        authority.check_approval(reply, by=by)
    decided = {"approver_note": note, "approved_by": by, "approved_at": clock.now()}
    state = State.APPROVED if is_approved else State.RETURNED
    _move(reply, (State.PENDING_APPROVAL,), state, **decided)
    move_letter(reply.letter, ANSWERABLE, LetterState.DRAFTING)
    audit.record(verb=f"reply.{state}", target=reply, by=by, reason=note)


@transaction.atomic
def issue_reply(*, reply: LetterReply, by: User, on: date | None = None) -> LetterReply:
    """Give the reply its number and date; from here its text is fixed (§4.6).

    A reply that needs approval must have it. `on` is today if left out (old letters: their day).
    """
    day = on or timezone.localdate()
    _check_text(reply)
    _check_promised(reply, day)
    authority.check_reply(reply, by=by)
    allowed = (State.APPROVED,) if approval_need(reply).is_needed else (State.DRAFT, State.APPROVED)
    if reply.state not in allowed:
        raise VisitError("这份复函需要先审核通过，才能签发。")
    number = take_number(branch=reply.letter.customer.branch, year=day.year)
    # compared with the text that was looked at: an edit meanwhile must not slip out unapproved
    _move(reply, (reply.state,), State.ISSUED, number=number, issued_on=day)
    audit.record(verb="reply.issued", target=reply, by=by, changes={"number": str(number)})
    return reply


@transaction.atomic
def void_reply(*, reply: LetterReply, reason: str, by: User) -> None:
    """Take back an issued reply that must not leave the house; a new one can then be drafted.

    Its number stays used and recorded with the reason (§4.6); the duty of the letter runs on.
    """
    voided = {"voided_by": by, "voided_at": clock.now(), "void_reason": reason}
    _move(reply, (State.ISSUED,), State.VOID, **voided)
    move_letter(reply.letter, ANSWERABLE, LetterState.DRAFTING)
    changes = {"number": str(reply.number)}
    audit.record(verb="reply.voided", target=reply, by=by, reason=reason, changes=changes)


@transaction.atomic
def send_reply(
    *,
    reply: LetterReply,
    channel: str,
    recipient: str,
    sent_at: datetime,
    by: User,
    proof=None,
    pdf: bytes = b"",
) -> Obligation | None:
    """Record that the issued reply left in writing; ends the duty of the letter (R13, D5).

    An interim reply ends it too when `interim_reply_counts`, and promises the final one. `pdf` is
    the sheet as it was printed, kept as it is.
    """
    _check_sending(reply, sent_at)
    authority.check_reply(reply, by=by)
    text = f"{reply.number}\n{reply.title}\n{reply.addressee}：\n{reply.body}"
    sent = {"channel": channel, "recipient": recipient, "sent_at": sent_at, "sent_by": by}
    digest = sha256(text.encode()).hexdigest()
    _move(reply, (State.ISSUED,), State.SENT, body_sha256=digest, **sent)
    _keep_files(reply, proof, pdf)
    evidence = {
        "number": str(reply.number),
        "channel": reply.get_channel_display(),
        "recipient": recipient,
        "body_sha256": digest,
        "proof_sha256": reply.proof.sha256 if reply.proof else "",
        "pdf_sha256": reply.sent_pdf.sha256 if reply.sent_pdf else "",
    }
    changes = evidence | {"sent": f"{say(sent_at)} 送出"}
    audit.record(verb="reply.sent", target=reply, by=by, changes=changes)
    telling.tell_reply(reply, by=by)
    return AFTER[reply.kind](reply, sent_at, evidence, by)


def _keep_files(reply: LetterReply, proof, pdf: bytes) -> None:
    if proof:
        reply.proof = uploads.store(proof, by=reply.sent_by)
    if pdf:
        name = f"复函_{reply.number}_{reply.letter.customer}.pdf"
        reply.sent_pdf = uploads.store_pdf(pdf, name, by=reply.sent_by)
    reply.save(update_fields=["proof", "sent_pdf"])


def _check_sending(reply: LetterReply, sent_at: datetime) -> None:
    if reply.state != State.ISSUED:  # what was looked at, and printed, has no number yet
        raise VisitError(f"复函{STALE}")
    if sent_at > clock.now():
        raise VisitError("送出时间不能晚于现在。")
    if sent_at < reply.letter.received_at:
        raise VisitError("送出时间不能早于收到来函的时间。")
    _check_promised(reply, local_date(sent_at))
    if reply.issued_on and local_date(sent_at) < reply.issued_on:
        raise VisitError("送出日期不能早于签发日期。")


def _check_promised(reply: LetterReply, day: date) -> None:
    """An interim reply ends the duty only if it says why, and when the final one comes (R13)."""
    if reply.kind != LetterReply.Kind.INTERIM:
        return
    if reply.promised_on < day:
        raise VisitError("承诺正式答复的日期已过，请改为以后的日期，再签发、送出。")
    said = rules.day_text(reply.promised_on)
    if said not in reply.body:
        raise VisitError(f"初步答复的正文里没有写正式答复的日期：{said}。")
    if not rules.says(reply.body, reply.interim_reason):
        raise VisitError(f"初步答复的正文里没有写暂不能正式答复的原因：{reply.interim_reason}。")


def _after_final(reply: LetterReply, at: datetime, evidence: dict, by: User) -> Obligation | None:
    letter = reply.letter
    move_letter(letter, ANSWERABLE, LetterState.REPLIED)
    promised = letter.commitments.filter(
        state__in=Commitment.RUNNING, content=_promise_text(letter)
    )
    for promise in promised:
        fulfil_promise(promise=promise, evidence=f"正式答复 {reply.number}", at=at, by=by)
    return fulfil_duty(kind=DutyKind.LETTER_REPLY, subject=letter, at=at, evidence=evidence, by=by)


def _after_interim(reply: LetterReply, at: datetime, evidence: dict, by: User) -> Obligation | None:
    letter = reply.letter
    move_letter(letter, ANSWERABLE, LetterState.INTERIM_REPLIED)
    if not Parameter.objects.value("interim_reply_counts"):
        return None
    make_promise(
        customer=letter.customer,
        content=_promise_text(letter),
        due_on=reply.promised_on,
        owner=letter.owner,
        by=by,
        letter=letter,
        is_plain=True,
    )
    return fulfil_duty(kind=DutyKind.LETTER_REPLY, subject=letter, at=at, evidence=evidence, by=by)


AFTER = {LetterReply.Kind.FINAL: _after_final, LetterReply.Kind.INTERIM: _after_interim}


def _promise_text(letter: InboundLetter) -> str:
    return f"正式答复来函《{letter.subject}》"


def _check_text(reply: LetterReply) -> None:
    """Open places of the pattern text and forbidden words keep a reply in the house (R35)."""
    words = LintWord.objects.watched()
    for finding in letter_rules.lint(reply.body, prices_block=False, words=words):
        if finding.is_blocking:
            raise VisitError(f"{finding.place}：{finding.advice}。")


def _move(reply: LetterReply, allowed, state: str, **fields) -> None:
    """Compare-and-set; a sent or void reply never changes again. The update locks the row."""
    same = LetterReply.objects.filter(pk=reply.pk, state__in=allowed)
    if state == State.ISSUED:
        same = same.filter(body=reply.body, title=reply.title, addressee=reply.addressee)
    if not same.update(state=state, updated_at=clock.now(), **fields):
        raise VisitError(f"复函{STALE}")
    reply.refresh_from_db()
