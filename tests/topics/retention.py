"""保有: cases, lists, targets, figures (R47–R49)."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from planning.models import (
    CustomerRisk,
    RetentionAction,
    RetentionCase,
    RetentionFact,
    RetentionList,
    RetentionMember,
    RetentionMetricSnapshot,
    RetentionResource,
    RetentionTarget,
    RetentionThreat,
)
from tests.authz.asking import Ask
from tests.topics.opps import both

HERE = "planning.forms.retention"
MONTH = date(2026, 10, 1)
REASONS = [["expiry_near", "orange", "通信服务合同 2027-01-20 到期，没有续约商机"]]


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A case with all its parts, the manager's list with the customer, a figure with its row."""
    today = timezone.localdate()
    case = RetentionCase.objects.create(
        customer=customer, year=2026, tier="key", risk="orange", risk_rank=1,
        risk_reason=f"{word} 合同将到期", risk_since=today, objective=f"{word} 续签",
        trigger_conditions=f"{word} 对手报价", budget=5000, created_by=manager,
    )  # fmt: skip
    by = {"case": case}
    threat = RetentionThreat.objects.create(
        **by, kind="competitor", competitor="mobile", evidence=f"{word} 对手来访",
        noted_by=manager, noted_on=today,
    )  # fmt: skip
    action = RetentionAction.objects.create(
        **by, kind="consolidate", text=f"{word} 高层拜访", owner=manager,
        due_on=today + timedelta(days=9), created_by=manager,
    )  # fmt: skip
    resource = RetentionResource.objects.create(
        **by, kind="cost", text=f"{word} 技术交流会", amount=900, asked_by=manager
    )
    CustomerRisk.objects.create(
        customer=customer, level="orange", rule="expiry_near", reasons=REASONS, since=today
    )
    owner = {
        "level": "am", "branch": customer.branch, "department": customer.department,
        "manager": manager,
    }  # fmt: skip
    roll, _ = RetentionList.objects.get_or_create(
        **owner, tier="key", year=2026, defaults={"criteria": word, "created_by": manager}
    )
    empty, _ = RetentionList.objects.get_or_create(
        **owner, tier="important", year=2026, defaults={"criteria": word, "created_by": manager}
    )
    member = RetentionMember.objects.create(
        retention_list=roll, customer=customer, reason=word, added_by=manager
    )
    RetentionFact.objects.create(
        customer=customer, month=MONTH, department=customer.department, manager=manager,
        renewal_due=1,
    )  # fmt: skip
    figure, _ = RetentionMetricSnapshot.objects.get_or_create(
        **owner, month=MONTH, metric="renewal",
        defaults={"numerator": 0, "denominator": 1, "value": Decimal(0), "made_at": timezone.now()},
    )  # fmt: skip
    RetentionTarget.objects.get_or_create(
        branch=customer.branch, department=None, year=2027,
        defaults={"stock_revenue_base": 0, "target_rate": 95, "owner": manager},
    )  # fmt: skip
    return {
        "retention_case": case.pk, "retention_threat": threat.pk, "retention_action": action.pk,
        "retention_resource": resource.pk, "retention_roll": roll.pk,
        "retention_empty": empty.pk,
        "retention_member": member.pk, "retention_figure": figure.pk,
    }  # fmt: skip


def case(world, estate):
    return {
        "tier": "key", "objective": "合同续签两年", "trigger_conditions": "对手报价低于我方",
        "budget": "5000",
    }  # fmt: skip


def threat(world, estate):
    return {
        "kind": "price", "competitor": "", "product": "专线", "evidence": "客户说对手报价低",
        "noted_on": timezone.localdate().isoformat(),
    }  # fmt: skip


def action(world, estate):
    row = RetentionCase.objects.get(pk=estate.pks["retention_case"])
    due = timezone.localdate() + timedelta(days=5)
    return {
        "kind": "expand", "text": "介绍云专线", "owner": row.customer.manager_id,
        "due_on": due.isoformat(),
    }  # fmt: skip


def resource(world, estate):
    return {"kind": "people", "text": "驻点工程师", "amount": "0", "discount_pct": ""}


def done(world, estate):
    return {"note": "客户已确认继续使用"}


