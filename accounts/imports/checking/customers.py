"""Customers: found by code, else by credit code. New ones for oneself or one's people only."""

from collections import defaultdict
from collections.abc import Mapping

from accounts.imports.checking.plans import Plan, Request, judged
from accounts.imports.columns import Line
from accounts.models import Customer, Industry
from accounts.rules import LADDER
from staff.models import User

MANAGING = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER)
TAKEN = "这个编码已被使用，或者不在您的范围内。"
CREDIT_TAKEN = "这个统一社会信用代码已登记在另一个客户，或者不在您的范围内。"
NO_PROOF = "新客户从潜在客户开始，有了依据再在客户页面逐级提升。"
NO_MANAGER = "没有这位客户经理，或者您不能为他建立客户。"


def plan_customers(request: Request) -> list[Plan]:
    desk = _Desk(request)
    return [desk.plan(line) for line in request.lines]


class _Desk:
    """All that the batch needs to know, read once."""

    def __init__(self, request: Request):
        self.request = request
        codes, credit_codes = request.column("code"), request.column("credit_code")
        found = Customer.objects.filter(code__in=codes)
        found |= Customer.objects.filter(credit_code__in=credit_codes)
        rows = list(request.locked(found.select_related("industry", "manager")))
        mine = Customer.objects.visible_to(request.user).filter(pk__in=[row.pk for row in rows])
        self.mine = set(mine.order_by().values_list("pk", flat=True))
        self.by_code = {row.code: row for row in rows}
        self.by_credit_code = {row.credit_code: row for row in rows if row.credit_code}
        self.industries = _industries()
        self.people, self.names = _managers(request.user)

    def plan(self, line: Line) -> Plan:
        request, values = self.request, dict(line.values)
        stored = self._stored(line)
        if "industry" in values:
            values["industry"] = self._industry(line)
        if stored is None:
            request.demand(line)
            values["manager"] = self._new_manager(line)
            values["lifecycle"] = self._first_step(line)
        else:
            self._leave_alone(line, stored, values)
        plan = judged(line, stored=stored, model=Customer, customer=stored, values=values)
        if stored is None and plan.writes:
            plan.customer = plan.row
            plan.row.branch = plan.row.manager.branch
            plan.row.department = plan.row.manager.department
        return plan

    def _stored(self, line: Line) -> Customer | None:
        code, credit_code = line.values.get("code"), line.values.get("credit_code")
        if not code and not credit_code:
            # Without a key the same file would make the same customer again and again.
            self.request.blame(line, "code", "客户编码和统一社会信用代码至少填一项。")
            return None
        other = self.by_credit_code.get(credit_code)
        stored = self.by_code.get(code) if code else other
        if stored and stored.pk not in self.mine:
            self.request.blame(line, "code" if code else "credit_code", TAKEN)
            return None
        if other and (stored is None or other.pk != stored.pk):
            self.request.blame(line, "credit_code", CREDIT_TAKEN)
        return stored

    def _industry(self, line: Line) -> Industry | None:
        found = self.industries.get(line.values["industry"])
        if not found:
            names = "、".join(dict.fromkeys(str(one) for one in self.industries.values()))
            self.request.blame(line, "industry", f"没有这个行业。可以填：{names}。")
        return found

    def _new_manager(self, line: Line) -> User | None:
        name = line.values.get("manager")
        user = self.request.user
        if not name and user.username in self.people:
            return self.people[user.username]
        if not name:
            self.request.blame(line, "manager", "请填写客户经理。")
            return None
        same = self.names.get(name, [])
        if len(same) > 1:
            self.request.blame(line, "manager", "有几位同名的客户经理，请填登录名。")
            return None
        person = self.people.get(name) or (same[0] if same else None)
        if person is None or person.department_id is None:
            self.request.blame(line, "manager", NO_MANAGER)
        return person

    def _first_step(self, line: Line) -> str:
        """A new customer has no product, contract or agreement yet that proves a step (R21)."""
        step = line.values.get("lifecycle", Customer.Lifecycle.POTENTIAL)
        if step in LADDER[1:]:
            self.request.blame(line, "lifecycle", NO_PROOF)
        return step

    def _leave_alone(self, line: Line, stored: Customer, values: dict) -> None:
        """An import never hands a customer over, nor moves it on the ladder: both have reasons."""
        name = values.pop("manager", None)
        if name and name not in (stored.manager.name, stored.manager.username):
            message = "导入不改客户经理，请在客户页面使用「变更客户经理」。"
            self.request.blame(line, "manager", message)
        if values.pop("lifecycle", stored.lifecycle) != stored.lifecycle:
            message = "导入不改已有客户的关系发展，请在客户页面逐级变更。"
            self.request.blame(line, "lifecycle", message)


def _industries() -> Mapping[str, Industry]:
    rows = list(Industry.objects.all())
    return {row.code: row for row in rows} | {row.name: row for row in rows}


def _managers(user: User) -> tuple[dict[str, User], dict[str, list[User]]]:
    """Those to whom `user` may give a new customer, by sign-in name and by name (R1)."""
    rows = User.objects.overseen_by(user).active().filter(role__in=MANAGING)
    people, names = {}, defaultdict(list)
    for person in rows.select_related("department", "branch"):
        people[person.username] = person
        names[person.name].append(person)
    return people, names
