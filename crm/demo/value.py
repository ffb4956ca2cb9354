"""What the value model asks for beside the customer view: costs, survey, ratings (§E.2, R53–R56).

The figures of the newest month are those of customers.csv, so that a run as of the day of loading
gives the scores of §E.3; half a year before they were a little different, so that customers move.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from accounts.models import CommunicationBudget, Customer, CustomerFinance
from core import clock
from crm.demo import customers, money
from crm.demo.money import Figures, add_months
from crm.demo.story import Story
from opportunities.actions import keeping
from opportunities.models import Opportunity
from staff.models import User
from valuation import ahp_rules
from valuation.actions import modelling
from valuation.models import (
    CustomerMeasure,
    ExpertRating,
    RatingArbitration,
    RawOverride,
    ValueModel,
)

CENT = Decimal("0.01")
EARLIER = 6
"""Months between the two sets of figures."""
SOURCE = "经营分析月报"
SURVEY_DRIFT = (-9, 4, 0, -5, 7, 2, -3)
COST_DRIFT = (118, 96, 104, 88, 109, 131)  # percent of today's costs
EXPERTS = ("SI1", "SI2", "SI3", "SI4")
REASONS = {
    "SI1": ("不参与本市信息化政策制定", "偶有参加政策征求意见", "参与所在条线的政策研究",
            "牵头起草本条线的实施办法", "直接制定全市相关政策"),
    "SI2": ("在同行中少有影响", "同行中规模居中", "同行常向其了解做法", "本行业的区域龙头",
            "全行业的标杆"),
    "SI3": ("公众了解不多", "在所在区县有一定知名度", "全市知名", "媒体经常报道",
            "全市公认的重要单位"),
    "SI4": ("独立单位，自行决定", "分支机构，选型由上级定", "区域性单位，可提建议",
            "上下游的关键环节", "总部，决定下属单位的选型"),
}  # fmt: skip
ARBITRATED = (("C0008", "SI2"), ("C0003", "SI3"), ("C0012", "SI3"))
"""Their two raters were far apart; the head decided what the seed says."""
OVERRIDDEN = ("C0030", "LY5", Decimal("86"), "年度回访时客户口头打分，书面调查下月补做。")
"""A value set by hand, of the same band as the seed's."""
PROSPECT = "C0043"
"""Not managed, small with us, and about to grow: the one that R54 wants to be found."""


def load(story: Story) -> None:
    """Once, after the customer view and the opportunities are made."""
    if CustomerMeasure.objects.exists():
        return
    seed = {row["code"]: row for row in customers.rows() if "rev" in row}
    rows = [money.figures(row, story.customers[code]) for code, row in seed.items()]
    CustomerMeasure.objects.bulk_create(
        made for one in rows for made in measures(one, seed[one.customer.code], story.today)
    )
    raters = {one.customer.pk: _raters(one.customer, story.people) for one in rows}
    rate(rows, seed, raters, story.now)
    _override(story)
    _prospect(story)
    _draft(story)


# --- costs, survey, behaviour ---------------------------------------------------------------------
def measures(one: Figures, row: Mapping[str, str], today: date) -> Iterator[CustomerMeasure]:
    """The newest month as the seed has it, and the same half a year before, somewhat different."""
    newest = today.replace(day=1)
    yield _measure(one, row, newest, 100, 0)
    drift = COST_DRIFT[one.serial % len(COST_DRIFT)], SURVEY_DRIFT[one.serial % len(SURVEY_DRIFT)]
    yield _measure(one, row, add_months(newest, -EARLIER), *drift)


def _measure(one: Figures, row, month: date, percent: int, points: int) -> CustomerMeasure:
    def cost(name):
        return (Decimal(row[name]) * percent / 100).quantize(CENT, ROUND_HALF_UP)

    return CustomerMeasure(
        customer=one.customer, month=month, source=SOURCE, entered_by=one.customer.manager,
        cost_marketing=cost("cost_marketing"), cost_service=cost("cost_service"),
        cost_om=cost("cost_om"), induced_revenue=Decimal(row["induced"]),
        satisfaction=min(Decimal(row["satisfaction"]) + points, Decimal(100)),
        price_sensitivity=int(row["price_sens"]), credit_grade=row["credit"],
        quality_extra_cost_ratio=Decimal(row["quality_extra_ratio"]),
        conversion_cost_ratio=Decimal(row["conversion_ratio"]),
    )  # fmt: skip


