"""htmx in views: who asked, and which answer it gets."""


def is_htmx(request) -> bool:
    return bool(getattr(request, "htmx", False)) and not request.htmx.boosted
