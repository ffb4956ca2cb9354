"""The three assessments of an opportunity (§B.4). Items in our own words; scores are integers."""

from collections.abc import Mapping
from dataclasses import dataclass

YES, NO, UNKNOWN = "yes", "no", "unknown"
MOST_PER_ITEM = 5
"""Each item of the competitive score is 0–5 (§B.4 [P])."""


@dataclass(frozen=True)
class Item:
    code: str
    label: str
    options: tuple[tuple[int, str], ...] = ()  # (points, meaning), worst first


VALUE_ITEMS = (
    Item("impact", "对客户业务的影响", ((-5, "没有"), (0, "一般"), (5, "积极"))),
    Item("capability", "我方业务能力", ((-4, "有碍"), (0, "一般"), (4, "能支撑"))),
    Item("attention", "客户的重视程度", ((-4, "低"), (0, "一般"), (4, "高"))),
    Item("budget", "预算", ((-3, "很少"), (0, "可接受"), (3, "理想"))),
    Item("time", "时间跨度", ((-2, "不现实"), (0, "一般"), (2, "理想"))),
)
"""OKCT: from −18 to 18."""

COMPETE_ITEMS = (
    Item("fit", "与需求的契合"),
    Item("relation", "关系与内线支持"),
    Item("decider", "决策人的支持"),
    Item("unique", "独特价值"),
    Item("price", "价格与交付"),
)
"""For us and for the strongest rival, 0–25 each."""

QUESTION_GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("是否有机会", (
        Item("q01", "项目的内容和范围清楚吗"),
        Item("q02", "客户的业务为什么需要它，我们说得清吗"),
        Item("q03", "客户的财务状况能支持吗"),
        Item("q04", "项目的资金已有着落吗"),
        Item("q05", "客户急于做成吗"),
    )),
    ("能否竞争", (
        Item("q06", "正式的选择标准对我们可行吗"),
        Item("q07", "我们的方案合用吗"),
        Item("q08", "我们的人力和资源够吗"),
        Item("q09", "现有关系对我们有利吗"),
        Item("q10", "我们有对手给不了的价值吗"),
    )),
    ("能否赢", (
        Item("q11", "客户内部有人支持我们吗"),
        Item("q12", "我们在客户高层有信誉吗"),
        Item("q13", "双方做事的方式合得来吗"),
        Item("q14", "没写出来的标准我们清楚吗"),
        Item("q15", "客户内部的权力关系我们摸清了吗"),
    )),
    ("值得赢吗", (
        Item("q16", "近期收入可观吗"),
        Item("q17", "以后还会带来生意吗"),
        Item("q18", "利润合理吗"),
        Item("q19", "风险可控吗"),
        Item("q20", "对我们有战略意义吗"),
    )),
)  # fmt: skip
QUESTIONS = tuple(item for _, items in QUESTION_GROUPS for item in items)


@dataclass(frozen=True)
class Verdict:
    score: int
    text: str
    rival_score: int | None = None


def value_score(answers: Mapping[str, int], *, very: int = 13, general: int = 8) -> Verdict:
    """Sum of the five items: from `very` 很有价值, from `general` 一般, else 价值低 (§B.4).

    ValueError for foreign points.
    """
    for item in VALUE_ITEMS:
        if answers.get(item.code) not in {points for points, _ in item.options}:
            raise ValueError(item.label)
    total = sum(answers[item.code] for item in VALUE_ITEMS)
    return Verdict(
        total, "很有价值" if total >= very else "价值一般" if total >= general else "价值低"
    )


def compete_score(ours: Mapping[str, int], rival: Mapping[str, int]) -> Verdict:
    """Ours against the rival's: our chance by the total, the outcome by the difference (§B.4)."""
    for side in (ours, rival):
        for item in COMPETE_ITEMS:
            if not 0 <= side.get(item.code, -1) <= MOST_PER_ITEM:
                raise ValueError(item.label)
    our_total = sum(ours[item.code] for item in COMPETE_ITEMS)
    their_total = sum(rival[item.code] for item in COMPETE_ITEMS)
    return Verdict(
        our_total, f"{chance(our_total)}，{outlook(our_total - their_total)}", their_total
    )


def chance(total: int) -> str:
    """≥18 large, 12–17 medium, ≤11 small."""
    return "机会大" if total >= 18 else "机会中等" if total >= 12 else "机会小"


def outlook(difference: int) -> str:
    """≥3 fairly sure, −2…2 at risk, ≤−3 unlikely."""
    return "较有把握" if difference >= 3 else "有风险" if difference > -3 else "难以取胜"


def twenty_questions(
    answers: Mapping[str, str], *, yes_from: int = 12, no_until: int = 4
) -> Verdict:
    """Go with at least `yes_from` yes and at most `no_until` no (§B.4 [P]); the score is the
    number of yes. ValueError for other answers."""
    for item in QUESTIONS:
        if answers.get(item.code) not in (YES, NO, UNKNOWN):
            raise ValueError(item.label)
    yes = sum(answers[item.code] == YES for item in QUESTIONS)
    no = sum(answers[item.code] == NO for item in QUESTIONS)
    return Verdict(yes, "建议立项" if yes >= yes_from and no <= no_until else "暂不建议立项")
