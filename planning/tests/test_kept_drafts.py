"""What was typed and not sent is there again when the form is opened, until it is sent."""

import pytest
from django.urls import reverse

from core import drafts
from planning.actions import six_steps
from planning.models import PlanComment
from planning.tests import reviewing
from planning.tests.factories import make_plan
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
RESTORED = "已恢复上次没写完的内容"


@pytest.fixture
def world():
    return reviewing.world()


def page_of(client, user, url) -> str:
    client.force_login(user)
    return client.get(url).content.decode()


def holds(client, user, url, key, typed, words):
    """The draft comes back and the page says so; nobody else's page, and none when dropped."""
    assert RESTORED not in page_of(client, user, url)
    drafts.save(user, key, typed)
    body = page_of(client, user, url)
    return f'data-draft="{key}"' in body and RESTORED in body and words in body


def test_a_step_of_six(client):
    plan = make_plan()
    bench = six_steps.start_planning(customer=plan.customer, year=2027, by=plan.author)
    url = reverse("planning:six_step", args=[*bench.place, 1])
    key = f"planning:six_step:{bench.pk}_1"
    typed = {"conclusion": "写到一半", "evidence": "访谈", "state": "doing", "edit": "0"}

    assert holds(client, plan.author, url, key, typed, "写到一半")
    assert client.post(url, typed).status_code == 302
    assert drafts.load(plan.author, key) is None
    assert bench.steps.get(code=1).conclusion == "写到一半"


def test_a_draft_begins_on_the_edit_that_its_writer_saw(client):
    plan = make_plan()
    bench = six_steps.start_planning(customer=plan.customer, year=2027, by=plan.author)
    typed = {"conclusion": "写到一半", "evidence": "", "state": "doing", "edit": "0"}
    drafts.save(plan.author, f"planning:six_step:{bench.pk}_1", typed)
    six_steps.save_step(
        planning=bench, code=1, by=plan.author, base_edit=0, state="doing",
        conclusion="他人写的", evidence="",
    )  # fmt: skip
    url = reverse("planning:six_step", args=[*bench.place, 1])

    assert 'name="edit" value="0"' in page_of(client, plan.author, url)
    late = client.post(url, typed)

    assert late.status_code == 422
    assert "他人写的" in late.content.decode() and "写到一半" in late.content.decode()


def test_what_is_handed_down(client):
    director = make_user("branch_director")
    plan = make_plan("annual_market", author=make_user("dept_head"))
    url, key = reverse("planning:allot", args=[plan.pk]), f"planning:allot:{plan.pk}"

    assert holds(client, director, url, key, {"stock_q1": "37.5", "note": "先议"}, "37.5")
    assert client.post(url, {"stock_q1": "37.5"}).status_code == 302
    assert drafts.load(director, key) is None


def test_an_adjustment(client):
    head = make_user("dept_head")
    plan = make_plan("annual_market", author=head)
    url, key = reverse("planning:adjustment_new", args=[plan.pk]), f"planning:adjustment:{plan.pk}"

    assert holds(client, head, url, key, {"reason": "写到一半"}, "写到一半")
    client.post(url, {"restart": "1"})
    assert drafts.load(head, key) is None


def test_a_review_with_its_remarks_but_not_its_decision(client, world):
    version = reviewing.submitted(world.plan)
    url, key = reverse("planning:review", args=[world.plan.pk]), f"planning:review:{version.pk}"
    typed = {
        "note": "总的还行", "at_C2_1": "数字对不上", "decision": "approve", "number": "9",
        "seen": "drafting", "sha256": "x",
    }  # fmt: skip

    assert holds(client, world.head, url, key, typed, "数字对不上")
    body = page_of(client, world.head, url)
    assert "总的还行" in body and "checked" not in body
    assert f'name="sha256" value="{version.sha256}"' in body
    seen = {"number": 1, "seen": version.state, "sha256": version.sha256}
    sent = {"note": "总的还行", "at_C2_1": "数字对不上", "decision": "return"}
    decide = reverse("planning:decide", args=[world.plan.pk])
    assert client.post(decide, sent | seen).status_code == 302
    assert drafts.load(world.head, key) is None


def test_a_review_that_came_too_late_is_kept(client, world):
    version = reviewing.submitted(world.plan)
    seen = {"number": 1, "seen": version.state, "sha256": version.sha256}
    reviewing.moving.recall(version=version, by=world.author)
    client.force_login(world.head)

    late = {"note": "", "at_C2_1": "数字对不上", "decision": "return"} | seen
    client.post(reverse("planning:decide", args=[world.plan.pk]), late)
    reviewing.submitted(world.plan)

    url = reverse("planning:review", args=[world.plan.pk])
    assert "数字对不上" in page_of(client, world.head, url)


def test_a_remark_at_a_section(client, world):
    plan, head = world.plan, world.head
    url = reverse("planning:section", args=[plan.pk, "C2.1"])
    key = f"planning:comment:{world.version.pk}:c2_1"

    assert holds(client, head, url, key, {"text": "问一句"}, "问一句")
    add = reverse("planning:comment_add", args=[plan.pk, "C2.1"])
    client.post(add, {"text": "长" * 1001})  # refused, and so kept
    assert drafts.load(head, key)["text"] == "长" * 1001
    client.post(add, {"text": "问一句"})
    assert drafts.load(head, key) is None
    assert PlanComment.objects.get().text == "问一句"


def test_text_for_a_plan_that_was_handed_in_comes_back_when_it_can_be_written(client, world):
    reviewing.submitted(world.plan)
    client.force_login(world.author)
    url = reverse("planning:section", args=[world.plan.pk, "C2.1"])
    late = {"text": "写好了。来晚的一句。", "none_reason": "", "base_edit": 0, "base_number": 1}

    assert client.post(url, late).status_code == 409
    reviewing.moving.recall(version=world.version, by=world.author)

    assert "来晚的一句。" in page_of(client, world.author, url)
