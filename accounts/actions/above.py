"""Who stands above a customer: the head of its department, the director of its branch (A0, D16)."""

from accounts.models import Customer
from staff.models import User


def is_head_of(head: User, customer: Customer) -> bool:
    """Whether `head` is the department head above this customer, not of some other department."""
    if head.role != User.Role.DEPT_HEAD or head.branch_id != customer.branch_id:
        return False
    return bool(head.department) and customer.department.path.startswith(head.department.path)


def is_director_of(person: User, customer: Customer) -> bool:
    """Whether `person` directs the branch of this customer."""
    return person.role == User.Role.BRANCH_DIRECTOR and person.branch_id == customer.branch_id


def may_decide(by: User, customer: Customer, author: User) -> bool:
    """Whether `by`, or whom `by` stands in for, decides on what `author` did with this customer.

    Nobody the own; what a department head did goes to the director (D16).
    """
    if by.pk == author.pk:
        return False
    others = [person for person in by.acting_for() if person.pk != author.pk]
    if author.role == User.Role.DEPT_HEAD:
        return any(is_director_of(person, customer) for person in others)
    return any(is_head_of(p, customer) or is_director_of(p, customer) for p in others)
