"""Pages without business nouns: drafts of whatever form is being typed."""

import json

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from core import drafts


@require_POST
def draft_save(request):
    """POST form=<key>, payload=<JSON object> → {"saved_at": "14:32"}; 422 with a reason."""
    try:
        payload = json.loads(request.POST.get("payload", ""))
        row = drafts.save(request.user, request.POST.get("form", ""), payload)
    except (ValueError, RecursionError, drafts.DraftError) as error:
        text = str(error) if isinstance(error, drafts.DraftError) else "草稿格式不正确。"
        return JsonResponse({"error": text}, status=422)
    return JsonResponse({"saved_at": f"{timezone.localtime(row.saved_at):%H:%M}"})


@require_POST
def draft_discard(request):
    """POST form=<key>. 204 also when there was none."""
    drafts.discard(request.user, request.POST.get("form", ""))
    return HttpResponse(status=204)


# staff.access stands above core; these two are open to every signed-in user, own rows only.
draft_save.verb = draft_discard.verb = "*"
