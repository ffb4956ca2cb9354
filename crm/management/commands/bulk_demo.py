"""A large, fictional book of customers, to see that nothing slows down. Always the same rows."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import quality
from accounts.actions.searching import keys_of
from accounts.models import (
    BillLine,
    Contact,
    Customer,
    CustomerAssignment,
    CustomerNeed,
    Industry,
    MonthlyBill,
    SearchKey,
    ServiceContract,
    TimelineEntry,
)
from accounts.rules import credit_check_sign
from core import bulk, pinyin
from core.rules import SHANGHAI
from crm import bulk_names as names
from crm.bulk_affairs import Affairs
from crm.bulk_plans import Plans
from planning.models import MarketingPlan
from staff.models import Branch, Department, User
from visits.models import Visit

BRANCH = "BULK"
DEPARTMENTS = 8
CUSTOMERS_EACH = 50
FIRST_DAY = date(2024, 1, 1)
LAST_MONTH = date(2026, 10, 1)
TIMELINE_START = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
Kind = TimelineEntry.Kind
STORY = [
    (Kind.VISIT, "上门拜访"), (Kind.LETTER, "来函已答复"), (Kind.BILL, "本月账单已出"),
    (Kind.CHANGE, "资料变更：通信地址"), (Kind.COMMITMENT, "承诺已兑现"),
]  # fmt: skip
GRADES = "CDCBDCACDB"
LIFECYCLES = ["actual", "actual", "long_term_partner", "potential", "strategic_partner", "lost"]
REGIONS = ["越城区", "柯桥区", "上虞区", "诸暨市", "嵊州市", "新昌县"]
OWNERSHIPS = {"FIN": "joint_stock", "GOV": "government", "EDU": "institution",
              "MED": "institution", "ENT": "private"}  # fmt: skip


class Command(BaseCommand):
    help = "生成大量虚构客户及其联系人、账单和时间线，用于性能检查；数据每次相同"

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=100_000, help="客户数")
        parser.add_argument("--contacts", type=int, default=2, help="每个客户的联系人数")
        parser.add_argument("--months", type=int, default=12, help="每个客户的账单月数")
        parser.add_argument("--timeline", type=int, default=5, help="每个客户的时间线条数")
        parser.add_argument("--lines", action="store_true", help="账单带明细")
        parser.add_argument("--visits", type=int, default=0, help="拜访次数，函件与承诺按比例")
        parser.add_argument("--duties", type=int, default=0, help="时限任务数")
        parser.add_argument("--until", help="拜访数到哪一天，默认今天，例如 2026-11-29")
        parser.add_argument(
            "--only-visits", action="store_true", help="客户已在库中，只补拜访与时限"
        )
        parser.add_argument("--plans", type=int, default=0, help="计划数，每份约四十行目标")
        parser.add_argument("--only-plans", action="store_true", help="客户已在库中，只补计划")
        parser.add_argument("--password", default="", help="所有生成用户的密码；不填则不能登录")

    def handle(self, *args, **options):
        is_there = Customer.objects.filter(branch__code=BRANCH).exists()
        if options["only_plans"]:
            self._add_plans(options["plans"], is_there)
            return
        if options["only_visits"]:
            if not is_there:
                raise CommandError("库中还没有大量演示客户。")
            if Visit.objects.filter(customer__branch__code=BRANCH, source="plan").exists():
                self.stdout.write("拜访已在库中，未作改动。")
                return
        elif is_there:
            raise CommandError("大量演示数据已经存在，请换一个空的数据库。")
        if options["customers"] < 1:
            raise CommandError("客户数至少为 1。")
        with transaction.atomic():
            if not options["only_visits"]:
                self._run(Book(options).steps())
            if options["visits"]:
                self._run(_affairs(options).steps())
            if options["plans"]:
                self._run(Plans(branch=BRANCH, count=options["plans"]).steps())
        self._analyse()

    def _add_plans(self, count: int, is_there: bool) -> None:
        if not is_there:
            raise CommandError("库中还没有大量演示客户。")
        if MarketingPlan.objects.filter(branch__code=BRANCH).exists():
            self.stdout.write("计划已在库中，未作改动。")
            return
        with transaction.atomic():
            self._run(Plans(branch=BRANCH, count=count).steps())
        self._analyse()

    def _run(self, steps) -> None:
        for label, step in steps:
            started = time.monotonic()
            count = step()
            self.stdout.write(f"{label} {count:,} 行，{time.monotonic() - started:.1f} 秒")

    def _analyse(self) -> None:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")


def _affairs(options: dict) -> Affairs:
    until = date.fromisoformat(options["until"]) if options["until"] else timezone.localdate()
    return Affairs(branch=BRANCH, visits=options["visits"], duties=options["duties"], until=until)


class Book:
    """The rows of one run. Keys are counted up from what the tables hold already."""

    def __init__(self, options: dict):
        self.count: int = options["customers"]
        self.per = {name: options[name] for name in ("contacts", "months", "timeline")}
        self.with_lines = options["lines"]
        self.password = make_password(options["password"] or None)
        self.first = {
            model: bulk.next_id(model) for model in (User, Customer, Contact, MonthlyBill)
        }
        self.branch, self.departments = _places()
        self.industries = {
            code: Industry.objects.get_or_create(
                code=code, defaults={"name": name, "is_public_duty": code == "GOV"}
            )[0].pk
            for code, name in names.INDUSTRIES.items()
        }
        self.managers = max(DEPARTMENTS, -(-self.count // CUSTOMERS_EACH))

    def steps(self) -> Iterator[tuple[str, Callable[[], int]]]:
        yield "用户", lambda: bulk.load(User, self.users()) + self.industry_managers()
        yield "客户", lambda: bulk.load(Customer, self.customers())
        yield "归属", lambda: bulk.load(CustomerAssignment, self.assignments())
        yield "联系人", lambda: bulk.load(Contact, self.contacts())
        yield "搜索键", lambda: bulk.load(SearchKey, self.search_keys())
        yield "账单", lambda: bulk.load(MonthlyBill, self.bills())
        if self.with_lines:
            yield "账单明细", lambda: bulk.load(BillLine, self.lines())
        yield "合同", lambda: bulk.load(ServiceContract, self.contracts())
        yield "需求", lambda: bulk.load(CustomerNeed, self.needs())
        yield "时间线", lambda: bulk.load(TimelineEntry, self.timeline())
        first = self.first[Customer]
        yield "视图质量", lambda: quality.refresh(range(first, first + self.count))

    # --- people ---------------------------------------------------------------------------------
    def users(self) -> Iterator[dict]:
        pk = self.first[User]
        yield self._user(pk, "bulk-director", "分公司主任", "branch_director", None)
        for i, department in enumerate(self.departments):
            yield self._user(pk + 1 + i, f"bulk-head-{i + 1}", "部门经理", "dept_head", department)
        for i in range(self.managers):
            yield self._user(
                self._manager(i), f"bulk-{i + 1}", names.person(i), "account_manager",
                self.departments[i % DEPARTMENTS],
            )  # fmt: skip

    def _user(self, pk, username, name, role, department) -> dict:
        return {
            "id": pk, "username": username, "name": name, "role": role, "password": self.password,
            "branch_id": self.branch.pk, "department_id": department, "must_change_password": False,
        }  # fmt: skip

    def industry_managers(self) -> int:
        """One for each industry."""
        for code, pk in self.industries.items():
            user = User.objects.create(
                username=f"bulk-industry-{code.lower()}", name="行业经理", role="industry_manager",
                branch=self.branch, department_id=self.departments[0], password=self.password,
                must_change_password=False,
            )  # fmt: skip
            user.industries.add(pk)
        return len(self.industries)

    def _manager(self, number: int) -> int:
        return self.first[User] + 1 + DEPARTMENTS + number

    # --- customers ------------------------------------------------------------------------------
    def customers(self) -> Iterator[dict]:
        for i in range(self.count):
            industry, name = names.organisation(i)
            manager = i % self.managers
            full, short = pinyin.keys(name)
            yield {
                "id": self.first[Customer] + i, "code": f"K{i + 1:07d}", "name": name,
                "branch_id": self.branch.pk, "manager_id": self._manager(manager),
                "department_id": self.departments[manager % DEPARTMENTS],
                "industry_id": self.industries[industry], "grade": GRADES[i % len(GRADES)],
                "lifecycle": LIFECYCLES[i // 3 % len(LIFECYCLES)],
                "region": REGIONS[i // 7 % len(REGIONS)], "ownership_type": OWNERSHIPS[industry],
                "credit_code": credit_code(i), "tree_path": f"/{self.first[Customer] + i}/",
                "name_pinyin": full, "name_initials": short,
                "address": f"{REGIONS[i // 7 % len(REGIONS)]}演示路 {i % 900 + 1} 号",
            }  # fmt: skip

    def assignments(self) -> Iterator[dict]:
        for i in range(self.count):
            yield {
                "customer_id": self.first[Customer] + i, "valid_from": FIRST_DAY,
                "user_id": self._manager(i % self.managers),
            }  # fmt: skip

    def contacts(self) -> Iterator[dict]:
        for i in range(self.count * self.per["contacts"]):
            name, title = names.person(i), names.title(i)
            yield {
                "id": self.first[Contact] + i, "name": name, "title": title,
                "customer_id": self.first[Customer] + i // self.per["contacts"],
                "salutation": name[0] + title, "phone": names.phone(i),
                "attitude": i % 7 - 3, "influence": i % 5 + 1,
            }  # fmt: skip

    def search_keys(self) -> Iterator[dict]:
        contacts = self.contacts()
        for row in self.customers():
            customer = Customer(
                id=row["id"], **{k: row[k] for k in ("code", "name", "credit_code")}
            )
            mine = [Contact(**next(contacts)) for _ in range(self.per["contacts"])]
            for key, (weight, hint) in keys_of(customer, mine).items():
                yield {"customer_id": row["id"], "key": key, "weight": weight, "hint": hint}

    # --- what happened --------------------------------------------------------------------------
    def bills(self) -> Iterator[dict]:
        months = _months(self.per["months"])
        for i in range(self.count):
            for m, month in enumerate(months):
                total = 500 + (i * 37 + m * 411) % 90_000
                yield {
                    "id": self.first[MonthlyBill] + i * len(months) + m, "month": month,
                    "customer_id": self.first[Customer] + i, "reported_total": total,
                    "computed_total": total, "paid_amount": total,
                }  # fmt: skip

    def lines(self) -> Iterator[dict]:
        for bill in self.bills():
            third = bill["reported_total"] // 3
            rest = bill["reported_total"] - 2 * third
            for item, amount in (("monthly_rent", third), ("data", third), ("circuit", rest)):
                yield {"bill_id": bill["id"], "item": item, "amount": amount}

    def contracts(self) -> Iterator[dict]:
        for i in range(0, self.count, 2):
            starts_on = FIRST_DAY + timedelta(days=i % 700)
            yield {
                "customer_id": self.first[Customer] + i, "number": f"BULK-{i:07d}",
                "name": "专线服务合同", "starts_on": starts_on,
                "annual_amount": 12_000 + i % 90_000, "ends_on": starts_on + timedelta(days=730),
            }  # fmt: skip

    def needs(self) -> Iterator[dict]:
        """A fact of every second customer, in turn of every status."""
        statuses = CustomerNeed.Status.values
        for i in range(0, self.count, 2):
            yield {
                "customer_id": self.first[Customer] + i, "layer": CustomerNeed.Layer.FACT,
                "status": statuses[i // 2 % len(statuses)], "description": "网点之间要互联。",
                "created_by_id": self._manager(i % self.managers),
            }  # fmt: skip

    def timeline(self) -> Iterator[dict]:
        for i in range(self.count):
            for n in range(self.per["timeline"]):
                kind, text = STORY[(i + n) % len(STORY)]
                yield {
                    "customer_id": self.first[Customer] + i, "kind": kind, "title": text,
                    "at": TIMELINE_START - timedelta(hours=i % 500 + n * 97),
                    "actor_id": self._manager(i % self.managers),
                }  # fmt: skip


def _places() -> tuple[Branch, list[int]]:
    branch = Branch.objects.create(
        code=BRANCH, name="演示分公司", letter_name="演示分公司", letter_prefix="演电函"
    )
    top = Department.objects.create(branch=branch, code="BK", name="政企客户部", path="/BK/")
    below = [
        Department.objects.create(
            branch=branch, parent=top, code=f"BK{n}", name=f"客户{n}部", path=f"/BK/BK{n}/"
        )
        for n in range(1, DEPARTMENTS + 1)
    ]
    return branch, [department.pk for department in below]


def _months(count: int) -> list[date]:
    last = LAST_MONTH.year * 12 + LAST_MONTH.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - count + 1, last + 1)]


def credit_code(serial: int) -> str:
    """A fictional code with a right check character (GB 32100)."""
    body = f"91330699{serial:09d}"
    return body + credit_check_sign(body)
