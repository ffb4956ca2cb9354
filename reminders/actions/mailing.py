"""One message as e-mail: what it says, how it leaves, and what a refusal means."""

import smtplib
from datetime import datetime
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from core.rules import WEEKDAYS, deadline_clock
from reminders import rules
from reminders.models import Delivery, Obligation, Reminder


class Refusal(Enum):
    """What an error of the mail server is about, and so what must happen."""

    LATER = "later"  # this message, try again
    NEVER = "never"  # this message or its recipient, give up
    SERVER = "server"  # no conversation at all: counts against the channel
    ACCOUNT = "account"  # the server refuses us: the channel stops at once
    BAD = "bad"  # our own fault: this row waits, the others go on


def compose(delivery: Delivery, reminders: list[Reminder], now: datetime) -> EmailMultiAlternatives:
    """The message as it is true at `now`. Absolute times only, so that no retry grows stale."""
    duties = list({r.obligation_id: r.obligation for r in reminders}.values())
    items = [_item(duty, delivery.recipient_id, now) for duty in duties]
    items.sort(key=lambda item: (item["due_at"], item["pk"]))
    late = sum(item["is_overdue"] for item in items)
    context = {
        "name": delivery.recipient.name,
        "items": items,
        "late": late,
        "list_url": settings.SITE_URL + "/reminders/duties/",
    }
    message = EmailMultiAlternatives(
        subject=_subject(items, late),
        body=render_to_string("reminders/mail/duties.txt", context),
        to=[delivery.recipient.email],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("reminders/mail/duties.html", context), "text/html")
    return message


def _item(duty: Obligation, recipient_id: int, now: datetime) -> dict:
    day, _ = deadline_clock(duty.due_at)
    return {
        "pk": duty.pk,
        "kind": duty.get_kind_display(),
        "title": duty.title,
        "customer": duty.customer_name,
        "due_at": duty.due_at,
        "due": f"{rules.say_due(duty.due_at)}（{WEEKDAYS[day.weekday()]}）",
        "is_overdue": duty.is_overdue(now),
        "is_provisional": duty.is_provisional,
        "owner": duty.owner.name if duty.owner_id != recipient_id else "",
        "url": settings.SITE_URL + duty.path,
    }


def _subject(items: list[dict], late: int) -> str:
    if len(items) == 1:
        item = items[0]
        word = "已逾期" if item["is_overdue"] else "提醒"
        # A header is one line, whatever kind of line break a title was pasted with.
        return " ".join(f"【{word}】{item['kind']}：{item['title']}".split())
    overdue = f"，其中 {late} 项已逾期" if late else ""
    return f"【待办汇总】{len(items)} 项时限任务{overdue}"


class Mailer:
    """One connection for a batch; after any error the next message opens a new one."""

    def __init__(self):
        self.connection = None

    def send(self, message: EmailMultiAlternatives) -> None:
        try:
            if self.connection is None:
                self.connection = get_connection()
                self.connection.open()
            message.connection = self.connection
            message.send()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                pass  # the farewell failed; what was accepted stays accepted


def classify(error: Exception) -> Refusal:
    """R: 4xx and silence are temporary, 5xx is final, and who is refused decides what stops."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Refusal.ACCOUNT
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Refusal.NEVER if all(code >= 500 for code in codes) else Refusal.LATER
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Refusal.SERVER
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code < 500:
            return Refusal.LATER
        is_sender = isinstance(error, smtplib.SMTPSenderRefused)
        return Refusal.ACCOUNT if is_sender else Refusal.NEVER
    if isinstance(error, smtplib.SMTPServerDisconnected | OSError):
        return Refusal.SERVER
    return Refusal.BAD
