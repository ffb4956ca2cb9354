"""Pattern texts of letters and the words that letters are read for (§B.6, R35)."""

from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import once
from staff.access import requires
from visits import template_rules
from visits.actions import templates
from visits.actions.errors import VisitError
from visits.forms.templates import LintForm, TemplateForm
from visits.models import LetterTemplate, LintWord


@requires("letters.admin")
@require_GET
def template_list(request):
    rows = LetterTemplate.objects.select_related("updated_by")
    return render(request, "visits/template_list.html", {"rows": rows})


@requires("letters.admin")
@require_http_methods(["GET", "POST"])
def template_edit(request, pk):
    template = get_object_or_404(LetterTemplate, pk=pk)
    if request.POST.get("check"):
        faults = template_rules.faults(request.POST.get("body", ""))
        return render(request, "visits/_template_check.html", {"faults": faults, "is_live": True})
    # a copy, so that a refused form leaves `template` as it was
    form = TemplateForm(request.POST or None, instance=copy(template))
    if form.is_valid() and _saved(request, template, form):
        return redirect("visits:template_list")
    faults = template_rules.faults(form["body"].value() or "")
    context = {"form": form, "template": template, "faults": faults}
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/template_edit.html", context, status=status)


def _saved(request, template, form) -> bool:
    try:
        templates.change_template(template=template, by=request.user, **form.cleaned_data)
    except VisitError as error:
        form.add_error(None, str(error))
        form.look_again(LetterTemplate.objects.get(pk=template.pk))
        return False
    messages.success(request, "已保存，今后套用时生效。")
    return True


@requires("letters.admin")
@require_GET
def lint_list(request):
    return render(request, "visits/lint_list.html", {"rows": LintWord.objects.all()})


@requires("letters.admin")
@require_http_methods(["GET", "POST"])
def lint_create(request):
    return _lint_page(request, None)


@requires("letters.admin")
@require_http_methods(["GET", "POST"])
def lint_edit(request, pk):
    return _lint_page(request, get_object_or_404(LintWord, pk=pk))


def _lint_page(request, row):
    form = LintForm(request.POST or None, instance=row and LintWord.objects.get(pk=row.pk))
    if form.is_valid():
        with once.guard(request) as first:
            if not first.result_url:
                templates.keep_word(row=row, by=request.user, **form.cleaned_data)
                messages.success(request, "已保存，今后检查时生效。")
                first.remember(reverse("visits:lint_list"))
        return redirect("visits:lint_list")
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/lint_edit.html", {"form": form, "row": row}, status=status)
