"""The workbench begins, its steps are written and finished (R62)."""

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Customer
from core import audit, clock
from planning import six_rules as rules
from planning.actions.errors import PlanError
from planning.models import CustomerPlanning, PlanningStep
from staff.models import User

State = PlanningStep.State
EXISTS = "该客户这一年的六步分析已经建立，请直接打开它。"
TITLES = {step.code: step.title for step in rules.STEPS}


@transaction.atomic
def start_planning(*, customer: Customer, year: int, by: User) -> CustomerPlanning:
    """The workbench with its six steps, all to do. PlanError when there is one already."""
    try:
        with transaction.atomic():
            made = CustomerPlanning.objects.create(customer=customer, year=year, author=by)
    except IntegrityError as error:
        raise PlanError(EXISTS) from error
    PlanningStep.objects.bulk_create(
        PlanningStep(planning=made, code=step.code) for step in rules.STEPS
    )
    audit.record(verb="six.started", target=made, by=by)
    return made


def hold(planning: CustomerPlanning) -> CustomerPlanning:
    """The workbench, locked until the transaction ends."""
    rows = CustomerPlanning.objects.select_for_update(of=("self",))
    return rows.select_related("customer__manager").get(pk=planning.pk)


def touch(planning: CustomerPlanning) -> None:
    CustomerPlanning.objects.filter(pk=planning.pk).update(updated_at=clock.now())


@transaction.atomic
def save_step(
    *,
    planning: CustomerPlanning,
    code: int,
    state: str,
    conclusion: str,
    evidence: str,
    base_edit: int,
    by: User,
) -> PlanningStep:
    """Conclusion, evidence and state of one step (R62).

    Done only with a conclusion; the last one only when the five before it are. When one of those
    is opened again, so is the last. PlanError also when somebody else saved since `base_edit`.
    """
    held = hold(planning)
    step = held.steps.get(code=code)
    conclusion = conclusion.strip()
    if step.edit != base_edit:
        raise PlanError(f"这一步刚被{step.updated_by or '他人'}修改，请对照现在的内容再保存。")
    if state == State.DONE:
        _check_done(held, code, conclusion)
    old = step.state
    values = {"state": state, "conclusion": conclusion, "evidence": evidence.strip()}
    same = PlanningStep.objects.filter(pk=step.pk, edit=base_edit)
    if not same.update(edit=F("edit") + 1, updated_by=by, updated_at=clock.now(), **values):
        raise PlanError("这一步刚被他人修改，请再保存一次。")
    if code != rules.LAST and old == State.DONE != state:
        held.steps.filter(code=rules.LAST, state=State.DONE).update(
            state=State.DOING, edit=F("edit") + 1
        )
    _settle(held)
    changes = {"步骤": ["", TITLES[code]]}
    if old != state:
        changes["状态"] = [State(old).label, State(state).label]
    audit.record(verb="six.step_saved", target=held, by=by, changes=changes)
    step.refresh_from_db()
    return step


def _check_done(planning: CustomerPlanning, code: int, conclusion: str) -> None:
    if not conclusion:
        raise PlanError("完成这一步之前请写明结论。")
    if code == rules.LAST:
        open_steps = planning.steps.filter(code__lt=code).exclude(state=State.DONE)
        names = [TITLES[one] for one in open_steps.values_list("code", flat=True)]
        if names:
            raise PlanError(f"前五步都完成后才能完成这一步，还差：{'、'.join(names)}。")


def _settle(planning: CustomerPlanning) -> None:
    """Finished exactly while all six are."""
    is_open = planning.steps.exclude(state=State.DONE).exists()
    states = CustomerPlanning.State
    state = states.WORKING if is_open else states.FINISHED
    CustomerPlanning.objects.filter(pk=planning.pk).update(state=state, updated_at=clock.now())
