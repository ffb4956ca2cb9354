"""The rhythm of visiting: suggestions, coverage, route, weekly plans."""

from datetime import timedelta

from django.utils import timezone

from tests.authz.asking import Ask, day
from visits import weekly_rules
from visits.actions import weekly
from visits.models import LastVisit, VisitFrequencyPolicy, VisitSuggestion, WeeklyPlan


def make(customer, word, manager, participant, pks):
    """An open and a planned suggestion, a draft of next week and a plan that waits for the head."""
    today = timezone.localdate()
    LastVisit.objects.create(
        customer=customer, kind="on_site", at=timezone.now() - timedelta(days=40)
    )
    row = VisitSuggestion.objects.create(customer=customer, kind="on_site", due_on=today)
    VisitSuggestion.objects.create(
        customer=customer, kind="phone", due_on=today, state="dismissed", reason=word,
        dismissed_by=manager, dismissed_until=today + timedelta(days=9),
    )  # fmt: skip
    monday = _free_monday(manager)
    draft = _plan(manager, monday, customer, word)
    handed_in = _plan(manager, monday + timedelta(days=7), customer, word)
    weekly.submit_plan(plan=handed_in, by=manager)
    policy = VisitFrequencyPolicy.objects.get(grade="A", kind="on_site")
    return {
        "suggestion": row.pk,
        "weekly_draft": draft.pk,
        "weekly_submitted": handed_in.pk,
        "frequency": policy.pk,
    }


def _free_monday(manager):
    """Next week, or the first one after the manager's last plan: the world makes many estates."""
    last = WeeklyPlan.objects.filter(user=manager).order_by("-monday").first()
    following = weekly_rules.next_monday(timezone.now())
    return max(following, last.monday + timedelta(days=7)) if last else following


def _plan(manager, monday, customer, word):
    plan = weekly.start_plan(user=manager, monday=monday, by=manager)
    weekly.save_plan(
        plan=plan, items=[weekly.Item("task", monday, word, customer)], summary=word, outcomes={},
        seen_at=plan.updated_at, by=manager,
    )  # fmt: skip
    return plan


def dismiss(world, estate):
    return {"reason": "客户正在搬迁", "until": day(20)}


def policy(world, estate):
    return {"every_days": "21", "old": "30"}


def plan(world, estate):
    row = WeeklyPlan.objects.get(pk=estate.pks["weekly_draft"])
    return {
        "seen_at": row.updated_at.isoformat(),
        "summary": "走访了三家",
        "item_kind": ["visit"],
        "item_day": [row.monday.isoformat()],
        "item_content": ["上门走访"],
        "item_customer": [""],
        "item_visit": [""],
    }


def answer(world, estate):
    return {"decision": "reviewed", "feedback": "同意"}


ASKS = {
    "visits:suggestion_list": {"GET": Ask()},
    "visits:suggestion_dismiss": {"GET": Ask("suggestion"), "POST": Ask("suggestion", dismiss)},
    "visits:suggestion_hint": {"GET": Ask("customer")},
    "visits:frequency_list": {"GET": Ask()},
    "visits:frequency_edit": {"GET": Ask("frequency"), "POST": Ask("frequency", policy)},
    "visits:coverage": {"GET": Ask()},
    "visits:coverage_list": {"GET": Ask()},
    "visits:route": {"GET": Ask()},
    "visits:weekly_plan_list": {"GET": Ask()},
    "visits:weekly_plan_start": {"POST": Ask()},
    "visits:weekly_review": {"GET": Ask()},
    "visits:weekly_plan": {"GET": Ask("weekly_draft"), "POST": Ask("weekly_draft", plan)},
    "visits:weekly_plan_review": {"POST": Ask("weekly_submitted", answer)},
}
FORMS = {
    "visits.forms.rhythm.DismissForm": ("visits:suggestion_dismiss", "owner"),
    "visits.forms.rhythm.PolicyForm": ("visits:frequency_edit", "sysadmin"),
    "visits.forms.weekly.WeeklyForm": ("visits:weekly_plan", "owner"),
    "visits.forms.weekly.ReviewForm": ("visits:weekly_plan_review", "dept_head"),
}
MANY_ROWS = {"visits:weekly_plan"}
QUERIES = {
    "visits:suggestion_list": ("", "?q=金", "?tab=dismissed", "?kind=on_site&grade=C"),
    "visits:coverage": ("", "?grade=C"),
    "visits:coverage_list": ("", "?band=d31", "?band=never&grade=C"),
}
NO_PAGES = {"visits:suggestion_hint", "visits:weekly_plan_start", "visits:weekly_plan_review"}
# Who has begun the plan already is led to it: nothing changes, nothing is written down.
WITHOUT_EVENT = {"visits:weekly_plan_start"}
