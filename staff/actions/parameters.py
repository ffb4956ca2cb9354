"""Editable settings of the product. Each change keeps its old and new value in the trail."""

from django.db import transaction

from core import audit
from core.models import Parameter
from staff.actions.errors import StaffError


@transaction.atomic
def edit_parameter(*, parameter: Parameter, old: str, value: str, by) -> None:
    """`old` is what the page showed: a change made meanwhile is not overwritten."""
    if not Parameter.objects.filter(pk=parameter.pk, value=old).update(value=value):
        raise StaffError("这个参数刚被别人修改过，请刷新后重试。")
    if old != value:
        audit.record(
            verb="parameter.edited", target=parameter, by=by, changes={"value": [old, value]}
        )
    parameter.refresh_from_db()
