"""Opportunities from a table: new ones on the first stage, or a new amount and closing day.

No row moves a stage: a stage that differs from where an opportunity stands is refused at its cell.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.imports import cells
from accounts.imports.columns import Column, Fault, Line, heading, option_of, parse, text_of
from accounts.imports.readers import Table, Unreadable, read
from accounts.models import Customer
from core import audit
from core.models import StoredFile
from core.uploads import store
from opportunities import stage_rules
from opportunities.actions import keeping
from opportunities.actions.errors import OpportunityError
from opportunities.models import Opportunity, Stage
from staff.models import User

MOST_ROWS = 2000
UPDATABLE = ("one_off_amount", "annual_amount", "expected_close")
NEEDED = ("kind", "source", "contact", "need_text")
STAGE = "阶段"


def _choice(choices):
    return option_of(dict(choices))


COLUMNS = (
    Column("code", "客户编码", text_of(40), required=True),
    Column("name", "商机名称", text_of(100, 2), required=True),
    Column("kind", "类型", _choice(Opportunity.Kind.choices)),
    Column("source", "来源", _choice(Opportunity.Source.choices)),
    Column("contact", "客户联系人", text_of(50)),
    Column("need_text", "客户的需求", text_of(2000, 2)),
    Column("one_off_amount", "一次性金额（元）", cells.money, aliases=("一次性金额",)),
    Column("annual_amount", "年金额（元）", cells.money, aliases=("年金额",)),
    Column("expected_close", "预计签约", cells.day),
    Column("stage", STAGE, _choice(Stage.choices)),
)
LABEL = {column.field: column.label for column in COLUMNS}


@dataclass
class Planned:
    """One row of the file: what it would do, or what is wrong with it."""

    line: Line
    customer: Customer | None = None
    opportunity: Opportunity | None = None
    contact: Any = None

    @property
    def faults(self) -> list[Fault]:
        return self.line.faults

    @property
    def values(self) -> dict:
        return self.line.values

    @property
    def deed(self) -> str:
        return "更新" if self.opportunity else "新建"


@transaction.atomic
def keep(*, upload, by: User) -> StoredFile:
    """The file as it came, until it is confirmed."""
    stored = store(upload, by=by)
    audit.record(verb="opportunity.uploaded", target=stored, by=by)
    return stored


def plan(*, stored: StoredFile, by: User) -> list[Planned]:
    """Read the file and judge every row; nothing is written. Unreadable for the whole file."""
    with stored.file.open("rb") as file:
        table = read(file, stored.name)
    planned = [Planned(line) for line in _lines(table)]
    _name_doubles(planned)
    customers = _customers(planned, by)
    known = _opportunities(customers, by)
    for row in planned:
        _judge(row, customers, known)
    return planned


def apply(*, stored: StoredFile, by: User) -> Counter:
    """Write the good rows, each on its own: {"created", "updated", "bad"}."""
    counts: Counter = Counter()
    for row in plan(stored=stored, by=by):
        if row.faults:
            counts["bad"] += 1
            continue
        try:
            counts["updated" if _write(row, by) else "created"] += 1
        except OpportunityError:
            counts["bad"] += 1
    changes = {"新建": ["", str(counts["created"])], "更新": ["", str(counts["updated"])]}
    audit.record(verb="opportunity.imported", target=stored, by=by, changes=changes)
    return counts


@transaction.atomic
def _write(row: Planned, by: User) -> bool:
    values = {name: row.values[name] for name in UPDATABLE if name in row.values}
    if row.opportunity:
        seen_at = row.opportunity.updated_at
        keeping.change(opportunity=row.opportunity, seen_at=seen_at, by=by, **values)
        return True
    told = {name: row.values[name] for name in ("name", "kind", "source", "need_text")}
    keeping.register(customer=row.customer, by=by, contact=row.contact, **told, **values)
    return False


def _lines(table: Table) -> list[Line]:
    where = heading(table.header, COLUMNS)
    if where.missing:
        raise Unreadable(f"缺少这些列：{'、'.join(where.missing)}。")
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。")
    return [parse(number, raw, where) for number, raw in table.rows]


def _key(row: Planned) -> tuple:
    return (row.values.get("code"), row.values.get("name"))


def _name_doubles(planned: list[Planned]) -> None:
    times = Counter(_key(row) for row in planned)
    for row in planned:
        if None not in _key(row) and times[_key(row)] > 1:
            _fault(row, "name", "同一个文件里，同一客户的同名商机只能有一行。")


def _customers(planned: list[Planned], by: User) -> dict[str, Customer]:
    codes = {row.values["code"] for row in planned if "code" in row.values}
    mine = Customer.objects.visible_to(by).filter(code__in=codes).select_related("manager")
    return {customer.code: customer for customer in mine.prefetch_related("contacts")}


def _opportunities(customers: dict[str, Customer], by: User) -> dict[tuple, Opportunity]:
    rows = Opportunity.objects.visible_to(by).filter(customer__in=customers.values())
    return {(row.customer.code, row.name): row for row in rows.select_related("customer")}


def _judge(row: Planned, customers: dict, known: dict) -> None:
    if "code" not in row.values or "name" not in row.values:
        return
    row.customer = customers.get(row.values["code"])
    if row.customer is None:
        _fault(row, "code", "没有这个编码的客户，或不在您的范围内。")
        return
    row.opportunity = known.get(_key(row))
    _judge_stage(row)
    if row.opportunity is None:
        _judge_new(row)
    elif row.opportunity.stage in Opportunity.ENDED:
        _fault(row, "name", "这条商机已经结束，不能再修改。")


def _judge_stage(row: Planned) -> None:
    told = row.values.get("stage")
    stands = row.opportunity.stage if row.opportunity else Stage.IDENTIFIED
    if told in (None, stands):
        return
    why = stage_rules.refusal(stands, told, reason="", came_from="")
    where = (
        f"这条商机在「{Stage(stands).label}」" if row.opportunity else "新商机从「商机登记」开始"
    )
    _fault(row, "stage", f"{why or '导入不变更阶段。'}{where}，请在商机页面逐级推进。")


def _judge_new(row: Planned) -> None:
    bad = {fault.column for fault in row.faults}
    for name in NEEDED:
        if name not in row.values and LABEL[name] not in bad:
            _fault(row, name, "新建商机时这一格不能为空。")
    wanted = row.values.get("contact")
    if wanted:
        found = [c for c in row.customer.contacts.all() if c.is_current and c.name == wanted]
        row.contact = found[0] if found else None
        if not found:
            _fault(row, "contact", "客户名下没有这位在任的联系人，请先登记。")


def _fault(row: Planned, name: str, message: str) -> None:
    value = row.values.get(name)
    text = Stage(value).label if name == "stage" and value else str(value or "")
    row.faults.append(Fault(row.line.number, LABEL[name], text, message))
