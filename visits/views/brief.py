"""预案单 of one visit: on the phone, on paper, as a PDF; and what is taken along (R3)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from core import once
from core.pdf import pdf_response, render_pdf
from staff.access import requires
from visits import brief_reports
from visits.actions import preparing
from visits.actions.errors import VisitError
from visits.forms.preparing import MaterialForm
from visits.views.scope import changeable_visit, visible_visit


@requires("visits.view")
@require_GET
def visit_brief(request, pk):
    return render(request, "visits/visit_brief.html", _sheet(request, pk))


@requires("visits.view")
@require_GET
def visit_brief_pdf(request, pk):
    sheet = _sheet(request, pk)
    name = f"预案单-{sheet['brief'].visit.customer}.pdf".replace("/", "／")
    return pdf_response(render_pdf("visits/pdf/brief.html", sheet), name)


def _sheet(request, pk) -> dict:
    """Whoever prints it stands on it, with the hour."""
    brief = brief_reports.brief(visible_visit(request, pk), request.user)
    return {"brief": brief, "visit": brief.visit, "reader": request.user, "now": timezone.now()}


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def visit_materials(request, pk):
    """What is taken along, and one more: by name, the file now or later."""
    visit = changeable_visit(request, pk)
    form = MaterialForm(initial={"title": request.GET.get("title", "")[:100]})
    if request.method == "POST":
        with once.guard(request) as first:
            if first.result_url:
                return redirect(first.result_url)
            form = MaterialForm(request.POST, request.FILES)
            if form.is_valid() and _add(request, visit, form):
                return redirect(first.remember(request.path))
    context = {"visit": visit, "form": form, "materials": preparing.materials_of(visit)}
    status = 422 if form.errors else 200
    return render(request, "visits/visit_materials.html", context, status=status)


def _add(request, visit, form) -> bool:
    try:
        preparing.add_material(visit=visit, by=request.user, **form.cleaned_data)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "已保存。")
    return True
