"""The case: steps, four eyes, money, cycle, targets (R47, R48)."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Customer
from accounts.tests.factories import make_customer
from planning import retention_rules as rules
from planning.actions import retention_cases as cases
from planning.actions import retention_money as money
from planning.actions import retention_rolls as rolls
from planning.actions.errors import PlanError
from planning.actions.retention_warning import warn
from planning.models import RetentionCase, RetentionMember, RetentionMove, RetentionResource
from planning.tests.retention_factories import make_contract
from planning.tests.test_retention_warning import NIGHT, duties
from staff.models import AuthorityLimit
from staff.tests.factories import make_branch, make_department, make_user

STATES = list(RetentionCase.State.values)


@pytest.fixture
def people(db):
    department = make_department(branch=make_branch(), code="GOV")
    return (
        make_user(department=department),
        make_user("dept_head", department=department),
        make_user("branch_director", branch=department.branch, department=department),
    )


@pytest.fixture
def case(people):
    manager, *_ = people
    case = cases.open_case(customer=make_customer(manager=manager), by=manager)
    known = {"objective": "续签", "trigger_conditions": "对手报价", "budget": Decimal(1000)}
    cases.edit_case(case=case, by=manager, tier="key", **known)
    add_action(case, manager)
    return case


def add_action(case, by):
    return cases.add_action(
        case=case, by=by, kind="consolidate", text="高层拜访", owner=by, due_on=date(2099, 1, 1)
    )


def test_a_customer_has_one_active_case(case, people):
    with pytest.raises(PlanError, match="已有一份"):
        cases.open_case(customer=case.customer, by=people[1])


def test_the_case_goes_its_way_once_and_the_head_never_approves_the_own(case, people):
    manager, head, director = people
    with pytest.raises(PlanError, match="不能批准"):
        cases.step(case=case, to="approved", by=manager)
    cases.edit_case(case=case, by=head, objective="续签两年")
    with pytest.raises(PlanError, match="不能批准"):
        cases.step(case=case, to="approved", by=head)
    cases.step(case=case, to="approved", by=director)
    with pytest.raises(PlanError, match="预算已随预案批准"):
        cases.edit_case(case=case, by=manager, budget=Decimal(9000))

    cases.step(case=case, to="monitoring", by=manager)
    assert case.next_review_on == rules.next_review("key", date.today())
    for to, note in (("triggered", "对手报价"), ("executing", ""), ("retained", "已续签")):
        cases.step(case=case, to=to, by=manager, note=note)
    cases.step(case=case, to="reviewed", by=director, note="早做准备")

    assert not case.is_active and RetentionMove.objects.filter(case=case).count() == 6
    cases.open_case(customer=case.customer, by=manager)


def test_every_step_that_the_table_does_not_know_is_refused(case, people):
    director = people[2]
    for state in STATES:
        for to in STATES:
            if not rules.may_step(state, to):
                with pytest.raises(PlanError):
                    cases.step(case=case, to=to, by=director, note="不行", seen=state)
    case.refresh_from_db()
    assert case.state == "draft"
    with pytest.raises(PlanError, match="刚被变更"):
        cases.step(case=case, to="monitoring", by=director, seen="approved")


def test_an_empty_case_is_not_approved(people):
    manager, _, director = people
    empty = cases.open_case(customer=make_customer(manager=manager), by=manager)
    with pytest.raises(PlanError, match="保有目标、触发条件、至少一项行动"):
        cases.step(case=empty, to="approved", by=director)


def test_resources_stay_within_budget_and_authority(case, people):
    manager, head, _ = people
    AuthorityLimit.objects.update_or_create(
        role="dept_head", topic="price_discount", defaults={"max_discount_pct": 10}
    )

    def ask(amount, **more):
        fields = {"kind": "cost", "text": "交流会"} | more
        return money.ask_resource(case=case, by=manager, amount=Decimal(amount), **fields)

    def decide(resource, by=head, is_granted=True, note=""):
        money.decide_resource(resource=resource, is_granted=is_granted, note=note, by=by)

    cases.step(case=case, to="approved", by=head)
    decide(ask(700))
    with pytest.raises(PlanError, match="超出预算"):
        decide(ask(301))
    with pytest.raises(PlanError, match="参与拟定"):
        decide(ask(1), by=manager)
    with pytest.raises(PlanError, match="请示"):
        decide(ask(0, kind="discount", discount_pct=Decimal(15)))
    with pytest.raises(PlanError, match="原因"):
        decide(ask(1), is_granted=False)
    decide(ask(300, kind="discount", discount_pct=Decimal(10)))
    assert money.left_of(case) == 0


def test_nothing_is_granted_before_the_case_and_its_budget_are_approved(case, people):
    manager, head, director = people
    asked = money.ask_resource(case=case, by=manager, kind="cost", text="会", amount=Decimal(700))
    with pytest.raises(PlanError, match="先批准预案"):
        money.decide_resource(resource=asked, is_granted=True, note="", by=head)
    asked.refresh_from_db()
    assert asked.state == "asked"
    money.decide_resource(resource=asked, is_granted=False, note="先定预案", by=head)


def test_a_draft_that_was_granted_more_than_its_budget_is_not_approved(case, people):
    manager, head, director = people
    RetentionResource.objects.create(
        case=case, kind="cost", text="会", amount=700, state="approved", asked_by=manager,
        decided_by=head,
    )  # fmt: skip
    with pytest.raises(PlanError, match="合计 700.00 元，超过预算 699.00 元"):
        cases.edit_case(case=case, by=manager, budget=Decimal(699))
    RetentionCase.objects.update(budget=699)
    cases.edit_case(case=case, by=manager, objective="续签三年")  # the rest can still be written
    with pytest.raises(PlanError, match="超过预算 699.00 元"):
        cases.step(case=case, to="approved", by=director)
    cases.edit_case(case=case, by=manager, budget=Decimal(700))
    cases.step(case=case, to="approved", by=director)


@pytest.fixture
def watched(case, people):
    """Monitored as an important customer; the next look is three months ahead."""
    cases.edit_case(case=case, by=people[0], tier="important")
    cases.step(case=case, to="approved", by=people[1])
    cases.step(case=case, to="monitoring", by=people[0])
    assert case.next_review_on == rules.next_review("important", date.today())
    return case


def put_on_list(customer, tier, by):
    roll = rolls.make_list(
        level="branch", by=by, tier=tier, year=2027, least_revenue=Decimal(0), criteria="大客户"
    )
    rolls.add_customer(roll=roll, customer=customer, reason="大客户", by=by)


def test_a_higher_list_brings_the_next_look_at_a_running_case_forward(watched, people):
    put_on_list(watched.customer, "key", people[2])
    watched.refresh_from_db()
    assert (watched.tier, watched.state) == ("key", "monitoring")
    assert watched.next_review_on == rules.next_review("key", date.today())


def test_a_lower_list_does_not_put_the_look_at_a_running_case_off(watched, people):
    before = watched.next_review_on
    put_on_list(watched.customer, "general", people[2])
    watched.refresh_from_db()
    assert (watched.tier, watched.next_review_on) == ("important", before)


def test_a_tier_that_is_edited_moves_the_next_look_forward_and_never_back(watched, people):
    monthly = rules.next_review("key", date.today())
    for tier in ("key", "general"):
        cases.edit_case(case=watched, by=people[0], tier=tier)
        assert (watched.tier, watched.next_review_on) == (tier, monthly)


@pytest.mark.parametrize(("lifecycle", "drafts"), [("active", 1), ("lost", 0)])
def test_a_reviewed_customer_who_is_still_on_a_list_gets_a_new_draft(
    watched, people, lifecycle, drafts
):
    manager, _, director = people
    put_on_list(watched.customer, "key", director)
    for to, note in (("triggered", "对手报价"), ("executing", ""), ("retained", "已续签")):
        cases.step(case=watched, to=to, by=manager, note=note)
    Customer.objects.update(lifecycle=lifecycle)
    watched.customer.refresh_from_db()
    cases.step(case=watched, to="reviewed", by=director, note="早做准备")

    new = RetentionCase.objects.exclude(state="reviewed")
    assert list(new.values_list("tier", "state")) == [("key", "draft")] * drafts


def test_an_action_answers_the_warning(people):
    customer = make_customer(manager=people[0], grade="D")
    make_contract(customer, date(2024, 1, 1), date(2026, 12, 1))
    warn(now=NIGHT)

    add_action(RetentionCase.objects.get(), people[0])

    assert duties().get().state in ("done", "done_late")


def test_a_list_takes_in_who_meets_its_criteria_and_each_has_a_case(people):
    manager, _, director = people
    for grade in "AABC":
        make_customer(manager=manager, grade=grade)
    roll = rolls.make_list(
        level="branch", by=director, tier="important", year=2026, grades="AB",
        least_revenue=Decimal(0), criteria="A、B 级客户",
    )  # fmt: skip

    assert [rolls.fill_list(roll=roll, by=director) for _ in range(2)] == [3, 0]

    assert RetentionMember.objects.count() == 3
    assert set(RetentionCase.objects.values_list("tier", "state")) == {("important", "draft")}
    with pytest.raises(PlanError, match="已有这份清单"):
        rolls.make_list(
            level="branch", by=director, tier="important", year=2026, least_revenue=Decimal(0)
        )


def test_departments_take_on_at_least_the_branch_target(people):
    manager, head, director = people
    branch, first = manager.branch, manager.department
    second = make_department(branch=branch, code="FIN")

    def save(department, base):
        money.save_target(
            branch=branch, year=2027, department=department, base=Decimal(base),
            rate=Decimal(95), owner=head, by=director,
        )  # fmt: skip

    save(None, 1000)
    save(first, 600)
    save(second, 399)
    with pytest.raises(PlanError, match="少 0.95 元"):
        money.confirm_targets(branch=branch, year=2027, by=director)
    save(second, 400)
    money.confirm_targets(branch=branch, year=2027, by=director)
    with pytest.raises(PlanError, match="少 0.95 元"):
        save(second, 399)
    with pytest.raises(PlanError, match="已经下达"):
        money.confirm_targets(branch=branch, year=2027, by=director)


def test_open_actions_go_with_the_customer(case, people):
    manager, head, _ = people
    other = make_user(department=manager.department)
    moved = cases.hand_over_actions(
        customer=case.customer, old=manager, to=other, by=head, reason="换人"
    )
    assert len(moved) == 1 and case.actions.get().owner == other


def test_the_cycle_is_monthly_for_key_and_quarterly_for_important_customers():
    assert rules.next_review("key", date(2026, 1, 31)) == date(2026, 2, 28)
    assert rules.next_review("important", date(2026, 11, 23)) == date(2027, 2, 23)
