"""Sending against a real loopback mail server."""

from datetime import timedelta

import pytest

from core import clock
from reminders.actions import channels
from reminders.actions.delivering import deliver_some, retry_delay
from reminders.actions.duties import fulfil_duty
from reminders.actions.sweeping import sweep
from reminders.models import Channel, ChannelState, Delivery, Obligation, Reminder, SweepRun
from reminders.tests.factories import (
    MONDAY_9,
    make_delivery,
    make_duty,
    make_reminder,
    no_quiet_hours,
)
from staff.models import User
from staff.tests.factories import make_user
from tests.faults.sink import FastSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    server = FastSink().up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def deliver():
    return deliver_some(Channel.EMAIL, clock.now(), lease_seconds=120, has_time=lambda: True)


def states():
    return Delivery.objects.get().state, Reminder.objects.get().state


def test_a_message_is_sent_and_marked(sink):
    make_delivery()
    tally = deliver()
    assert (tally.claimed, tally.sent, tally.errors) == (1, 1, 0)
    assert states() == ("sent", "sent")
    assert len(sink.raw) == 1


def test_the_message_says_what_is_true_when_it_leaves(sink, settings):
    duty = make_duty(
        title="答复市教育局", due_at=MONDAY_9, started_at=MONDAY_9 - timedelta(hours=48)
    )
    make_delivery(make_reminder(duty))
    deliver()
    message = sink.messages()[0]
    assert message["Subject"].strip() == "【已逾期】来函答复：答复市教育局"
    text = message.get_body(("plain",)).get_content()
    assert "期限：11月23日 09:00（星期一）" in text
    assert settings.SITE_URL + duty.path in text
    assert settings.SITE_URL + duty.path in message.get_body(("html",)).get_content()


def test_a_deadline_at_24_00_is_written_on_the_day_that_ends(sink):
    midnight = MONDAY_9 + timedelta(hours=15)  # 24:00 of Monday in Shanghai
    make_delivery(make_reminder(make_duty(due_at=midnight)))
    deliver()
    text = sink.messages()[0].get_body(("plain",)).get_content()
    assert "期限：11月23日 24:00（星期一）" in text


def test_a_retry_carries_the_same_message_id(sink):
    delivery = make_delivery()
    sink.replies["MESSAGE"] = "451 later"
    deliver()
    sink.replies.clear()
    Delivery.objects.update(next_at=MONDAY_9)
    deliver()
    assert sink.messages()[0]["Message-ID"] == delivery.message_id


def test_a_duty_that_ended_is_not_told(sink):
    make_delivery(make_reminder(make_duty(state="cancelled")))
    assert deliver().sent == 0
    assert states() == ("cancelled", "cancelled")
    assert sink.raw == []


def test_fulfilling_cancels_what_waits_in_the_same_transaction():
    duty = make_duty(owner=make_user())
    duty.object_id = duty.owner.branch_id
    duty.save()
    make_delivery(make_reminder(duty))
    fulfil_duty(kind=duty.kind, subject=duty.owner.branch, at=MONDAY_9, evidence={}, by=None)
    assert states() == ("cancelled", "cancelled")


def test_a_digest_leaves_out_what_ended(sink):
    owner = make_user()
    ended = make_reminder(make_duty(owner=owner, state="cancelled"))
    delivery = make_delivery(ended)
    kept = make_duty(owner=owner, title="还要办的")
    make_reminder(kept, delivery=delivery)
    deliver()
    assert "【已逾期】来函答复：还要办的" == sink.messages()[0]["Subject"]


def test_a_recipient_who_left_meanwhile_is_not_written_to(sink):
    delivery = make_delivery()
    User.objects.filter(pk=delivery.recipient_id).update(state="left", left_on=MONDAY_9.date())
    deliver()
    assert states() == ("cancelled", "cancelled")
    assert sink.raw == []
    duty = Obligation.objects.get()
    assert duty.next_look_at == duty.started_at  # the next sweep finds who stands in


