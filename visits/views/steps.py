"""What the pages of a promise, a request and a problem share: each goes its way step by step."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core import drafts, once
from visits.actions.errors import VisitError
from visits.forms.fields import as_posted


def row_from_query(request, models: Mapping[str, type[Model]]) -> tuple[str, Model | None]:
    """Where a new one comes from: the first of `models` that the link names (`?visit=12`), with
    its name. ("", None) when it names none; 404 for a key that is foreign or none at all."""
    for name, model in models.items():
        key = request.GET.get(name, "")
        if not key:
            continue
        if not key.isdecimal() or len(key) > 18:
            raise Http404
        return name, get_object_or_404(model.objects.visible_to(request.user), pk=key)
    return "", None


def draft_key(form: str, row: Model) -> str:
    """Under which name an unsent `form` about `row` is kept."""
    return f"visits:{form}:{row._meta.model_name}_{row.pk}"


def started(request, key: str, make: Callable, initial: Mapping | None = None):
    """The form as it was sent; else what was typed and not sent (draft `key`); else a fresh one."""
    if request.method == "POST":
        return make(request.POST)
    draft = drafts.load(request.user, key)
    return make(as_posted(draft)).forgive() if draft else make(initial=initial)


def restarted(request, key: str) -> HttpResponse | None:
    """The same page without the draft, when the user wants none of it."""
    if "restart" not in request.POST:
        return None
    drafts.discard(request.user, key)
    return redirect(request.get_full_path())


def put_forms(context: dict, made: Mapping[str, Callable], tried: Mapping[str, object]) -> dict:
    """`context` with a form for each step that context["can"] names: the one just `tried`, with
    its errors, or a fresh one. A tried form whose time has passed (a stale tab) is not drawn, but
    its refusal is said: context["refused"]."""
    for name, make in made.items():
        context[name] = (tried.get(name) or make()) if context["can"][name] else None
    context["refused"] = next((f for n, f in tried.items() if not context["can"][n]), None)
    return context


def taken(request, thing: Model, form, act: Callable, done: str) -> HttpResponse | None:
    """`act(by=…, **what the form says)`, once however often it is sent, and back to the page of
    `thing`. None when it was refused: the form says why."""
    with once.guard(request) as first:
        if first.result_url:
            return redirect(first.result_url)
        if not form.is_valid():
            return None
        try:
            act(by=request.user, **form.cleaned_data)
        except VisitError as error:
            form.add_error(None, str(error))
            return None
        messages.success(request, done)
        return redirect(first.remember(thing.get_absolute_url()))
