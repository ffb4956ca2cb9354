"""What both sides do next: written in the record, ticked later, shown on 今日 (R7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import drafts
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.models import VisitNextStep, VisitRecord
from visits.step_rules import Step, steps_of_text, steps_text
from visits.tests.factories import make_visit
from visits.tests.test_visit_record import held, send

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def rows(*lines):
    names = ("side", "content", "person", "due_on")
    return {f"step_{name}": [line[n] for line in lines] for n, name in enumerate(names)}


def test_lines_of_both_sides_become_rows_and_the_text_of_the_record(client):
    visit, day = held(), timezone.localdate() + timedelta(days=4)
    lines = rows(
        ("us", "送组网图", "甲", str(day)),
        ("customer", "提供机房图纸", "", ""),
        ("us", " ", "", ""),
    )
    assert send(client, visit, next_step=None, **lines).status_code == 302
    ours, theirs = VisitNextStep.objects.all()
    assert (ours.side, ours.content, ours.person, ours.due_on) == ("us", "送组网图", "甲", day)
    assert (theirs.side, theirs.due_on) == ("customer", None)
    text = f"送组网图（甲，{day.month}月{day.day}日前）\n请贵方提供机房图纸"
    assert VisitRecord.objects.get().next_step == text


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("us", "", "甲", ""), "请写明要办的事"),
        (("us", "送图", "", "2020-01-01"), "不能早于拜访当天"),
        (("us", "送图", "", "2026-02-30"), "请按「年-月-日」"),
        (("us", "送图", "", "9999-12-31"), "年份应在"),
        (("us", "长" * 201, "", ""), "请写在 200 字以内"),
        (("us", "送图", "长" * 51, ""), "请写在 50 字以内"),
        (("us", "送\x01图", "", ""), "控制字符"),
        (("them", "送图", "", ""), "请选择由哪一方办"),
    ],
)
def test_a_bad_line_is_told_in_its_place_and_stays(client, line, message):
    visit = held()
    page = send(client, visit, next_step=None, **rows(line)).content.decode()
    assert message in page and "请改正标出的下一步安排" in page
    assert not VisitNextStep.objects.exists() and not VisitRecord.objects.exists()


def test_nothing_follows_is_an_answer_too_but_not_beside_a_line(client):
    visit = held()
    page = send(
        client, visit, next_step=None, has_no_next_step="on", **rows(("us", "送图", "", ""))
    )
    assert "请二选一" in page.content.decode()
    assert send(client, visit, next_step=None, has_no_next_step="on").status_code == 302
    assert not VisitNextStep.objects.exists()


def test_lines_of_a_draft_come_back(client):
    visit = held()
    lines = rows(("us", "送图", "甲", ""), ("customer", "出图纸", "", ""))
    drafts.save(visit.owner, f"visits:record:{visit.pk}", lines)
    client.force_login(visit.owner)
    page = client.get(reverse("visits:visit_record", args=[visit.pk])).content.decode()
    assert 'value="送图"' in page and 'value="出图纸"' in page and 'value="甲"' in page


def test_a_plain_text_is_a_step_of_ours_a_line():
    assert steps_of_text("送图\n\n 约时间 ") == [Step("us", "送图"), Step("us", "约时间")]
    assert len(steps_of_text("长" * 900)[0].content) == 200
    assert steps_text([]) == ""


def step_of(visit, **fields):
    return VisitNextStep.objects.create(visit=visit, **{"content": "送图"} | fields)


def tap(client, step, user=None, done="1", headers=None, **more):
    client.force_login(user or step.visit.owner)
    url = reverse("visits:step_done", args=[step.pk])
    return client.post(url, {"done": done} | more, headers=headers or {})


def test_a_tap_says_it_is_done_and_another_takes_that_back(client):
    step = step_of(make_visit(state="recorded"))
    answer = tap(client, step, headers=HTMX)
    assert answer.content.decode().lstrip().startswith('<div id="next-steps">')
    step.refresh_from_db()
    assert step.done_at and step.done_by == step.visit.owner
    tap(client, step, done="0")
    step.refresh_from_db()
    assert step.done_at is None and step.done_by is None
    verbs = AuditEvent.objects.filter(verb__startswith="visit.step").values_list("verb", flat=True)
    assert sorted(verbs) == ["visit.step_done", "visit.step_reopened"]


def test_the_second_of_two_taps_is_told_and_keeps_the_first_time(client):
    step = step_of(make_visit(state="recorded"))
    tap(client, step)
    first = VisitNextStep.objects.get().done_at
    answer = tap(client, step, headers=HTMX)
    assert answer.status_code == 422 and "刚才已经改过" in answer.content.decode()
    assert VisitNextStep.objects.get().done_at == first


def test_without_script_one_comes_back_to_where_one_was_and_nowhere_else(client):
    visit = make_visit(state="recorded")
    assert tap(client, step_of(visit)).url == visit.get_absolute_url()
    assert tap(client, step_of(visit), back="/").url == "/"
    assert tap(client, step_of(visit), back="https://evil.example/").url == visit.get_absolute_url()


def test_another_manager_gets_404_a_wrong_role_403_and_a_get_405(client):
    step = step_of(make_visit(state="recorded"))
    assert tap(client, step, user=make_user()).status_code == 404
    assert tap(client, step, user=make_user("auditor")).status_code == 403
    client.force_login(step.visit.owner)
    assert client.get(reverse("visits:step_done", args=[step.pk])).status_code == 405


def test_today_shows_what_is_open_within_a_week_and_late_by_up_to_a_month(client):
    visit, today = make_visit(state="recorded"), timezone.localdate()
    for days, word in ((-31, "太旧"), (-30, "晚了"), (0, "今日事"), (7, "七天内"), (8, "还早")):
        step_of(visit, content=word, due_on=today + timedelta(days=days))
    step_of(visit, content="没日子")
    step_of(visit, content="办过", due_on=today, done_at=timezone.now(), done_by=visit.owner)
    step_of(make_visit(state="recorded"), content="别人的", due_on=today)
    client.force_login(visit.owner)
    page = client.get(reverse("crm:today")).content.decode()
    shown = [
        w
        for w in ("太旧", "晚了", "今日事", "七天内", "还早", "没日子", "办过", "别人的")
        if w in page
    ]
    assert shown == ["晚了", "今日事", "七天内"]
