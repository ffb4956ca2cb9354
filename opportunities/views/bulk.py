"""Several at once, and opportunities from a table (R77)."""

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.imports.readers import Unreadable
from core.models import StoredFile
from opportunities import stage_rules
from opportunities.actions import bulk, importing
from opportunities.forms.bulk import ImportForm, OwnerForm
from opportunities.models import Stage
from opportunities.views.scope import chosen
from staff.access import requires

MOST = 100
SALT = "opportunities.import"
SHOWN = 200


def _rows(request):
    """The chosen rows, or None after telling why nothing can be done."""
    sent = len(request.POST.getlist("ids"))
    if sent > MOST:
        messages.error(request, f"一次最多办理 {MOST} 条商机，请分几次。")
        return None
    rows = chosen(request, MOST)
    if not rows:
        messages.error(request, "请先在列表里选中商机。")
    return rows or None


@requires("opportunities.write")
@require_POST
def bulk_move(request):
    """First what would happen to each, then (`confirmed`) one step for each; refusals by row."""
    rows = _rows(request)
    if rows is None:
        return redirect("opportunities:list")
    if "confirmed" in request.POST:
        seen = {row.pk: request.POST.get(f"seen_{row.pk}", "") for row in rows}
        outcomes = bulk.move_all(opportunities=rows, seen=seen, by=request.user)
        return _told(request, outcomes, "推进一步")
    plans = [(row, _next_label(row.stage)) for row in rows]
    return render(request, "opportunities/bulk_move.html", {"plans": plans})


def _next_label(stage: str) -> str:
    following = stage_rules.next_stage(stage)
    return Stage(following).label if following else ""


@requires("opportunities.assign")
@require_POST
def bulk_owner(request):
    rows = _rows(request)
    if rows is None:
        return redirect("opportunities:list")
    form = OwnerForm(request.POST if "confirmed" in request.POST else None, user=request.user)
    if form.is_bound and form.is_valid():
        outcomes = bulk.change_owners(opportunities=rows, by=request.user, **form.cleaned_data)
        return _told(request, outcomes, "更换负责人")
    context = {"rows": rows, "form": form}
    status = 422 if form.errors else 200
    return render(request, "opportunities/bulk_owner.html", context, status=status)


def _told(request, outcomes, deed: str):
    """All done: back to the list. Else a page that names each row that was refused and why."""
    refused = [one for one in outcomes if one.refusal]
    done = len(outcomes) - len(refused)
    if not refused:
        messages.success(request, f"{done} 条商机已{deed}。")
        return redirect("opportunities:list")
    context = {"outcomes": outcomes, "refused": refused, "done": done, "deed": deed}
    return render(request, "opportunities/bulk_done.html", context)


@requires("opportunities.write")
@require_http_methods(["GET", "POST"])
def import_table(request):
    """Upload and see what each row would do; nothing is written yet."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        stored = importing.keep(upload=form.cleaned_data["upload"], by=request.user)
        try:
            planned = importing.plan(stored=stored, by=request.user)
        except Unreadable as error:
            form.add_error("upload", str(error))
        else:
            return _preview(request, stored, planned)
    context = {"form": form, "columns": importing.COLUMNS}
    status = 422 if form.errors else 200
    return render(request, "opportunities/import.html", context, status=status)


def _preview(request, stored, planned):
    bad = [row for row in planned if row.faults]
    good = [row for row in planned if not row.faults]
    context = {
        "stored": stored,
        "token": signing.dumps(stored.pk, salt=SALT),
        "bad": bad[:SHOWN],
        "good": good[:SHOWN],
        "bad_count": len(bad),
        "made_count": sum(row.opportunity is None for row in good),
        "updated_count": sum(row.opportunity is not None for row in good),
    }
    return render(request, "opportunities/import_preview.html", context)


@requires("opportunities.write")
@require_POST
def import_confirm(request):
    """Write the good rows of the file that was just shown; each is judged once more."""
    try:
        pk = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=86_400)
    except signing.BadSignature:
        raise Http404 from None
    stored = StoredFile.objects.filter(pk=pk, uploaded_by=request.user).first()
    if stored is None:
        raise Http404
    counts = importing.apply(stored=stored, by=request.user)
    told = f"新建 {counts['created']} 条，更新 {counts['updated']} 条"
    left = f"，{counts['bad']} 行有误没有导入" if counts["bad"] else ""
    messages.success(request, f"{told}{left}。")
    return redirect("opportunities:list")
