"""Replies: draft, submit, decide, issue, send, PDF (R13–R16, §B.6)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import drafts, uploads
from core.pdf import pdf_response
from staff.access import requires
from visits import letter_reports, reply_rules
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted
from visits.forms.replies import DecideForm, ReplyForm, VoidForm
from visits.forms.sending import SendForm
from visits.models import LetterReply
from visits.views.letters import letter_page, visible_letter


def _visible(request, pk) -> LetterReply:
    replies = LetterReply.objects.visible_to(request.user).select_related(
        "letter__customer__branch",
        "letter__owner",
        "number__branch",
        "written_by",
        "proof",
        "sent_pdf",
    )
    return get_object_or_404(replies, pk=pk)


@requires("letters.write")
@require_http_methods(["GET", "POST"])
def reply_draft(request, pk):
    """Draft the reply of letter `pk`. `?situation=` puts a pattern text into the form."""
    letter = visible_letter(request, pk)
    key = f"visits:reply:{letter.pk}"
    reply = letter.replies.in_work().first()
    if request.method == "POST":
        form = ReplyForm(request.POST)
        if form.is_valid() and _save(request, letter, form, key):
            return redirect(letter)
    else:
        form = _form_for(request, letter, reply, key)
    context = {
        "letter": letter,
        "reply": reply,
        "form": form,
        "draft_key": key,
        "situations": reply_rules.SITUATIONS.items(),
        "situation": request.GET.get("situation", ""),
        "why_due": letter_reports.why_due(letter),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "visits/reply_draft.html", context, status=status)


def _save(request, letter, form, key) -> bool:
    try:
        replying.draft_reply(letter=letter, by=request.user, **form.cleaned_data)
    except VisitError as error:
        form.add_error(None, str(error))
        return False
    drafts.discard(request.user, key)
    messages.success(request, "复函草稿已保存。")
    return True


def _form_for(request, letter, reply, key) -> ReplyForm:
    """A chosen pattern, else what was typed and not saved, else the saved draft, else a pattern."""
    situation = request.GET.get("situation")
    if situation in reply_rules.SITUATIONS:
        return ReplyForm(initial=letter_reports.proposed_reply(letter, situation))
    draft = drafts.load(request.user, key)
    if draft:
        return ReplyForm(as_posted(draft)).forgive()
    reply = reply or letter.replies.void().first()  # a corrected reply starts from the void one
    if reply:
        names = ("kind", "promised_on", "title", "addressee", "body")
        return ReplyForm(initial={name: getattr(reply, name) for name in names})
    return ReplyForm(initial=letter_reports.proposed_reply(letter, reply_rules.STANDARD))


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
        note = form.cleaned_data["note"]
        try:
            replying.decide_reply(reply=reply, is_approved=is_approved, note=note, by=request.user)
        except VisitError as error:
            form.add_error(None, str(error))
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
    return pdf_response(letter_reports.reply_pdf(reply), name)


@requires("letters.view")
@require_GET
def reply_proof(request, pk):
    reply = _visible(request, pk)
    if reply.proof is None:
        raise Http404
    return uploads.serve(reply.proof)
