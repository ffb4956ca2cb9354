"""Every change leaves a row that says what changed, and only a change does (§B.4)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.tests.factories import make_customer
from opportunities.actions import assessing, keeping, moving, sharing
from opportunities.models import OpportunityChange
from opportunities.tests.factories import make_need, make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
BEST = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}


@pytest.fixture
def head():
    return make_user("dept_head")


@pytest.fixture
def manager(head):
    return make_user(department=head.department, reports_to=head)


@pytest.fixture
def row(manager):
    customer = make_customer(manager=manager)
    made = make_opportunity(customer, need=make_need(customer))
    assessing.assess(opportunity=made, kind="value", answers=BEST, by=manager)
    return made


def newest(row, field) -> OpportunityChange:
    return row.changes.filter(field=field).first()


def test_another_strength_of_the_same_rival_is_a_change_that_says_so(row, manager):
    rival = {"operator": "mobile", "name": "集团部", "strength": "价格低"}
    keeping.set_rivals(opportunity=row, rivals=[rival], by=manager)
    now = rival | {"strength": "已有线路", "our_answer": "双路由"}
    keeping.set_rivals(opportunity=row, rivals=[now], by=manager)
    change = newest(row, "rivals")
    assert change.old == "移动，集团部，优势：价格低"
    assert change.new == "移动，集团部，优势：已有线路，对策：双路由"


def test_another_role_in_the_team_is_a_change_that_says_so(row, manager):
    one = {"user": manager, "role": "member", "split_pct": Decimal(100)}
    keeping.set_team(opportunity=row, members=[one], by=manager)
    keeping.set_team(opportunity=row, members=[one | {"role": "lead"}], by=manager)
    change = newest(row, "members")
    assert "协同客户经理 100%" in change.old
    assert "首席客户经理 100%" in change.new


def test_what_is_saved_unchanged_leaves_no_row(row, manager):
    team = [{"user": manager, "role": "lead", "split_pct": Decimal("100.00")}]
    rivals = [{"operator": "mobile", "name": "", "strength": "", "weakness": "", "our_answer": ""}]
    lines = [{"business_line": "data", "amount": Decimal(600_000)}]
    for _ in range(2):
        keeping.set_team(opportunity=row, members=team, by=manager)
        keeping.set_rivals(opportunity=row, rivals=rivals, by=manager)
        sharing.set_lines(opportunity=row, lines=lines, by=manager)
    assert row.changes.count() == 3


def test_a_no_stands_in_the_history(row, head, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    moving.decide_go(opportunity=row, is_go=False, engineer=None, note="预算不落实", by=head)
    change = newest(row, "go_note")
    assert (change.label, change.new, change.by) == ("立项决定", "不同意：预算不落实", head)


def test_a_go_that_a_step_back_takes_away_stands_in_the_history(row, head, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    engineer = make_user("solution_engineer", branch=head.branch)
    there = moving.decide_go(opportunity=row, is_go=True, engineer=engineer, note="可以", by=head)
    back = moving.move(opportunity=there, to="qualified", by=manager, reason="预算取消")
    assert (back.go_by, back.go_note) == (None, "")
    assert (newest(row, "go_by").old, newest(row, "go_by").new) == (str(head), "")
    assert (newest(row, "go_note").old, newest(row, "go_note").new) == ("可以", "")


def test_why_it_rested_stays_in_the_history_when_it_goes_on(row, manager):
    day = timezone.localdate() + timedelta(days=30)
    aside = {"suspended_reason": "客户换届", "review_on": day}
    rests = moving.move(opportunity=row, to="suspended", by=manager, **aside)
    moving.move(opportunity=rests, to="identified", by=manager)
    assert newest(row, "suspended_reason").old == "客户换届"
    assert newest(row, "review_on").old == str(day)
