"""Reading the value of customers: ranking, matrices, revenue analysis, report, one customer."""

from tests.authz.asking import Ask

ASKS = {
    "valuation:ranking": {"GET": Ask()},
    "valuation:ranking_export": {"POST": Ask()},
    "valuation:matrix": {"GET": Ask()},
    "valuation:pareto": {"GET": Ask()},
    "valuation:revenue": {"GET": Ask()},
    "valuation:revenue_export": {"POST": Ask(kwargs={"table": "structure"})},
    "valuation:report": {"GET": Ask(), "POST": Ask(data=lambda w, e: {"top": "20"})},
    "valuation:customer": {"GET": Ask("customer")},
    "valuation:of_customer": {"GET": Ask("customer")},
    "valuation:customer_gaps_export": {"POST": Ask("customer")},
}
FORMS = {"valuation.forms.report.ReportForm": ("valuation:report", "owner")}
QUERIES = {
    "valuation:ranking": ("", "?order=none", "?quadrant=high_value", "?cell=hl&axis=current"),
    "valuation:matrix": ("", "?axis=current"),
    "valuation:revenue": ("", "?way=item&period=year"),
}
NO_PAGES = {
    "valuation:ranking_export",
    "valuation:revenue_export",
    "valuation:customer_gaps_export",
}
