"""The six-step workbench: every page of it, every form, the board, the way into the plan."""

from datetime import timedelta

from django.utils import timezone

from accounts.actions.items import version_of
from accounts.models import Customer, Operator
from planning.actions import six_industry, six_rows, six_scores, six_steps
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
    StructureLine,
    SupportAssessment,
)
from tests.authz.asking import Ask, day

YEAR, NEXT = 2027, 2028
PLANNED = 2029  # tests/topics/planwriting.py writes a plan of that year
BENCH = {"year": YEAR}


def make(customer, word, manager, participant, pks):
    """A workbench with a row of every kind, a promise to be improved, a scorecard, an analysis."""
    bench = six_steps.start_planning(customer=customer, year=YEAR, by=manager)
    support = _rows(bench, word, manager)
    planned = six_steps.start_planning(customer=customer, year=PLANNED, by=manager)
    values = {"title": word, "phase": "act_now", "kind": "product"}
    six_rows.add_row(planning=planned, model=ImplementationItem, values=values, by=manager)
    factor = KeyPurchaseFactor.objects.first()
    rating = six_scores.Rating(5, 3, 4, word)
    six_scores.rate_factors(
        subject=bench, ratings={factor.pk: rating}, seen=six_scores.seen_of([]), by=manager
    )
    criterion = ScoreCriterion.objects.first()
    card = six_scores.save_scorecard(
        card=None, customer=customer, branch=customer.branch, as_of=timezone.localdate(),
        note=word, scores={(criterion.pk, Operator.TELECOM.value): (7, word)}, base_edit=0,
        by=manager,
    )  # fmt: skip
    return {
        "six_support": support.pk,
        "six_item": bench.items.get().pk,
        "scorecard": card.pk,
        "industry_analysis": _analysis(customer, manager).pk,
        "purchase_factor": factor.pk,
    }


