"""执行情况: the table of rates and the rows behind one of them."""

from tests.authz.asking import Ask

ROWS = "?metric=held&person={user}"
ALL_ROWS = "?metric=held&department={department}"
ASKS = {
    "visits:kpi": {"GET": Ask()},
    "visits:kpi_export": {"POST": Ask()},
    "visits:kpi_rows": {"GET": Ask(query=ROWS)},
    "visits:kpi_rows_export": {"POST": Ask(query=ROWS)},
    "visits:kpi#department": {"GET": Ask(query=ALL_ROWS)},
    "visits:kpi_rows#department": {"GET": Ask(query=ALL_ROWS)},
    "visits:kpi_rows_export#department": {"POST": Ask(query=ALL_ROWS)},
}
QUERIES = {
    "visits:kpi": ("", "?metric=promise", "?month=2020-01", "?show=departments"),
    # the address has a query already; the last value of a name is the one that counts
    "visits:kpi_rows": (
        "",
        "&part=miss",
        "&metric=punctual",
        "&metric=record",
        "&metric=thanks&part=miss",
        "&metric=promise",
    ),
}
NO_PAGES = {"visits:kpi_export", "visits:kpi_rows_export"}