# --- expert ratings -------------------------------------------------------------------------------
def rate(rows: Iterable[Figures], seed, raters: Mapping[int, tuple[User, User]], now) -> None:
    """Two raters each; where they are far apart the head above them decided."""
    at, ratings, decided = now - timedelta(days=200), [], []
    for one in rows:
        for n, code in enumerate(EXPERTS, 1):
            score = int(seed[one.customer.code][f"s{n}"])
            apart = int((one.customer.code, code) in ARBITRATED)
            pair = zip(raters[one.customer.pk], (score - apart, score + apart), strict=True)
            ratings += [
                ExpertRating(
                    customer=one.customer, indicator=code, rater=rater, score=given,
                    reason=REASONS[code][given - 1] + "。", rated_at=at,
                )
                for rater, given in pair
            ]  # fmt: skip
            if apart:
                decided.append(_decision(one, code, score, at + timedelta(days=2)))
    ExpertRating.objects.bulk_create(ratings)
    RatingArbitration.objects.bulk_create(decided)


def _decision(one: Figures, code: str, score: int, at) -> RatingArbitration:
    head = one.customer.manager.reports_to or one.customer.manager
    return RatingArbitration(
        customer=one.customer, indicator=code, score=score, decided_by=head, decided_at=at,
        reason="两位评分人的依据都成立，取中间值。",
    )  # fmt: skip


def _raters(customer: Customer, people: Mapping[str, User]) -> tuple[User, User]:
    """The account manager, and the industry manager or else the head of the department."""
    manager = customer.manager
    expert = next(
        (p for p in people.values()
         if p.role == User.Role.INDUSTRY_MANAGER and p.department_id == manager.department_id),
        manager.reports_to,
    )  # fmt: skip
    return manager, expert


# --- a value by hand, and a customer to be found --------------------------------------------------
def _override(story: Story) -> None:
    code, indicator, value, reason = OVERRIDDEN
    customer = story.customers[code]
    RawOverride.objects.create(
        customer=customer, indicator=indicator, value=value, reason=reason,
        expires_on=add_months(story.today, 4), made_by=customer.manager,
        made_at=story.now - timedelta(days=12),
    )  # fmt: skip


def _prospect(story: Story) -> None:
    customer, year = story.customers[PROSPECT], story.today.year
    one = Figures(customer, 43, "MFG", Decimal(3600), 18, 12, Decimal("0.22"), 3, 0, 0)
    money.load([one], story.today)
    CommunicationBudget.objects.create(
        customer=customer, year=year, kind="project", amount_wan=220, note="新厂区信息化"
    )
    CustomerFinance.objects.create(
        customer=customer, year=year - 1, growth_percent=26, source="客户年报"
    )
    if not Opportunity.objects.filter(customer=customer).exists():
        keeping.register(
            customer=customer, by=customer.manager, name="新厂区组网", kind="network_line",
            source="customer_event", contact=customer.contacts.first(),
            need_text="新厂区明年投产，需要专线和厂区网络。", one_off_amount=Decimal(200_000),
            annual_amount=Decimal(60_000), expected_close=add_months(story.today, 5),
        )  # fmt: skip
    for n, rater in enumerate(_raters(customer, story.people)):
        ExpertRating.objects.create(
            customer=customer, indicator="SI2", rater=rater, score=2 + 2 * n,
            reason=REASONS["SI2"][1 + 2 * n] + "。", rated_at=clock.now(),
        )  # fmt: skip


JUDGED = {(0, 1): 2, (0, 2): 2, (0, 3): 3, (1, 2): 1, (1, 3): 2, (2, 3): 1}
"""The pairwise example of §B.1: current, potential, loyalty, social."""


def _draft(story: Story) -> None:
    """A version that is being discussed: its weights come from pairwise comparison."""
    director = story.people["director"]
    made = modelling.copy_model(model=ValueModel.objects.get(code="VM-1"), by=director)
    upper = {place: Fraction(value) for place, value in JUDGED.items()}
    modelling.weigh(
        model=made, matrix=ahp_rules.from_upper(4, upper), seen_at=modelling.stamp(made),
        by=director,
    )  # fmt: skip
