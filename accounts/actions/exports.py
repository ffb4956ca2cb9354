"""What leaves the house is written down: who took how many rows of which list."""

from core import audit


def note_export(*, by, rows: int, query: str, columns: list[str], kind: str, level: str) -> None:
    """`query` is the query string of the list, `kind` xlsx or csv, `level` as people read it."""
    changes = {
        "行数": ["", str(rows)],
        "格式": ["", kind],
        "密级": ["", level],
        "筛选条件": ["", query],
        "列": ["", "、".join(columns)],
    }
    audit.record(verb="customers.exported", target=by, by=by, changes=changes)
