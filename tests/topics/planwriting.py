"""Plans: list, start, one page, sections, tables, tasks, remarks, facts (R42–R46)."""

from planning.actions import commenting, organising, starting, writing
from planning.models import MarketingPlan
from staff.models import User
from tests.authz.asking import Ask, day
from tests.topics.opps import both

YEAR = 2030
HERE = "planning.forms.plans"


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """A plan with last year's before it, a row, a task and a remark."""
    starting.start_plan(kind="key_customer", year=YEAR - 1, by=manager, customer=customer)
    plan = starting.start_plan(kind="key_customer", year=YEAR, by=manager, customer=customer)
    version = plan.current
    row = writing.save_row(
        version=version, table="budget", pk=None, base_edit=0, by=manager,
        cells={"kind": "network", "amount": "12", "note": word}, source="",
    )  # fmt: skip
    link = customer.links.first()
    sourced = writing.save_row(
        version=version, table="network", pk=None, base_edit=0, by=manager,
        cells={"level": word, "technology": word},
        source=f"networklink:{link.pk}" if link else "networklink:0",
    )  # fmt: skip
    task = organising.add_task(
        plan=plan, kind="team", owner=manager, due_on=None, note=word, by=manager
    )
    remark = commenting.comment(version=version, code="C2.1", text=word, by=manager)
    return {
        "written_plan": plan.pk,
        "written_row": row.row.pk,
        "written_sourced": sourced.row.pk,
        "written_task": task.pk,
        "written_remark": remark.pk,
    }


def started(world, estate):
    manager = User.objects.get(customers=estate.pks["customer"])
    return {"year": str(_next_year()), "author": manager.pk, "due_on": day(30)}


def _next_year() -> int:
    return int(day(0)[:4]) + 1


def people(world, estate):
    plan = MarketingPlan.objects.get(pk=estate.pks["written_plan"])
    return {"author": plan.author_id, "responsible": plan.author_id, "due_on": day(40)}


def text(world, estate):
    return {"text": "该客户在行业里居前。", "none_reason": "", "base_edit": "0", "base_number": "1"}


def grid(world, estate):
    return {
        "row": ["n1"], "n1-kind": "project", "n1-amount": "30", "n1-note": "平台整合",
        "pasted": "",
    }  # fmt: skip


def task(world, estate):
    plan = MarketingPlan.objects.get(pk=estate.pks["written_plan"])
    return {"kind": "outline", "owner": plan.author_id, "due_on": day(20), "note": "先列三章"}


def remark(world, estate):
    return {"text": "请补上客户方谁表过态"}


SECTION, TABLE = {"code": "C2.1"}, {"code": "budget"}
ASKS = {
    "planning:list": {"GET": Ask()},
    "planning:export": {"POST": Ask()},
    "planning:create": both("", started, query="?customer={customer}"),
    "planning:of_customer": {"GET": Ask("customer")},
    "planning:detail": {"GET": Ask("written_plan")},
    "planning:organise": both("written_plan", people),
    "planning:carry_over": {"POST": Ask("written_plan")},
    "planning:pull_needs": {"POST": Ask("written_plan")},
    "planning:sections": {"GET": Ask("written_plan")},
    "planning:section": both("written_plan", text, kwargs=SECTION),
    "planning:presence": {"POST": Ask("written_plan", kwargs=SECTION)},
    "planning:comment_add": {"POST": Ask("written_plan", remark, kwargs=SECTION)},
    "planning:table": both("written_plan", grid, kwargs=TABLE),
    "planning:pull": {"POST": Ask("written_plan", kwargs={"code": "opportunities"})},
    "planning:refresh": {"POST": Ask("written_plan", also={"row": "written_sourced"})},
    "planning:task_add": both("written_plan", task),
    "planning:task_done": {"POST": Ask("written_task")},
    "planning:task_drop": {"POST": Ask("written_task")},
    "planning:comment_resolve": {"POST": Ask("written_remark")},
}
FORMS = {
    f"{HERE}.StartForm": ("planning:create", "owner"),
    f"{HERE}.OrganiseForm": ("planning:organise", "dept_head"),
    f"{HERE}.TaskForm": ("planning:task_add", "owner"),
    f"{HERE}.SectionForm": ("planning:section", "owner"),
}
WITHOUT_PAGE = {f"{HERE}.CommentForm"}  # a line below a section; refused with a message
# A hint; and a second save of the same person within one sitting is the same event.
WITHOUT_EVENT = {"planning:presence", "planning:refresh"}
NO_PAGES = {
    "planning:export", "planning:carry_over", "planning:pull_needs", "planning:presence",
    "planning:comment_add", "planning:pull", "planning:refresh", "planning:task_done",
    "planning:task_drop", "planning:comment_resolve", "planning:sections",
}  # fmt: skip
NO_ROWS = {
    "planning:create", "planning:organise", "planning:task_add", "planning:section",
    "planning:detail", "planning:table",
}  # fmt: skip
NOTHING_REQUIRED = {"planning:table"}
MANY_ROWS = {"planning:of_customer"}
QUERIES = {
    "planning:list": (
        "", "?state=writing", "?state=review", "?state=approved", "?kind=key_customer", "?q=KP",
        "?year=2030", "?q=金",
    )
}  # fmt: skip
