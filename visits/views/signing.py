"""The scan of the signed copy of a letter: shown, kept, replaced until the matter is closed."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect

from core import uploads
from visits.actions import signing
from visits.actions.errors import VisitError
from visits.forms.sending import SignedForm


def serve_signed(letter):
    if letter.signed_scan is None:
        raise Http404
    return uploads.serve(letter.signed_scan, inline=True)


def keep_signed(request, letter, page):
    """Keep the upload and go back to the letter; `page(form)` shows a refused form (422)."""
    form = SignedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            signing.keep_signed(letter=letter, by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "签章扫描件已保存。")
            return redirect(letter)
    return page(form)
