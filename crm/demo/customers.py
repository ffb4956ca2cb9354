"""The customers of §E.2, Bank A of §E.4 and six unmanaged ones, with contacts and history."""

import csv
import json
from datetime import date
from pathlib import Path

from accounts import actions
from accounts.models import Customer, CustomerAssignment, Industry
from crm.demo import contacts, groups
from crm.demo.words import full_width

HERE = Path(__file__).parent
INDUSTRIES = {
    "GOV": "党政军", "FIN": "金融", "EDU": "教育", "MED": "医疗", "MFG": "制造", "LOG": "物流",
    "TRD": "商贸", "UTL": "公用", "TOU": "文旅", "CON": "建设", "ITC": "信息服务",
}  # fmt: skip
OWNERSHIP = {
    "GOV": "government", "FIN": "joint_stock", "EDU": "institution", "MED": "institution",
    "UTL": "state_owned", "TOU": "state_owned",
}  # fmt: skip
POSTCODES = {
    "市本级": "312000", "越城": "312000", "柯桥": "312030", "上虞": "312300", "诸暨": "311800",
    "嵊州": "312400", "新昌": "312500",
}  # fmt: skip
UNMANAGED = (
    ("C0041", "府河文具商行", "TRD", "越城", "金晓燕"),
    ("C0042", "斗门五金加工", "MFG", "越城", "章伟民"),
    ("C0043", "安昌腊味食品", "MFG", "柯桥", "陈佳琪"),
    ("C0044", "沥海设计工作室", "ITC", "上虞", "沈志远"),
    ("C0045", "斯宅民宿合作社", "TOU", "诸暨", "金晓燕"),
    # Registered a second time by mistake: C0006 under its full name, to be found and merged
    ("C0052", "会稽小额贷款有限公司", "FIN", "诸暨", "沈志远"),
)
BACKUPS = (("C0001", "shenzy"), ("C0007", "yujg"), ("C0019", "jinxy"), ("C0023", "chenjq"))
SINCE = date(2026, 1, 1)


def load(people) -> dict[str, Customer]:
    """Make the customers that are missing; returns all demo customers by code."""
    industries = _industries(people)
    by_name = {user.name: user for user in people.values()}
    listed = rows()
    there = set(Customer.objects.values_list("code", flat=True))
    staffed = contacts.of_customers([row["name"] for row in listed])
    for row in listed:
        if row["code"] not in there:
            _make(row, industries, by_name[row["am"]], staffed[row["name"]], people)
    mine = Customer.objects.filter(code__in=[row["code"] for row in listed])
    related = mine.select_related("manager__reports_to", "industry")
    return {customer.code: customer for customer in related}


def codes() -> list[str]:
    """Every code of the demo, of Bank A's group too."""
    return [row["code"] for row in rows()] + groups.codes()


def rows() -> list[dict]:
    """The rows of §E.2 with their figures, and the unmanaged customers without."""
    with (HERE / "customers.csv").open(encoding="utf-8") as file:
        found = [row | {"name": row["name"].split("(")[0]} for row in csv.DictReader(file)]
    fields = ("code", "name", "industry", "region", "am")
    return found + [dict(zip(fields, row, strict=True)) for row in UNMANAGED]


def _industries(people) -> dict[str, Industry]:
    made = {}
    for code, name in INDUSTRIES.items():
        industry, is_new = Industry.objects.get_or_create(
            code=code, defaults={"name": name, "is_public_duty": code == "GOV"}
        )
        # FIN is there from the start, with its stages (migration 0004_bank_stages)
        if f"im_{code.lower()}" in people and (is_new or not industry.managers.exists()):
            industry.managers.add(people[f"im_{code.lower()}"])
        made[code] = industry
    return made


def _make(row, industries, manager, staff, people) -> None:
    code, head = row["code"], people[manager.username].reports_to
    customer = actions.create_customer(
        code=code,
        name=row["name"],
        manager=manager,
        industry=industries[row["industry"]],
        valid_from=date(2026, 9, 1) if code == "C0029" else SINCE,
        by=head,
        **_facts(row),
    )
    for fields in staff:
        actions.add_contact(customer=customer, by=manager, **fields)
    for wanted, username in BACKUPS:
        if wanted == code:
            actions.add_backup(
                customer=customer, user=people[username], by=head, valid_from=SINCE, reason="AB 角"
            )
    if code == "C0029":
        _earlier_manager(customer, people["left_am"])


def _earlier_manager(customer, user) -> None:
    """The one who has left was responsible before; nobody can be put into the past by an action."""
    CustomerAssignment.objects.create(
        customer=customer,
        user=user,
        valid_from=date(2024, 3, 1),
        valid_to=date(2026, 8, 31),
        reason="离职前负责",
    )


def _facts(row) -> dict:
    place = "" if row["region"] == "市本级" else row["region"]
    facts = {
        "region": row["region"],
        "ownership_type": OWNERSHIP.get(row["industry"], "private"),
        "address": f"绍兴市{place}示范路 {int(row['code'][1:])} 号",
        "postcode": POSTCODES[row["region"]],
        "grade": _grade(int(row.get("rev") or 0)),
        "relationship_stage": _stage(int(row.get("tenure_y") or 0)),
        "is_managed": "rev" in row,
    }
    if row["code"] == "C0001":
        facts |= bank_a()
    return facts


def _grade(monthly_revenue: int) -> str:
    steps = ((60_000, "A"), (25_000, "B"), (8_000, "C"))
    return next((grade for floor, grade in steps if monthly_revenue >= floor), "D")


def _stage(years: int) -> str:
    steps = ((8, "long_term"), (5, "substantive"), (3, "build_relationship"))
    return next((stage for floor, stage in steps if years >= floor), "general_contact")


def bank_a() -> dict:
    """The file of the training case, in our field names (R69)."""
    file = json.loads((HERE / "bank_a.json").read_text(encoding="utf-8"))["file"]
    same = (
        "grade", "region", "exchange_office", "address", "postcode", "legal_representative",
        "employees", "main_business", "business_area", "payment_capacity",
    )  # fmt: skip
    facts = {name: full_width(file[name]) for name in same}
    return facts | {
        "ownership_type": "joint_stock",
        "parent_name": file["parent"],
        "founded_year": file["founded"],
        "is_training_case": True,
    }
