"""Two tabs, or two people, at the words of one letter: no text disappears unseen (R8, R13)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from staff.tests.factories import make_user
from visits.actions import replying, thanks, wordings
from visits.models import LetterReply
from visits.tests.letter_factories import make_inbound, make_reply, make_thank_you

pytestmark = pytest.mark.django_db
BOTH = "两边不同的地方"
WORDS = {"kind": "final", "title": "关于线路的复函", "addressee": "某单位"}


def typed_of(form) -> dict:
    """What a browser would send from the form as it is drawn."""
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}


def reply_tab(client, letter):
    url = reverse("visits:reply_draft", args=[letter.pk])
    return url, typed_of(client.get(url).context["form"])


def test_the_second_tab_sees_both_texts_of_a_reply_and_may_then_save_its_own(client):
    reply = make_reply(body="第一稿的正文，写得很短。")
    client.force_login(reply.letter.owner)
    url, typed = reply_tab(client, reply.letter)
    first = typed | {"body": "先保存的正文，同事写的。"}
    assert client.post(url, first).status_code == 302

    refused = client.post(url, typed | {"body": "后保存的正文，本人写的。"})
    page = refused.content.decode()
    assert refused.status_code == 422 and BOTH in page
    assert "先保存的正文，同事写的。" in page and "后保存的正文，本人写的。" in page
    reply.refresh_from_db()
    assert reply.body == "先保存的正文，同事写的。"

    again = typed_of(refused.context["form"])
    assert client.post(url, again).status_code == 302
    reply.refresh_from_db()
    assert reply.body == "后保存的正文，本人写的。"


def test_a_reply_begun_in_two_tabs_keeps_the_first(client):
    letter = make_inbound()
    client.force_login(letter.owner)
    url, typed = reply_tab(client, letter)
    client.post(url, typed | WORDS | {"body": "第一个页面写的正文。"})
    refused = client.post(url, typed | WORDS | {"body": "第二个页面写的正文。"})
    assert refused.status_code == 422 and "第一个页面写的正文。" in refused.content.decode()
    assert letter.replies.get().body == "第一个页面写的正文。"


def test_the_same_words_sent_twice_are_no_conflict(client):
    letter = make_inbound()
    client.force_login(letter.owner)
    url, typed = reply_tab(client, letter)
    for _ in range(2):
        assert client.post(url, typed | WORDS | {"body": "同样的正文。"}).status_code == 302


def test_a_head_does_not_approve_words_that_the_page_did_not_show(client):
    reply = make_reply()
    replying.submit_reply(reply=reply, by=reply.written_by)
    head = make_user(
        role="dept_head", branch=reply.letter.customer.branch,
        department=reply.letter.customer.department,
    )  # fmt: skip
    client.force_login(head)
    page = client.get(reply.letter.get_absolute_url())
    seen = page.context["decide_form"]["seen"].value()
    LetterReply.objects.filter(pk=reply.pk).update(body="退回、改写、再交上来的正文。")
    url = reverse("visits:reply_decide", args=[reply.pk])
    refused = client.post(url, {"decision": "approve", "note": "", "seen": seen})
    assert refused.status_code == 422 and "刚刚改写过" in refused.content.decode()
    now = refused.context["decide_form"]["seen"].value()
    assert client.post(url, {"decision": "approve", "note": "", "seen": now}).status_code == 302


def test_the_second_tab_sees_both_texts_of_a_thank_you_letter(client):
    letter = make_thank_you()
    client.force_login(letter.visit.owner)
    url = letter.get_absolute_url()
    typed = typed_of(client.get(url).context["form"])
    typed |= {"contacts": [one.pk for one in letter.visit.contacts.all()]}
    typed |= {"letter_on": f"{timezone.localdate()}"}
    assert client.post(url, typed | {"body": "先保存的正文。"}).status_code == 302
    refused = client.post(url, typed | {"body": "后保存的正文。"})
    page = refused.content.decode()
    assert refused.status_code == 422 and BOTH in page
    assert "先保存的正文。" in page and "后保存的正文。" in page
    letter.refresh_from_db()
    assert letter.body == "先保存的正文。"


def test_a_letter_made_anew_in_an_old_tab_meets_what_was_saved_meanwhile(client):
    letter = make_thank_you()
    client.force_login(letter.visit.owner)
    url = letter.get_absolute_url()
    typed = typed_of(client.get(url).context["form"])
    thanks.save_draft(
        letter=letter, contacts=letter.visit.contacts.all(), salutation="尊敬的王局长",
        body="同事保存的正文。", letter_on=timezone.localdate(), by=letter.visit.owner,
    )  # fmt: skip
    anew = client.post(url, typed | {"do": "regenerate"}).context["form"]
    typed = typed_of(anew) | {"contacts": [one.pk for one in letter.visit.contacts.all()]}
    typed |= {"letter_on": f"{timezone.localdate()}"}
    refused = client.post(url, typed)
    assert refused.status_code == 422 and "同事保存的正文。" in refused.content.decode()


def test_nothing_saved_has_no_mark():
    assert wordings.mark_of(wordings.wording_of(make_thank_you())) == ""
