"""Raw values of many customers from a table: template, preview, confirmation (R53–R55)."""

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.imports.readers import Unreadable
from core import exports
from core.models import StoredFile
from staff.access import may, requires
from valuation.actions import importing
from valuation.actions.tables import COSTS, SHEETS, Sheet
from valuation.forms.importing import TableForm

SALT = "valuation.import"
SHOWN = 200
DAY = 86_400


def _sheets(user) -> list[Sheet]:
    """Spending and budgets belong to the customer's file: who may not write there has costs."""
    return list(SHEETS.values()) if may(user, "customers.write") else [COSTS]


def _sheet(request, code: str) -> Sheet:
    found = {one.code: one for one in _sheets(request.user)}.get(code)
    if found is None:
        raise Http404
    return found


@requires("valuation.input")
@require_http_methods(["GET", "POST"])
def import_table(request):
    """Upload and see what each row would do; nothing is written yet."""
    sheets = _sheets(request.user)
    form = TableForm(request.POST or None, request.FILES or None, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        sheet = SHEETS[form.cleaned_data["sheet"]]
        stored = importing.keep(upload=form.cleaned_data["upload"], by=request.user)
        try:
            planned = importing.plan(stored=stored, sheet=sheet, by=request.user)
        except Unreadable as error:
            form.add_error("upload", str(error))
        else:
            return _preview(request, stored, sheet, planned)
    context = {"form": form, "sheets": sheets}
    status = 422 if form.errors else 200
    return render(request, "valuation/import.html", context, status=status)


def _preview(request, stored, sheet, planned):
    bad = [one for one in planned if one.faults]
    good = [one for one in planned if not one.faults]
    counts = [(word, sum(one.deed == word for one in good))
              for word in (importing.NEW, importing.CHANGE, importing.SAME)]  # fmt: skip
    context = {
        "stored": stored, "sheet": sheet, "counts": counts, "bad_count": len(bad),
        "token": signing.dumps([stored.pk, sheet.code], salt=SALT),
        "bad": bad[:SHOWN], "more_bad": len(bad) - SHOWN,
        "rows": [_shown(one, sheet) for one in good[:SHOWN]], "more": len(good) - SHOWN,
        "has_work": any(one.deed != importing.SAME for one in good),
    }  # fmt: skip
    return render(request, "valuation/import_preview.html", context)


def _shown(one, sheet) -> dict:
    """One good row: which, and of each changed figure the old and the new."""
    names = {column.field: column for column in sheet.columns}
    told = one.changes if one.row else tuple(n for n in sheet.values if n in one.values)
    pairs = [
        (names[n].label, _text(one.row, n) if one.row else "", _text(one, n)) for n in told
    ]  # fmt: skip
    key = " · ".join(_text(one, name) for name in sheet.keys)
    return {"planned": one, "key": key, "pairs": pairs}


def _text(source, name: str) -> str:
    """A value of the table, or of the stored row, as people say it."""
    is_table = isinstance(source, importing.Planned)
    value = source.values[name] if is_table else getattr(source, name)
    if value in (None, ""):
        return "（空）"
    if name == "month":
        return f"{value:%Y-%m}"
    return importing.word_of(name, value)


@requires("valuation.input")
@require_POST
def import_confirm(request):
    """Write the good rows of the file that was just shown; each is judged once more."""
    try:
        told = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=DAY)
    except signing.BadSignature:
        raise Http404 from None
    stored = StoredFile.objects.filter(pk=told[0], uploaded_by=request.user).first()
    if stored is None:
        raise Http404
    counts = importing.apply(stored=stored, sheet=_sheet(request, told[1]), by=request.user)
    done = "，".join(f"{word} {counts[word]} 行" for word in (importing.NEW, importing.CHANGE))
    left = f"，{counts['bad']} 行有误没有导入" if counts["bad"] else ""
    messages.success(request, f"{done}{left}。下次评估时采用。")
    return redirect("valuation:import")


@requires("valuation.input")
@require_GET
def import_template(request, code):
    sheet = _sheet(request, code)
    header = [column.label for column in sheet.columns]
    sample = [[column.sample for column in sheet.columns]]
    return exports.xlsx_response(f"{sheet.label}导入模板", header, sample, note=sheet.lead)
