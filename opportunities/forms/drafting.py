"""A kept draft in the shape in which a browser would have sent it."""

from django.http import QueryDict


def as_posted(payload: dict) -> QueryDict:
    """{name: text or list} as the data of a form."""
    data = QueryDict(mutable=True)
    for name, value in payload.items():
        data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return data
