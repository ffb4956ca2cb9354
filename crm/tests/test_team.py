"""团队: what a head sees of the people below."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import audit
from crm.reports import team
from crm.tests.factories import make_duty
from staff.tests.factories import make_department, make_user
from visits.actions.replying import may_approve, to_approve
from visits.models import LetterReply, ThankYouLetter
from visits.tests.factories import make_letter, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    gov, biz = make_department(code="GOV"), make_department(code="BIZ")
    return {
        "head": make_user("dept_head", department=gov),
        "mine": make_user(department=gov, name="本部门的人"),
        "other": make_user(department=biz, name="别部门的人"),
        "director": make_user("branch_director"),
    }


def get(client, user, **query):
    client.force_login(user)
    return client.get(reverse("crm:team"), query)


def make_pending(owner, **fields):
    letter = make_letter(owner=owner)
    defaults = {"title": "待审的复函", "addressee": "某局", "body": "正文", "written_by": owner}
    return LetterReply.objects.create(letter=letter, state="pending_approval", **defaults | fields)


def test_counts_a_person_by_urgency_and_the_latest_come_first(people):
    now = timezone.now()
    make_duty(people["mine"], due_at=now - timedelta(hours=1))
    make_duty(people["mine"], due_at=now + timedelta(days=3))
    lines = team.crew(people["head"], now, may_approve=False).lines
    assert lines[0].pk == people["mine"].pk
    assert (lines[0].overdue, lines[0].today, lines[0].open) == (1, 0, 2)


def test_a_head_sees_the_own_department_only_and_a_director_all(client, people):
    page = get(client, people["head"]).content.decode()
    assert "本部门的人" in page and "别部门的人" not in page
    assert "别部门的人" in get(client, people["director"]).content.decode()


def test_an_open_duty_of_somebody_who_left_stays_in_sight(client, people):
    make_duty(people["mine"])
    people["mine"].state, people["mine"].left_on = "left", timezone.localdate()
    people["mine"].save()
    assert "已离职" in get(client, people["head"]).content.decode()


def test_drills_down_to_the_duties_of_one_person(client, people):
    make_duty(people["mine"], title="具体的一件事")
    page = get(client, people["head"], person=people["mine"].pk).content.decode()
    assert "具体的一件事" in page


def test_a_person_of_another_department_gets_404(client, people):
    assert get(client, people["head"], person=people["other"].pk).status_code == 404


def test_a_meaningless_person_is_ignored(client, people):
    assert get(client, people["head"], person="x").status_code == 200


def test_replies_that_wait_for_approval_stand_on_the_home_page_too(client, people):
    make_pending(people["mine"])
    make_pending(people["other"], title="别部门的复函")
    client.force_login(people["head"])
    page = client.get(reverse("crm:today")).content.decode()
    assert "待审的复函" in page and "别部门的复函" not in page


def test_only_what_this_head_may_decide_waits_here(people):
    head, director = people["head"], people["director"]
    own = make_pending(people["mine"], written_by=head, title="自己写的")
    touched = make_pending(people["mine"], title="经理改过的")
    audit.record(verb="reply.drafted", target=touched, by=head)
    plain = make_pending(people["mine"])
    assert list(to_approve(head)) == [plain] == team.waiting_replies(head)
    assert set(to_approve(director)) == {own, touched, plain}
    for reader in (head, director, people["mine"]):
        rows = LetterReply.objects.all()
        assert set(to_approve(reader)) == {row for row in rows if may_approve(row, reader)}


def test_an_auditor_is_not_asked_to_approve(client, people):
    make_pending(people["mine"])
    page = get(client, make_user("auditor")).content.decode()
    assert "本部门的人" in page and "等我审核" not in page


def test_shows_waived_letters_with_reason(client, people):
    visit = make_visit(owner=people["mine"], state="closed")
    ThankYouLetter.objects.create(
        visit=visit, state="waived", waived_by=people["head"], waived_reason="客户已调离"
    )
    assert "客户已调离" in get(client, people["head"]).content.decode()


@pytest.mark.parametrize("role", ["account_manager", "industry_manager", "sysadmin"])
def test_who_leads_nobody_gets_403(client, role):
    assert get(client, make_user(role)).status_code == 403


def test_post_is_refused(client, people):
    client.force_login(people["head"])
    assert client.post(reverse("crm:team")).status_code == 405


def fill(department, count):
    for _ in range(count):
        person = make_user(department=department)
        make_duty(person, due_at=timezone.now() - timedelta(hours=1))
        make_pending(person)


def test_thirty_people_cost_as_many_queries_as_one(client, people, django_assert_max_num_queries):
    head = people["head"]
    fill(head.department, 1)
    get(client, head, person=people["mine"].pk)
    # one more on PostgreSQL, which is asked for its clock
    with django_assert_max_num_queries(16) as one:
        client.get(reverse("crm:team"), {"person": people["mine"].pk})
    fill(head.department, 29)
    with django_assert_max_num_queries(16) as thirty:
        client.get(reverse("crm:team"), {"person": people["mine"].pk})
    assert len(thirty) == len(one)
