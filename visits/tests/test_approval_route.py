"""Who must approve a reply and why stands on its page, beside the customer's words (§B.6, R14)."""

import pytest

from staff.models import AuthorityLimit
from staff.tests.factories import make_user
from visits.actions import replying
from visits.tests.letter_factories import BODY, make_inbound, make_reply

pytestmark = pytest.mark.django_db


def page(client, letter, user):
    client.force_login(user)
    return client.get(letter.get_absolute_url()).content.decode()


def test_a_plain_answer_is_signed_by_the_manager(client):
    letter = make_inbound()
    make_reply(letter)
    assert "由客户经理自行签发" in page(client, letter, letter.owner)


def test_a_complaint_goes_to_the_head_by_name(client):
    letter = make_inbound(category="complaint")
    make_user("dept_head", department=letter.customer.department, name="金部长")
    make_reply(letter)
    shown = page(client, letter, letter.owner)
    assert "须由部门经理 金部长 审核" in shown
    assert "来函类别为「投诉」" in shown


def test_a_discount_beyond_the_head_goes_to_the_director(client):
    letter = make_inbound()
    AuthorityLimit.objects.update_or_create(
        role="dept_head", topic="price_discount", defaults={"max_discount_pct": 15}
    )
    make_user("branch_director", branch=letter.customer.branch, name="赵主任")
    make_reply(letter, body=BODY + "\n二、专线资费给予 30% 的折扣。")
    shown = page(client, letter, letter.owner)
    assert "须由分公司主任 赵主任 审核" in shown
    assert "超出部门经理的授权" in shown


def test_the_approver_reads_both_letters_side_by_side(client):
    letter = make_inbound(category="complaint", summary="本月两次中断，要求说明原因。")
    head = make_user("dept_head", department=letter.customer.department)
    reply = make_reply(letter)
    replying.submit_reply(reply=reply, by=letter.owner)
    shown = page(client, letter, head)
    assert "对照审核" in shown
    assert "本月两次中断，要求说明原因。" in shown
    assert "请按原计划办理" in shown
