"""staff.access: the table of verbs and roles, and the default of every view."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from staff.access import MAY, may, requires
from staff.audit_words import is_said
from staff.models import User
from staff.tests.factories import make_user

Role = User.Role
ADMIN_VERBS = {verb for verb in MAY if verb.endswith(".admin")}
# Texts and tables without a customer in them, kept by those who know what they say.
SHARED = {"letters.admin", "frequency.admin", "catalog.admin", "tariffs.admin", "valuation.admin"}
OF_CUSTOMERS = ("customers", "visits", "letters", "thanks", "opportunities", "valuation", "watches")
CUSTOMER_VERBS = {v for v in MAY if v.split(".")[0] in OF_CUSTOMERS}
CUSTOMER_VERBS -= SHARED | {"opportunities.stages"}  # numbers of the ladder, no customer


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("verb", sorted(MAY))
def test_exactly_the_roles_of_the_table_may(role, verb):
    assert may(make_user(role), verb) is (role in MAY[verb])


def test_the_administrator_never_sees_customers_and_nobody_else_administers():
    assert not any(Role.SYSADMIN in MAY[verb] for verb in CUSTOMER_VERBS)
    assert all(MAY[verb] == {Role.SYSADMIN} for verb in ADMIN_VERBS - SHARED)
    assert all(Role.ACCOUNT_MANAGER not in MAY[verb] for verb in SHARED)


def test_the_auditor_only_looks():
    writing = {
        v for v in MAY if v.split(".")[1] in ("write", "admin", "assign", "approve", "waive")
    }
    assert not any(Role.AUDITOR in MAY[verb] for verb in writing - {"absence.write"})
    assert MAY["audit.view"] == {Role.AUDITOR}


def test_an_unknown_verb_fails_at_import():
    with pytest.raises(KeyError):
        requires("customers.steal")


def views(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        else:
            yield pattern


def test_every_view_says_who_may_open_it():
    missing = [
        str(pattern)
        for pattern in views(get_resolver().url_patterns)
        if not hasattr(pattern.callback, "verb")
    ]
    assert missing == []


def stored_verbs():
    """Every literal `verb="…"` of the product, f-strings excepted."""
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if {"tests", ".venv", "node_modules", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "verb":
                if isinstance(node.value, ast.Constant):
                    yield node.value.value


def test_every_verb_of_the_trail_has_a_chinese_name():
    assert sorted({verb for verb in stored_verbs() if not is_said(verb)}) == []


def test_the_verbs_that_are_put_together_have_names_too():
    states = ("done", "done_late", "waived", "cancelled")
    moves = "plan book start hold record close reschedule cancel no_show".split()
    made = [f"duty.{state}" for state in states] + [f"visit.{verb}" for verb in moves]
    assert [verb for verb in made if not is_said(verb)] == []
