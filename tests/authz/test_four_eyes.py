"""Nobody approves what they wrote, by whatever way (D16)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from staff.tests.factories import make_absence
from visits.actions import replying
from visits.tests.letter_factories import BODY, make_inbound, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(people):
    return make_inbound(customer=make_customer(manager=people["manager"]), category="complaint")


def draft(letter, writer, body=BODY):
    text = {"kind": "final", "title": "复函", "addressee": "某局", "body": body}
    return replying.draft_reply(letter=letter, by=writer, **text)


def drafted(letter, *writers):
    """Saved by each of `writers` in turn, and submitted by the last one."""
    for writer in writers:
        reply = draft(letter, writer)
    replying.submit_reply(reply=reply, by=writers[-1])
    return reply


def stand_in(absent, delegate):
    today = timezone.localdate()
    make_absence(absent, delegate, today, today + timedelta(days=2))


def decides(client, user, reply) -> bool:
    client.force_login(user)
    client.post(
        reverse("visits:reply_decide", args=[reply.pk]), {"decision": "approve", **seen(reply)}
    )
    reply.refresh_from_db()
    return reply.state == "approved"


def test_the_head_approves_what_a_manager_wrote(client, people, letter):
    assert decides(client, people["head"], drafted(letter, people["manager"]))


def test_a_manager_does_not_approve(client, people, letter):
    reply = drafted(letter, people["manager"])
    assert not decides(client, people["mate"], reply)
    assert not decides(client, people["manager"], reply)


def test_the_author_does_not_approve_as_delegate_of_the_head(client, people, letter):
    stand_in(people["head"], people["manager"])
    assert not decides(client, people["manager"], drafted(letter, people["manager"]))


def test_the_author_does_not_approve_as_delegate_of_the_director(client, people, letter):
    stand_in(people["director"], people["manager"])
    assert not decides(client, people["manager"], drafted(letter, people["manager"]))


def test_a_head_does_not_approve_the_own_reply(client, people, letter):
    reply = drafted(letter, people["head"])
    assert not decides(client, people["head"], reply)
    assert decides(client, people["director"], reply)


def test_the_delegate_of_a_head_does_not_approve_what_the_head_wrote(client, people, letter):
    stand_in(people["head"], people["mate"])
    assert not decides(client, people["mate"], drafted(letter, people["head"]))


def test_a_head_who_stands_in_for_the_director_does_not_either(client, people, letter):
    stand_in(people["director"], people["head"])
    assert not decides(client, people["head"], drafted(letter, people["head"]))


def test_saving_it_once_more_does_not_launder_the_text_of_the_head(client, people, letter):
    reply = drafted(letter, people["head"], people["manager"])
    assert not decides(client, people["head"], reply)
    assert decides(client, people["director"], reply)


def test_a_delegate_who_wrote_first_does_not_approve_after_a_mate(client, people, letter):
    stand_in(people["head"], people["manager"])
    assert not decides(
        client, people["manager"], drafted(letter, people["manager"], people["mate"])
    )


def test_an_unapproved_reply_is_not_issued_or_sent(client, people, letter):
    reply = drafted(letter, people["manager"])
    client.force_login(people["manager"])
    for name in ("reply_issue", "reply_send"):
        client.post(reverse(f"visits:{name}", args=[reply.pk]), {"channel": "paper"})
        reply.refresh_from_db()
        assert (reply.state, reply.number) == ("pending_approval", None)


def test_a_change_after_the_approval_needs_a_new_one(client, people, letter):
    reply = drafted(letter, people["manager"])
    assert decides(client, people["head"], reply)
    draft(letter, people["manager"], BODY + "另")
    client.post(reverse("visits:reply_issue", args=[reply.pk]))
    reply.refresh_from_db()
    assert reply.state == "draft"
