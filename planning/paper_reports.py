"""A plan as it goes on paper, PDF and Word alike: its snapshot in words, with what became of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.templatetags.fmt import clock, day
from planning import outline_rules as outline
from planning import table_rules
from planning.actions.snapshots import added, content_of
from planning.models import MarketingPlan, PlanReview, PlanVersion, TargetKind
from planning.paper_tables import NOTHING, Head, Table, number, short, wordy
from planning.target_rules import line_name
from staff.models import User

NUMBERS = (outline.MONEY, outline.PERCENT)
SHORT = (outline.CHOICE, outline.DATE)
QUARTERS = ("q1", "q2", "q3", "q4")
ZEROS = ("", "0", "0.00")
INTERNAL, ORDINARY, CORE = "内部", "普通商密", "核心商密"
LEVELS = {
    MarketingPlan.Kind.KEY_CUSTOMER: ORDINARY,
    MarketingPlan.Kind.KEY_INDUSTRY: ORDINARY,
    MarketingPlan.Kind.ANNUAL_MARKET: CORE,
}
"""§B.11."""


@dataclass(frozen=True)
class Targets:
    """万元 by quarter: own lines by kind with their sums, and the plans below (R41, R45)."""

    groups: list[tuple[str, list[list[str]], list[str]]]
    """(name of the kind, lines, sums); a line is its name and six figures."""
    total: list[str]
    below: Table | None
    allotted: Table | None
    by_quarter: dict[str, list[str]]
    """{name of the kind: four figures}, for a drawing."""


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    paragraphs: list[str]
    none_reason: str
    tables: list[Table]
    targets: Targets | None
    is_empty: bool

    @property
    def anchor(self) -> str:
        return "s-" + self.code.replace(".", "-")


@dataclass(frozen=True)
class Chapter:
    code: str
    title: str
    sections: list[Section] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"c-{self.code}"


@dataclass(frozen=True)
class Review:
    version: int
    step: str
    decision: str
    reviewer: str
    at: str
    note: str
    sections: list[tuple[str, str]]


@dataclass(frozen=True)
class Paper:
    """`facts` are of the cover: (what, value)."""

    plan: MarketingPlan
    version: PlanVersion
    level: str
    title: str
    about: str
    facts: list[tuple[str, str]]
    chapters: list[Chapter]
    reviews: list[Review]
    versions: Table
    made_at: datetime
    made_by: str
    is_sealed: bool

    @property
    def footer(self) -> str:
        return (
            f"{self.plan.number} 第 {self.version.number} 版（{self.version.get_state_display()}）"
        )

    @property
    def filename(self) -> str:
        about = self.about.replace("/", "／")
        return f"{self.plan.number} {about} 第{self.version.number}版（{self.level}）"


def paper(version: PlanVersion, reader: User, made_at: datetime) -> Paper:
    """What was handed in, once it was handed in; before that what stands there now."""
    plan = version.plan
    content = content_of(version)
    return Paper(
        plan=plan,
        version=version,
        level=LEVELS[plan.kind],
        title=_title(plan.year, content["plan"]["kind_words"]),
        about=content["plan"]["about"],
        facts=list(_facts(version, content)),
        chapters=chapters_of(plan, content, reader),
        reviews=_reviews(plan, version.number),
        versions=_versions(plan, version.number),
        made_at=made_at,
        made_by=reader.name,
        is_sealed=content is version.snapshot,
    )


def _title(year: int, words: str) -> str:
    return f"{year} {words}" if words.startswith("年") else f"{year} 年{words}"


def _facts(version: PlanVersion, content: Mapping) -> Iterator[tuple[str, str]]:
    plan = content["plan"]
    yield "编号", plan["number"]
    yield "版本", f"第 {version.number} 版，{version.get_state_display()}"
    if plan["customer_code"]:
        yield "客户编码", plan["customer_code"]
    if plan["industry"]:
        yield "行业", plan["industry"]
    yield "单位", " ".join(filter(None, (plan["branch"], plan["department"])))
    yield "编写人", plan["author"]
    yield "责任人", plan["responsible"]
    if version.submitted_at:
        yield "提交", f"{version.submitted_by}，{day(version.submitted_at)}"
    if version.approved_at:
        yield "批准", f"{version.approved_by}，{day(version.approved_at)}"
    if content is version.snapshot:
        yield "内容指纹", version.sha256[:16]


# --- chapters -------------------------------------------------------------------------------------
def chapters_of(plan: MarketingPlan, content: Mapping, reader: User) -> list[Chapter]:
    """For `reader`: plans below that he may not open are one line. A query where there are any."""
    content = {**content, "rollup": _as_seen(plan, content.get("rollup", ()), reader)}
    texts = {one["code"]: one for one in content["sections"]}
    rows: dict[str, list[Mapping]] = {}
    for row in content["rows"]:
        rows.setdefault(row["table"], []).append(row["cells"])
    chapters: dict[str, Chapter] = {}
    for section in outline.OUTLINES[plan.kind]:
        code = section.chapter
        chapter = chapters.setdefault(code, Chapter(code, outline.CHAPTERS[code]))
        chapter.sections.append(_section(section, texts.get(section.code, {}), rows, content))
    return list(chapters.values())


def _as_seen(plan: MarketingPlan, below: Iterable[Mapping], reader: User) -> list[Mapping]:
    """Plans below with targets. All that `reader` may not open are one line, the last: their sum,
    no number and no name (A0)."""
    below = [one for one in below if any(v not in ZEROS for s in one["sums"].values() for v in s)]
    if not below:
        return []
    plans = MarketingPlan.objects.visible_to(reader).filter(branch=plan.branch_id, year=plan.year)
    seen = set(plans.order_by().values_list("number", flat=True))
    hidden = [one for one in below if one["number"] not in seen]
    rest = {
        "number": "",
        "about": f"其他 {len(hidden)} 份计划",
        "version": None,
        "sums": added((k, v[:4]) for one in hidden for k, v in one["sums"].items()),
    }
    return [*(one for one in below if one["number"] in seen), *([rest] if hidden else ())]


def _section(section: outline.Section, text: Mapping, rows: Mapping, content: Mapping) -> Section:
    tables = [_table(one, rows[one.code]) for one in section.tables if rows.get(one.code)]
    paragraphs = [line for line in text.get("text", "").splitlines() if line.strip()]
    targets = _targets(content) if section.has_targets else None
    reason = text.get("none_reason", "")
    is_empty = not (tables or paragraphs or targets or reason)
    return Section(section.code, section.title, paragraphs, reason, tables, targets, is_empty)


def _table(table: outline.Table, rows: Iterable[Mapping]) -> Table:
    heads = tuple(
        Head(one.label, one.kind in NUMBERS, one.kind == outline.LONG_TEXT, one.kind in SHORT)
        for one in table.shown_columns
    )
    ordered = sorted(rows, key=lambda row: table_rules.place(table, row))
    lines = [[text or NOTHING for _, text in _cells(table, row)] for row in ordered]
    return Table(table.title, heads, lines)


def _cells(table: outline.Table, row: Mapping) -> list[tuple[outline.Column, str]]:
    texts = {code: "" if value is None else str(value).strip() for code, value in row.items()}
    return table_rules.shown_cells(table, texts)


# --- targets --------------------------------------------------------------------------------------
def _targets(content: Mapping) -> Targets:
    groups = []
    for kind, label in TargetKind.choices:
        lines = [_line(one) for one in content["targets"] if one["kind"] == kind]
        sums = content["sums"].get(kind, ["0.00"] * 5)
        if lines or any(value not in ZEROS for value in sums):
            groups.append((label, lines, [*map(_amount, sums), ""]))
    by_quarter = {
        label: content["sums"][kind][:4]
        for kind, label in TargetKind.choices
        if any(value not in ZEROS for value in content["sums"].get(kind, ()))
    }
    # Versions that were handed in before this was kept have no "last_year".
    total = [*map(_amount, [*content["total"], content.get("last_year", "")])]
    return Targets(groups, total, _below(content), _allotted(content), by_quarter)


def _line(one: Mapping) -> list[str]:
    name = line_name(one["kind"], one["line"], one["operator"]) or "不分业务"
    if one["is_adjustment"]:
        name = f"{name}（计划外调整：{one['reason']}）"
    values = [*(one[quarter] for quarter in QUARTERS), one["year"], one["last_year"]]
    return [name, *map(_amount, values)]


def _amount(value: str) -> str:
    return NOTHING if value in ZEROS else value


BELOW_HEADS = (
    short("计划"),
    Head("对象"),
    number("版本"),
    short("类别"),
    *(number(label) for label in (*outline.QUARTERS.values(), "全年")),
)
ALLOTTED_HEADS = (
    Head("类别"),
    *(number(label) for label in (*outline.QUARTERS.values(), "全年")),
)


def _below(content: Mapping) -> Table | None:
    kinds = TargetKind.choices  # in this order: JSON keeps that of the database
    rows = [
        [one["number"] or NOTHING, one["about"], str(one["version"] or NOTHING), label,
         *map(_amount, one["sums"][kind])]
        for one in content.get("rollup", ())
        for kind, label in kinds
        if any(value not in ZEROS for value in one["sums"].get(kind, ()))
    ]  # fmt: skip
    return Table("汇总自下级计划（万元）", BELOW_HEADS, rows) if rows else None


def _allotted(content: Mapping) -> Table | None:
    found = content.get("allotments") or {}
    kinds = TargetKind.choices  # in this order: JSON keeps that of the database
    rows = [[label, *map(_amount, found[kind])] for kind, label in kinds if kind in found]
    return Table("上级下达的目标（万元）", ALLOTTED_HEADS, rows) if rows else None


# --- what became of it ----------------------------------------------------------------------------
def _reviews(plan: MarketingPlan, last: int) -> list[Review]:
    """Of this and earlier versions, the oldest first. One query."""
    found = PlanReview.objects.filter(version__plan=plan, version__number__lte=last)
    titles = {section.code: section.title for section in outline.OUTLINES[plan.kind]}
    return [
        Review(
            row.version.number, row.get_step_display(), row.get_decision_display(),
            row.reviewer.name, f"{day(row.at)} {clock(row.at)}", row.note,
            [(f"{code} {titles.get(code, '')}", text) for code, text in
             sorted(row.section_comments.items())],
        )
        for row in found.select_related("version", "reviewer").order_by("at", "pk")
    ]  # fmt: skip


VERSION_HEADS = (
    number("版本"),
    short("状态"),
    Head("提交"),
    Head("批准"),
    wordy("变更原因"),
)


def _versions(plan: MarketingPlan, last: int) -> Table:
    """One query."""
    found = plan.versions.filter(number__lte=last).select_related("submitted_by", "approved_by")
    rows = [
        [
            str(row.number),
            row.get_state_display(),
            f"{row.submitted_by} {day(row.submitted_at)}" if row.submitted_at else NOTHING,
            f"{row.approved_by} {day(row.approved_at)}" if row.approved_at else NOTHING,
            row.change_reason or NOTHING,
        ]
        for row in found.order_by("number")
    ]
    return Table("版本", VERSION_HEADS, rows)
