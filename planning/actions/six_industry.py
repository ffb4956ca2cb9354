"""The analysis of an industry, shared by the workbenches of its customers (R64)."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Customer, Industry
from core import audit, clock
from planning.actions.errors import PlanError
from planning.models import IndustryAnalysis, StructureLine
from staff.models import Branch, User

EXISTS = "该行业这一年的分析已经建立，请直接打开它。"
STALE = "这份分析刚被他人修改，请对照现在的内容再保存。"


def may_write(analysis: IndustryAnalysis, user: User) -> bool:
    """Who has a customer in the industry, or answers for it, in the branch (R64)."""
    return knows(analysis.branch_id, analysis.industry_id, user)


def knows(branch_id: int, industry_id: int, user: User) -> bool:
    people = user.acting_for()
    if not any(person.branch_id == branch_id for person in people):
        return False
    if any(person.industries.filter(pk=industry_id).exists() for person in people):
        return True
    mine = Customer.objects.visible_to(user)
    return mine.filter(industry=industry_id, branch=branch_id).exists()


@transaction.atomic
def start_analysis(*, branch: Branch, industry: Industry, year: int, by: User) -> IndustryAnalysis:
    """PlanError when there is one of that year already."""
    try:
        with transaction.atomic():
            made = IndustryAnalysis.objects.create(
                branch=branch, industry=industry, year=year, updated_by=by, updated_at=clock.now()
            )
    except IntegrityError as error:
        raise PlanError(EXISTS) from error
    audit.record(verb="industry_analysis.started", target=made, by=by)
    return made


@transaction.atomic
def save_analysis(
    *, analysis: IndustryAnalysis, values: Mapping, base_edit: int, by: User
) -> IndustryAnalysis:
    """Texts and resources. PlanError when somebody else saved since `base_edit`."""
    changes = {
        str(analysis._meta.get_field(name).verbose_name): [str(getattr(analysis, name)), str(value)]
        for name, value in values.items()
        if getattr(analysis, name) != value
    }
    _advance(analysis, base_edit, by, **values)
    audit.record(verb="industry_analysis.changed", target=analysis, by=by, changes=changes)
    analysis.refresh_from_db()
    return analysis


@transaction.atomic
def save_structure(
    *, analysis: IndustryAnalysis, lines: Iterable[Mapping], base_edit: int, by: User
) -> None:
    """All lines at once, in the order given. PlanError of two lines for one group and period."""
    _advance(analysis, base_edit, by)
    analysis.structure.all().delete()
    try:
        with transaction.atomic():
            for values in lines:
                StructureLine.objects.create(analysis=analysis, **values)
    except IntegrityError as error:
        raise PlanError("同一时期的同一客户群只能有一行。") from error
    audit.record(verb="industry_analysis.changed", target=analysis, by=by,
                 changes={"消费结构": ["", f"{analysis.structure.count()} 行"]})  # fmt: skip


def _advance(analysis: IndustryAnalysis, base_edit: int, by: User, **values) -> None:
    same = IndustryAnalysis.objects.filter(pk=analysis.pk, edit=base_edit)
    if not same.update(edit=F("edit") + 1, updated_by=by, updated_at=clock.now(), **values):
        raise PlanError(STALE)
