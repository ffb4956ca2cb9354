"""Thank-you letters: list, draft, PDF, sent, waived (R8)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, drafts, uploads
from core.paging import keyset_page
from core.pdf import pdf_response
from reminders.models import DutyKind, Obligation
from staff.access import may, requires
from visits import letter_filters, letter_reports, reports, template_reports
from visits.actions import authority, signing, thanks, wordings
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.sending import SendForm, SignedForm
from visits.forms.thanks import ThanksForm, WaiveForm
from visits.models import LetterTemplate, ThankYouLetter
from visits.views.choosing import chosen_template, typed_text
from visits.views.signing import keep_signed, serve_signed

UNSENT = thanks.UNSENT


def _visible(request, pk) -> ThankYouLetter:
    letters = ThankYouLetter.objects.visible_to(request.user).select_related(
        "visit__customer",
        "visit__owner__branch",
        "visit__owner__department",
        "visit__record",
        "sent_pdf",
        "signed_scan",
        "number__branch",
    )
    return get_object_or_404(letters, visit=pk)


def _changeable(request, pk) -> ThankYouLetter:
    """404 outside scope; 403 for a colleague who only took part in the visit."""
    letter = _visible(request, pk)
    if not reports.can_change(letter.visit, request.user):
        raise PermissionDenied
    return letter


@requires("visits.view")
@require_GET
def thanks_list(request):
    tab = request.GET.get("tab", "to_send")
    letters = ThankYouLetter.objects.visible_to(request.user)
    letters = letter_filters.thanks_of_tab(letters, tab, clock.now())
    chosen = letter_filters.ThankYouFilter(request.GET, letters, request=request)
    rows = chosen.qs.select_related("visit__customer", "visit__owner", "number__branch")
    page = keyset_page(rows, request, keys=("-visit__ended_at", "-pk"))
    context = {
        "page": page,
        "rows": letter_reports.with_duties(page.rows, DutyKind.THANK_YOU_LETTER),
        "form": chosen.form,
        "tab": tab,
        "tabs": letter_filters.THANKS_TABS.items(),
        "may_print": may(request.user, "letters.view"),
    }
    return render(request, "visits/thanks_list.html", context)


@requires("visits.view")
@require_http_methods(["GET", "POST"])
def thank_you(request, pk):
    if request.method == "GET":
        return _page(request, _visible(request, pk))
    letter = _changeable(request, pk)
    if chosen_template(request, LetterTemplate.objects.for_thanks()):
        return _page(request, letter, form=ThanksForm(request.POST, visit=letter.visit).forgive())
    if request.POST.get("do") == "discard":
        drafts.discard(request.user, _draft_key(letter))
        return redirect(letter)
    if request.POST.get("do") == "regenerate":
        # on the words that this tab was drawn from, not on what another has saved meanwhile
        return _page(request, letter, form=_proposed_form(letter, request.POST.get("seen", "")))
    form = ThanksForm(request.POST, visit=letter.visit)
    if form.is_valid():
        try:
            thanks.save_draft(letter=letter, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
            form.look_again(ThankYouLetter.objects.get(pk=letter.pk))
        else:
            drafts.discard(request.user, _draft_key(letter))
            _say_saved(request, letter)
            return redirect(letter)
    return _page(request, letter, form=form)


def _say_saved(request, letter) -> None:
    pages = letter_reports.thanks_pages(letter)
    if pages > 1:
        messages.warning(request, f"已保存。感谢函以一页为宜，现在有 {pages} 页，请精简。")
    else:
        messages.success(request, "已保存，正文一页以内。")


def _draft_key(letter) -> str:
    return f"visits:thank_you:{letter.visit_id}"


def _saved_form(letter) -> ThanksForm:
    text = letter_reports.thanks_text(letter)
    contacts = letter.contacts.all() or letter.visit.contacts.all()
    seen = wordings.mark_of(wordings.wording_of(letter))
    initial = {**vars(text), "contacts": contacts, "seen": seen}
    return ThanksForm(visit=letter.visit, initial=initial)


def _proposed_form(letter, seen: str) -> ThanksForm:
    text = letter_reports.proposed_thanks(letter)
    initial = {**vars(text), "contacts": letter.visit.contacts.all(), "seen": seen}
    return ThanksForm(visit=letter.visit, initial=initial)


def _patterned(letter, form, template) -> tuple[ThanksForm, str]:
    """The form with the pattern as its body, and the text that stood there; the rest is kept."""
    kept = {name: form[name].value() for name in form.fields}
    body = template_reports.thanks_body(letter, template)
    return ThanksForm(visit=letter.visit, initial=kept | {"body": body}), typed_text(form)


def _page(request, letter, *, form=None, send_form=None, waive_form=None, signed_form=None):
    """The page of one letter; a form with errors is shown in its place (422)."""
    draft = drafts.load(request.user, _draft_key(letter)) if form is None else None
    if draft:
        form = ThanksForm(as_posted(draft), visit=letter.visit).forgive()
    templates = LetterTemplate.objects.for_thanks()
    template, replaced = chosen_template(request, templates), ""
    if template and letter.state in UNSENT:
        form, replaced = _patterned(letter, form or _saved_form(letter), template)
    is_open = letter.state in UNSENT
    may_write = reports.can_change(letter.visit, request.user)
    may_waive = thanks.may_waive(letter, request.user)
    names = "、".join(contact.name for contact in letter.contacts.all())
    initial = {"sent_at": timezone.localtime(), "recipient": names, "channel": "e_letter"}
    context = {
        "letter": letter,
        "visit": letter.visit,
        "waiting": authority.undecided_about(letter).select_related("approver"),
        "duty": Obligation.objects.of(DutyKind.THANK_YOU_LETTER, letter).first(),
        "text": letter_reports.thanks_text(letter),
        "findings": letter_reports.thanks_findings(letter) if is_open else (),
        "draft_key": _draft_key(letter),
        "has_draft": bool(draft),
        "templates": templates,
        "template": template,
        "replaced": replaced,
        "has_text": bool(draft or letter.body or replaced),
        "form": (form or _saved_form(letter)) if is_open and may_write else None,
        "send_form": (send_form or SendForm(initial=initial)) if is_open and may_write else None,
        "waive_form": (waive_form or WaiveForm()) if is_open and may_waive else None,
    }
    is_signable = letter.state == "sent" and may_write and not signing.is_shut(letter)
    context["signed_form"] = (signed_form or SignedForm()) if is_signable else None
    typed = [
        f
        for f in (form, send_form, waive_form, signed_form)
        if f is not None and f.is_bound and f.errors
    ]
    undrawn = [f for f in typed if not is_open and f is not context["signed_form"]]
    context["refused"] = undrawn[0] if undrawn else None
    status = 422 if typed else 200
    return render(request, "visits/thank_you.html", context, status=status)


@requires("visits.view")
@require_GET
def thank_you_pdf(request, pk):
    letter = _visible(request, pk)
    if letter.sent_pdf:  # what was sent never changes
        return uploads.serve(letter.sent_pdf, inline=True)
    name = f"感谢函_{letter.visit.customer}_{timezone.localdate():%Y%m%d}.pdf"
    # by the limit of who answers for it: a head who only reads has not decided anything
    why = authority.refusal(
        authority.check_thanks,
        letter,
        by=letter.visit.owner,
        text=letter_reports.thanks_text(letter),
    )
    if why:  # not decided yet: it can be read on the screen, but does not come on paper
        messages.error(request, why)
        return redirect(letter)
    return pdf_response(letter_reports.thanks_pdf(letter), name)


@requires("visits.write")
@require_POST
def thank_you_send(request, pk):
    letter = _changeable(request, pk)
    form = SendForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            duty = _send(letter, form, request.user)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            is_late = duty and duty.state == Obligation.State.DONE_LATE
            messages.success(request, "已登记送出，计为逾期完成。" if is_late else "已登记送出。")
            return redirect(letter)
    return _page(request, letter, send_form=form)


def _send(letter, form, user):
    if drafts.load(user, _draft_key(letter)):  # it would be sent without what was typed last
        raise VisitError("正文有没保存的改动，请先保存，或者放弃未保存的内容。")
    pdf, pages = letter_reports.thanks_print(letter)
    if pages > 1:
        raise VisitError(f"感谢函应在一页以内，现在有 {pages} 页，请先精简正文。")
    text = letter_reports.thanks_text(letter)
    return thanks.send_letter(letter=letter, text=text, pdf=pdf, by=user, **form.cleaned_data)


@requires("thanks.waive")
@require_POST
def thank_you_waive(request, pk):
    letter = _visible(request, pk)
    if not thanks.may_waive(letter, request.user):
        raise PermissionDenied
    form = WaiveForm(request.POST)
    if form.is_valid():
        try:
            thanks.waive_letter(letter=letter, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已豁免，理由已记录。")
            return redirect(letter)
    return _page(request, letter, waive_form=form)


@requires("visits.view")
@require_GET
def thank_you_proof(request, pk):
    letter = _visible(request, pk)
    if letter.proof is None:
        raise Http404
    return uploads.serve(letter.proof)


@requires("visits.view")
@require_GET
def thank_you_signed(request, pk):
    return serve_signed(_visible(request, pk))


@requires("visits.write")
@require_POST
def thank_you_sign(request, pk):
    letter = _changeable(request, pk)
    return keep_signed(request, letter, lambda form: _page(request, letter, signed_form=form))
