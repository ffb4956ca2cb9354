"""Bank A worked through in six steps, with every figure of bank_a.json (R62–R76, D8–D11, D21)."""

from datetime import date
from decimal import Decimal

from accounts.models import Customer, Operator
from crm.demo import six_rows as rows
from crm.demo.bank_a import COOPERATION, CRITERIA, data
from crm.demo.story import Story
from crm.demo.words import full_width
from planning.actions import six_export, six_industry, six_rows, six_scores, six_steps
from planning.actions.rights import may_write
from planning.models import (
    CHECKS,
    CooperationOpportunity,
    CustomerPlanning,
    CustomerStrategy,
    ImplementationItem,
    IndustryAnalysis,
    KeyPurchaseFactor,
    ScoreCriterion,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from staff.models import User

YEAR, BANK = 2027, "C0001"
PROVIDERS = {"电信": "telecom", "移动": "mobile", "联通": "unicom", "其他": "other"}


def load(story: Story) -> None:
    """Needs the customers of the demo; does nothing a second time."""
    bank = story.customers[BANK]
    if not CustomerPlanning.objects.filter(customer=bank, year=YEAR).exists():
        work_through(bank, today=story.today, improve_by=story.day(60), analyst=_analyst(story))


def _analyst(story: Story) -> User:
    return story.people["im_fin"]


def work_through(
    bank: Customer, *, today: date, improve_by: date, analyst: User
) -> CustomerPlanning:
    """All six steps, by the customer's manager; the industry by `analyst`."""
    by, given = bank.manager, data()
    planning = six_steps.start_planning(customer=bank, year=YEAR, by=by)
    _industry(bank, given["industry_spend_wan"], analyst)
    _factors(planning, by)
    _scorecard(bank, given["scorecard"], today, by)
    for goal, horizon, ict in rows.STRATEGIES:
        values = {"goal": goal, "horizon": horizon, "ict_implication": ict, "source": rows.INVENTED}
        _add(planning, CustomerStrategy, values, by)
    ideas = _cooperations(planning, given["cooperation"], by)
    measures = _solutions(planning, given["solutions_wan"], by)
    _supports(planning, improve_by, by)
    _board(planning, measures, ideas, by)
    _conclude(planning, by)
    _into_plan(planning, by)
    planning.refresh_from_db()
    return planning


def _add(planning, model, values, by):
    return six_rows.add_row(planning=planning, model=model, values=values, by=by)


def _industry(bank: Customer, spend: dict, by: User) -> None:
    """The three groups have no names in the text (D25)."""
    if IndustryAnalysis.objects.filter(
        branch=bank.branch, industry=bank.industry, year=YEAR
    ).exists():
        return
    analysis = six_industry.start_analysis(
        branch=bank.branch, industry=bank.industry, year=YEAR, by=by
    )
    analysis = six_industry.save_analysis(
        analysis=analysis, values=rows.INDUSTRY, base_edit=analysis.edit, by=by
    )
    lines = [
        {"label": f"客户群 {n}", "period": spend["period"], "amount_wan": Decimal(value),
         "source": rows.SOURCE}
        for n, value in enumerate(spend["values"], 1)
    ]  # fmt: skip
    six_industry.save_structure(analysis=analysis, lines=lines, base_edit=analysis.edit, by=by)


def _factors(planning: CustomerPlanning, by: User) -> None:
    keys = dict(KeyPurchaseFactor.objects.values_list("name", "pk"))
    ratings = {
        keys[name]: six_scores.Rating(*marks, rows.SHOWN) for name, marks in rows.RATINGS.items()
    }
    six_scores.rate_factors(subject=planning, ratings=ratings, seen=six_scores.seen_of([]), by=by)


def _scorecard(bank: Customer, score: dict, today: date, by: User) -> None:
    keys = dict(ScoreCriterion.objects.values_list("name", "pk"))
    marks = {
        (keys[name], Operator(PROVIDERS[provider]).value): (score[provider][n], "")
        for provider in PROVIDERS
        for n, name in enumerate(CRITERIA)
    }
    six_scores.save_scorecard(
        card=None, customer=bank, branch=bank.branch, as_of=today, scores=marks, base_edit=0, by=by,
        note="单项评分按原文的总分还原。",
    )  # fmt: skip


def _cooperations(planning, names: list[str], by) -> dict[str, CooperationOpportunity]:
    found = {}
    for name in names:
        scope, checks, reason = rows.COOPERATIONS[name]
        values = {"name": full_width(name), "description": COOPERATION[name], "scope": scope}
        values |= dict(zip(CHECKS, map(bool, checks), strict=True)) | {"reason": reason}
        found[name] = _add(planning, CooperationOpportunity, values, by)
    return found


def _solutions(planning, amounts: dict, by) -> dict[str, SolutionMeasure]:
    given = amounts["data"] | amounts["voice"]
    found = {}
    for key, (line, service, competition, strategy, measures) in rows.SOLUTIONS.items():
        values = {"business_line": line, "service": service, "competition": competition}
        values |= {"strategy": strategy, "annual_wan": Decimal(str(given[key]))}
        row = _add(planning, SolutionLine, values | {"amount_source": rows.SOURCE}, by)
        for text, tech, policy, benefit in measures:
            values = {"line": row, "text": text, "tech_ok": tech, "policy_ok": policy}
            values |= {"benefit": benefit, "is_historical": text in rows.HISTORICAL}
            values["evidence"] = rows.HISTORICAL.get(text, "")
            found[text] = _add(planning, SolutionMeasure, values, by)
    return found


def _supports(planning, improve_by: date, by) -> None:
    for kind, line, item, unit, asked, ours, rival, promise, improvement in rows.SUPPORTS:
        values = {"kind": kind, "business_line": line, "item": item, "unit": unit}
        values |= {"customer_required": Decimal(asked), "our_current": Decimal(ours)}
        values |= {"rival_best": Decimal(rival), "commit_value": Decimal(promise)}
        if improvement:
            values |= {"improvement": improvement, "improvement_owner": by}
            values["improvement_due"] = improve_by
        _add(planning, SupportAssessment, values, by)


def _board(planning, measures, ideas, by) -> None:
    for phase, items in rows.ITEMS.items():
        for title, kind, measure, idea, profit, competition, feasibility, due in items:
            values = {"title": title, "kind": kind, "phase": phase, "owner": by}
            values |= {"measure": measures[measure] if measure else None}
            values |= {"cooperation": ideas[idea] if idea else None, "due_on": date(*due)}
            values |= {"profit_score": profit, "competition_score": competition}
            values |= {"feasibility_score": feasibility}
            values["is_source_uncertain"] = title in rows.UNCERTAIN
            _add(planning, ImplementationItem, values, by)


def _conclude(planning: CustomerPlanning, by: User) -> None:
    for code, (conclusion, evidence) in rows.CONCLUSIONS.items():
        six_steps.save_step(
            planning=planning, code=code, state="done", conclusion=conclusion, evidence=evidence,
            base_edit=0, by=by,
        )  # fmt: skip


def _into_plan(planning: CustomerPlanning, by: User) -> None:
    plan = six_export.plan_of(planning)
    if plan and plan.current.is_writable and may_write(plan, by):
        keys = six_export.offer(planning, plan.current).fresh
        six_export.export(planning=planning, keys=keys, by=by)
