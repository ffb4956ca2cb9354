"""How many queries a page takes."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def page_cost(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
