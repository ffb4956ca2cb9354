"""The columns that a list of customers can show, and the rows behind them (issue 3.8).

List and export share them. What a column needs is read for all rows of a page at once, and only
when the column is shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum

from accounts.models import Confidentiality, Contact, Customer, MonthlyBill, ServiceContract
from core.exports import Value
from core.templatetags.fmt import mask_phone, stamp, wan
from reminders.models import Obligation


@dataclass
class Row:
    """One customer of the list, with what the shown columns asked for."""

    customer: Customer
    next_duty: Obligation | None = None
    contact: Contact | None = None
    contract_ends_on: date | None = None
    bill_total: Decimal | None = None
    cells: tuple["Cell", ...] = ()


@dataclass(frozen=True)
class Column:
    """`value` is what an export writes; the page shows `show` of it. `needs`: see LOADERS."""

    code: str
    label: str
    value: Callable[[Row], Value]
    needs: str = ""
    show: Callable[[Value], str] = lambda value: str(value or "—")
    css: str = ""
    level: Confidentiality = Confidentiality.INTERNAL


@dataclass(frozen=True)
class Cell:
    """What the page draws; flat, because it draws hundreds of them."""

    label: str
    text: str
    css: str
    duty: Obligation | None


def _field(name: str, code: str = "") -> Column:
    """A field of Customer under its own label; choices in words."""
    field = Customer._meta.get_field(name)
    words = dict(field.flatchoices)

    def value(row: Row) -> Value:
        stored = getattr(row.customer, name)
        return words.get(stored, str(stored or ""))

    return Column(code or name, str(field.verbose_name), value)


def _masked_phone(row: Row) -> str:
    return mask_phone(row.contact.phone) if row.contact and row.contact.phone else ""


SECRET = Confidentiality.ORDINARY  # bills and contracts (§B.11)
COLUMNS = {
    column.code: column
    for column in (
        _field("industry"),
        _field("grade"),
        _field("region"),
        _field("department"),
        _field("manager"),
        Column("next_duty", "最近期限", lambda row: row.next_duty and row.next_duty.due_at, "duty"),
        _field("lifecycle"),
        _field("relationship_stage"),
        _field("segment"),
        _field("ownership_type"),
        _field("parent_name"),
        _field("credit_code"),
        Column("contact", "主要联系人", lambda row: row.contact and str(row.contact), "contact"),
        Column("phone", "联系电话", _masked_phone, "contact"),
        Column("contract", "合同到期", lambda row: row.contract_ends_on, "contract", level=SECRET),
        Column("bill", "最近月账单", lambda row: row.bill_total, "bill", wan, "num", SECRET),
        Column("updated_at", "更新时间", lambda row: row.customer.updated_at, "", stamp),
    )
}
CENT = Decimal("0.01")
DEFAULT = ("industry", "grade", "region", "manager", "next_duty")


def chosen(codes: Iterable[str]) -> list[Column]:
    """Known columns among `codes`, in the order of COLUMNS; the default ones when none is known."""
    wanted = set(codes) & set(COLUMNS) or set(DEFAULT)
    return [column for code, column in COLUMNS.items() if code in wanted]


def rows_for(customers: Iterable[Customer], columns: list[Column]) -> list[Row]:
    """Rows with their cells, in the order of `customers`."""
    rows = _loaded(customers, columns)
    for row in rows:
        row.cells = tuple(_cell(row, column) for column in columns)
    return rows


def _cell(row: Row, column: Column) -> Cell:
    duty = row.next_duty if column.needs == "duty" else None
    return Cell(column.label, column.show(column.value(row)), column.css, duty)


def export_rows(customers: Iterable[Customer], columns: list[Column]) -> list[list[Value]]:
    """Code, name and the chosen columns, as values for core.exports. Phones stay masked."""
    return [
        [row.customer.code, row.customer.name, *(column.value(row) for column in columns)]
        for row in _loaded(customers, columns)
    ]


def _loaded(customers: Iterable[Customer], columns: list[Column]) -> list[Row]:
    """One query for each kind of thing that the columns need."""
    rows = {customer.pk: Row(customer) for customer in customers}
    for need in dict.fromkeys(column.needs for column in columns if column.needs):
        LOADERS[need](rows)
    return list(rows.values())


def export_header(columns: list[Column]) -> list[str]:
    return ["客户编码", "客户名称", *(column.label for column in columns)]


def level_of(columns: Iterable[Column]) -> Confidentiality:
    """That of the most secret column; who the customers are is internal (§B.11)."""
    order = list(Confidentiality)
    levels = [Confidentiality.INTERNAL, *(column.level for column in columns)]
    return max(levels, key=order.index)


# --- what columns need: the row that stays is the last one of each customer -----------------------
def _load_duties(rows: dict[int, Row]) -> None:
    duties = Obligation.objects.open().filter(customer_ref__in=rows).order_by("-due_at", "-pk")
    for duty in duties:
        rows[duty.customer_ref].next_duty = duty


def _load_contacts(rows: dict[int, Row]) -> None:
    people = Contact.objects.current().filter(customer__in=rows)
    for contact in people.order_by(F("influence").asc(nulls_first=True), "-pk"):
        rows[contact.customer_id].contact = contact


def _load_contracts(rows: dict[int, Row]) -> None:
    running = ServiceContract.objects.filter(customer__in=rows, renewals=None)
    ends = running.order_by("-ends_on").values_list("customer", "ends_on")
    for customer, ends_on in ends:
        rows[customer].contract_ends_on = ends_on


def _load_bills(rows: dict[int, Row]) -> None:
    """The sum of all accounts in the customer's newest month."""
    own = MonthlyBill.objects.filter(customer=OuterRef("customer")).order_by("-month")
    newest = MonthlyBill.objects.filter(customer__in=rows, month=Subquery(own.values("month")[:1]))
    sums = newest.order_by().values("customer").annotate(total=Sum("reported_total"))
    for row in sums:
        rows[row["customer"]].bill_total = row["total"].quantize(CENT)


LOADERS = {
    "duty": _load_duties,
    "contact": _load_contacts,
    "contract": _load_contracts,
    "bill": _load_bills,
}
