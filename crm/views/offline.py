"""快速记 without a network: the service worker, its skeleton page, and what a device may keep.

The skeleton holds nobody's data and is public, so that the worker can always fetch it anew. What a
device keeps of customers is the least that a choice needs: number, name, contacts' names and
salutations, of one's own customers; static/js/queue.js encrypts it.
"""

import hashlib
import json
import re
from copy import deepcopy
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import Contact, Customer
from core.models import Submission
from staff.access import open_to_all_staff, open_to_everybody, requires
from visits.forms.quick_log import QuickLogForm

FILES = re.compile(r'(?:href|src)="([^"]+)"')
FROM_THE_DEVICE = ("planned",)
MOST_CUSTOMERS = 500
MOST_KEYS = 50


def skeleton() -> forms.Form:
    """The fields of the quick log without the rows of anybody."""
    form = forms.Form()
    form.fields = deepcopy(
        {k: v for k, v in QuickLogForm.base_fields.items() if k not in FROM_THE_DEVICE}
    )
    return form


@open_to_everybody
@require_GET
def offline(request):
    return render(request, "crm/offline.html", {"form": skeleton()})


@open_to_everybody
@require_GET
def service_worker(request):
    """The worker with the list of files that the skeleton needs; served from the root."""
    page = render_to_string("crm/offline.html", {"form": skeleton()})
    files = sorted({path for path in FILES.findall(page) if path.startswith(settings.STATIC_URL)})
    parts = [static("js/queue.js"), static("js/sw-shell.js")]
    version = hashlib.sha256((page + "".join(parts)).encode()).hexdigest()[:12]
    shell = {"version": version, "page": reverse("crm:offline"), "files": files}
    lines = [f"self.CRM_SHELL = {json.dumps(shell)};"]
    lines += [f"importScripts({json.dumps(path)});" for path in parts]
    answer = HttpResponse("\n".join(lines), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@open_to_all_staff
@require_GET
def offline_state(request):
    """Who is signed in, a fresh token, and which of the asked submissions are done already."""
    keys = [key for key in map(_uuid, request.GET.getlist("key")[:MOST_KEYS]) if key]
    done = Submission.objects.filter(user=request.user, key__in=keys).exclude(result_url="")
    urls = {str(key): url for key, url in done.values_list("key", "result_url")}
    answer = {"user": request.user.pk, "csrf": get_token(request), "done": urls}
    return JsonResponse(answer)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@requires("visits.write")
@require_GET
def offline_customers(request):
    """[[pk, name, [[pk, name, salutation], …]], …] of one's own customers. Two queries."""
    mine = Customer.objects.visible_to(request.user).filter(manager__in=request.user.acting_for())
    rows = list(mine.order_by("code", "pk").values_list("pk", "name")[:MOST_CUSTOMERS])
    people: dict[int, list] = {pk: [] for pk, _ in rows}
    found = Contact.objects.current().filter(customer__in=people).order_by("pk")
    for contact in found.values_list("customer", "pk", "name", "salutation"):
        people[contact[0]].append(contact[1:])
    return JsonResponse({"customers": [[pk, name, people[pk]] for pk, name in rows]})
