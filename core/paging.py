"""Pages of a long list without OFFSET: each page starts where the last row of another one ended.

A row that is added or removed meanwhile never repeats or hides another one, and page 400 costs
what page 1 costs. The place is kept in the URL (`?cursor=`), signed, so that nobody can ask the
database questions through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

PARAMETER = "cursor"
SALT = "core.paging"
FORWARD, BACK = "f", "b"


@dataclass(frozen=True)
class KeysetPage:
    """`rows` in list order; the URLs are None at either end."""

    rows: list
    next_url: str | None
    previous_url: str | None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


def keyset_page(queryset: QuerySet, request, keys=("-scheduled_start", "-pk"), size=50):
    """The page of `queryset` that `request` asks for, ordered by `keys`. One query.

    `keys` are fields, paths (`customer__code`) or annotations, `-` for descending, never null;
    the last must be unique. A cursor that is forged, stale or of another list gives page one.
    """
    place = _read_cursor(request.GET.get(PARAMETER), queryset, keys)
    page = _page_at(queryset, request, keys, size, place)
    if place and not page.rows:  # everything beyond that place is gone
        page = _page_at(queryset, request, keys, size, None)
    return page


def count_up_to(queryset: QuerySet, most: int) -> tuple[int, bool]:
    """(how many, whether there are more): counts no further than `most`, so it costs the same
    in a list of a hundred thousand."""
    count = queryset.order_by()[: most + 1].count()
    return min(count, most), count > most


def _page_at(queryset, request, keys, size, place) -> KeysetPage:
    direction, values = place or (FORWARD, None)
    is_back = direction == BACK
    order = [_reverse(key) for key in keys] if is_back else list(keys)
    if values is not None:
        queryset = queryset.filter(_beyond(order, values))
    rows = list(queryset.order_by(*order)[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_back:
        rows.reverse()
    has_next = bool(rows) and (is_back or has_more)
    has_previous = bool(rows) and (has_more if is_back else values is not None)
    return KeysetPage(
        rows,
        _url(request, keys, FORWARD, rows[-1]) if has_next else None,
        _url(request, keys, BACK, rows[0]) if has_previous else None,
    )


def _reverse(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _beyond(order: Sequence[str], values: Sequence) -> Q:
    """Rows after `values` in `order`: a>x, or a=x and b>y, or …"""
    first = order[0].lstrip("-")
    # Says the same as the rest for the first key alone: it lets an index start at that place.
    start = Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": values[0]})
    condition, same = Q(pk__in=[]), Q()
    for key, value in zip(order, values, strict=True):
        name, lookup = (key[1:], "lt") if key.startswith("-") else (key, "gt")
        condition |= same & Q(**{f"{name}__{lookup}": value})
        same &= Q(**{name: value})
    return start & condition


def _read_cursor(text, queryset, keys):
    """(direction, typed values), or None when there is no usable cursor."""
    try:
        direction, names, raw = signing.loads(text or "", salt=SALT)
        if names != list(keys) or direction not in (FORWARD, BACK):
            return None
        return direction, [
            _field(queryset, key).to_python(value) for key, value in zip(keys, raw, strict=True)
        ]
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        return None


def _field(queryset, key):
    # a clone, because resolving a path adds joins to the query it is asked of
    return queryset.query.clone().resolve_ref(key.lstrip("-")).output_field


def _url(request, keys, direction, row) -> str:
    raw = [_plain(_value(row, key.lstrip("-"))) for key in keys]
    query = request.GET.copy()
    query[PARAMETER] = signing.dumps([direction, list(keys), raw], salt=SALT)
    return f"{request.path}?{query.urlencode()}"


def _value(row, path: str):
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _plain(value):
    """JSON without loss; Django's encoder would cut microseconds and skip rows."""
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    return value if isinstance(value, int) else str(value)
