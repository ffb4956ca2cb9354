from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Customer
from core.htmx import is_htmx
from staff.access import requires

SHOWN = 30
# what to do with the customer that was picked: ?for=… → URL name and words
PURPOSES = {
    "log": ("visits:quick_log", "记拜访"),
    "plan": ("visits:visit_plan", "计划拜访"),
    "letter": ("visits:letter_register", "登记来函"),
    "promise": ("visits:commitment_create", "登记承诺"),
    "issue": ("visits:issue_create", "登记问题"),
    "request": ("visits:escalation_create", "请示"),
    "opportunity": ("opportunities:create", "登记商机"),
    "marketing_plan": ("planning:create", "新建计划"),
    "marketing": ("opportunities:marketing_create", "登记营销活动"),
    "watch": ("service:watch_create", "登记关注"),
}


@require_GET
@requires("customers.view")
def customer_picker(request):
    """Options for a <select> (htmx), or a page on which a customer is chosen first."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    found = Customer.objects.visible_to(request.user).search(text).order_by("code", "pk")
    customers = list(found[: SHOWN + 1])
    url_name, verb = PURPOSES.get(request.GET.get("for"), PURPOSES["log"])
    context = {
        "customers": customers[:SHOWN],
        "has_more": len(customers) > SHOWN,
        "q": text,
        "purpose": request.GET.get("for", "log"),
        "url_name": url_name,
        "verb_text": verb,
    }
    if is_htmx(request):
        return render(request, "accounts/_customer_options.html", context)
    return render(request, "accounts/customer_picker.html", context)
