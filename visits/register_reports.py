"""收发文登记簿: every number of a branch, series and year, with the letter behind it (§4.6).

A number that was given and not used stays in the register as void, with the reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.exports import Value
from visits.models import LetterNumber, LetterReply, ThankYouLetter

PRINTED = (LetterReply.State.ISSUED, LetterReply.State.SENT)
HEADER = ["编号", "类别", "日期", "标题", "客户", "经办人", "状态", "作废理由"]


@dataclass(frozen=True)
class Series:
    """Where the letter of a number of this series keeps what the register shows."""

    label: str
    relation: str  # of LetterNumber
    customer: str
    person: str
    subject: str


SERIES = {
    "in": Series("来函", "inbound", "inbound__customer", "inbound__owner", "inbound__subject"),
    "out": Series(
        "复函", "reply", "reply__letter__customer", "reply__letter__owner", "reply__title"
    ),
    "thanks": Series(
        "感谢函",
        "thank_you",
        "thank_you__visit__customer",
        "thank_you__visit__owner",
        "thank_you__visit__purpose",
    ),
}


@dataclass(frozen=True)
class Entry:
    """One line of the register."""

    number: str
    on: date | datetime | None
    subject: str
    customer: str
    person: str
    state: str
    url: str
    void_reason: str = ""
    printable: int = 0  # the letter that a batch may print; 0 for none

    @property
    def is_void(self) -> bool:
        return bool(self.void_reason)


def numbers_of(series: str, user):
    """The numbers of one series that `user` sees, of the branches whose customers are in reach."""
    branches = {person.branch_id for person in user.acting_for()}
    numbers = LetterNumber.objects.visible_to(user).filter(series=series, branch__in=branches)
    kind = SERIES[series]
    return numbers.select_related("branch", kind.relation, kind.customer, kind.person)


def entry(number: LetterNumber) -> Entry:
    return ENTRIES[number.series](number)


def _inbound(number: LetterNumber) -> Entry:
    letter = number.inbound
    return Entry(
        str(number),
        letter.received_at,
        letter.subject,
        letter.customer.name,
        letter.owner.name,
        letter.get_state_display(),
        letter.get_absolute_url(),
    )


def _reply(number: LetterNumber) -> Entry:
    reply = number.reply
    return Entry(
        str(number),
        reply.issued_on,
        reply.title,
        reply.letter.customer.name,
        reply.letter.owner.name,
        reply.get_state_display(),
        reply.letter.get_absolute_url(),
        reply.void_reason if reply.state == LetterReply.State.VOID else "",
        reply.pk if reply.state in PRINTED else 0,
    )


def _thanks(number: LetterNumber) -> Entry:
    letter = number.thank_you
    is_waived = letter.state == ThankYouLetter.State.WAIVED
    return Entry(
        str(number),
        letter.letter_on,
        f"感谢函（{letter.visit.purpose}）",
        letter.visit.customer.name,
        letter.visit.owner.name,
        "已作废" if is_waived else letter.get_state_display(),
        letter.get_absolute_url(),
        f"免送：{letter.waived_reason}" if is_waived else "",
        0 if is_waived else letter.pk,
    )


ENTRIES = {"in": _inbound, "out": _reply, "thanks": _thanks}


def years_of(series: str, user) -> list[int]:
    """The years that have numbers in this branch, newest first."""
    branches = {person.branch_id for person in user.acting_for()}
    found = LetterNumber.objects.filter(series=series, branch__in=branches).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def export_rows(numbers: Iterable[LetterNumber], label: str) -> Iterator[list[Value]]:
    for number in numbers:
        line = entry(number)
        yield [
            line.number,
            label,
            line.on,
            line.subject,
            line.customer,
            line.person,
            line.state,
            line.void_reason,
        ]
