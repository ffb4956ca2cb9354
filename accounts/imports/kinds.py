"""The columns of each kind of import, with the choices and lengths of the models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import rules
from accounts.imports import cells
from accounts.imports.cells import Cell, CellFault
from accounts.imports.columns import Column, matching, option_of, text_of, whole_of
from accounts.models import BillLine, Contact, Customer, ImportJob, MonthlyBill, ServiceContract

PHONE = r"[0-9+\-() （）转]{5,30}"
CODE = r"[-a-zA-Z0-9_]+"
SMALL_TABLE = 2_147_483_647
LINE = "line_"


@dataclass(frozen=True)
class Kind:
    """`needed`: fields of a new row. `keys`: what makes a row of the file the double of another."""

    code: str
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    keys: Callable[[Mapping[str, Any]], list[tuple]]
    lead: str

    @property
    def label(self) -> str:
        return ImportJob.Kind(self.code).label

    def label_of(self, field: str) -> str:
        return next((c.label for c in self.columns if c.field == field), field)


def _text(model, name: str, *, least: int = 0, most: int | None = None, **more) -> Column:
    field = model._meta.get_field(name)
    most = most or field.max_length or 2000
    return Column(name, str(field.verbose_name), text_of(most, least), **more)


def _choice(model, name: str, **more) -> Column:
    field = model._meta.get_field(name)
    words = dict(field.flatchoices)
    return Column(
        name, str(field.verbose_name), option_of(words), options=tuple(words.values()),
        is_text=False, **more,
    )  # fmt: skip


def _yes_no(model, name: str, **more) -> Column:
    label = str(model._meta.get_field(name).verbose_name)
    return Column(name, label, cells.yes_no, options=("是", "否"), is_text=False, **more)


def _plain(model, name: str, parse, **more) -> Column:
    return Column(name, str(model._meta.get_field(name).verbose_name), parse, **more)


def _credit_code(value: Cell) -> str:
    code = cells.text(value).upper()
    fault = rules.credit_code_fault(code)
    if fault:
        raise CellFault(fault)
    return code


def _email(value: Cell) -> str:
    address = text_of(254)(value)
    try:
        validate_email(address)
    except ValidationError as error:
        raise CellFault("邮箱地址的格式不对。") from error
    return address


_code = matching(CODE, "编码只用字母、数字、短横和下划线。", 20)
OF_CUSTOMER = Column("customer_code", "客户编码", _code, "示例C0001", required=True)
ENTERED = (
    Column(
        "entered_by",
        "录入人",
        text_of(50),
        "王晓明",
        "历史资料原来的录入人，原样保留",
        aliases=("原录入人",),
    ),
    Column(
        "entered_at",
        "录入时间",
        cells.moment,
        "2009-06-30 14:05",
        "历史资料原来的录入时间，原样保留",
        aliases=("原录入时间",),
    ),
)

CUSTOMERS = (
    Column("code", "客户编码", _code, "示例C0001", "有编码按编码对应，没有就按信用代码对应"),
    _text(Customer, "name", least=2, sample="绍兴市示例局", note="新客户必填"),
    _plain(Customer, "credit_code", _credit_code, sample="", note="18 位，校验位要对"),
    Column("manager", "客户经理", text_of(50), "", "姓名或登录名；不填就是您本人"),
    Column("industry", "客户行业", text_of(40), "党政军", "新客户必填；填名称或代码"),
    _choice(Customer, "grade", sample="C 级"),
    _choice(Customer, "ownership_type", sample="党政机关"),
    _choice(Customer, "segment", sample="行业客户"),
    _text(Customer, "region", sample="越城区"),
    _text(Customer, "exchange_office"),
    _text(Customer, "address", sample="延安路 1 号"),
    _plain(Customer, "postcode", matching(r"\d{6}", "邮编是 6 位数字。", 6), sample="312000"),
    _text(Customer, "legal_representative"),
    _text(Customer, "parent_name"),
    _choice(
        Customer, "lifecycle", sample="潜在客户", note="新客户从潜在客户开始，再在客户页面逐级变更"
    ),
    _choice(Customer, "relationship_stage", sample="建立关系"),
    Column("founded_year", "成立年份", whole_of(1000, 2100), "1998", "四位年份", is_text=False),
    _plain(Customer, "employees", whole_of(0, SMALL_TABLE), sample="120", is_text=False),
    _plain(Customer, "branches_count", whole_of(0, SMALL_TABLE), is_text=False),
    _plain(Customer, "outlets_count", whole_of(0, SMALL_TABLE), is_text=False),
    _text(Customer, "main_business"),
    _text(Customer, "business_area"),
    _choice(Customer, "payment_capacity"),
    _text(Customer, "profit_text"),
    _text(Customer, "profit_source"),
    _yes_no(Customer, "is_managed", sample="是"),
    _yes_no(Customer, "is_public_duty", sample="否", note="填「是」的不列入放弃评估"),
)

CONTACTS = (
    OF_CUSTOMER,
    _text(Contact, "name", sample="王建华", required=True),
    _text(Contact, "salutation", sample="王主任"),
    _text(Contact, "title", sample="主任"),
    _text(Contact, "department", sample="信息科"),
    _plain(Contact, "phone", matching(PHONE, "电话只能有数字、短横和「转」字。", 30),
           sample="13800000000", note="同一客户里按姓名加电话对应，电话不同再看职务"),
    _plain(Contact, "email", _email, sample="wang@example.com"),
    _choice(Contact, "decision_role", sample="决策人"),
    _plain(Contact, "attitude", whole_of(-3, 3), sample="1", note="−3 到 3", is_text=False),
    _plain(Contact, "influence", whole_of(1, 5), sample="4", note="1 到 5", is_text=False),
    _yes_no(Contact, "is_current", sample="是"),
    *ENTERED,
)  # fmt: skip

BILLS = (
    OF_CUSTOMER,
    Column("account", "合同号", text_of(40), "", "计费账户的合同号，须已登记在该客户名下；可不填"),
    _plain(MonthlyBill, "month", cells.month, sample="2026-10", required=True),
    _plain(MonthlyBill, "reported_total", cells.money, sample="1200.00", note="新账单必填，单位元",
           is_text=False),
    *(
        Column(LINE + code, label, cells.money, "600.00" if code in ("data", "circuit") else "",
               "明细，单位元", is_text=False)
        for code, label in BillLine.Item.choices
    ),
    _text(MonthlyBill, "discrepancy_note"),
    _plain(MonthlyBill, "due_on", cells.day),
    _plain(MonthlyBill, "paid_on", cells.day),
    _plain(MonthlyBill, "paid_amount", cells.money, is_text=False),
    _text(MonthlyBill, "source"),
    *ENTERED,
)  # fmt: skip

CONTRACTS = (
    Column("number", "合同编号", text_of(40), "示例HT-2026-001", "按合同编号对应", required=True),
    Column("customer_code", "客户编码", _code, "C0001", required=True),
    _plain(ServiceContract, "name", text_of(100), sample="电路租用合同", note="新合同必填"),
    _choice(ServiceContract, "kind", sample="单项业务"),
    _plain(ServiceContract, "starts_on", cells.day, sample="2026-01-01", note="新合同必填"),
    _plain(ServiceContract, "ends_on", cells.day, sample="2027-12-31", note="新合同必填"),
    _plain(ServiceContract, "annual_amount", cells.money, sample="24000.00",
           note="新合同必填，单位元", is_text=False),
    _yes_no(ServiceContract, "is_auto_renewed", sample="否"),
    _text(ServiceContract, "note"),
    *ENTERED,
)  # fmt: skip


def _keys_of_customer(values) -> list[tuple]:
    return [(name, values[name]) for name in ("code", "credit_code") if name in values]


def _keys_of_contact(values) -> list[tuple]:
    who = (values.get("customer_code"), values.get("name"))
    found = [(name, *who, values[name]) for name in ("phone", "title") if values.get(name)]
    return found or [("name", *who)]


def _keys_of_bill(values) -> list[tuple]:
    place = (values.get("customer_code"), values.get("account", ""), values.get("month"))
    return [("bill", *place)]


def _keys_of_contract(values) -> list[tuple]:
    return [("number", values.get("number"))]


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("customers", CUSTOMERS, ("name", "industry"), _keys_of_customer,
             "按客户编码对应，没有编码的按统一社会信用代码对应。"),
        Kind("contacts", CONTACTS, (), _keys_of_contact,
             "按客户编码、姓名，再加电话或职务对应。"),
        Kind("bills", BILLS, ("reported_total",), _keys_of_bill,
             "按客户编码、合同号和账期对应。"),
        Kind("contracts", CONTRACTS, ("name", "starts_on", "ends_on", "annual_amount"),
             _keys_of_contract, "按合同编号对应。"),
    )
}  # fmt: skip
