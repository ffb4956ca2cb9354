"""Calendar invitations by mail: asked for with the booking, sent once, updated, called off (R4)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import clock
from staff.tests.factories import make_user
from visits.actions import invitation_mail, invitations, planning, plans, visiting
from visits.actions.errors import VisitError
from visits.models import VisitInvitation
from visits.tests.calendars import calendar_part, events_of
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db
SECRET = "探探口风，摸清对手报价"


@pytest.fixture
def sink(smtp_sink, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return smtp_sink


def make_planned(**fields):
    owner = make_user(name="何琼", phone="0575-8510001", email="he@telecom.example")
    visit = make_visit(owner=owner, purpose=SECRET, location="越城区胜利路 1 号", **fields)
    visit.contacts.update(email="wang@bank.example")
    visit.key_points.update(content=SECRET)
    return visit


def book(visit, invite=True):
    visiting.book_visit(
        visit=visit, booked_at=timezone.now(), booked_with=visit.contacts.first(),
        booking_channel="phone", by=visit.owner, invite=invite,
    )  # fmt: skip
    return visit


def sweep():
    return invitation_mail.send_invitations(now=clock.now())


def arrived(sink):
    """(METHOD, UID, SEQUENCE, start, status) of every mail in the order of arrival."""
    found = []
    for mail in sink.accepted:
        method, content = calendar_part(mail.message)
        assert f"METHOD:{method}".encode() in content
        (event,) = events_of(content).values()
        found.append((method, str(event["uid"]), event["sequence"], event.decoded("dtstart"),
                      str(event["status"])))  # fmt: skip
    return found


def again(visit, **fields):
    start = visit.scheduled_start + timedelta(days=1)
    return visiting.reschedule_visit(
        visit=visit, scheduled_start=start, scheduled_end=start + timedelta(hours=1),
        reason="客户开会", by=visit.owner, **fields,
    )  # fmt: skip


def test_plan_move_and_cancel_reach_the_customers_calendar(sink):
    visit = book(make_planned())
    assert sweep() == 1
    new = again(visit, invite=True)
    assert sweep() == 1
    visiting.cancel_visit(visit=new, reason="客户取消", by=new.owner, invite=True)
    assert sweep() == 1
    methods, uids, sequences, starts, states = zip(*arrived(sink), strict=True)
    assert methods == ("REQUEST", "REQUEST", "CANCEL")
    assert len(set(uids)) == 1
    assert sequences == tuple(sorted(set(sequences)))
    assert starts[1] - starts[0] == timedelta(days=1)
    assert states == ("CONFIRMED", "CONFIRMED", "CANCELLED")


def test_moved_without_an_invitation_the_old_time_is_called_off(sink):
    visit = book(make_planned())
    sweep()
    new = again(visit)
    assert sweep() == 1
    book(new)
    assert sweep() == 1
    methods, uids, sequences, starts, _ = zip(*arrived(sink), strict=True)
    assert methods == ("REQUEST", "CANCEL", "REQUEST")
    assert len(set(uids)) == 1 and sequences == tuple(sorted(set(sequences)))
    assert starts[0] == starts[1] and starts[2] - starts[1] == timedelta(days=1)


def test_an_invitation_that_waits_does_not_leave_after_the_move(sink):
    again(book(make_planned()))
    assert sweep() == 0 and sink.accepted == []


def test_the_mail_says_who_when_and_where_and_nothing_internal(sink):
    visit = book(make_planned())
    sweep()
    (mail,) = sink.accepted
    message = mail.message
    assert mail.recipients == ("wang@bank.example",)
    text = message.get_body(("plain",)).get_content()
    _, content = calendar_part(message)
    for word in ("何琼", "0575-8510001", "越城区胜利路 1 号"):
        assert word in text
    everything = text + message["Subject"] + content.decode().replace("\r\n ", "")
    assert SECRET not in everything and visit.customer.name not in everything
    assert message["Reply-To"] == "he@telecom.example"
    assert message["Subject"] == "中国电信客户经理拜访"


def test_two_sweeps_send_nothing_twice(sink):
    book(make_planned())
    now = clock.now()
    (pk,) = VisitInvitation.objects.values_list("pk", flat=True)
    assert invitation_mail.claim(pk, now) is not None
    assert invitation_mail.claim(pk, now) is None
    assert sweep() == 0 and sink.accepted == []
    VisitInvitation.objects.update(claimed_until=now - timedelta(seconds=1))
    assert (sweep(), sweep()) == (1, 0)
    assert len(sink.accepted) == 1


def test_who_lost_the_lease_cannot_mark(sink):
    book(make_planned())
    (pk,) = VisitInvitation.objects.values_list("pk", flat=True)
    lost = invitation_mail.claim(pk, clock.now())
    VisitInvitation.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    sweep()
    assert not invitation_mail._mark(lost, "failed", error="x")
    assert VisitInvitation.objects.get().state == "sent"


def test_without_the_tick_nobody_is_written_to(sink):
    book(make_planned(), invite=False)
    assert sweep() == 0 and not VisitInvitation.objects.exists()


def test_a_contact_without_an_address_is_left_out(sink):
    visit = make_planned()
    visit.contacts.update(email="")
    book(visit)
    assert not VisitInvitation.objects.exists()


def test_a_temporary_refusal_is_tried_again_later(sink):
    book(make_planned())
    sink.rcpt_reply = "451 4.3.0 try later"
    assert sweep() == 0
    row = VisitInvitation.objects.get()
    assert row.state == "waiting" and "451" in row.error and row.next_try_at > clock.now()
    sink.rcpt_reply = ""
    assert sweep() == 0  # not yet
    VisitInvitation.objects.update(next_try_at=clock.now())
    assert sweep() == 1


def test_a_server_that_is_down_burns_nothing(sink):
    book(make_planned())
    sink.down()
    assert sweep() == 0
    row = VisitInvitation.objects.get()
    assert (row.state, row.error) == ("waiting", "连不上邮件服务器。")


def test_a_final_refusal_shows_its_reason_and_a_way_on(sink, client):
    visit = book(make_planned())
    sink.rcpt_reply = "550 5.1.1 no such user"
    sweep()
    row = VisitInvitation.objects.get()
    assert row.state == "failed"
    client.force_login(visit.owner)
    page = client.get(visit.get_absolute_url()).content.decode()
    retry = reverse("visits:invitation_retry", args=[row.pk])
    assert "no such user" in page and retry in page
    visit.contacts.update(email="right@bank.example")
    sink.rcpt_reply = ""
    assert client.post(retry).status_code == 302
    assert sweep() == 1
    assert sink.accepted[0].recipients == ("right@bank.example",)


def test_only_a_failed_one_is_sent_again(sink, client):
    visit = book(make_planned())
    client.force_login(visit.owner)
    row = VisitInvitation.objects.get()
    retry = reverse("visits:invitation_retry", args=[row.pk])
    assert "不在失败状态" in client.post(retry, follow=True).content.decode()
    assert client.get(retry).status_code == 405
    client.force_login(make_user())
    assert client.post(retry).status_code == 404


def test_an_invitation_of_a_visit_that_is_off_never_leaves(sink):
    visit = book(make_planned())
    visiting.cancel_visit(visit=visit, reason="取消", by=visit.owner)
    assert sweep() == 0
    assert VisitInvitation.objects.get().state == "superseded"


def test_nothing_is_called_off_that_never_arrived(sink):
    visit = book(make_planned())
    visiting.cancel_visit(visit=visit, reason="取消", by=visit.owner, invite=True)
    assert sweep() == 0 and VisitInvitation.objects.get().state == "superseded"


def test_a_visit_that_has_begun_is_not_announced(sink):
    visit = book(make_planned())
    type(visit).objects.filter(pk=visit.pk).update(
        scheduled_start=timezone.now() - timedelta(minutes=1)
    )
    assert sweep() == 0
    row = VisitInvitation.objects.get()
    assert row.state == "failed" and "已过" in row.error


def edit(visit, **fields):
    known = {name: getattr(visit, name) for name in planning.PLAN_FIELDS}
    planning.edit_visit(
        visit=visit, contacts=fields.pop("contacts", visit.contacts.all()),
        key_points=[("ask", "预算")], seen=plans.mark_of(visit), by=visit.owner,
        **(known | fields),
    )  # fmt: skip


def test_another_place_is_an_update_of_the_same_event(sink):
    visit = book(make_planned())
    sweep()
    edit(visit, location="柯桥区群贤路 2 号")
    assert sweep() == 1
    first, second = arrived(sink)
    assert first[1] == second[1] and second[2] > first[2] and second[0] == "REQUEST"


def test_who_is_no_longer_met_is_called_off(sink):
    visit = book(make_planned())
    sweep()
    other = visit.customer.contacts.create(name="李", email="li@bank.example")
    edit(visit, contacts=[other])
    sweep()
    later = {mail.recipients[0]: calendar_part(mail.message)[0] for mail in sink.accepted[1:]}
    assert later == {"li@bank.example": "REQUEST", "wang@bank.example": "CANCEL"}


def test_another_purpose_is_nobodys_business(sink):
    visit = book(make_planned())
    sweep()
    edit(visit, purpose="换一个目的，还是不能告诉客户")
    assert sweep() == 0 and VisitInvitation.objects.count() == 1


def test_booking_anew_after_moving_does_not_invite_twice(sink):
    new = again(book(make_planned()), invite=True)
    book(new)
    sweep()
    assert len(sink.accepted) == 1 and arrived(sink)[0][2] == 1


def test_a_visit_that_is_over_takes_no_invitation():
    visit = make_visit(state="held")
    with pytest.raises(VisitError):
        invitations.invite(visit=visit, by=visit.owner)


def test_the_tick_is_on_the_page_when_somebody_can_be_reached(client, settings):
    settings.EMAIL_HOST = "127.0.0.1"
    visit = make_planned()
    client.force_login(visit.owner)
    page = client.get(reverse("visits:visit_book", args=[visit.pk])).content.decode()
    assert "给客户发日历邀请" in page and "wang@bank.example" in page
    visit.contacts.update(email="")
    page = client.get(reverse("visits:visit_book", args=[visit.pk])).content.decode()
    assert "给客户发日历邀请" not in page
