"""Conditions that are written once and said of other rows too."""

from django.db.models import Q


def through(path: str, condition: Q) -> Q:
    """`condition`, said of rows that lead by `path` to those that it speaks of.

    Joined by OR with another one, a subquery makes PostgreSQL look for all that fulfil it before
    the first row; a join looks only at those of the rows that a page shows.
    """
    parts = [
        through(path, part) if isinstance(part, Q) else (f"{path}__{part[0]}", part[1])
        for part in condition.children
    ]
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)
