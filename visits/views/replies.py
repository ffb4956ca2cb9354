"""Replies: draft, submit, decide, issue, send, PDF (R13–R16, §B.6)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import drafts, uploads
from core.pdf import pdf_response
from staff.access import requires
from visits import letter_reports, template_reports
from visits.actions import authority, replying, wordings
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.replies import DecideForm, ReplyForm, VoidForm
from visits.forms.sending import SendForm
from visits.models import LetterReply, LetterTemplate
from visits.views import steps
from visits.views.choosing import chosen_template, said_day, typed_text
from visits.views.letters import letter_page, visible_letter
from visits.views.signing import keep_signed, serve_signed


def _visible(request, pk) -> LetterReply:
    replies = LetterReply.objects.visible_to(request.user).select_related(
        "letter__customer__branch",
        "letter__owner",
        "number__branch",
        "written_by",
        "proof",
        "sent_pdf",
        "signed_scan",
    )
    return get_object_or_404(replies, pk=pk)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def reply_draft(request, pk):
    """Draft the reply of letter `pk`. A `template` puts a pattern text into the form."""
    letter = visible_letter(request, pk)
    key = f"visits:reply:{letter.pk}"
    if anew := steps.restarted(request, key):
        return anew
    reply = letter.replies.in_work().first()
    templates = LetterTemplate.objects.for_replies()
    template = chosen_template(request, templates)
    is_saving = request.method == "POST" and template is None
    form = ReplyForm(request.POST) if request.method == "POST" else _started(request, letter, key)
    if is_saving and form.is_valid() and _save(request, letter, form, key):
        return redirect(letter)
    replaced = typed_text(form) if template and (form.is_bound or reply) else ""
    context = {
        "letter": letter,
        "reply": reply,
        "form": _patterned(request, letter, form, template) if template else form,
        "draft_key": key,
        "is_restored": form.is_bound and request.method == "GET",
        "templates": templates,
        "template": template,
        "replaced": replaced,
        "has_text": bool(reply) or form.is_bound,
        "why_due": letter_reports.why_due(letter),
    }
    status = 422 if is_saving else 200
    return render(request, "visits/reply_draft.html", context, status=status)


def _save(request, letter, form, key) -> bool:
    try:
        replying.draft_reply(letter=letter, by=request.user, **form.cleaned_data)
    except VisitError as error:
        form.add_error(None, str(error))
        form.look_again(letter.replies.in_work().first())
        return False
    drafts.discard(request.user, key)
    messages.success(request, "复函草稿已保存。")
    return True


def _started(request, letter, key) -> ReplyForm:
    """What was typed and not saved, else the saved draft, else the general pattern."""
    draft = drafts.load(request.user, key)
    if draft:
        return ReplyForm(as_posted(draft)).forgive()
    # a corrected reply starts from the void one
    in_work = letter.replies.in_work().first()
    reply = in_work or letter.replies.void().first()
    if reply:
        seen = wordings.mark_of(wordings.wording_of(in_work))
        return ReplyForm(initial=wordings.wording_of(reply) | {"seen": seen})
    template = template_reports.default_template()
    return ReplyForm(initial=template_reports.proposed_reply(letter, template, request.GET))


def _patterned(request, letter, form, template) -> ReplyForm:
    """The pattern's body and kind; everything else stays as it was typed."""
    given = request.GET.dict() | {
        "promised_on": said_day(form["promised_on"].value()),
        "interim_reason": form["interim_reason"].value() or "",
    }
    proposed = template_reports.proposed_reply(letter, template, given)
    kept = {name: form[name].value() or proposed.get(name) for name in form.fields}
    return ReplyForm(initial=kept | {name: proposed[name] for name in ("kind", "body")})


def _act(request, reply, act, done: str):
    """Do one step without a form of its own; a refusal is said on the letter's page."""
    try:
        act(reply=reply, by=request.user)
    except VisitError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(reply.letter)


@requires("letters.write")
@require_POST
def reply_submit(request, pk):
    return _act(request, _visible(request, pk), replying.submit_reply, "已提交审核。")


@requires("letters.write")
@require_POST
def reply_issue(request, pk):
    reply = _visible(request, pk)
    return _act(request, reply, replying.issue_reply, "已签发。请打印、用印后送出。")


@requires("letters.approve")
@require_POST
def reply_decide(request, pk):
    reply = _visible(request, pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        is_approved = form.cleaned_data["decision"] == DecideForm.APPROVE
        words = {name: form.cleaned_data[name] for name in ("note", "seen")}
        try:
            replying.decide_reply(reply=reply, is_approved=is_approved, by=request.user, **words)
        except VisitError as error:
            form.add_error(None, str(error))
            form.data = form.data.copy()  # the page that says so shows what stands now
            reply.refresh_from_db()
            form.data["seen"] = wordings.mark_of(wordings.wording_of(reply))
        else:
            messages.success(request, "已同意签发。" if is_approved else "已退回修改。")
            return redirect(reply.letter)
    return letter_page(request, reply.letter, decide_form=form)


@requires("letters.write")
@require_POST
def reply_void(request, pk):
    reply = _visible(request, pk)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            replying.void_reply(reply=reply, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{reply.number}已作废，请重新起草复函。")
            return redirect(reply.letter)
    return letter_page(request, reply.letter, void_form=form)


@requires("letters.write")
@require_POST
def reply_send(request, pk):
    reply = _visible(request, pk)
    form = SendForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            pdf = letter_reports.reply_pdf(reply)
            replying.send_reply(reply=reply, pdf=pdf, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已登记送出。")
            return redirect(reply.letter)
    return letter_page(request, reply.letter, send_form=form)


@requires("letters.view")
@require_GET
def reply_pdf(request, pk):
    reply = _visible(request, pk)
    if reply.sent_pdf:  # what was sent never changes
        return uploads.serve(reply.sent_pdf, inline=True)
    name = f"复函_{reply.number or '草稿'}_{reply.letter.customer}.pdf"
    # by the limit of who wrote it: a head who only reads has not decided anything
    why = authority.refusal(authority.check_reply, reply, by=reply.written_by)
    if why and reply.state != LetterReply.State.VOID:  # on the screen only until it is decided
        messages.error(request, why)
        return redirect(reply.letter)
    return pdf_response(letter_reports.reply_pdf(reply), name)


@requires("letters.view")
@require_GET
def reply_proof(request, pk):
    reply = _visible(request, pk)
    if reply.proof is None:
        raise Http404
    return uploads.serve(reply.proof)


@requires("letters.view")
@require_GET
def reply_signed(request, pk):
    return serve_signed(_visible(request, pk))


@requires("letters.write")
@require_POST
def reply_sign(request, pk):
    reply = _visible(request, pk)
    return keep_signed(
        request, reply, lambda form: letter_page(request, reply.letter, signed_form=form)
    )
