"""时间线, 视图质量, 修订记录 (R9, R17)."""

from accounts.reports import history as past
from accounts.reports import overview as picture
from accounts.sections.registry import ORDINARY, Section


def timeline(customer, user, request) -> dict:
    return {"story": past.story(customer, request)}


def quality(customer, user, request) -> dict:
    view = picture.view_quality(customer)
    return {"quality": view, "states": picture.section_states(view)}


def history(customer, user, request) -> dict:
    page = past.revision_page(customer, request)
    return {
        "page": page,
        "writings": past.writings(page.rows),
        "waiting": past.waiting(customer),
        "may_decide": past.may_decide(user, customer),
        "choices": past.section_choices(request),
        "is_one_field": bool(request.GET.get("target")),
    }


SECTIONS = (
    Section(
        "timeline",
        "时间线",
        "bi-clock-history",
        timeline,
        ORDINARY,
        fragments={"timeline-more": "accounts/view/_timeline_rows.html"},
    ),
    Section("quality", "视图质量", "bi-patch-check", quality),
    Section("history", "修订记录", "bi-journal-check", history, ORDINARY, is_tab=False),
)
