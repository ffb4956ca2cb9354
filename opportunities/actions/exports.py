"""A list of opportunities that leaves the house is written down."""

from core import audit


def note_export(*, by, rows: int, query: str) -> None:
    """`query` is the query string of the list; exactly those rows went out."""
    changes = {"行数": ["", str(rows)], "筛选条件": ["", query]}
    audit.record(verb="opportunity.exported", target=by, by=by, changes=changes)
