"""授权有限 (R14): the one gate that every promise and every letter to a customer passes.

`check_text(by=, customer=, text=, about=)` and `check_open(about)` raise VisitError with words for
the user; `refusal` says the same for a page. Call them inside the transaction of the change.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer
from core.models import Parameter
from staff.models import AuthorityLimit, AuthorityTopic, User
from visits import letter_rules, offer_rules, reply_rules
from visits.actions.errors import VisitError
from visits.authority_rules import (
    Excess,
    Figures,
    Limit,
    covers,
    figures_in,
    say_all,
    verdict,
    without_refusals,
)
from visits.models import (
    Commitment,
    Escalation,
    InboundLetter,
    LetterReply,
    ThankYouLetter,
    Visit,
)

LEVELS = (User.Role.DEPT_HEAD, User.Role.BRANCH_DIRECTOR)
"""The line upward inside the branch (D16)."""
NOT_PROMISED = (Commitment.State.BLOCKED, Commitment.State.WITHDRAWN)


def limits_of(role: str) -> dict[str, Limit]:
    """{topic: limit} of one role, as the administrator has set them."""
    rows = AuthorityLimit.objects.filter(role=role)
    return {
        row.topic: Limit(row.max_discount_pct, row.max_amount, row.max_term_months, row.is_free)
        for row in rows
    }


def typed(row) -> Figures:
    """The figures that stand in the fields of a promise or of a request."""
    return Figures(row.discount_pct, row.amount, row.term_months)


def asked_for(escalation: Escalation) -> Figures:
    """What a request is about: its fields, and what its proposal says (the larger of both)."""
    return typed(escalation).with_(figures_in(escalation.proposal))


def granted(escalation: Escalation) -> Figures:
    """What an approval gives: not more than its conditions name."""
    return asked_for(escalation).capped(figures_in(escalation.conditions))


def beyond(by: User, topic: str, figures: Figures) -> tuple[Excess, ...]:
    """What exceeds the authority of `by`, in the own role: standing in for a head lends none."""
    return verdict(topic, figures, limits_of(by.role))


def said_limits(role: str) -> list[str]:
    """「价格折扣：折扣 8%」 for the topics that have a figure, for the page of a form."""
    said = []
    for topic, limit in limits_of(role).items():
        figures = Figures(limit.discount, limit.amount, limit.term)
        if not figures.is_empty:
            said.append(f"{AuthorityTopic(topic).label}：{say_all(figures)}")
    return said


def lowest_level(topic: str, figures: Figures) -> str | None:
    """The first role of the line whose limit suffices; None when nobody's in the branch does."""
    return next((role for role in LEVELS if not verdict(topic, figures, limits_of(role))), None)


# --- what belongs together ----------------------------------------------------------------------
def _kin(about) -> list:
    """The rows whose requests speak for `about` too: a visit and its letter, a letter and replies.

    A promise looks at the visit or letter that it comes from, but does not lock it.
    """
    if isinstance(about, Visit):
        return [about, *ThankYouLetter.objects.filter(visit=about)]
    if isinstance(about, ThankYouLetter):
        return [about, about.visit]
    if isinstance(about, InboundLetter):
        return [about, *about.replies.all()]
    if isinstance(about, LetterReply):
        return [about.letter, *about.letter.replies.all()]
    if isinstance(about, Commitment):
        return [row for row in (about, about.visit, about.letter) if row]
    return []


def _concerning(about) -> Q:
    condition = Q(pk__in=[])
    for row in _kin(about):
        content_type = ContentType.objects.get_for_model(row)
        condition |= Q(content_type=content_type, object_id=row.pk)
    return condition


def undecided_about(about):
    """Requests about `about` that nobody has decided yet."""
    return Escalation.objects.undecided().filter(_concerning(about)).order_by("pk")


def _decided(customer: Customer, about):
    """Decisions that may speak for `about`: made for it, or for this customer not long ago.

    One without an end covers what it was given for for good, and other letters and promises of the
    customer for so many days as the administrator has set.
    """
    today = timezone.localdate()
    days = Parameter.objects.value("approval_valid_days")
    recent = timezone.now() - timedelta(days=days)
    lasting = Q(expires_on=None, decided_at__gte=recent) | Q(expires_on__gte=today)
    its_own = _concerning(about) & (Q(expires_on=None) | Q(expires_on__gte=today))
    rows = Escalation.objects.filter(customer=customer).exclude(
        state__in=(*Escalation.UNDECIDED, Escalation.State.WITHDRAWN)
    )
    return rows.filter(its_own | lasting).order_by("-decided_at", "-pk")


def grants_for(*, customer: Customer, figures: Figures, over, about=None) -> list[Escalation]:
    """The approvals that together cover everything that is `over`; empty when one is missing."""
    if not over:
        return []
    approved = [row for row in _decided(customer, about) if row.outcome in Escalation.GRANTED]
    chosen = []
    for excess in over:
        fitting = (row for row in approved if covers(row.topic, granted(row), figures, [excess]))
        grant = next(fitting, None)
        if grant is None:
            return []
        chosen.append(grant)
    return chosen


# --- the gate -----------------------------------------------------------------------------------
def check_open(about) -> None:
    """Refuse while a request about `about` waits: the customer's answer is locked (R14).

    An interim reply passes: it says that the matter is being decided, and nothing else.
    """
    if isinstance(about, LetterReply) and about.kind == LetterReply.Kind.INTERIM:
        return
    waiting = undecided_about(about).select_related("approver").first()
    if waiting:
        raise VisitError(
            f"关于「{waiting.get_topic_display()}」的请示正等 {waiting.approver} 决定，"
            "决定之前不能签发、打印或送出；可以先发一份说明。"
        )


