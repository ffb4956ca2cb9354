"""Raw values from a table: first what each row would do, then that, row by row (R53–R55).

A row is a month of costs, a year's spending with one operator, or a year's budget. What the table
leaves blank stays as it is; the same table a second time changes nothing.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.actions import AccountError
from accounts.actions.items import Place, create_item, update_item, version_of
from accounts.imports.columns import Fault, Line, heading, is_example, parse
from accounts.imports.readers import Unreadable, read
from accounts.models import BusinessLine, CommunicationBudget, Customer, Operator, OperatorUsage
from core import audit, clock
from core.models import StoredFile
from core.rules import local_date
from core.uploads import store
from staff.models import User
from valuation.actions import inputs
from valuation.actions.errors import ValuationError
from valuation.actions.tables import COSTS, USAGE, Sheet
from valuation.models import CustomerMeasure

MOST_ROWS = 5000
PLACES = {
    "usage": (OperatorUsage, Place("business", "使用情况")),
    "budget": (CommunicationBudget, Place("finance", "预算")),
}
WORDS = dict(BusinessLine.choices) | dict(Operator.choices) | dict(CommunicationBudget.Kind.choices)
NEW, CHANGE, SAME = "新建", "更新", "无变化"


@dataclass
class Planned:
    """One row of the file: what it would do, or what is wrong with it."""

    line: Line
    customer: Customer | None = None
    row: Any = None
    changes: tuple[str, ...] = ()

    @property
    def faults(self) -> list[Fault]:
        return self.line.faults

    @property
    def values(self) -> dict:
        return self.line.values

    @property
    def deed(self) -> str:
        if self.row is None:
            return NEW
        return CHANGE if self.changes else SAME


@transaction.atomic
def keep(*, upload, by: User) -> StoredFile:
    """The file as it came, until it is confirmed."""
    stored = store(upload, by=by)
    audit.record(verb="valuation.table_uploaded", target=stored, by=by)
    return stored


def plan(*, stored: StoredFile, sheet: Sheet, by: User) -> list[Planned]:
    """Read the file and judge every row; nothing is written. Unreadable for the whole file."""
    with stored.file.open("rb") as file:
        table = read(file, stored.name)
    where = heading(table.header, sheet.columns)
    if where.missing:
        raise Unreadable(f"缺少这些列：{'、'.join(where.missing)}。请先下载模板。")
    rows = [(number, raw) for number, raw in table.rows if not is_example(raw, where)]
    if not rows:
        raise Unreadable("除了示例以外没有数据行。")
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。")
    planned = [Planned(parse(number, raw, where)) for number, raw in rows]
    _name_doubles(planned, sheet)
    customers = _customers(planned, by)
    known = _known(sheet, customers)
    for one in planned:
        _judge(one, sheet, customers, known)
    return planned


def apply(*, stored: StoredFile, sheet: Sheet, by: User) -> Counter:
    """Write the good rows, each on its own: a Counter of NEW, CHANGE, SAME and "bad"."""
    counts: Counter = Counter()
    for one in plan(stored=stored, sheet=sheet, by=by):
        if one.faults:
            counts["bad"] += 1
            continue
        try:
            _write(one, sheet, stored, by)
        except (ValuationError, AccountError):  # somebody changed this very row meanwhile
            counts["bad"] += 1
        else:
            counts[one.deed] += 1
    changes = {word: ["", str(counts[word])] for word in (NEW, CHANGE, SAME)}
    changes["表格"] = ["", sheet.label]
    audit.record(verb="valuation.imported", target=stored, by=by, changes=changes)
    return counts


def _write(one: Planned, sheet: Sheet, stored: StoredFile, by: User) -> None:
    told = {name: one.values[name] for name in sheet.values if name in one.values}
    keys = {name: one.values[name] for name in sheet.keys}
    if one.deed == SAME:
        return
    if sheet is COSTS:
        source = told.pop("source", "") or f"导入：{stored.name}"
        inputs.save_measure(
            customer=one.customer, seen_at=inputs.stamp(one.row), source=source[:100], by=by,
            **keys, **told,
        )  # fmt: skip
        return
    model, place = PLACES[sheet.code]
    made = {"customer": one.customer, "place": place, "by": by}
    if one.row is None:
        create_item(model=model, values=keys | told, **made)
    else:
        update_item(row=one.row, values=told, seen=version_of(one.row), **made)


def word_of(name: str, value) -> str:
    """A value as people say it: 「数据」 for data, a figure as it is."""
    is_code = name in ("business_line", "operator", "kind")
    return str(WORDS.get(value, value)) if is_code else f"{value}"


# --- what is judged -------------------------------------------------------------------------------
def _key(one: Planned, sheet: Sheet) -> tuple:
    return tuple(one.values.get(name) for name in ("code", *sheet.keys))


def _name_doubles(planned: list[Planned], sheet: Sheet) -> None:
    times = Counter(_key(one, sheet) for one in planned)
    words = "、".join(sheet.label_of(name) for name in sheet.keys)
    for one in planned:
        key = _key(one, sheet)
        if None not in key and times[key] > 1:
            _fault(one, sheet, "code", f"同一个文件里，同一客户的同一{words}只能有一行。")


def _customers(planned: list[Planned], by: User) -> dict[str, Customer]:
    codes = {one.values["code"] for one in planned if "code" in one.values}
    mine = Customer.objects.visible_to(by).filter(code__in=codes)
    return {customer.code: customer for customer in mine.select_related("manager")}


def _known(sheet: Sheet, customers: dict[str, Customer]) -> dict[tuple, Any]:
    model = CustomerMeasure if sheet is COSTS else PLACES[sheet.code][0]
    codes = {customer.pk: code for code, customer in customers.items()}
    rows = model.objects.filter(customer__in=codes)
    return {
        (codes[row.customer_id], *(getattr(row, name) for name in sheet.keys)): row for row in rows
    }


def _judge(one: Planned, sheet: Sheet, customers: dict, known: dict) -> None:
    if None in _key(one, sheet):
        return
    one.customer = customers.get(one.values["code"])
    if one.customer is None:
        _fault(one, sheet, "code", "没有这个编码的客户，或不在您的范围内。")
        return
    one.row = known.get(_key(one, sheet))
    told = {name: one.values[name] for name in sheet.values if name in one.values}
    if one.row is not None:
        one.changes = tuple(name for name in told if getattr(one.row, name) != told[name])
    _judge_values(one, sheet, told)


def _judge_values(one: Planned, sheet: Sheet, told: dict) -> None:
    if sheet is COSTS:
        if one.values["month"] > local_date(clock.now()):
            _fault(one, sheet, "month", "不能是以后的月份。")
        if not set(told) - {"source"} and not one.faults:
            _fault(one, sheet, "code", "这一行没有填数据。")
        return
    for name in sheet.needed:
        if one.row is None and name not in told and not one.faults:
            _fault(one, sheet, name, "新的一行这一格不能为空。")
    is_rival = sheet is USAGE and one.values["operator"] != Operator.TELECOM
    if is_rival and not told.get("source") and not (one.row and one.row.source):
        _fault(one, sheet, "source", "其他运营商的数据请注明来源。")


def _fault(one: Planned, sheet: Sheet, name: str, message: str) -> None:
    value = one.values.get(name)
    shown = f"{value:%Y-%m}" if name == "month" and value else str(value or "")
    one.faults.append(Fault(one.line.number, sheet.label_of(name), shown, message))