def _rows(bench, word, by) -> SupportAssessment:
    def add(model, **values):
        return six_rows.add_row(planning=bench, model=model, values=values, by=by)

    add(CustomerStrategy, goal=word, horizon="short", ict_implication=word)
    checks = dict.fromkeys(CHECKS, True)
    idea = add(CooperationOpportunity, name=word, description=word, scope="staff_family",
               **checks)  # fmt: skip
    line = add(SolutionLine, business_line="data", service=word, strategy=word)
    measure = add(SolutionMeasure, line=line, text=word, tech_ok=True, policy_ok=True)
    add(SolutionMeasure, line=line, text=f"{word}二", tech_ok=True, policy_ok=True)  # to be put up
    add(ImplementationItem, title=word, phase="act_now", measure=measure, cooperation=idea)
    return add(
        SupportAssessment, business_line="voice", kind="order_execution", item=word, unit="天",
        our_current=3, commit_value=2, improvement=word, improvement_owner=by,
        improvement_due=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip


def _analysis(customer, by) -> IndustryAnalysis:
    """One for all customers of an industry; nothing of a customer stands in it."""
    place = {"branch": customer.branch, "industry": customer.industry, "year": YEAR - 1}
    found = IndustryAnalysis.objects.filter(**place).first()
    if found is None:
        found = six_industry.start_analysis(by=by, **place)
        StructureLine.objects.create(analysis=found, label="一", period="2026", amount_wan=1)
    return found


def _bench(estate) -> CustomerPlanning:
    return CustomerPlanning.objects.get(customer=estate.pks["customer"], year=YEAR)


def step(world, estate):
    row = _bench(estate).steps.get(code=1)
    return {"conclusion": "先做备份", "evidence": "访谈", "state": "doing", "edit": row.edit}


def strategy(world, estate):
    return {"goal": "网点转型", "horizon": "medium", "ict_implication": "双路由", "source": "年报"}


def item(world, estate):
    row = ImplementationItem.objects.get(pk=estate.pks["six_item"])
    return {
        "title": "推广上网卡", "kind": "product", "phase": "act_now", "horizon": "short",
        "measure": "", "cooperation": "", "profit_score": "4", "competition_score": "3",
        "feasibility_score": "4", "owner": "", "starts_on": day(10), "due_on": day(40),
        "kpi": "一百张", "state": "doing", "progress": "已立项", "seen": version_of(row),
    }  # fmt: skip


def taken(world, estate):
    bench = CustomerPlanning.objects.get(customer=estate.pks["customer"], year=PLANNED)
    return {"keys": [f"measures-{bench.items.get().pk}"]}


def moved(world, estate):
    return {"to": "prepare_launch", "seen": "act_now"}


def improved(world, estate):
    return {"our_current": "2"}


def rated(world, estate):
    pk = KeyPurchaseFactor.objects.first().pk
    seen = six_scores.seen_of(_bench(estate).ratings.order_by("pk"))
    marks = {"importance": "4", "our_score": "4", "best_rival_score": "3", "note": "走访"}
    return {"seen": seen} | {f"{pk}-{name}": value for name, value in marks.items()}


def rated_industry(world, estate):
    return rated(world, estate) | {"seen": six_scores.seen_of([])}


def scored(world, estate):
    pk = ScoreCriterion.objects.first().pk
    marks = {f"{pk}-telecom": "8", f"{pk}-telecom-why": "实测", f"{pk}-mobile": "5"}
    return {"as_of": timezone.localdate().isoformat(), "note": "复评", "edit": "0"} | marks


def begun(world, estate):
    industry = Customer.objects.get(pk=estate.pks["customer"]).industry_id
    return {"industry": industry, "year": timezone.localdate().year + 1}


def analysed(world, estate):
    row = IndustryAnalysis.objects.get(pk=estate.pks["industry_analysis"])
    names = "political economic social technological trends success_factors insights".split()
    texts = {name: "看清行业" for name in names}
    money = {"resource_people": "两人", "resource_cost_wan": "12.50"}
    return texts | money | {"base_edit": row.edit}


def structure(world, estate):
    row = IndustryAnalysis.objects.get(pk=estate.pks["industry_analysis"])
    line = {"0-label": "客户群", "0-period": "2026-01..05", "0-amount_wan": "65550"}
    return line | {"base_edit": row.edit}


def weights(world, estate):
    found = {str(row.pk): row.weight for row in ScoreCriterion.objects.all()}
    first, second = list(found)[:2]
    return found | {first: found[first] + 5, second: found[second] - 5}


def factor(world, estate):
    return {
        "group": "economic", "name": "结算周期", "note": "按月或按季", "position": "17",
        "is_active": "on",
    }  # fmt: skip


def both(row, data, **more) -> dict:
    return {"GET": Ask(row, **more), "POST": Ask(row, data, **more)}


HERE = "planning.forms"
ITEM = {"kind": "item"}
ASKS = {
    "planning:six_list": {"GET": Ask()},
    "planning:six": {"GET": Ask("customer", kwargs=BENCH)},
    "planning:six_start": {"POST": Ask("customer", kwargs={"year": NEXT})},
    "planning:six_step": both("customer", step, kwargs=BENCH | {"code": 1}),
    "planning:six_rate": both("customer", rated, kwargs=BENCH),
    "planning:six_score": both("customer", scored, kwargs=BENCH),
    "planning:six_fill": {"POST": Ask("customer", kwargs=BENCH)},
    "planning:six_to_plan": both("customer", taken, kwargs={"year": PLANNED}),
    "planning:six_row_new": both("customer", strategy, kwargs=BENCH | {"kind": "strategy"}),
    "planning:six_row_edit": both("six_item", item, kwargs=ITEM),
    "planning:six_row_delete": both("six_item", None, kwargs=ITEM),
    "planning:six_item_move": {"POST": Ask("six_item", moved)},
    "planning:six_support": {"GET": Ask("six_support")},
    "planning:six_improved": both("six_support", improved),
    "planning:scorecard": {"GET": Ask("scorecard")},
    "planning:industry_list": {"GET": Ask()},
    "planning:industry_start": {"POST": Ask("", begun)},
    "planning:industry_analysis": {"GET": Ask("industry_analysis")},
    "planning:industry_edit": both("industry_analysis", analysed),
    "planning:industry_structure": both("industry_analysis", structure),
    "planning:industry_rate": both("industry_analysis", rated_industry),
    "planning:industry_score": both("industry_analysis", scored),
    "planning:six_settings": both("", weights),
    "planning:six_factor_new": both("", factor),
    "planning:six_factor_edit": both("purchase_factor", factor),
}
FORMS = {
    f"{HERE}.six.StepForm": ("planning:six_step", "owner"),
    f"{HERE}.six.ScoreForm": ("planning:six_score", "owner"),
    f"{HERE}.six.AnalysisForm": ("planning:industry_edit", "owner"),
    f"{HERE}.six.FactorForm": ("planning:six_factor_new", "sysadmin"),
    f"{HERE}.six.WeightsForm": ("planning:six_settings", "sysadmin"),
    f"{HERE}.six_improve.ImproveForm": ("planning:six_improved", "owner"),
    f"{HERE}.six_rows.StrategyForm": ("planning:six_row_new", "owner"),
    f"{HERE}.six_rows.ItemForm": ("planning:six_row_edit", "owner"),
}
# Other kinds of rows, the lines of spending, the choice of a list: planning/tests send bad values.
WITHOUT_PAGE = {
    f"{HERE}.{name}"
    for name in (
        "six.RateForm", "six.AnalysisStartForm", "six.StructureForm", "six_rows.RowForm",
        "six_rows.CooperationForm", "six_rows.SolutionForm", "six_rows.MeasureForm",
        "six_rows.SupportForm",
    )
}  # fmt: skip
NO_PAGES = {
    "planning:six_start",
    "planning:six_fill",
    "planning:six_item_move",
    "planning:six_support",
    "planning:industry_start",
}
MANY_ROWS = {"planning:six"}
NO_ROWS = {"planning:six_settings", "planning:six_factor_new", "planning:industry_list"}
QUERIES = {"planning:six_list": ("", "?year=2027", "?only=begun", "?q=金")}
