"""Handing in, the review and the versions of plans (R44, R46)."""

from planning.actions import moving, starting
from planning.forms.review import APPROVE
from planning.models import PlanSection, PlanVersion
from planning.tests.reviewing import fill
from staff.models import User
from tests.authz.asking import Ask
from tests.topics.opps import both

YEAR = 2034
HERE = "planning.forms.review"


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A complete plan that is written, one handed in, one approved and amended, one to prepare."""
    draft, sent, done = (_plan(customer, word, manager, YEAR + n) for n in range(3))
    for plan in (sent, done):
        moving.submit(version=plan.current, by=manager)
    heads = User.objects.filter(role="dept_head", department=manager.department)
    approved = done.current
    moving.approve(
        version=approved, seen_sha256=approved.sha256, note=word, by=heads.order_by("pk").first()
    )
    ready = _plan(customer, word, manager, YEAR + 3)
    moving.submit(version=ready.current, by=manager)
    moving.approve(
        version=ready.current, seen_sha256=ready.current.sha256, by=heads.order_by("pk").first()
    )
    moving.amend(version=approved, reason=word, by=manager)
    prepared = starting.start_plan(
        kind="key_customer", year=YEAR + 4, by=manager, customer=customer, prepares=True
    )
    return {
        "review_draft": draft.pk,
        "review_sent": sent.pk,
        "review_done": ready.pk,
        "review_amended": done.pk,
        "review_prepared": prepared.pk,
    }


def _plan(customer, word, manager, year):
    plan = starting.start_plan(kind="key_customer", year=year, by=manager, customer=customer)
    fill(plan)
    PlanSection.objects.filter(version=plan.current).update(text=word)
    return plan


def seen(state, **more):
    """What a page with a version in `state` sends."""
    return lambda world, estate: {"number": 1, "seen": state} | more


def decision(world, estate):
    version = PlanVersion.objects.get(plan=estate.pks["review_sent"])
    told = {"number": 1, "seen": "submitted", "sha256": version.sha256}
    return told | {"decision": APPROVE, "note": "同意", "at_C2_4": "写明时机"}


REASON = {"reason": "客户追加了预算"}
ASKS = {
    "planning:review_list": {"GET": Ask()},
    "planning:quality": {"GET": Ask("review_draft")},
    "planning:submit": both("review_draft", seen("drafting", attested="on")),
    "planning:outline": both("review_prepared", seen("preparing", outline="一、现状")),
    "planning:review": {"GET": Ask("review_sent")},
    "planning:decide": {"POST": Ask("review_sent", decision)},
    "planning:review_move": {
        "POST": Ask("review_sent", seen("submitted"), kwargs={"verb": "take_up"})
    },
    "planning:move": {"POST": Ask("review_sent", seen("submitted"), kwargs={"verb": "recall"})},
    "planning:amend": both("review_done", seen("approved", **REASON)),
    "planning:discard": both("review_draft", seen("drafting", **REASON)),
    "planning:version": {"GET": Ask("review_sent", kwargs={"number": 1})},
    "planning:compare": {"GET": Ask("review_amended", kwargs={"number": 2, "other": 1})},
}
FORMS = {
    f"{HERE}.SubmitForm": ("planning:submit", "owner"),
    f"{HERE}.ReasonForm": ("planning:discard", "owner"),
    f"{HERE}.OutlineForm": ("planning:outline", "owner"),
    f"{HERE}.PlanDecisionForm": ("planning:decide", "dept_head"),
}
# Base classes; an outline is decided at the same address (planning/tests/test_review_views.py).
WITHOUT_PAGE = {
    f"{HERE}.{name}" for name in ("SeenForm", "DecisionForm", "OutlineDecisionForm")
}  # fmt: skip
NO_PAGES = {"planning:decide", "planning:review_move", "planning:move"}
NO_ROWS = {
    f"planning:{name}"
    for name in ("quality", "submit", "outline", "review", "amend", "discard", "version", "compare")
}
QUERIES = {"planning:review_list": ("", "?show=all")}
