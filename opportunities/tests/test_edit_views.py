"""Register, convert, change with a guard, judge, assess; the rows of the ladder."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import CustomerNeed
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent, Parameter
from opportunities import assessment_rules, stage_reports
from opportunities.actions import assessing, keeping, moving
from opportunities.actions.errors import OpportunityError
from opportunities.models import Opportunity, OpportunityStage, StageMove
from opportunities.tests.factories import make_need, make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def customer(manager):
    return make_customer(manager=manager)


def fields(customer, **more):
    contact = customer.contacts.first() or make_contact(customer)
    known = {"name": "新园区专线", "kind": "network_line", "source": "visit", "need_text": "要专线",
             "contact": contact.pk, "annual_amount": "60000"}  # fmt: skip
    return known | more


def create_url(customer):
    return reverse("opportunities:create") + f"?customer={customer.pk}"


def test_it_starts_on_the_first_stage_and_its_customer_is_told(client, customer):
    assert client.post(create_url(customer), fields(customer)).status_code == 302
    made = Opportunity.objects.get()
    assert (made.stage, made.probability, made.owner) == ("identified", 10, customer.manager)
    entry = customer.timeline.get(source=f"opportunity:{made.pk}")
    assert entry.path == made.get_absolute_url()


def test_who_registers_finds_how_to_dig_and_who_edits_does_not(client, customer):
    assert "商机挖掘提示" in client.get(create_url(customer)).content.decode()
    row = make_opportunity(customer)
    page = client.get(reverse("opportunities:edit", args=[row.pk])).content.decode()
    assert "商机挖掘提示" not in page


def test_what_was_typed_stays_when_something_is_missing(client, customer):
    answer = client.post(create_url(customer), fields(customer, contact="", timing="年底前"))
    assert answer.status_code == 422
    assert "年底前" in answer.content.decode()
    assert not Opportunity.objects.exists()


def test_a_second_click_makes_no_second_one(client, customer):
    sent = fields(customer, submission_key="5b9a4c9e-0d3a-4c8e-9a55-1f3f0a3b7c11")
    first, second = (client.post(create_url(customer), sent) for _ in range(2))
    assert first.url == second.url
    assert Opportunity.objects.count() == 1


def test_a_foreign_customer_is_not_found(client, manager):
    assert client.get(create_url(make_customer())).status_code == 404


def test_the_source_of_a_link_is_chosen_already(client, customer):
    page = client.get(create_url(customer) + "&source=inbound_letter")
    assert page.context["form"].initial["source"] == "inbound_letter"


def test_a_shortfall_brings_its_line_and_amount_along(client, customer):
    """As 收入分析 links it: 元 without separators."""
    gap = "&source=revenue_gap&line=video&amount=12345.6"
    page = client.get(create_url(customer) + gap)
    initial = page.context["form"].initial
    assert (initial["business_line"], initial["annual_amount"]) == ("video", Decimal("12345.60"))
    assert 'value="12345.60"' in page.content.decode()
    sent = fields(customer, business_line="video", annual_amount="12345.60")
    client.post(create_url(customer) + gap, sent)
    line = Opportunity.objects.get().lines.get()
    assert (line.business_line, line.amount) == ("video", Decimal("12345.60"))


@pytest.mark.parametrize("amount", ["NaN", "-5", "1e9", "1" * 20, "", "٣", "0", "1,000"])
def test_a_line_and_an_amount_that_are_none_are_left_out(client, customer, amount):
    page = client.get(create_url(customer) + f"&line=x&amount={amount}")
    initial = page.context["form"].initial
    assert (initial["business_line"], initial["annual_amount"]) == ("", None)


def test_a_billed_item_stands_for_its_line(client, customer):
    page = client.get(create_url(customer) + "&line=circuit")
    assert page.context["form"].initial["business_line"] == "data"


def test_without_an_amount_there_is_nothing_to_spread(client, customer):
    client.post(create_url(customer), fields(customer, business_line="data", annual_amount=""))
    assert not Opportunity.objects.get().lines.exists()


def test_a_need_becomes_an_opportunity_once(client, customer):
    fact = make_need(customer, layer="fact", description="要一条电路")
    need = make_need(customer, parent=fact, description="要连到总部")
    url = reverse("opportunities:convert", args=[need.pk])
    assert client.post(url, fields(customer)).status_code == 302
    made = Opportunity.objects.get()
    need.refresh_from_db()
    assert (made.need, need.status) == (need, CustomerNeed.Status.TO_OPPORTUNITY)
    page = client.get(made.get_absolute_url())
    assert [one.description for one in page.context["chain"]] == ["要一条电路", "要连到总部"]
    assert "已经转成商机" in client.post(url, fields(customer)).content.decode()
    assert Opportunity.objects.count() == 1


def test_the_need_of_another_manager_is_not_found(client, manager):
    need = make_need(make_customer())
    assert client.get(reverse("opportunities:convert", args=[need.pk])).status_code == 404


def test_the_needs_tab_offers_it_while_it_is_open(client, customer):
    need = make_need(customer, layer="fact")
    url, tab = (
        reverse("opportunities:convert", args=[need.pk]),
        reverse("accounts:customer_section", args=[customer.pk, "needs"]),
    )
    assert url in client.get(tab).content.decode()
    CustomerNeed.objects.filter(pk=need.pk).update(status="to_opportunity")
    assert url not in client.get(tab).content.decode()


def edit(client, row, seen_at, **more):
    sent = fields(row.customer, name=row.name, need_text=row.need_text, kind=row.kind,
                  contact=row.contact_id, one_off_amount="600000", annual_amount="0",
                  expected_close="2027-03-31", seen_at=seen_at.isoformat())  # fmt: skip
    return client.post(reverse("opportunities:edit", args=[row.pk]), sent | more)


def test_each_changed_field_is_kept_with_old_and_new(client, customer):
    row = make_opportunity(customer)
    assert edit(client, row, row.updated_at, one_off_amount="650000").status_code == 302
    change = row.changes.get()
    assert (change.label, change.old, change.new) == ("一次性金额（元）", "600000.00", "650000")
    assert change.by == customer.manager


def test_a_conflict_shows_both_and_loses_nothing(client, customer):
    row = make_opportunity(customer)
    seen = row.updated_at
    keeping.change(opportunity=row, seen_at=seen, by=customer.manager, timing="他人写的时机")
    answer = edit(client, row, seen, timing="我写的时机")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "他人写的时机" in text
    assert "我写的时机" in text
    row.refresh_from_db()
    assert row.timing == "他人写的时机"
    assert edit(client, row, row.updated_at, timing="我写的时机").status_code == 302


def test_what_the_stage_needs_cannot_be_emptied(client, customer):
    row = make_opportunity(customer)
    best = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}
    assessing.assess(opportunity=row, kind="value", answers=best, by=customer.manager)
    row = moving.move(opportunity=row, to="qualified", by=customer.manager)
    answer = edit(client, row, row.updated_at, expected_close="")
    assert "不能缺少" in answer.content.decode()


def test_ones_own_judgement_needs_a_reason_and_outlives_the_stage(client, customer):
    row = make_opportunity(customer)
    url = reverse("opportunities:probability", args=[row.pk])
    assert client.post(url, {"probability": "45", "reason": ""}).status_code == 422
    assert client.post(url, {"probability": "45", "reason": "客户已口头认可"}).status_code == 302
    row.refresh_from_db()
    assert (row.probability, row.is_probability_own) == (45, True)


def assess_url(row, kind):
    return reverse("opportunities:assess", args=[row.pk, kind])


def test_the_result_shows_before_anything_is_kept(client, customer):
    row, htmx = make_opportunity(customer), {"hx-request": "true"}
    some = {"impact": "5", "capability": "4"}
    page = client.get(assess_url(row, "value"), some, headers=htmx).content.decode()
    assert "还有 3 项" in page
    assert "<html" not in page
    every = some | {"attention": "4", "budget": "0", "time": "0"}
    page = client.get(assess_url(row, "value"), every, headers=htmx).content.decode()
    assert "13 分" in page
    assert "很有价值" in page
    assert not row.assessments.exists()


def test_the_competitive_score_is_kept_beside_the_older_one(client, customer):
    row = make_opportunity(customer)
    sides = {f"{side}_{item.code}": points for side, points in (("ours", "4"), ("rival", "3"))
             for item in assessment_rules.COMPETE_ITEMS}  # fmt: skip
    for _ in range(2):
        assert client.post(assess_url(row, "compete"), sides).status_code == 302
    newest = row.assessments.first()
    assert (newest.score, newest.rival_score) == (20, 15)
    assert newest.verdict == "机会大，较有把握"
    assert row.assessments.count() == 2


def test_the_bounds_are_those_of_the_parameters(client, customer):
    row = make_opportunity(customer)
    Parameter.objects.filter(key="value_score_very").update(value="12")
    Parameter.objects.filter(key="go_yes_at_least").update(value="13")
    answers = {"impact": "5", "capability": "4", "attention": "4", "budget": "-3", "time": "2"}
    page = client.get(assess_url(row, "value"), answers, headers={"hx-request": "true"})
    assert "很有价值" in page.content.decode()
    said = {item.code: "yes" if n < 12 else "unknown"
            for n, item in enumerate(assessment_rules.QUESTIONS)}  # fmt: skip
    client.post(assess_url(row, "questions"), said)
    assert row.assessments.get().verdict == "暂不建议立项"


def test_twenty_questions_count_the_yes(client, customer):
    row = make_opportunity(customer)
    said = {item.code: "yes" if n < 12 else "unknown"
            for n, item in enumerate(assessment_rules.QUESTIONS)}  # fmt: skip
    client.post(assess_url(row, "questions"), said)
    assert (row.assessments.get().score, row.assessments.get().verdict) == (12, "建议立项")


@pytest.mark.parametrize(
    ("kind", "bad"),
    [("compete", {"ours_fit": "6"}), ("questions", {"q01": "也许"}), ("value", {"impact": "1"})],
)
def test_a_foreign_answer_is_refused_at_its_item(client, customer, kind, bad):
    row = make_opportunity(customer)
    answer = client.post(assess_url(row, kind), bad)
    assert answer.status_code == 422
    assert "请从给出的选项中选择" in answer.content.decode()


def test_an_unknown_assessment_is_not_found(client, customer):
    assert client.get(assess_url(make_opportunity(customer), "mood")).status_code == 404


# --- the ladder -----------------------------------------------------------------------------------
def test_an_administrator_changes_a_stage_and_others_do_not(client):
    stage = OpportunityStage.objects.get(code="identified")
    url = reverse("opportunities:stage_edit", args=[stage.pk])
    sent = {"probability": "12", "exit_criterion": stage.exit_criterion, "stale_days": "20"}
    sent["required"] = stage.required
    client.force_login(make_user("dept_head"))
    assert client.post(url, sent).status_code == 403
    client.force_login(make_user("sysadmin"))
    assert client.post(url, sent).status_code == 302
    stage.refresh_from_db()
    assert (stage.probability, stage.stale_days) == (12, 20)
    event = AuditEvent.objects.get(verb="opportunity_stage.changed")
    assert event.changes["成功可能性（%）"] == ["10", "12"]


def asking(client, code, *names):
    """The administrator asks for `names` on a stage."""
    stage = OpportunityStage.objects.get(code=code)
    sent = {"probability": stage.probability, "stale_days": stage.stale_days, "required": names}
    client.force_login(make_user("sysadmin"))
    return client.post(reverse("opportunities:stage_edit", args=[stage.pk]), sent)


def test_what_the_administrator_asks_for_is_asked_for(client, customer, manager):
    row = make_opportunity(customer)
    best = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}
    assessing.assess(opportunity=row, kind="value", answers=best, by=manager)
    assert asking(client, "qualified", "amount", "expected_close", "terms").status_code == 302
    event = AuditEvent.objects.get(verb="opportunity_stage.changed")
    assert event.changes["必填内容"] == ["金额、预计签约、价值评分", "金额、预计签约、商务条款"]
    assert (
        "金额、预计签约、商务条款"
        in client.get(reverse("opportunities:stage_list")).content.decode()
    )
    with pytest.raises(OpportunityError, match="还缺少：商务条款"):
        moving.move(opportunity=row, to="qualified", by=manager)
    row.refresh_from_db()
    keeping.change(opportunity=row, seen_at=row.updated_at, by=manager, terms="三年期")
    assert moving.move(opportunity=row, to="qualified", by=manager).stage == "qualified"


def test_what_is_not_asked_for_any_more_may_stay_empty(client, customer, manager):
    row = make_opportunity(customer, expected_close=None)
    asking(client, "qualified")
    client.force_login(manager)
    sent = {"to": "qualified", "seen": "identified", "expected_close": ""}
    assert client.post(reverse("opportunities:move", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert (row.stage, row.expected_close) == ("qualified", None)


def test_nobody_takes_the_heads_decision_away(client, customer, manager):
    row = make_opportunity(customer)
    for code in ("qualified", "approved"):
        assert asking(client, code).status_code == 302
    moving.move(opportunity=row, to="qualified", by=manager)
    with pytest.raises(OpportunityError, match="立项决定"):
        moving.move(opportunity=row, to="approved", by=manager)
    stage = OpportunityStage.objects.get(code="approved")
    page = client.get(reverse("opportunities:stage_edit", args=[stage.pk])).content.decode()
    assert 'value="go_by"' not in page
    assert "此外总是要有：部门经理的立项决定" in page


def test_what_nobody_can_ask_for_is_refused_at_the_field(client, customer):
    answer = asking(client, "qualified", "horoscope")
    assert answer.status_code == 422
    assert "请从列表中选择" in answer.content.decode()


@pytest.mark.parametrize(("ended", "rate"), [(29, None), (30, Decimal("40.0"))])
def test_history_speaks_from_thirty_closed_ones(customer, ended, rate):
    """12 of 30 that stood on 需求确认 were won."""
    for number in range(ended):
        row = make_opportunity(customer, contact=customer.contacts.first())
        StageMove.objects.create(
            opportunity=row, from_stage="identified", to_stage="qualified", probability=25,
            amount=1, by=customer.manager, at=row.stage_since,
        )  # fmt: skip
        end = {"stage": "won", "contract_no": "C", "signed_on": "2026-11-01"}
        if number >= 12:
            end = {"stage": "lost", "loss_reason": "policy", "lesson": "早些"}
        Opportunity.objects.filter(pk=row.pk).update(ended_at=row.stage_since, **end)
    found = {row.stage.code: row for row in stage_reports.measured()}
    assert found["qualified"].rate == rate
    assert found["contracting"].rate is None