def test_no_address_fails_and_says_so(sink):
    make_delivery(make_reminder(make_duty(owner=make_user(email=""))))
    deliver()
    assert states() == ("failed", "failed")
    assert "没有填写邮箱" in Delivery.objects.get().last_error


def test_a_message_that_cannot_be_made_waits_and_the_others_go(sink):
    bad = make_delivery(make_reminder(make_duty(owner=make_user(email="a@b.c\nBcc: x@y.z"))))
    good = make_delivery()
    tally = deliver()
    assert (tally.sent, tally.errors) == (1, 1)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.state == "sent"
    assert bad.state == "pending" and bad.next_at > clock.now() + timedelta(minutes=59)


def test_5xx_gives_up_and_4xx_does_not(sink):
    make_delivery()
    sink.replies["RCPT"] = "450 busy"
    deliver()
    assert states() == ("pending", "pending")
    Delivery.objects.update(next_at=MONDAY_9)
    sink.replies["RCPT"] = "550 unknown"
    deliver()
    assert states() == ("failed", "failed")


def refuse(sink, *, overdue_hours, attempts):
    """The last of `attempts`, made ten days after the message was packed, meets a 4xx."""
    due_at = clock.now() - timedelta(hours=overdue_hours)
    make_delivery(make_reminder(make_duty(due_at=due_at)), attempts=attempts - 1)
    Delivery.objects.update(created_at=clock.now() - timedelta(days=10))
    sink.replies["RCPT"] = "450 busy"
    deliver()
    return states()


def test_a_4xx_after_a_long_holiday_is_tried_again(sink):
    assert refuse(sink, overdue_hours=200, attempts=1) == ("pending", "pending")


def test_a_4xx_is_tried_again_while_the_deadline_is_near(sink):
    assert refuse(sink, overdue_hours=71, attempts=500) == ("pending", "pending")


def test_72_hours_after_the_deadline_and_many_attempts_it_is_given_up(sink):
    assert refuse(sink, overdue_hours=73, attempts=75) == ("failed", "failed")


def test_the_breaker_opens_after_five_errors_and_lets_one_probe_through(sink):
    for _ in range(8):
        make_delivery()
    sink.down()
    deliver()
    state = ChannelState.objects.get()
    assert state.open_until > clock.now()
    assert sum(Delivery.objects.values_list("attempts", flat=True)) == 4
    assert deliver().claimed == 0
    ChannelState.objects.update(open_until=clock.now())
    sink.up()
    Delivery.objects.update(next_at=MONDAY_9)
    assert deliver().sent == 1
    assert not channels.is_open(Channel.EMAIL)


def test_retries_are_spread_by_a_fifth():
    minutes = [retry_delay(n).total_seconds() / 60 for n in (1, 2, 3, 4, 9)]
    for got, wanted in zip(minutes, (1, 5, 15, 60, 60), strict=True):
        assert wanted * 0.8 <= got <= wanted * 1.2


def test_a_sweep_does_all_of_it_and_a_second_one_nothing(sink):
    no_quiet_hours()
    make_duty(started_at=clock.now() - timedelta(hours=1))
    assert (sweep().sent, sweep().sent) == (1, 0)
    assert len(sink.raw) == 1
    assert SweepRun.objects.filter(finished_at__isnull=False).count() == 2


def test_without_a_mail_server_nothing_waits_in_vain_and_nothing_is_burned(settings):
    settings.EMAIL_HOST = ""
    no_quiet_hours()
    make_duty(started_at=clock.now() - timedelta(hours=1))
    assert sweep().errors == 0
    assert Delivery.objects.count() == 0
    assert Reminder.objects.get().state == "pending"


def test_old_sweeps_are_forgotten_after_a_week():
    SweepRun.objects.create(started_at=clock.now() - timedelta(days=8), host="x")
    sweep()
    assert SweepRun.objects.count() == 1
