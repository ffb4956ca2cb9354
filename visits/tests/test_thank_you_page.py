"""visits:thank_you: the page, saving the text, generating it again."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from core import drafts
from staff.tests.factories import make_user
from visits.actions import thanks
from visits.tests.factories import make_commitment, make_participant, make_record
from visits.tests.letter_factories import make_thank_you, make_thank_you_draft, shanghai

pytestmark = pytest.mark.django_db


def url_of(letter):
    return reverse("visits:thank_you", args=[letter.visit_id])


def typed(letter, **fields):
    return {
        "contacts": [letter.visit.contacts.first().pk],
        "salutation": "尊敬的王主任：",
        "body": "您好！\n\n  感谢您的接待。 ",
        "letter_on": timezone.localdate().isoformat(),
        **fields,
    }


@pytest.fixture
def letter(client):
    letter = make_thank_you(location="市大数据局三楼")
    client.force_login(letter.visit.owner)
    return letter


def test_it_is_drafted_from_the_visit_before_there_is_a_record(client, letter):
    page = client.get(url_of(letter)).content.decode()

    assert "尊敬的王主任" in page
    assert "在市大数据局三楼安排会面" in page
    letter.refresh_from_db()
    assert letter.body == ""


def test_points_promises_and_next_step_of_the_record_stand_in_the_draft(client, letter):
    make_record(letter.visit)
    make_commitment(visit=letter.visit, content="提供扩容方案", due_on=date(2026, 12, 4))

    page = client.get(url_of(letter)).content.decode()

    assert "1. 双方同意扩容到 500M。" in page
    assert "2026年12月4日前，提供扩容方案" in page
    assert "下一步安排：下周三送方案" in page


def test_saving_keeps_the_text_tidy_and_says_so(client, letter):
    response = client.post(url_of(letter), typed(letter), follow=True)

    letter.refresh_from_db()
    assert (letter.state, letter.salutation) == ("drafted", "尊敬的王主任")
    assert letter.body == "您好！\n感谢您的接待。"
    assert "正文一页以内" in response.content.decode()


def test_saving_forgets_the_autosaved_draft(client, letter):
    key = f"visits:thank_you:{letter.visit_id}"
    drafts.save(letter.visit.owner, key, {"body": "打了一半"})
    assert "打了一半" in client.get(url_of(letter)).content.decode()

    client.post(url_of(letter), typed(letter))

    assert drafts.load(letter.visit.owner, key) is None


def test_generating_again_offers_the_text_and_saves_nothing(client):
    letter = make_thank_you_draft()
    client.force_login(letter.visit.owner)

    page = client.post(url_of(letter), {"do": "regenerate"}).content.decode()

    assert "谨致诚挚的谢意" in page
    letter.refresh_from_db()
    assert letter.body == "您好！\n感谢您的接待。"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("body", "", "请填写这一项"),
        ("body", "长" * 2001, "2000"),
        ("salutation", "尊" * 61, "60"),
        ("letter_on", "2026-02-30", "请按「年-月-日」填写"),
        ("letter_on", "2020-01-01", "落款日期不能早于拜访当天"),
        ("contacts", [], "请至少选择一位收函人"),
        ("contacts", ["999999"], "不在您的范围内"),
    ],
)
def test_bad_input_is_named_at_its_field_and_stores_nothing(client, letter, field, value, message):
    response = client.post(url_of(letter), typed(letter, **{field: value}))

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert field == "salutation" or "尊敬的王主任：" in page
    letter.refresh_from_db()
    assert letter.state == "pending"


def test_doubtful_words_are_shown_with_their_place(client, letter):
    body = "您好！\n你们比中国移动的折扣好😀"
    client.post(url_of(letter), typed(letter, body=body))

    page = client.get(url_of(letter)).content.decode()

    for text in ("第 2 段", "请改用「贵单位」或「您」", "不点名其他运营商", "表情符号", "须改"):
        assert text in page


def test_a_sent_letter_can_no_longer_be_changed(client):
    letter = make_thank_you_draft()
    user = letter.visit.owner
    ended = letter.visit.ended_at
    thanks.send_letter(letter=letter, channel="email", recipient="王", sent_at=ended, by=user)
    client.force_login(user)

    response = client.post(url_of(letter), typed(letter, body="改过的正文"))

    assert "已经送出或豁免" in response.content.decode()
    letter.refresh_from_db()
    assert letter.body == "您好！\n感谢您的接待。"


def test_another_manager_gets_404(client, letter):
    client.force_login(make_user())
    assert client.get(url_of(letter)).status_code == 404
    assert client.post(url_of(letter), typed(letter)).status_code == 404


def test_a_colleague_who_took_part_reads_and_cannot_write(client, letter):
    client.force_login(make_participant(letter.visit).user)
    page = client.get(url_of(letter))
    assert page.status_code == 200
    assert "登记送出" not in page.content.decode()
    assert client.post(url_of(letter), typed(letter)).status_code == 403


def test_the_head_of_the_department_sees_it_with_the_waiver(client, letter):
    client.force_login(make_user("dept_head", department=letter.visit.owner.department))
    assert "免送这封感谢函" in client.get(url_of(letter)).content.decode()


def test_the_date_of_the_visit_missing_from_the_text_is_pointed_out(client):
    letter = make_thank_you_draft(ended_at=shanghai(2026, 11, 19, 15, 40))
    client.force_login(letter.visit.owner)
    assert "正文里没有写 2026年11月19日" in client.get(url_of(letter)).content.decode()
