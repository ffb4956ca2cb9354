"""Register an opportunity, change it, turn a need into one (R18, R77). Every change is kept."""

from collections.abc import Mapping

from django.db import transaction

from accounts.actions.revisions import Difference, as_changes, differences
from accounts.models import Customer, CustomerNeed
from core import audit, clock, uploads
from core.models import StoredFile
from opportunities import stage_rules
from opportunities.actions import telling
from opportunities.actions.errors import STALE, OpportunityError
from opportunities.models import (
    Opportunity,
    OpportunityChange,
    OpportunityLine,
    OpportunityMember,
    OpportunityStage,
    Rival,
    Stage,
    StageMove,
)
from staff.models import User

# What a form may change; everything else moves with its own verb.
EDITABLE = (
    "name", "kind", "source", "source_note", "contact", "need", "need_text", "one_off_amount",
    "annual_amount", "expected_close", "timing", "conditions", "engineer", "solution_text",
    "quotation_ref", "terms", "contract_draft",
)  # fmt: skip


@transaction.atomic
def register(
    *, customer: Customer, by: User, owner: User | None = None, line: str = "", **fields
) -> Opportunity:
    """A new opportunity on the first stage. `fields`: of EDITABLE; money in 元 (R77, §B.4).

    `line` is the one business line that all of its amount belongs to, where that is known already.
    OpportunityError in Chinese when something that the first stage needs is missing.
    """
    first, now = OpportunityStage.objects.get(code=Stage.IDENTIFIED), clock.now()
    _check_of_customer(customer, fields)
    made = Opportunity(
        customer=customer, owner=owner or customer.manager, created_by=by, stage_since=now,
        probability=first.probability, **fields,
    )  # fmt: skip
    if lacking := missing(made, Stage.IDENTIFIED):
        raise OpportunityError("还缺少：" + "、".join(lacking) + "。")
    made.save(force_insert=True)
    whole = made.one_off_amount + made.annual_amount
    if line and whole:
        OpportunityLine.objects.create(opportunity=made, business_line=line, amount=whole)
    StageMove.objects.create(
        opportunity=made, to_stage=made.stage, probability=made.probability,
        amount=whole, by=by, at=now,
    )  # fmt: skip
    audit.record(verb="opportunity.registered", target=made, by=by)
    telling.tell(made, by=by)
    return made


@transaction.atomic
def convert_need(*, need: CustomerNeed, by: User, **fields) -> Opportunity:
    """A need becomes an opportunity and carries its evidence along; a need does so once (R18)."""
    taken = CustomerNeed.objects.filter(pk=need.pk).exclude(
        status__in=(CustomerNeed.Status.TO_OPPORTUNITY, CustomerNeed.Status.DROPPED)
    )
    if not taken.update(status=CustomerNeed.Status.TO_OPPORTUNITY):
        raise OpportunityError("这条需求已经转成商机或已放弃。")
    made = register(customer=need.customer, by=by, need=need, **fields)
    need.refresh_from_db()
    audit.record(verb="need.converted", target=need, by=by, changes={"商机": ["", made.name]})
    return made


@transaction.atomic
def change(*, opportunity: Opportunity, seen_at, by: User, upload=None, **fields) -> Opportunity:
    """Keep the changed fields, each with old and new value. `seen_at` is the `updated_at` read;
    `upload` is a cleaned file, the solution of today.

    OpportunityError when somebody else saved meanwhile, or the opportunity has ended.
    """
    stored = _lock(opportunity)
    if stored.stage in Opportunity.ENDED:
        raise OpportunityError("已经结束的商机不能再修改。")
    if stored.updated_at != seen_at:
        raise OpportunityError("这条商机刚被他人修改，请刷新后再改。")
    _check_of_customer(stored.customer, fields)
    if upload:
        fields["solution_file"] = uploads.store(upload, by=by)
    found = differences(stored, fields)
    for name, value in fields.items():
        setattr(stored, name, value)
    if lacking := missing(stored, stored.stage):
        raise OpportunityError("当前阶段不能缺少：" + "、".join(lacking) + "。")
    stored.save()
    keep_changes(stored, found, by=by)
    telling.tell(stored, by=by)
    return stored


@transaction.atomic
def keep_solution(*, opportunity: Opportunity, file: StoredFile, by: User) -> None:
    """What an engineer delivered, where no file stands yet; nothing once it has ended."""
    stored = _lock(opportunity)
    if stored.solution_file_id or stored.stage in Opportunity.ENDED:
        return
    found = differences(stored, {"solution_file": file})
    stored.solution_file = file
    stored.save(update_fields=["solution_file", "updated_at"])
    keep_changes(stored, found, by=by)


def keep_changes(opportunity: Opportunity, found: list[Difference], *, by: User) -> None:
    """One row for each changed field, and one audit event for all of them."""
    if not found:
        return
    now = clock.now()
    OpportunityChange.objects.bulk_create(
        OpportunityChange(
            opportunity=opportunity, field=one.field, label=one.label, old=one.old, new=one.new,
            by=by, at=now,
        )
        for one in found
    )  # fmt: skip
    audit.record(verb="opportunity.changed", target=opportunity, by=by, changes=as_changes(found))


