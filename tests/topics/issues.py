"""Problems of customers: written down, worked at, solved, confirmed (R22)."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Customer
from tests.authz.asking import Ask, ago, day
from visits.models import CustomerIssue


def a_contact(estate) -> int:
    return Customer.objects.get(pk=estate.pks["customer"]).contacts.first().pk


def new_issue(world, estate):
    return {"description": "夜间网速很慢，监控画面卡住", "severity": "major", "found_on": day(-1)}


def note(world, estate):
    return {"note": "已请网络部门排查"}


def solved(world, estate):
    return {"resolution": "更换了交换机端口", "at": ago(seconds=0)[:16]}


def confirmed(world, estate):
    return {"confirmed_by": a_contact(estate), "at": ago(seconds=0)[:16]}


def again(world, estate):
    return {"reason": "客户说夜里又慢了"}


OF_CUSTOMER = "?customer={customer}"
ASKS = {
    "visits:issue_list": {"GET": Ask()},
    "visits:issue_create": {
        "GET": Ask(query=OF_CUSTOMER),
        "POST": Ask("", new_issue, query=OF_CUSTOMER),
    },
    "visits:issue_detail": {"GET": Ask("issue")},
    "visits:issue_progress": {"POST": Ask("issue", note)},
    "visits:issue_solve": {"POST": Ask("issue", solved)},
    "visits:issue_confirm": {"POST": Ask("issue_solved", confirmed)},
    "visits:issue_reopen": {"POST": Ask("issue_solved", again)},
}
FORMS = {
    "visits.forms.issues.IssueForm": ("visits:issue_create", "owner"),
    "visits.forms.issues.ProgressForm": ("visits:issue_progress", "owner"),
    "visits.forms.issues.SolveForm": ("visits:issue_solve", "owner"),
    "visits.forms.issues.IssueConfirmForm": ("visits:issue_confirm", "owner"),
    "visits.forms.issues.ReopenForm": ("visits:issue_reopen", "owner"),
}
WITHOUT_PAGE = {"visits.forms.issues.StepForm"}
NO_PAGES = {
    "visits:issue_progress",
    "visits:issue_solve",
    "visits:issue_confirm",
    "visits:issue_reopen",
}
QUERIES = {"visits:issue_list": ("", "?tab=ended", "?tab=all", "?q=金", "?late=1")}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    known = {"customer": customer, "description": word, "owner": manager, "created_by": manager}
    known["found_on"] = timezone.localdate()
    waiting = CustomerIssue.objects.create(**known)
    solved = CustomerIssue.objects.create(
        **known, state="resolved", resolution=word, resolved_at=timezone.now() - timedelta(hours=1)
    )
    return {"issue": waiting.pk, "issue_solved": solved.pk}
