"""Sections and tables of the three plan types, exactly as the handbook orders them (R42–R45).

Standard library only. A table's cells are text; `Column.kind` says how the text is checked.
"""

from dataclasses import dataclass

TEXT, LONG_TEXT, MONEY, PERCENT, DATE, CHOICE, WHOLE = (
    "text", "long_text", "money", "percent", "date", "choice", "whole",
)  # fmt: skip
"""Kinds of a column: MONEY is 万元 with two places, PERCENT a whole number from 0 to 100."""

OPERATORS = {"telecom": "电信", "mobile": "移动", "unicom": "联通", "other": "其他"}
LINES = {
    "voice": "话音",
    "data": "数据",
    "internet": "互联网",
    "video": "视频",
    "value_added": "增值",
    "system_integration": "系统集成",
    "consulting": "咨询",
    "maintenance_outsourcing": "维护外包",
    "disaster_recovery": "灾备",
    "managed_service": "管理型业务",
}
MEASURES = {
    "competition": "竞争",
    "price": "价格",
    "differentiation": "差异化",
    "bundle": "组合营销",
    "cooperation": "合作",
    "service": "服务",
    "brand": "品牌",
    "product": "产品",
    "promotion": "促销",
}
"""R44: the nine types of measures and strategies."""
QUARTERS = {"q1": "一季度", "q2": "二季度", "q3": "三季度", "q4": "四季度"}


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    kind: str = TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    is_fact: bool = False
    """Taken from the customer view where it can be, and carried into next year's plan."""


GROWTH = Column("growth", "同比（%）", PERCENT)


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    columns: tuple[Column, ...]
    is_fact: bool = False
    """Facts carry over into next year's plan, goals never (issue 6)."""
    may_be_empty: bool = False
    """No row is needed, and no reason for having none."""
    growth: tuple[str, str] | None = None
    """(column of the year before, column of this year): 同比 is computed from them, never typed."""
    order: tuple[str, ...] = ()
    """Columns that it is read by; otherwise its lines stand as they were typed."""

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        """As people read the table; `columns` is what they fill in."""
        return (*self.columns, GROWTH) if self.growth else self.columns


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    hint: str
    tables: tuple[Table, ...] = ()
    has_targets: bool = False
    """The target table of R45 stands here."""
    needs_text: bool = True

    @property
    def chapter(self) -> str:
        return self.code.split(".")[0]


