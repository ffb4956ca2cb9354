"""今日工作台: what an account manager sees first."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.rules import SHANGHAI
from crm.reports import desk
from crm.tests.factories import make_duty
from staff.tests.factories import make_absence, make_user
from visits.models import CustomerIssue, ThankYouLetter
from visits.tests.factories import make_letter, make_participant, make_visit

pytestmark = pytest.mark.django_db
# A Wednesday noon, so that "later today" and "earlier today" both exist.
NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)


def get(client, user):
    client.force_login(user)
    return client.get(reverse("crm:today"))


def make_thanks(owner, due_at, **fields):
    letter = ThankYouLetter.objects.create(visit=make_visit(owner=owner, state="held"))
    letter.customer = letter.visit.customer
    return make_duty(owner, kind="thank_you_letter", subject=letter, due_at=due_at, **fields)


def test_a_duty_stands_in_exactly_one_section_by_its_deadline():
    user = make_user()
    late = make_duty(user, due_at=NOON - timedelta(seconds=1))
    now = make_duty(user, due_at=NOON)
    midnight = make_duty(user, due_at=datetime(2026, 11, 26, tzinfo=SHANGHAI))
    thanks = make_thanks(user, NOON + timedelta(days=1))
    shown = desk.desk(user, NOON)
    assert [r.duty for r in shown.overdue.rows] == [late]
    assert [r.duty for r in shown.today.rows] == [now, midnight]  # 24:00 is today
    assert shown.replies.rows == []
    assert [r.duty for r in shown.thanks.rows] == [thanks]
    assert shown.later.total == 0


def test_totals_of_letters_count_overdue_ones_too():
    user = make_user()
    make_thanks(user, NOON - timedelta(hours=1))
    make_thanks(user, NOON + timedelta(days=1))
    shown = desk.desk(user, NOON)
    assert (shown.thanks_total, shown.thanks.total) == (2, 1)


def test_totals_are_the_same_when_not_all_duties_are_read(monkeypatch):
    user = make_user()
    for offset in (-30, -1, 2, 20, 30, 50):
        make_thanks(user, NOON + timedelta(hours=offset))
        make_duty(user, due_at=NOON + timedelta(hours=offset))
        make_duty(user, due_at=NOON + timedelta(hours=offset), kind="weekly_plan")

    def totals():
        shown = desk.desk(user, NOON)
        parts = [getattr(shown, name).total for name in desk.PARTS]
        return parts, shown.thanks_total, shown.replies_total

    whole = totals()
    assert whole == ([6, 3, 3, 3, 3], 6, 6)
    monkeypatch.setattr(desk, "DUTIES_READ", 4)
    assert totals() == whole


def test_the_button_of_a_row_leads_to_the_page_where_it_is_done(client):
    user = make_user()
    duty = make_duty(user, due_at=timezone.now() - timedelta(hours=3))
    page = get(client, user).content.decode()
    assert page.count(f'href="{duty.path}"') == 2
    assert "去答复" in page and "逾期 3 小时" in page


def test_duties_of_another_manager_are_not_on_the_desk(client):
    user, other = make_user(), make_user()
    make_duty(other, title="别人的事", due_at=timezone.now() - timedelta(hours=1))
    assert "别人的事" not in get(client, user).content.decode()


def test_ended_duties_are_gone(client):
    user = make_user()
    make_duty(user, title="办完的事", state="done", completed_at=timezone.now())
    assert "办完的事" not in get(client, user).content.decode()


def test_a_delegate_has_the_duties_of_the_absent_with_the_name(client):
    user, absent = make_user(), make_user(name="缺勤的人")
    today = timezone.localdate()
    make_absence(absent, user, today, today)
    make_duty(absent, title="代办的事")
    page = get(client, user).content.decode()
    assert "代办的事" in page and "责任人 缺勤的人" in page


def test_a_provisional_deadline_is_marked(client):
    user = make_user()
    make_duty(user, is_provisional=True)
    assert "暂估" in get(client, user).content.decode()


def at(hour, minute=0):
    return NOON.replace(hour=hour, minute=minute)


def test_visits_of_the_day_say_what_comes_next():
    user = make_user()
    make_visit(owner=user, state="planned", scheduled_start=at(9))
    make_visit(owner=user, state="booked", scheduled_start=at(14, 30))
    make_visit(owner=user, state="booked", mode="phone", scheduled_start=at(16))
    make_visit(owner=user, state="cancelled", scheduled_start=at(17))
    make_visit(owner=user, state="booked", scheduled_start=at(9) + timedelta(days=1))
    rows = desk.desk(user, NOON).visits
    assert [row.hint for row in rows] == ["还没有预约", "请在 14:25 前到达", "按时致电"]
    assert rows[0].url == reverse("visits:visit_book", args=[rows[0].visit.pk])


def test_of_more_visits_than_are_shown_those_that_are_done_are_left_out(monkeypatch, client):
    monkeypatch.setattr(desk, "ROWS_SHOWN", 2)
    user, today = make_user(), timezone.localtime().replace(hour=0, minute=0)
    done, first, second = (
        make_visit(owner=user, state=state, scheduled_start=today + timedelta(minutes=minutes))
        for state, minutes in (("recorded", 1), ("booked", 2), ("booked", 3))
    )
    shown = desk.desk(user, timezone.now())
    assert [row.visit for row in shown.visits] == [first, second]
    assert (shown.visits_total, shown.visits_hidden) == (3, 1)
    page = get(client, user).content.decode()
    assert "另有 1 次" in page
    link = f"{reverse('visits:visit_list')}?since={today:%Y-%m-%d}&amp;until={today:%Y-%m-%d}"
    assert link in page
    assert done.customer.name in client.get(link.replace("&amp;", "&")).content.decode()


def test_a_visit_of_an_earlier_day_stays_until_somebody_says_what_became_of_it():
    user, day_before = make_user(), at(9) - timedelta(days=1)
    forgotten = make_visit(owner=user, state="booked", scheduled_start=day_before)
    make_visit(owner=user, state="no_show", scheduled_start=day_before)
    make_visit(owner=user, state="held", scheduled_start=day_before)
    make_visit(state="booked", scheduled_start=day_before)  # somebody else's
    assert [row.visit for row in desk.desk(user, NOON).missed] == [forgotten]


def test_an_engineer_sees_the_visits_that_are_joined_and_no_others(client):
    engineer, manager = make_user("solution_engineer"), make_user()
    start = timezone.now() + timedelta(days=2)
    joined = make_visit(owner=manager, state="booked", scheduled_start=start)
    make_participant(joined, engineer)
    foreign = make_visit(owner=manager, state="booked", scheduled_start=start)
    page = get(client, engineer).content.decode()
    assert joined.customer.name in page and "同行" in page
    assert foreign.customer.name not in page


def test_an_empty_desk_says_why(client):
    page = get(client, make_user()).content.decode()
    assert "没有逾期，今天也没有到期的事项" in page
    assert "正式上门拜访结束后 48 小时（含休息日）内要送出" in page


@pytest.mark.parametrize("role", ["dispatcher", "records_officer", "compliance_officer"])
def test_a_role_without_pages_yet_has_a_sensible_home(client, role):
    assert "您名下没有未完成的事项" in get(client, make_user(role)).content.decode()


@pytest.mark.parametrize(
    ("on", "is_workday", "note"),
    [
        (datetime(2026, 11, 25, 9, tzinfo=SHANGHAI), True, ""),
        (datetime(2026, 2, 17, 9, tzinfo=SHANGHAI), False, "春节"),
        (datetime(2026, 11, 29, 9, tzinfo=SHANGHAI), False, "星期日"),
    ],
)
def test_the_head_names_the_kind_of_day(on, is_workday, note):
    head = desk.day_head(make_user(name="周明远"), on)
    assert (head.is_workday, head.greeting) == (is_workday, "上午好，周明远")
    assert note in head.note and bool(head.note) == bool(note)


def test_a_long_list_is_cut_and_says_how_many_more():
    user = make_user()
    letters = [make_letter(owner=user) for _ in range(desk.ROWS_SHOWN + 2)]
    for letter in letters:
        make_duty(user, subject=letter, due_at=NOON - timedelta(hours=1))
    overdue = desk.desk(user, NOON).overdue
    assert (len(overdue.rows), overdue.total, overdue.hidden) == (desk.ROWS_SHOWN, 22, 2)


def fill(user, count):
    for _ in range(count):
        make_duty(user)
        make_duty(user, due_at=timezone.now() - timedelta(hours=1))
        visit = make_visit(owner=user, state="booked", scheduled_start=timezone.now())
        make_participant(visit)
        make_visit(owner=user, scheduled_start=timezone.now() - timedelta(days=3))
        CustomerIssue.objects.create(
            customer=visit.customer, description="网速慢", owner=user, created_by=user,
            found_on=timezone.localdate(),
        )  # fmt: skip


def test_thirty_rows_cost_as_many_queries_as_one(client, django_assert_max_num_queries):
    user = make_user()
    fill(user, 1)
    get(client, user)  # content types are cached from here on
    # one more on PostgreSQL, which is asked for its clock
    with django_assert_max_num_queries(22) as one:
        client.get("/")
    fill(user, 29)
    with django_assert_max_num_queries(22) as thirty:
        client.get("/")
    assert len(thirty) == len(one)
