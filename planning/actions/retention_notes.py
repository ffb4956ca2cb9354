"""What left the house, in the audit trail."""

from core import audit
from staff.models import User


def note_export(*, by: User, rows: int, query: str) -> None:
    changes = {"行数": ["", str(rows)], "条件": ["", query]}
    audit.record(verb="retention_list.exported", target=by, by=by, changes=changes)
