"""What differs between a stored row and the values a form brings, in words for the audit trail."""

from django.db import models


def changed(row: models.Model, values: dict) -> dict:
    """{field label: [old, new]} as shown text; only the fields of `values` that differ."""
    found = {}
    for name, new in values.items():
        old = getattr(row, name)
        if old != new:
            field = row._meta.get_field(name)
            found[str(field.verbose_name)] = [_shown(field, old), _shown(field, new)]
    return found


def _shown(field, value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    return str(dict(field.flatchoices).get(value, value))
