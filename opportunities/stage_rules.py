"""The way of an opportunity through its ten stages (R77, §B.4). No ORM, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

LADDER = (
    "identified", "qualified", "approved", "solution", "proposal", "negotiation", "contracting",
    "won",
)  # fmt: skip
"""The eight stages forward; every step goes to the next one."""

LOST, SUSPENDED, WON = "lost", "suspended", "won"
ENDED = frozenset({WON, LOST})
TENDER = "proposal"
"""An inbound tender may enter here directly, with a go decision (§B.4)."""

OVER = "solution"
"""The stage that a tender steps over: what is bid is worked out after the go (§B.5)."""

LONGEST_SUSPENSION = timedelta(days=90)

NOBODY_WON = ("customer_cancelled", "policy")
"""Reasons to lose with no winner to name."""

FIXED: dict[str, tuple[str, ...]] = {
    "approved": ("go_by",),
    "won": ("contract_no", "signed_on"),
}
"""What no administrator takes away: the head's decision, and what makes a contract."""

LABELS = {
    "contact": "客户联系人",
    "source": "来源",
    "need_text": "客户的需求",
    "amount": "金额",
    "expected_close": "预计签约",
    "value_score": "价值评分",
    "go_by": "部门经理的立项决定",
    "engineer": "客户工程师",
    "solution": "方案要点或方案文件",
    "quotation_ref": "报价或投标编号",
    "rivals": "竞争对手（没有时也要写明）",
    "terms": "商务条款",
    "contract_draft": "合同草案",
    "contract_no": "合同编号",
    "signed_on": "签订日期",
    "need_layer": "冰山中的「需要」",
    "win_layer": "冰山中的「关键驱动因素」",
}


@dataclass(frozen=True)
class Facts:
    """What is known of one opportunity: which of the required things it has, and how deep."""

    has: Mapping[str, bool]
    layers: frozenset[str]  # of "fact", "need", "win" on the chain of its need
    is_tender: bool = False  # it came in as a tender notice


def step(stage: str) -> int:
    """1–8 on the ladder; 0 for lost and suspended."""
    return LADDER.index(stage) + 1 if stage in LADDER else 0


def next_stage(stage: str) -> str:
    """The one step forward; empty at the top and beside the ladder."""
    return LADDER[step(stage)] if 0 < step(stage) < len(LADDER) else ""


def previous_stage(stage: str) -> str:
    """The one step back; empty at the foot, once ended, and beside the ladder."""
    return "" if stage in ENDED or step(stage) < 2 else LADDER[step(stage) - 2]


def missing(target: str, facts: Facts, required: Mapping[str, Iterable[str]]) -> list[str]:
    """Chinese names of what keeps an opportunity from `target`, in the order of the ladder.

    `required`: names of LABELS by stage; each stage keeps those below it. An inbound tender enters
    the bid before there is a solution: the step after asks for it.
    """
    over = OVER if facts.is_tender and target == TENDER else ""
    names = asked(target, required, over)
    return [LABELS[name] for name in names if not _is_known(name, facts)]


def asked(target: str, required: Mapping[str, Iterable[str]], over: str = "") -> list[str]:
    """Names that `target` and every stage below it but `over` ask for, each once."""
    stages = [stage for stage in LADDER[: step(target)] if stage != over]
    names = (n for s in stages for n in (*FIXED.get(s, ()), *required.get(s, ())))
    return list(dict.fromkeys(names))


def _is_known(name: str, facts: Facts) -> bool:
    if name == "need_layer":  # a WIN hangs under a NEED (R63)
        return bool(facts.layers & {"need", "win"})
    return "win" in facts.layers if name == "win_layer" else bool(facts.has.get(name))


def go_leads_to(stage: str, is_tender: bool) -> str:
    """Where the head's go takes an opportunity from `stage`; empty where none is asked (§B.4).

    From 需求确认 to 立项汇总; an inbound tender from either of the first two straight to the bid.
    """
    if is_tender and stage in ("identified", "qualified"):
        return TENDER
    return "approved" if stage == "qualified" else ""


def refusal(
    source: str, target: str, *, reason: str, is_tender: bool = False, came_from: str = ""
) -> str:
    """Why one may not go from `source` to `target`, in Chinese; empty when one may (§B.4).

    Forward one step at a time, but an inbound tender goes to `proposal`; back and aside only with
    a reason; out of a suspension only to the stage it was suspended in (`came_from`).
    """
    if source == target:
        return "商机已经在这个阶段。"
    if source in ENDED:
        return "已经结束的商机不能再变更阶段。"
    if target in (LOST, SUSPENDED):
        return "" if reason.strip() else "请写明原因。"
    if source == SUSPENDED:
        return "" if target == came_from else "恢复后先回到搁置前的阶段。"
    if step(target) < step(source):
        return "" if reason.strip() else "退回以前的阶段请写明原因。"
    if step(target) == step(source) + 1 or (is_tender and target == TENDER):
        return ""
    return "不能跳过中间的阶段。"


def loss_faults(reason: str, winner: str, has_gap: bool, lesson: str) -> dict[str, str]:
    """What a loss still has to tell, in Chinese, by field: reason, winner, price gap, lesson."""
    faults = {}
    if not reason:
        faults["loss_reason"] = "请选择输单原因。"
    if reason not in NOBODY_WON and not winner.strip():
        faults["winner"] = "请写明谁中选了；客户取消和政策原因可以不填。"
    if reason == "price" and not has_gap:
        faults["price_gap_pct"] = "因价格输单请写明价格差。"
    if not lesson.strip():
        faults["lesson"] = "请写明经验教训。"
    return faults


def is_stale(since: date, today: date, limit: int | None) -> bool:
    """Longer on a stage than its row allows; no limit, never stale."""
    return limit is not None and (today - since).days > limit


def weighted(amount: Decimal, probability: int) -> Decimal:
    """元: amount × probability in percent (§B.4)."""
    return amount * probability / 100


def conversion(won: int, lost: int) -> Decimal | None:
    """商机转化率 in percent, one decimal: won ÷ (won + lost); None without any (§B.7)."""
    if won + lost == 0:
        return None
    return (Decimal(won) * 100 / (won + lost)).quantize(Decimal("0.1"))


def split_fault(shares: list[Decimal]) -> str:
    """Why the shares of a team cannot stand: they make 100 % together (R27)."""
    total = sum(shares, Decimal(0))
    if not shares or total == 100:
        return ""
    return f"分成合计 {total.normalize():f}%，应为 100%。"
