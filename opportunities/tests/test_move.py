"""From stage to stage: one step at a time, with what each stage asks for (R77, §B.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.tests.factories import make_customer
from opportunities.actions import assessing, keeping, moving
from opportunities.actions.errors import OpportunityError
from opportunities.models import Opportunity, StageMove
from opportunities.tests.factories import make_need, make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
BEST = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}


@pytest.fixture
def people():
    head = make_user("dept_head")
    manager = make_user(department=head.department, reports_to=head)
    engineer = make_user("solution_engineer", department=head.department)
    return head, manager, engineer


@pytest.fixture
def opportunity(people):
    customer = make_customer(manager=people[1])
    fact = make_need(customer, layer="fact")
    need = make_need(customer, parent=fact)
    make_need(customer, layer="win", parent=need)
    made = make_opportunity(customer, need=need)
    assessing.assess(opportunity=made, kind="value", answers=BEST, by=people[1])
    return made


def qualified(opportunity, manager):
    return moving.move(opportunity=opportunity, to="qualified", by=manager)


def approved(opportunity, people):
    head, manager, engineer = people
    found = qualified(opportunity, manager)
    return moving.decide_go(opportunity=found, is_go=True, engineer=engineer, note="可以", by=head)


def test_the_whole_way_to_a_contract(opportunity, people):
    manager = people[1]
    row = approved(opportunity, people)
    keeping.set_rivals(opportunity=row, rivals=[{"operator": "mobile"}], by=manager)
    steps = [
        ("solution", {"solution_text": "双活机房"}),
        ("proposal", {"quotation_ref": "SX-2027-01"}),
        ("negotiation", {"terms": "三年期"}),
        ("contracting", {"contract_draft": "草案第二稿"}),
        ("won", {"contract_no": "SX-2027-9", "signed_on": date(2027, 3, 1),
                 "win_reason": "solution"}),
    ]  # fmt: skip
    for stage, fields in steps:
        row = moving.move(opportunity=row, to=stage, by=manager, **fields)
    assert (row.stage, row.probability) == ("won", 100)
    assert row.ended_at is not None
    assert StageMove.objects.filter(opportunity=row).count() == 8


@pytest.mark.parametrize("target", ["approved", "solution", "proposal", "won"])
def test_no_stage_is_jumped(opportunity, people, target):
    with pytest.raises(OpportunityError, match="跳过"):
        moving.move(opportunity=opportunity, to=target, by=people[1])
    assert Opportunity.objects.get().stage == "identified"


def test_a_tender_enters_with_its_go(opportunity, people):
    with pytest.raises(OpportunityError, match="立项决定"):
        moving.move(
            opportunity=opportunity, to="proposal", by=people[1], is_tender=True,
            quotation_ref="T-1",
        )  # fmt: skip


@pytest.fixture
def tender(opportunity, people):
    keeping.set_rivals(opportunity=opportunity, rivals=[{"operator": "mobile"}], by=people[1])
    opportunity.refresh_from_db()
    return keeping.change(
        opportunity=opportunity, seen_at=opportunity.updated_at, by=people[1],
        source="tender_notice", quotation_ref="招标 2026-18",
    )  # fmt: skip


@pytest.mark.parametrize("first", ["identified", "qualified"])
def test_the_go_takes_an_inbound_tender_straight_to_the_bid(tender, people, first):
    head, manager, engineer = people
    if first == "qualified":
        moving.move(opportunity=tender, to="qualified", by=manager)
    row = moving.decide_go(opportunity=tender, is_go=True, engineer=engineer, note="投", by=head)
    assert (row.stage, row.go_by, row.probability) == ("proposal", head, 65)
    last = row.moves.order_by("-at", "-pk").first()
    assert (last.from_stage, last.to_stage, last.reason) == (first, "proposal", "投")


def test_a_no_keeps_a_tender_where_it_is(tender, people):
    moving.decide_go(opportunity=tender, is_go=False, engineer=None, note="资质不够", by=people[0])
    tender.refresh_from_db()
    assert (tender.stage, tender.go_by) == ("identified", None)


def test_a_tender_needs_the_rest_before_its_go_and_its_solution_after_it(tender, people):
    head, manager, engineer = people
    tender.rivals.all().delete()
    with pytest.raises(OpportunityError, match="竞争对手"):
        moving.decide_go(opportunity=tender, is_go=True, engineer=engineer, note="", by=head)
    keeping.set_rivals(opportunity=tender, rivals=[{"operator": "mobile"}], by=manager)
    row = moving.decide_go(opportunity=tender, is_go=True, engineer=engineer, note="", by=head)
    with pytest.raises(OpportunityError, match="方案要点"):
        moving.move(opportunity=row, to="negotiation", by=manager, terms="三年期")


def test_what_did_not_come_as_a_tender_waits_for_its_go_at_the_second_stage(opportunity, people):
    with pytest.raises(OpportunityError, match="刷新"):
        moving.decide_go(
            opportunity=opportunity, is_go=True, engineer=people[2], note="", by=people[0]
        )


def test_nobody_gives_the_go_to_the_own_opportunity(opportunity, people):
    row = qualified(opportunity, people[1])
    with pytest.raises(OpportunityError, match="不能决定自己"):
        moving.decide_go(opportunity=row, is_go=True, engineer=people[2], note="", by=people[1])


def test_a_no_keeps_it_where_it_is_and_says_why(opportunity, people):
    row = qualified(opportunity, people[1])
    moving.decide_go(opportunity=row, is_go=False, engineer=None, note="预算不落实", by=people[0])
    row.refresh_from_db()
    assert (row.stage, row.go_note, row.go_by) == ("qualified", "预算不落实", None)


def test_a_step_back_needs_a_reason(opportunity, people):
    row = qualified(opportunity, people[1])
    with pytest.raises(OpportunityError, match="写明原因"):
        moving.move(opportunity=row, to="identified", by=people[1])
    moving.move(opportunity=row, to="identified", by=people[1], reason="预算推迟")


def test_without_a_win_there_is_no_proposal(people):
    customer = make_customer(manager=people[1])
    made = make_opportunity(customer, need=make_need(customer))
    assessing.assess(opportunity=made, kind="value", answers=BEST, by=people[1])
    row = approved(made, people)
    keeping.set_rivals(opportunity=row, rivals=[{"operator": "mobile"}], by=people[1])
    row = moving.move(opportunity=row, to="solution", by=people[1], solution_text="双活")
    with pytest.raises(OpportunityError, match="关键驱动因素"):
        moving.move(opportunity=row, to="proposal", by=people[1], quotation_ref="Q-1")


def test_suspension_is_looked_at_within_ninety_days_and_leads_back(opportunity, people):
    row, today = qualified(opportunity, people[1]), timezone.localdate()
    aside = {"to": "suspended", "by": people[1], "suspended_reason": "客户换届"}
    with pytest.raises(OpportunityError, match="90 天"):
        moving.move(opportunity=row, review_on=today + timedelta(days=91), **aside)
    row = moving.move(opportunity=row, review_on=today + timedelta(days=90), **aside)
    with pytest.raises(OpportunityError, match="搁置前"):
        moving.move(opportunity=row, to="approved", by=people[1])
    assert moving.move(opportunity=row, to="qualified", by=people[1]).review_on is None


TOLD = {"loss_reason": "price", "winner": "移动", "price_gap_pct": Decimal(8),
        "lesson": "早些报价"}  # fmt: skip


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"lesson": " "}, "经验教训"),
        ({"winner": ""}, "谁中选"),
        ({"price_gap_pct": None}, "价格差"),
    ],
)
def test_a_loss_says_why_to_whom_by_how_much_and_what_was_learnt(opportunity, people, lacks, words):
    with pytest.raises(OpportunityError, match=words):
        moving.move(opportunity=opportunity, to="lost", by=people[1], **(TOLD | lacks))
    row = moving.move(opportunity=opportunity, to="lost", by=people[1], **TOLD)
    assert (row.probability, row.weighted) == (0, 0)


@pytest.mark.parametrize("reason", ["customer_cancelled", "policy"])
def test_what_nobody_won_names_no_winner(opportunity, people, reason):
    told = {"loss_reason": reason, "lesson": "早些确认预算"}
    assert moving.move(opportunity=opportunity, to="lost", by=people[1], **told).winner == ""


@pytest.mark.parametrize("lacks", [{"winner": ""}, {"price_gap_pct": None}])
def test_the_database_keeps_no_loss_without_winner_or_gap(opportunity, lacks):
    ended = {"stage": "lost", "ended_at": timezone.now()} | TOLD
    row = Opportunity.objects.filter(pk=opportunity.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(**(ended | lacks))
    row.update(**(ended | lacks), is_loss_told=False)  # as it stood before this was asked


def test_a_contract_is_won_for_a_reason(opportunity, people):
    Opportunity.objects.filter(pk=opportunity.pk).update(stage="contracting", go_by=people[0])
    signed = {"contract_no": "C-1", "signed_on": date(2026, 11, 1)}
    with pytest.raises(OpportunityError, match="赢单原因"):
        moving.move(opportunity=opportunity, to="won", by=people[1], **signed)


def test_a_page_that_shows_an_older_stage_is_refused(opportunity, people):
    qualified(opportunity, people[1])
    with pytest.raises(OpportunityError, match="刷新"):
        moving.move(opportunity=opportunity, to="qualified", by=people[1], seen="identified")
