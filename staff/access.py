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
    "records.review": HEADS,  # the director only what a department head wrote (D16)
    "letters.view": READERS,
    "letters.write": FRONT,
    "letters.approve": HEADS,
    "escalations.decide": HEADS,
    "letters.admin": ADMIN | {Role.RECORDS_OFFICER},
    "thanks.waive": HEADS,  # the director only the letter of a department head (D16)
    "opportunities.view": READERS | {Role.SOLUTION_ENGINEER},
    "opportunities.write": FRONT,
    "opportunities.go": HEADS,
    "opportunities.assign": HEADS,
    "opportunities.stages": ADMIN,
    "forecasts.view": READERS,
    "forecasts.write": FRONT,
    "forecasts.review": HEADS,  # the director only what a department head wrote (D16)
    "solutions.view": READERS | {Role.SOLUTION_ENGINEER},
    "solutions.answer": frozenset({Role.SOLUTION_ENGINEER}),
    "marketing.view": READERS,
    "marketing.write": FRONT,
    "tariffs.view": READERS | ADMIN | {Role.BACK_OFFICE},
    "tariffs.admin": ADMIN | {Role.BRANCH_DIRECTOR, Role.BACK_OFFICE},
    "valuation.view": READERS,  # ranking, matrices, revenue analysis: of one's own customers
    "valuation.input": FRONT | HEADS,  # costs, ratings, overrides of one's own customers
    "valuation.runs": HEADS | {Role.AUDITOR},  # runs, counts of one's own customers in them
    "valuation.run": HEADS,  # start, review (never the own), publish, discard
    "valuation.decide": HEADS,  # abandon reviews and alerts of one's own department
    "valuation.admin": ADMIN | {Role.BRANCH_DIRECTOR},  # the model
    "plans.view": READERS,  # which plans: MarketingPlan.visible_to
    "plans.write": FRONT | HEADS,  # who writes in a plan: planning.actions.rights
    "plans.review": HEADS,  # the director only what no head may decide (D29)
    "plans.allot": HEADS,  # a head only to customers' plans of the own department
    "retention.view": READERS,  # cases of one's customers; lists and figures by level
    "retention.write": FRONT,
    "retention.step": FRONT | HEADS,  # which step: planning.retention_reports
    "retention.decide": HEADS,  # never who wrote at the case
    "retention.lists": FRONT | HEADS,  # only of the own level
    "retention.targets": frozenset({Role.BRANCH_DIRECTOR}),
    "exports.view": HEADS | {Role.AUDITOR},  # the weekly file: PlanExport.visible_to
    "exports.make": HEADS,
    "planning.six": READERS,
    "planning.six_write": FRONT,
    "planning.six_admin": ADMIN | {Role.BRANCH_DIRECTOR},  # criteria, weights, factors
    "weekly.view": READERS,
    "weekly.write": frozenset({Role.ACCOUNT_MANAGER, Role.INDUSTRY_MANAGER}),
    "weekly.review": HEADS,
    "frequency.admin": ADMIN | {Role.BRANCH_DIRECTOR},
    "watches.view": READERS,
    "watches.write": FRONT,
    "catalog.view": READERS | ADMIN | {Role.BACK_OFFICE},
    "catalog.admin": ADMIN | {Role.BRANCH_DIRECTOR, Role.BACK_OFFICE},
    "kpi.view": READERS,  # an account manager sees the own row
    "team.view": HEADS | {Role.AUDITOR},
    "duties.reassign": HEADS,
    "absence.write": READERS,
    "staff.admin": ADMIN,
    "calendar.admin": ADMIN,
    "ladder.admin": ADMIN,
    "parameters.admin": ADMIN,
    "authority.admin": ADMIN,
    "tips.admin": ADMIN,
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