def decide(world, estate):
    return {"decision": "no", "note": "先定预案"}


def step(world, estate):
    return {"note": "同意", "to": "approved", "seen": "draft"}


def look(world, estate):
    return {"note": "客户正在比较方案", "seen": ""}


def roll(world, estate):
    return {"level": "", "tier": "general", "year": "2029", "least_revenue": "0", "criteria": ""}


def member(world, estate):
    row = RetentionMember.objects.get(pk=estate.pks["retention_member"])
    return {"customer": row.customer.code, "reason": "新任主管倾向对手"}


def target(world, estate):
    return {"department": "", "base": "1000000", "rate": "95", "owner": world.people["dept_head"]}


PART = {"part": "action"}
CASE = "retention_case"
ASKS = {
    "planning:retention_list": {"GET": Ask()},
    "planning:retention_export": {"POST": Ask()},
    "planning:retention_detail": {"GET": Ask(CASE)},
    "planning:retention_edit": both(CASE, case),
    "planning:retention_add": both(CASE, action, kwargs=PART),
    "planning:retention_add#threat": both(CASE, threat, kwargs={"part": "threat"}),
    "planning:retention_add#resource": both(CASE, resource, kwargs={"part": "resource"}),
    "planning:retention_threat": both("retention_threat", done),
    "planning:retention_action": both("retention_action", done),
    "planning:retention_resource": both("retention_resource", decide),
    "planning:retention_step": both(CASE, step, query="?to=approved"),
    "planning:retention_look": both(CASE, look),
    "planning:retention_customer": {"GET": Ask("customer")},
    "planning:retention_open": {"POST": Ask("customer")},
    "planning:retention_rolls": {"GET": Ask()},
    "planning:retention_roll_new": {"GET": Ask(), "POST": Ask("", roll)},
    "planning:retention_roll": {"GET": Ask("retention_roll")},
    "planning:retention_roll_add": both("retention_empty", member),
    "planning:retention_roll_fill": {"POST": Ask("retention_roll")},
    "planning:retention_drop": {"POST": Ask("retention_member")},
    "planning:retention_targets": {"GET": Ask()},
    "planning:retention_target_edit": {
        "GET": Ask(kwargs={"year": 2027}), "POST": Ask("", target, kwargs={"year": 2027}),
    },
    "planning:retention_target_confirm": {"POST": Ask(kwargs={"year": 2027})},
    "planning:retention_metrics": {"GET": Ask()},
    "planning:retention_metric": {"GET": Ask("retention_figure")},
}  # fmt: skip
WITHOUT_PAGE = {"planning.forms.retention.PlainForm"}  # the base of the others
FORMS = {
    f"{HERE}.CaseForm": ("planning:retention_edit", "owner"),
    f"{HERE}.ActionForm": ("planning:retention_add", "owner"),
    f"{HERE}.ThreatForm": ("planning:retention_add#threat", "owner"),
    f"{HERE}.ResourceForm": ("planning:retention_add#resource", "owner"),
    f"{HERE}.DoneForm": ("planning:retention_action", "owner"),
    f"{HERE}.DecideForm": ("planning:retention_resource", "dept_head"),
    f"{HERE}.StepForm": ("planning:retention_step", "dept_head"),
    f"{HERE}.LookForm": ("planning:retention_look", "owner"),
    f"{HERE}.ListForm": ("planning:retention_roll_new", "owner"),
    f"{HERE}.MemberForm": ("planning:retention_roll_add", "owner"),
    f"{HERE}.TargetForm": ("planning:retention_target_edit", "branch_director"),
}
NO_PAGES = {
    "planning:retention_export", "planning:retention_open", "planning:retention_roll_fill",
    "planning:retention_drop", "planning:retention_target_confirm",
}  # fmt: skip
QUERIES = {
    "planning:retention_list": ("", "?risk=orange", "?state=due", "?q=客户", "?tier=key"),
    "planning:retention_targets": ("", "?year=2027"),
    "planning:retention_metrics": ("",),
}
NOTHING_REQUIRED = {"planning:retention_step"}  # an approval may be without words
# The customers asked for have a case already, and stand on their list.
WITHOUT_EVENT = {"planning:retention_open", "planning:retention_roll_fill"}
