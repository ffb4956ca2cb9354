"""A row as JSON and back again, to the microsecond: what an exact undo needs."""

from django.apps import apps
from django.db import models

PLAIN = (bool, int, str)


def freeze(row: models.Model) -> dict:
    """{"model": label, "values": {attname: JSON value}} of every stored field."""
    values = {field.attname: _frozen(field, row) for field in row._meta.concrete_fields}
    return {"model": row._meta.label_lower, "values": values}


def _frozen(field: models.Field, row: models.Model):
    value = getattr(row, field.attname)
    if value is None or isinstance(value, PLAIN) or isinstance(field, models.JSONField):
        return value
    return field.value_to_string(row)


def thaw(copy: dict) -> models.Model:
    """Insert the row again, with its key and its times. IntegrityError when its place is taken."""
    model = apps.get_model(copy["model"])
    row = model()
    for field in model._meta.concrete_fields:
        if field.attname in copy["values"]:
            setattr(row, field.attname, field.to_python(copy["values"][field.attname]))
    row.save_base(raw=True, force_insert=True)
    return row
