"""Every address of the pages about customers, for one row of one customer or for none."""

from collections.abc import Iterator
from io import BytesIO
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver
from openpyxl import load_workbook

from accounts.rules import LABELS
from accounts.sections import SECTIONS
from accounts.sections.kinds import KINDS
from tests.leaks.world import CODE, FAR, NEAR

APPS = {"accounts", "crm", "service", "visits"}
WORDS = {"code": sorted({*SECTIONS, *LABELS}), "kind": sorted(KINDS)}
# What a curious user may add: words that begin the names out of scope, and keys of foreign rows.
QUERIES = [
    "",
    "?q=jsq",
    f"?q={CODE[FAR]}",
    "?q=137",
    f"?view=930001&person={NEAR}&open={NEAR}&customer={NEAR}",
    f"?manager={NEAR}&owner={NEAR}&parent={NEAR}&kind=visit",
    "?by=phone",
    "?expires=90&order=recent",
    "?name=%E6%96%B0%E5%AE%A2%E6%88%B7&phone=13700000000",
]


def patterns(resolver=None, app="", prefix="/") -> Iterator[tuple[str, URLPattern]]:
    """(address with names in brackets, pattern) of the apps whose rows belong to customers."""
    for one in (resolver or get_resolver()).url_patterns:
        here = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, one.app_name or app, here)
        elif app in APPS:
            yield here, one


def addresses(pk: int) -> list[str]:
    """Every address that names a row: all its numbers are `pk`, its words all there are."""
    found = []
    for address, one in patterns():
        names = list(one.pattern.converters)
        if any(name.endswith("pk") for name in names):
            values = [WORDS.get(name, [str(pk)]) for name in names]
            found += [_put(address, dict(zip(names, row, strict=True))) for row in product(*values)]
    return list(dict.fromkeys(found))


def lists(queries: list[str]) -> list[str]:
    """Every address without a row, with every one of these queries."""
    bare = [_put(a, {"kind": "customers"}) for a, one in patterns() if _is_bare(one)]
    return [address + query for address in dict.fromkeys(bare) for query in queries]


def _is_bare(one: URLPattern) -> bool:
    return not any(name.endswith("pk") for name in one.pattern.converters)


def _put(address: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        for kind in ("int", "slug", "str"):
            address = address.replace(f"<{kind}:{name}>", value)
    return address


def text_of(response) -> str:
    """What a reader gets to see: pages, fragments, CSV and the cells of an Excel file."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheet" in response.headers.get("Content-Type", ""):
        rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(str(row) for row in rows)
    return content.decode("utf-8", "replace")
