"""A pattern text chosen in the editor of a letter, by button or by `?template=`."""

from datetime import date

from visits.models import LetterTemplate
from visits.rules import day_text


def chosen_template(request, templates) -> LetterTemplate | None:
    """The pattern that `request` names, of those on offer; None for none or an unknown one."""
    wanted = request.POST.get("template") or request.GET.get("template", "")
    if request.method == "POST" and "template" not in request.POST:
        return None  # saving, even from an address that names a pattern
    return next((template for template in templates if template.code == wanted), None)


def typed_text(form) -> str:
    """The body as it stands in the editor, before a pattern takes its place."""
    return form["body"].value() or ""


def said_day(value) -> str:
    """「2026年11月30日」 of a date or of what a date field was sent; empty when it is neither."""
    try:
        return day_text(date.fromisoformat(str(value)))
    except ValueError:
        return ""