@transaction.atomic
def judge_probability(*, opportunity: Opportunity, probability: int, reason: str, by: User) -> None:
    """One's own judgement instead of the number of the stage, with the reason (R77)."""
    stored = _lock(opportunity)
    if stored.stage in Opportunity.ENDED:
        raise OpportunityError(STALE)
    if not 0 <= probability <= 100:
        raise OpportunityError("可能性在 0 到 100 之间。")
    if not reason.strip():
        raise OpportunityError("请写明判断的理由。")
    old = f"{stored.probability}%"
    stored.probability, stored.is_probability_own = probability, True
    stored.save(update_fields=["probability", "is_probability_own", "updated_at"])
    found = [Difference("probability", "转化可能性", old, f"{probability}%（{reason}）")]
    keep_changes(stored, found, by=by)
    telling.tell(stored, by=by)


@transaction.atomic
def set_team(*, opportunity: Opportunity, members: list[Mapping], by: User) -> None:
    """Replace the team: [{"user", "role", "split_pct"}]; shares make 100 % together (R27)."""
    stored = _lock(opportunity)
    if stored.stage in Opportunity.ENDED:
        raise OpportunityError("已经结束的商机不能再修改。")
    if fault := stage_rules.split_fault([one["split_pct"] for one in members]):
        raise OpportunityError(fault)
    if len({one["user"].pk for one in members}) < len(members):
        raise OpportunityError("同一个人只能在团队里出现一次。")
    made = [OpportunityMember(opportunity=stored, **one) for one in members]
    old, new = _team_text(stored.members.select_related("user")), _team_text(made)
    if old == new:
        return
    stored.members.all().delete()
    OpportunityMember.objects.bulk_create(made)
    stored.save(update_fields=["updated_at"])
    keep_changes(stored, [Difference("members", "团队与分成", old, new)], by=by)


def _team_text(members) -> str:
    return "、".join(
        f"{one.user} {one.get_role_display()} {one.split_pct.normalize():f}%" for one in members
    )


@transaction.atomic
def set_rivals(*, opportunity: Opportunity, rivals: list[Mapping], by: User) -> None:
    """Replace the competitors: rows of Rival's own fields (§B.4)."""
    stored = _lock(opportunity)
    if stored.stage in Opportunity.ENDED:
        raise OpportunityError("已经结束的商机不能再修改。")
    made = [Rival(opportunity=stored, **one) for one in rivals]
    old, new = _rivals_text(stored.rivals.all()), _rivals_text(made)
    if old == new:
        return
    stored.rivals.all().delete()
    Rival.objects.bulk_create(made)
    stored.save(update_fields=["updated_at"])
    keep_changes(stored, [Difference("rivals", "竞争对手", old, new)], by=by)


def _rivals_text(rivals) -> str:
    """All that is known of each: a change of any of it is a change (§B.4)."""
    return "；".join("，".join(_rival_parts(one)) for one in rivals)


def _rival_parts(one: Rival) -> list[str]:
    named = (("优势", one.strength), ("弱点", one.weakness), ("对策", one.our_answer))
    who = [one.get_operator_display(), *([one.name] if one.name else [])]
    return [*who, *(f"{label}：{text}" for label, text in named if text)]


# --- what is known --------------------------------------------------------------------------------
def missing(opportunity: Opportunity, target: str) -> list[str]:
    """Chinese names of what keeps it from `target`, by the rows of the ladder (§B.4)."""
    required = OpportunityStage.objects.required()
    return stage_rules.missing(target, facts(opportunity), required)


def facts(opportunity: Opportunity) -> stage_rules.Facts:
    """What the ladder asks about one opportunity; saved or not."""
    is_saved = opportunity.pk is not None
    has = {
        name: bool(getattr(opportunity, f"{name}_id", None) or getattr(opportunity, name, None))
        for name in (
            "contact", "source", "need_text", "expected_close", "go_by", "engineer",
            "quotation_ref", "terms", "contract_draft", "contract_no", "signed_on",
        )
    }  # fmt: skip
    has["amount"] = opportunity.one_off_amount + opportunity.annual_amount > 0
    has["solution"] = bool(opportunity.solution_text or opportunity.solution_file_id)
    has["value_score"] = is_saved and opportunity.assessments.filter(kind="value").exists()
    has["rivals"] = is_saved and opportunity.rivals.exists()
    return stage_rules.Facts(has, layers(opportunity.need), opportunity.is_tender)


def layers(need: CustomerNeed | None) -> frozenset[str]:
    """The layers on the chain of a need: above it to the FACT, and everything deeper (R63)."""
    if need is None:
        return frozenset()
    found, row = set(), need
    while row is not None:
        found.add(row.layer)
        row = row.parent
    deeper = list(need.deeper.all())
    while deeper:
        found |= {row.layer for row in deeper}
        deeper = list(CustomerNeed.objects.filter(parent__in=deeper))
    return frozenset(found)


def _check_of_customer(customer: Customer, fields: Mapping) -> None:
    for name in ("contact", "need"):
        row = fields.get(name)
        if row is not None and row.customer_id != customer.pk:
            raise OpportunityError("联系人和需求必须属于这个客户。")


def _lock(opportunity: Opportunity) -> Opportunity:
    """The row as it is now, held until the transaction ends."""
    rows = Opportunity.objects.select_for_update(of=("self",)).select_related("customer")
    return rows.get(pk=opportunity.pk)
