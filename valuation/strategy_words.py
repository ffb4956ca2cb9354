"""What to do with a customer of a quadrant or a cell, in our own words (R58, R60, D14, D15)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Strategy:
    """`number` is the quadrant as people count it; "" for a cell of the second matrix."""

    code: str
    name: str
    number: str
    meaning: str
    steps: tuple[str, ...]


QUADRANTS = {
    row.code: row
    for row in (
        Strategy(
            "high_value", "高价值客户群", "1", "当前贡献大，今后也大，是收入的主干。",
            ("列入重点保有，确保不流失", "营销费用优先安排", "一户一策，做个性化的营销方案",
             "主要领导定期走访"),
        ),
        Strategy(
            "secondary_value", "次价值客户群", "2", "当前贡献大，增长空间不多。",
            ("保持适度关注，服务不降", "研究怎样引导和激发新的需求", "按用途量身定制优惠",
             "拓宽在用业务的种类和用量"),
        ),
        Strategy(
            "low_value", "低价值客户群", "3", "当前贡献和今后空间都不大。",
            ("先评估投入是否值得", "以标准服务和线上渠道为主",
             "符合放弃条件的只提交主管研究，系统不会自动处理"),
        ),
        Strategy(
            "latent_value", "潜在价值客户群", "4", "当前贡献不大，但今后空间大。",
            ("主动营销，把潜力变成收入", "摸清预算和采购时间，尽早提出方案",
             "从对手手里争取尚未使用我方的业务"),
        ),
    )
}  # fmt: skip

CELLS = {
    row.code: row
    for row in (
        Strategy(
            "hh", "高价值高忠诚度", "", "收入和信任都最高，既是收入来源也是样板。",
            ("新业务优先在这里推广，深入销售", "营销费用倾斜，一对一服务",
             "请客户参与需求讨论，用来指导市场策略"),
        ),
        Strategy(
            "hl", "高价值低忠诚度", "", "贡献大，但随时可能离开。",
            ("现在花大力气跟进，查明不满的真实原因", "了解与对手的关系、使用现状和走势",
             "用数字记录近期流失的业务量和金额", "改进服务，先稳住当前贡献",
             "中长期的营销预算可以适当压缩，由主管另行决定，不自动调整"),
        ),
        Strategy(
            "lh", "次价值高忠诚度", "", "贡献不大，但最稳定，也不是对手的目标。",
            ("按中长期回报来衡量投入", "加强跟踪，引导使用新业务", "做交叉销售",
             "给合适的优惠，锁定长期合作"),
        ),
        Strategy(
            "ll", "低价值低忠诚度", "", "贡献和忠诚都低。",
            ("营销预算可以压缩", "维持标准服务"),
        ),
    )
}  # fmt: skip

FLAGS = {
    "missing": "缺数据",
    "override": "手工改值",
    "single": "只有一位评分人",
    "disputed": "两人分歧，待裁定",
    "arbitrated": "主管裁定",
}