def check_text(
    *, by: User, customer: Customer, text: str, about=None, others=(), hint: str = ""
) -> None:
    """Refuse a text that promises more than `by` may, unless an approval covers it (R14).

    `others` are people whose authority counts too: who approved the reply.
    """
    over = _over_all(text, (by, *others))
    if not over:
        return
    figures = figures_in(text)
    if grants_for(customer=customer, figures=figures, over=over, about=about):
        return
    if _was_declined(customer, about) and not _over_all(without_refusals(text), (by, *others)):
        return
    said = "；".join(excess.said for excess in over)
    raise VisitError(
        f"文字里有超出权限的承诺：{said}。请先请示，上级决定以前不能作出、打印或送出。{hint}"
    )


def _over_all(text: str, people) -> tuple[Excess, ...]:
    """What is beyond the authority of each of `people`."""
    figures = figures_in(text)
    if figures.is_empty:
        return ()
    found = [beyond(person, "", figures) for person in people]
    return () if not all(found) else min(found, key=len)


def _was_declined(customer: Customer, about) -> bool:
    """A rejected request may be named in the letter that says no."""
    return any(row.outcome == Escalation.State.REJECTED for row in _decided(customer, about))


# --- letters ------------------------------------------------------------------------------------
def check_reply(reply: LetterReply, *, by: User) -> None:
    """Before a reply is issued, printed or sent; the head's approval reaches to the head's limit.

    The cited subject of the customer's letter, and a title made of it, promise nothing. An offer
    that no figure says leaves only after somebody above has read it.
    """
    check_open(reply)
    approvers = _approvers(reply)
    _check_words(reply, by=by, others=approvers)
    unread = () if approvers else offer_rules.unread_in(said_in(reply))
    if unread:
        raise VisitError(f"文字里的「{unread[0]}」涉及价格，需要先审核通过，才能签发、打印或送出。")


def said_in(reply: LetterReply) -> str:
    """All that is printed of a reply, without the subject of the customer's letter it cites."""
    subject = reply.letter.subject
    title = "" if reply.title == reply_rules.reply_title(subject) else reply.title
    addressee = reply.addressee.replace(reply.letter.customer.name, "")
    return f"{title}\n{addressee}\n{reply.body}".replace(f"《{subject.strip('《》')}》", "")


def _check_words(reply: LetterReply, *, by: User, others, hint: str = "") -> None:
    check_text(
        by=by,
        customer=reply.letter.customer,
        text=said_in(reply),
        about=reply,
        others=others,
        hint=hint,
    )


def _approvers(reply: LetterReply) -> list[User]:
    """Who approved the text; a colleague standing in for the head lends the head's authority."""
    if not reply.approved_at or reply.state == LetterReply.State.RETURNED:
        return []
    if reply.approved_by.role in LEVELS:
        return [reply.approved_by]
    return [User(role=User.Role.DEPT_HEAD)]


def check_approval(reply: LetterReply, *, by: User) -> None:
    """Who approves a reply answers for what it promises: up to the own limit (R14)."""
    lent = [] if by.role in LEVELS else [User(role=User.Role.DEPT_HEAD)]
    _check_words(reply, by=by, others=lent, hint="超出部门经理权限的，请由分公司主任审核。")


def check_record(visit: Visit, *, by: User, text: str) -> None:
    """What was agreed is a promise too, and goes into the thank-you letter (R12).

    So is what we said we would improve (R6), and whatever an addendum brings in later.
    """
    check_text(
        by=by,
        customer=visit.customer,
        text=text,
        about=visit,
        hint="客户自己提出的要求，请写在「客户的看法」里。",
    )


def check_thanks(letter: ThankYouLetter, *, by: User, text) -> None:
    """Before a thank-you letter is printed or sent; `text` has the `salutation` and `body`."""
    check_open(letter)
    words = f"{text.salutation}\n{text.body}"
    check_text(by=by, customer=letter.visit.customer, text=words, about=letter)
    if not offer_rules.unread_in(words):
        return
    unread = offer_rules.unread_in(letter_rules.without(words, approved_words(letter)))
    if unread:
        raise VisitError(f"文字里的「{unread[0]}」涉及价格，请删去，或先按原话请示。")


def approved_words(letter: ThankYouLetter) -> list[str]:
    """Promises of the visit that were measured or decided; proposals approved as they were."""
    made = letter.visit.commitments.exclude(state__in=NOT_PROMISED)
    promised = [p.content for p in made if p.escalation_id or not offer_rules.unread_in(p.content)]
    rows = _decided(letter.visit.customer, letter).filter(outcome=Escalation.State.APPROVED)
    return [*promised, *(line for row in rows for line in row.proposal.splitlines())]


def is_granted(letter: ThankYouLetter, line: str) -> bool:
    """Whether a superior has approved what `line` of the letter says, and it goes no further."""
    visit, figures = letter.visit, figures_in(line)
    over = beyond(visit.owner, "", figures)
    return bool(grants_for(customer=visit.customer, figures=figures, over=over, about=letter))


def check_place(visit: Visit, *, by: User) -> None:
    """Before the place of a visit goes to the customer, with the invitation."""
    check_text(by=by, customer=visit.customer, text=visit.location, about=visit)


def refused_words(*, customer: Customer, text: str, by: User) -> str:
    """Why `by` may not say `text` to the customer; empty: it may be said. For other floors."""
    return refusal(check_text, by=by, customer=customer, text=text)


def refusal(check, *args, **kwargs) -> str:
    """The words of a refused check, for a page; empty when it passes."""
    try:
        check(*args, **kwargs)
    except VisitError as error:
        return str(error)
    return ""
