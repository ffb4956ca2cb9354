"""The rows behind one number as the page and the export show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, QuerySet, Value, When
from django.db.models.fields import BooleanField

from accounts.models import Customer
from staff.models import User
from visits import kpi_sets
from visits.kpi_rules import METRICS
from visits.models import Visit

ELSEWHERE = "（客户已不在您的范围内）"
HEADER = ["时间", "事项", "客户", "负责人", "状态", "完成或到达", "结果"]


@dataclass(frozen=True)
class Row:
    """`url` is empty where the reader may not open the thing itself."""

    at: datetime
    is_due: bool
    what: str
    customer: str
    url: str
    owner: str
    state: str
    done_at: datetime | None
    is_hit: bool
    result: str

    def values(self) -> list:
        return [
            self.at, self.what, self.customer, self.owner, self.state, self.done_at, self.result
        ]  # fmt: skip


def with_results(found: QuerySet, metric: str, month: date, now: datetime) -> QuerySet:
    """The rows with `is_hit`, by the very condition that counts them."""
    hit = kpi_sets.POOL_OF[metric].metrics[metric].hit(month, now)
    is_hit = Case(When(hit, then=Value(True)), default=Value(False), output_field=BooleanField())
    return found.annotate(is_hit=is_hit).select_related("owner")


def rows(found: Iterable, metric: str, viewer: User) -> list[Row]:
    """Rows of `with_results` in words. Two queries more: customers in scope, and their names."""
    found = list(found)
    of_customer = {_customer_of(item) for item in found} - {None}
    seen = Customer.objects.visible_to(viewer).filter(pk__in=of_customer)
    names = dict(seen.values_list("pk", "name"))
    return [_row(item, METRICS[metric], names) for item in found]


def _customer_of(item) -> int | None:
    return item.customer_id if isinstance(item, Visit) else item.customer_ref


def _row(item, metric, names: dict[int, str]) -> Row:
    pk = _customer_of(item)
    is_seen = pk is None or pk in names
    is_visit = isinstance(item, Visit)
    what = item.purpose if is_visit else item.title
    return Row(
        at=item.scheduled_start if is_visit else item.due_at,
        is_due=not is_visit,
        what=what if is_seen else ELSEWHERE,
        customer=names.get(pk, "") if pk else "",
        url=item.get_absolute_url() if is_seen else "",
        owner=item.owner.name,
        state=item.get_state_display(),
        done_at=item.arrived_at if is_visit else item.completed_at,
        is_hit=item.is_hit,
        result=metric.hit if item.is_hit else metric.miss,
    )