def _choices(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(names.items())


def _operator(label: str = "运营商") -> Column:
    return Column("operator", label, CHOICE, True, _choices(OPERATORS))


def _line(is_required: bool = True) -> Column:
    return Column("business_line", "业务", CHOICE, is_required, _choices(LINES))


NETWORK = Table(
    "network",
    "组网现状",
    (
        Column("level", "层级", required=True),
        Column("technology", "技术", required=True),
        Column("bandwidth", "带宽"),
        Column("access", "接入方式"),
        Column("backup", "备份方式"),
        Column("device", "接入设备"),
        Column("applications", "承载的主要应用"),
        _operator(),
        Column("annual_fee", "年租费（万元）", MONEY),
    ),
    is_fact=True,
)
APP_USAGE = Table(
    "app_usage",
    "网络应用与新业务",
    (
        Column("service", "业务或应用", required=True),
        _operator(),
        Column("revenue", "年收入（万元）", MONEY),
    ),
    is_fact=True,
)
VOICE_SCOPES = {"domestic": "国内", "international": "国际"}
VOICE = Table(
    "voice",
    "话音业务",
    (
        Column("scope", "范围", CHOICE, True, _choices(VOICE_SCOPES)),
        _operator(),
        Column("revenue", "年收入（万元）", MONEY),
    ),
    is_fact=True,
)
IT_MODES = {"self_built": "自建", "tender": "招标", "outsourced": "外包"}
IT_SERVICE = Table(
    "it_service",
    "IT 服务",
    (
        Column("item", "集成或服务内容", required=True),
        Column("mode", "方式", CHOICE, True, _choices(IT_MODES)),
        Column("partner", "主要合作方"),
    ),
    is_fact=True,
)
BUDGET_KINDS = {"network": "网络", "it_service": "IT 服务", "project": "项目"}
BUDGET = Table(
    "budget",
    "年度预算",
    (
        Column("kind", "类别", CHOICE, True, _choices(BUDGET_KINDS)),
        Column("amount", "金额（万元）", MONEY, True),
        Column("note", "说明"),
    ),
    is_fact=True,
)
OPPORTUNITIES = Table(
    "opportunities",
    "增量机会",
    (
        Column("name", "机会", required=True),
        _line(),
        Column("amount", "金额（万元）", MONEY, True),
        Column("probability", "转化可能性（%）", PERCENT, True),
        Column("timing", "时机", required=True),
        Column("conditions", "条件", required=True),
    ),
)
STOCK_KEEPING = Table(
    "stock_keeping",
    "存量保有分析",
    (
        _line(),
        Column("current", "现年收入（万元）", MONEY, True),
        Column("at_risk", "可能流失（万元）", MONEY, True),
        Column("measure", "保有办法", LONG_TEXT, True),
    ),
)
WIN_BACK = Table(
    "win_back",
    "策反转网机会",
    (
        _operator("来源运营商"),
        Column("service", "业务", required=True),
        Column("amount", "年收入（万元）", MONEY, True),
        Column("approach", "切入办法", LONG_TEXT, True),
    ),
)
SCHEDULE = Table(
    "schedule",
    "季度安排",
    (
        Column("quarter", "季度", CHOICE, True, _choices(QUARTERS)),
        Column("work", "工作内容", LONG_TEXT, True),
        Column("owner", "负责人", required=True),
        Column("done_by", "完成时间", DATE),
        Column("result", "预期结果"),
    ),
    order=("quarter", "done_by"),
)
RELATIONSHIP = Table(
    "relationship",
    "客户关系营销",
    (
        Column("who", "对象", required=True),
        Column("goal", "目标", required=True),
        Column("action", "活动或走访", LONG_TEXT, True),
        Column("by_whom", "我方负责人", required=True),
        Column("quarter", "季度", CHOICE, False, _choices(QUARTERS)),
    ),
)
MEASURE_TABLE = Table(
    "measures",
    "措施与策略",
    (
        Column("kind", "类型", CHOICE, True, _choices(MEASURES)),
        Column("text", "措施", LONG_TEXT, True),
        Column("scope", "适用的行业或业务"),
        Column("cost", "所需费用（万元）", MONEY),
    ),
)
COMPETITORS = Table(
    "competitors",
    "行业内的竞争对手",
    (
        _line(),
        _operator("主要对手"),
        Column("customers", "涉及客户"),
        Column("strength", "对方优势", LONG_TEXT),
        Column("our_answer", "我方应对", LONG_TEXT),
    ),
    is_fact=True,
)
POSITION = Table(
    "position",
    "我方在行业中的收入",
    (
        _line(),
        Column("revenue", "上年收入（万元）", MONEY, True),
        Column("yoy", "同比（%）"),
        Column("share", "占比（%）"),
    ),
    is_fact=True,
)
ANNUAL_TARGETS = Table(
    "annual_targets",
    "区域、行业、业务目标",
    (
        Column("region", "区域", required=True),
        Column("industry", "行业", required=True),
        _line(),
        Column("kind", "类别", CHOICE, True, (("stock", "存量"), ("increment", "增量"))),
        Column("last_year", "上年实际（万元）", MONEY),
        Column("target", "本年目标（万元）", MONEY, True),
    ),
    growth=("last_year", "target"),
)
FORECAST = Table(
    "forecast",
    "收入预测",
    (
        Column("place", "区域或行业", required=True),
        _line(),
        Column("amount", "预测收入（万元）", MONEY, True),
        Column("basis", "依据"),
    ),
)
RISK_DRIVERS = Table(
    "risk_drivers",
    "拉动与拖累",
    (
        Column("what", "产品或客户群", required=True),
        Column("direction", "方向", CHOICE, True, (("up", "拉动"), ("down", "拖累"))),
        Column("amount", "影响（万元）", MONEY, True),
        Column("reason", "原因", LONG_TEXT, True),
    ),
)
PROMOTIONS = Table(
    "promotions",
    "促销安排",
    (
        Column("theme", "主题", required=True),
        Column("content", "内容", LONG_TEXT, True),
        Column("starts_on", "开始", DATE, True),
        Column("ends_on", "结束", DATE),
        Column("way", "方式"),
    ),
)

KEY_CUSTOMER = (
    Section("C1.1", "客户组网现状", "结构、技术、带宽、接入、备份、设备、应用和租费", (NETWORK,)),
    Section("C1.2", "网络应用与新业务", "我方和对手的业务在用情况及收入", (APP_USAGE,)),
    Section("C1.3", "话音业务", "国内、国际话音由谁提供，收入多少", (VOICE,)),
    Section("C1.4", "IT 服务", "集成与 IT 服务怎么做，主要合作方是谁", (IT_SERVICE,)),
    Section("C1.5", "预算", "客户本年的网络、IT 服务和项目预算", (BUDGET,)),
    Section("C2.1", "行业地位与信息化程度", "客户在行业里的位置，信息化走到哪一步"),
    Section("C2.2", "价值诉求与年度项目", "客户看重什么、有什么规划和项目"),
    Section("C2.3", "存量保有分析", "现有收入怎么保住，可能流失多少", (STOCK_KEEPING,)),
    Section("C2.4", "增量机会", "每个机会写明转化可能性、时机和条件", (OPPORTUNITIES,)),
    Section("C2.5", "策反转网", "能从其他运营商争取什么", (WIN_BACK,)),
    Section("C2.6", "应用创新与合作", "行业应用、业务创新和合作的可能"),
    Section("C3.1", "年度目标", "存量、增量、策反按季度", has_targets=True, needs_text=False),
    Section("C3.2", "季度安排", "每个季度做什么、谁负责", (SCHEDULE,), needs_text=False),
    Section("C3.3", "客户关系营销", "见谁、什么目标、谁去做", (RELATIONSHIP,), needs_text=False),
    Section("C3.4", "措施与策略", "九类措施，至少一条", (MEASURE_TABLE,), needs_text=False),
)  # fmt: skip
KEY_INDUSTRY = (
    Section("I1.1", "宏观影响", "政策、竞争和国际化对行业的影响"),
    Section("I1.2", "行业信息化政策与项目", "信息化政策、规划和主要项目，年度市场规模"),
    Section("I1.3", "我方地位", "收入、同比、各业务占比，存量与增量", (POSITION,)),
    Section("I1.4", "竞争对手", "每项业务、每个客户的主要对手", (COMPETITORS,)),
    Section("I2.1", "新年方向与目标", "行业的发展方向和目标，存量与增量变化"),
    Section("I2.2", "年度机会汇总", "机会、转化可能性、时机和条件", (OPPORTUNITIES,)),
    Section("I2.3", "应用创新与合作", "行业应用、业务创新和合作的可能"),
    Section("I3.1", "年度目标", "客户计划汇总与计划外调整", has_targets=True, needs_text=False),
    Section("I3.2", "季度安排", "每个季度做什么、谁负责", (SCHEDULE,), needs_text=False),
    Section("I3.3", "措施与策略", "九类措施，至少一条", (MEASURE_TABLE,), needs_text=False),
    Section("I3.4", "促销", "促销的内容、时间和方式", (PROMOTIONS,), needs_text=False),
)  # fmt: skip
ANNUAL_MARKET = (
    Section("A1.1", "宏观环境", "政策与监管、经济、社会、技术"),
    Section("A1.2", "竞争环境", "竞争的新特点和变化，我方比较优势"),
    Section("A2.1", "行业信息化趋势", "新变化、新趋势、规划目标和重点项目"),
    Section("A2.2", "潜在需求", "变化的需求、新的价值诉求、机会和转化"),
    Section("A3.1", "收入现状", "各行业、各业务收入，包括转型和新业务"),
    Section("A3.2", "收入预测", "按区域和业务、按行业预测", (FORECAST,)),
    Section("A3.3", "目标", "按区域、行业和业务", (ANNUAL_TARGETS, RISK_DRIVERS), has_targets=True),
    Section("A4", "营销措施", "按行业和业务的九类措施", (MEASURE_TABLE,), needs_text=False),
    Section("A5", "促销计划", "目的、主题和日程", (PROMOTIONS,)),
)  # fmt: skip
OUTLINES = {
    "key_customer": KEY_CUSTOMER,
    "key_industry": KEY_INDUSTRY,
    "annual_market": ANNUAL_MARKET,
}
"""Sections of each plan type in the order of the page and the PDF."""
CHAPTERS = {
    "C1": "现状分析", "C2": "趋势与潜在需求", "C3": "营销计划措施",
    "I1": "当年行业发展情况", "I2": "趋势与潜在需求", "I3": "营销计划措施",
    "A1": "市场环境分析", "A2": "行业信息化趋势与潜在需求", "A3": "收入预测与目标",
    "A4": "营销计划措施", "A5": "市场促销计划",
}  # fmt: skip


def tables_of(kind: str) -> dict[str, Table]:
    """{code: table} of a plan type."""
    return {table.code: table for section in OUTLINES[kind] for table in section.tables}


def section_of(kind: str, code: str) -> Section:
    """The section `code` of a plan type. KeyError when it has none of that name."""
    return {section.code: section for section in OUTLINES[kind]}[code]
