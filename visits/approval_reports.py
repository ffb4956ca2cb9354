"""Who must approve a reply, and why: said to the writer and to the approver (§B.6, R14, D16)."""

from dataclasses import dataclass

from staff.models import User
from visits.actions import authority, replying
from visits.authority_rules import figures_in, verdict
from visits.models import LetterReply

Role = User.Role


@dataclass(frozen=True)
class Route:
    """`who` is empty when the writer signs alone."""

    who: str
    reasons: tuple[str, ...]

    @property
    def said(self) -> str:
        if not self.who:
            return "内容属一般答复，由客户经理自行签发。"
        return f"须由{self.who}审核：" + "；".join(self.reasons) + "。"


def route_of(reply: LetterReply) -> Route:
    """The lowest level that may approve: the head, or the director beyond the head's limits."""
    need = replying.approval_need(reply)
    if not need.is_needed:
        return Route("", ())
    over = _beyond_head(reply)
    customer = reply.letter.customer
    if over:
        reasons = (*need.reasons, "超出部门经理的授权：" + "；".join(over))
        return Route(_named("分公司主任", _directors(customer)), reasons)
    if reply.written_by.role == Role.DEPT_HEAD:
        reasons = (*need.reasons, "部门经理拟的稿由上一级审核")
        return Route(_named("分公司主任", _directors(customer)), reasons)
    head = customer.manager.dept_head()
    return Route(_named("部门经理", [head] if head else []), need.reasons)


def _beyond_head(reply: LetterReply) -> list[str]:
    """What the text promises beyond the head, unless an approval covers it already."""
    text = f"{reply.title}\n{reply.body}".replace(reply.letter.subject.strip("《》"), "")
    figures = figures_in(text)
    over = verdict("", figures, authority.limits_of(Role.DEPT_HEAD))
    customer = reply.letter.customer
    if not over or authority.grants_for(customer=customer, figures=figures, over=over, about=reply):
        return []
    return [excess.said for excess in over]


def _directors(customer) -> list[User]:
    people = User.objects.active().filter(role=Role.BRANCH_DIRECTOR, branch=customer.branch_id)
    return list(people[:2])


def _named(level: str, people: list[User]) -> str:
    return f"{level} {'、'.join(person.name for person in people)} " if people else level
