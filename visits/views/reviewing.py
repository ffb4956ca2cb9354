"""A record is read by the head, returned and handed in again, locked, added to (R11, R25)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import drafts, once
from core.paging import keyset_page
from staff.access import requires
from staff.addresses import address_of
from visits import reports
from visits.actions import addenda, reviewing
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.recording import RecordForm
from visits.forms.reviewing import ACCEPT, AddendumForm, ReviewForm
from visits.models import VisitRecord
from visits.record_filters import RecordFilter
from visits.views.joint import answer_with
from visits.views.panels import Refused, proposals_context, review_context
from visits.views.recording import show_form
from visits.views.scope import changeable_visit, keep_typed, visible_visit

PAGE = 50


def _recorded(visit) -> VisitRecord:
    record = VisitRecord.objects.filter(visit=visit).select_related("written_by").first()
    if record is None:
        raise Http404
    record.visit = visit
    return record


@requires("visits.view")
@require_http_methods(["GET", "POST"])
def record_review(request, pk):
    """Versions, proposals and findings for every reader; the decision for the head alone."""
    visit = visible_visit(request, pk)
    record = _recorded(visit)
    if request.method == "GET":
        return _review_page(request, visit)
    if not reviewing.may_review(record, request.user):
        raise PermissionDenied
    form = ReviewForm(request.POST)
    if form.is_valid() and _decide(request, record, form):
        return redirect(visit)
    return _review_page(request, visit, form, status=422)


def _decide(request, record, form) -> bool:
    fields = form.cleaned_data
    is_accepted = fields.pop("decision") == ACCEPT
    act = reviewing.accept_record if is_accepted else reviewing.return_record
    try:
        act(record=record, by=request.user, **fields)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "已采纳，记录已锁定。" if is_accepted else "已退回，等待修改。")
    return True


def _review_page(request, visit, form=None, status=200):
    context = review_context(visit, request.user, form=form)
    if reports.sees_customer(visit, request.user):
        context |= proposals_context(visit, request.user)
    return render(request, "visits/record_review.html", context, status=status)


@requires("records.review")
@require_http_methods(["GET", "POST"])
def record_queue(request):
    """待审阅的记录: the oldest first; POST accepts those that are ticked."""
    if request.method == "POST":
        with once.guard(request) as first:
            if not first.result_url:
                _accept_ticked(request)
            return redirect(first.result_url or first.remember(request.get_full_path()))
    rows = reviewing.to_review(request.user)
    filters = RecordFilter(request.GET, rows, request=request)
    rows = filters.qs.select_related("visit__customer", "visit__owner", "written_by")
    context = {
        "filters": filters,
        "page": keyset_page(rows, request, keys=("written_at", "pk"), size=PAGE),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
    }
    return render(request, "visits/record_queue.html", context)


def _accept_ticked(request) -> None:
    """Each record by itself: one that changed meanwhile never holds up the others."""
    wanted = dict(filter(None, map(_read_pick, request.POST.getlist("picked")[:PAGE])))
    records = reviewing.to_review(request.user).filter(pk__in=wanted)
    done = 0
    for record in records.select_related("visit__customer", "visit__owner", "written_by"):
        try:
            reviewing.accept_record(record=record, version=wanted[record.pk], by=request.user)
            done += 1
        except VisitError:
            continue
    if done:
        messages.success(request, f"已采纳 {done} 条记录。")
    if left := len(wanted) - done:
        messages.error(request, f"{left} 条记录已有变化，没有采纳，请重新查看。")
    if not wanted:
        messages.error(request, "请先勾选要采纳的记录。")


def _read_pick(text: str) -> tuple[int, int] | None:
    """「12:1」: the record and the version that was on the page."""
    pk, _, version = text.partition(":")
    is_number = all(
        part.isascii() and part.isdecimal() and len(part) < 19 for part in (pk, version)
    )
    return (int(pk), int(version)) if is_number else None


@requires("visits.write")
@require_http_methods(["GET", "POST"])
def record_resubmit(request, pk):
    """A returned record is changed and handed in again as the next version."""
    visit = changeable_visit(request, pk)
    record = _recorded(visit)
    key = f"visits:resubmit:{record.pk}:{record.version}"
    if request.method == "GET":
        if record.state != VisitRecord.State.RETURNED:
            return _not_returned(request, record)
        kept = drafts.load(request.user, key)
        form = RecordForm(as_posted(kept), visit=visit).forgive() if kept else _prefilled(record)
        return show_form(request, form, visit, key, returned=record)
    if "restart" in request.POST:
        drafts.discard(request.user, key)
        return redirect("visits:record_resubmit", visit.pk)
    form = RecordForm(request.POST, visit=visit)
    if form.is_valid() and _resubmit(request, form, record, key):
        return redirect(visit)
    keep_typed(request, key)
    return show_form(request, form, visit, key, returned=record)


def _not_returned(request, record):
    is_locked = record.state == VisitRecord.State.ACCEPTED
    messages.error(request, reviewing.LOCKED if is_locked else "记录没有被退回，不用修改。")
    return redirect(record.visit)


def _prefilled(record) -> RecordForm:
    return RecordForm.of_record(record)


def _resubmit(request, form, record, key) -> bool:
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 6 else 0
    try:
        with transaction.atomic():
            reviewing.resubmit_record(
                record=record,
                version=version,
                by=request.user,
                address=address_of(request),
                **form.for_action(),
            )
            drafts.discard(request.user, key)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "已重新提交，等待审阅。")
    return True


@requires("visits.view")
@require_POST
def record_addendum(request, pk):
    visit = visible_visit(request, pk)
    _recorded(visit)
    if not addenda.may_add(visit, request.user):
        raise PermissionDenied
    form = AddendumForm(request.POST)
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        if form.is_valid():
            try:
                addenda.add_addendum(visit=visit, by=request.user, **form.cleaned_data)
            except VisitError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "已写入补充说明。")
                return redirect(first.remember(f"{visit.get_absolute_url()}#addenda"))
    return answer_with(request, visit, Refused(form))
