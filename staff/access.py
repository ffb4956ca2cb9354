"""Who may do what: one table of verbs and roles. Which rows they may do it to is `visible_to`."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from staff.models import User

Role = User.Role

FRONT = frozenset({Role.ACCOUNT_MANAGER, Role.INDUSTRY_MANAGER, Role.DEPT_HEAD})
HEADS = frozenset({Role.DEPT_HEAD, Role.BRANCH_DIRECTOR})
READERS = FRONT | HEADS | {Role.AUDITOR}
ADMIN = frozenset({Role.SYSADMIN})

MAY: dict[str, frozenset[User.Role]] = {
    "customers.view": READERS,
    "customers.write": FRONT,
    "customers.assign": HEADS,
    "contacts.reveal": FRONT | HEADS,
    "customers.review": FRONT | HEADS,
    "visits.view": READERS | {Role.SOLUTION_ENGINEER, Role.BACK_OFFICE},
    "visits.write": FRONT,
    "letters.view": READERS,
    "letters.write": FRONT,
    "letters.approve": HEADS,
    "thanks.waive": HEADS,  # the director only the letter of a department head (D16)
    "team.view": HEADS | {Role.AUDITOR},
    "duties.reassign": HEADS,
    "absence.write": READERS,
    "staff.admin": ADMIN,
    "calendar.admin": ADMIN,
    "ladder.admin": ADMIN,
    "parameters.admin": ADMIN,
    "system.view": ADMIN | {Role.AUDITOR},
    "audit.view": frozenset({Role.AUDITOR}),
}


def may(user: User, verb: str) -> bool:
    """Whether `user`, or anyone absent whom `user` stands in for, has a role that may do `verb`."""
    allowed = MAY[verb]
    return any(person.role in allowed for person in user.acting_for())


def requires(verb: str) -> Callable:
    """View decorator: 403 for a role that may not. An unknown verb fails at import."""
    MAY[verb]

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not may(request.user, verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.verb = verb
        return guarded

    return decorate


def open_to_all_staff(view):
    """Marks a view that every signed-in user may open; its rows are scoped all the same."""
    view.verb = "*"
    return view


def open_to_everybody(view):
    """Marks one of the few public pages; tests/test_public_urls.py holds the list short."""
    view = login_not_required(view)
    view.verb = "public"
    return view
