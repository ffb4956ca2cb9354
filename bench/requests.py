"""What is asked, as whom, and what it may cost (issue 3, scale)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.actions import note_opening
from accounts.models import Customer, Industry
from bench.series import Series
from bench.server import Request
from planning.models import MarketingPlan
from staff.models import User
from visits.kpi_rules import add_months

CSRF = "0123456789abcdefghijklmnopqrstuv"
WORDS = ["绍兴", "银行", "鉴湖", "稽山", "法院", "诸暨", "支行", "兰亭", "会川", "中学"]
INITIALS = ["sx", "yh", "jh", "sxs", "kq", "zj", "xc", "syyh", "rmfy", "fljd"]
LIST = "accounts:customer_list"


def requests() -> list[tuple[Series, Callable[[int], Request]]]:
    director = User.objects.get(username="bulk-director")
    head = User.objects.get(username="bulk-head-1")
    industry = User.objects.get(username="bulk-industry-fin")
    manager = User.objects.get(username="bulk-1")
    # Logs the visits: the pages that are measured must not grow from run to run.
    writer = User.objects.get(username="bulk-2")
    boss, chief, mine, hers = (_cookie(user) for user in (director, head, manager, writer))
    whole_industry = _cookie(industry)
    own = list(Customer.objects.filter(manager=manager).order_by("pk"))
    theirs = list(Customer.objects.filter(manager=writer).order_by("pk"))
    for customer in own[:20]:
        note_opening(customer=customer, by=manager)
    filtered = f"?grade=A&region={quote('柯桥区')}&industry={Industry.objects.get(code='FIN').pk}"
    url, count = reverse(LIST), Customer.objects.count()
    return [
        (Series("floor: bare page, 5 queries"), lambda n: Request("/bench/floor/", boss)),
        (Series("list, page 1 (director)", 2.5), lambda n: Request(f"{url}?view=none", boss)),
        (Series("list, deep page (director)", 2.5), lambda n: Request(_deep(url, n, count), boss)),
        (Series("list, deep page by name", 2.5), lambda n: Request(_deep_by_name(url, n), boss)),
        (Series("list, filtered (director)", 2.5), lambda n: Request(url + filtered, boss)),
        (Series("list, keyword (director)", 2.5), lambda n: Request(_q(url, WORDS, n), boss)),
        (Series("list (department head)", 2.5), lambda n: Request(f"{url}?view=none", chief)),
        (Series("list (manager)", 2.5), lambda n: Request(f"{url}?view=none", mine)),
        (Series("search, 2 characters (director)", 2.5, 150), _search(WORDS, boss)),
        (Series("search, initials (director)", 2.5, 150), _search(INITIALS, boss)),
        (Series("search, 2 characters (head)", 2.5, 150), _search(WORDS, chief)),
        (Series("search, initials (industry)", 2.5, 150), _search(INITIALS, whole_industry)),
        (Series("search, 2 characters (manager)", 2.5, 150), _search(WORDS, mine)),
        (Series("search, initials (manager)", 2.5, 150), _search(INITIALS, mine)),
        (Series("customer view (manager)", 3, 0, 20), lambda n: Request(_view(own, n), mine)),
        (Series("customer view (director)", 3, 0, 20), lambda n: Request(_view(own, n), boss)),
        *_visit_pages(boss, chief, mine),
        *_plan_pages(boss, chief, mine),
        (Series("log a visit, POST (manager)", 4), lambda n: _visit(theirs, n, hers)),
    ]


def _visit_pages(boss: str, chief: str, mine: str):
    """Lists at 2.5 floors; pages made of several parts at 3, like the customer view (issue 4)."""
    visits, kpi, rows = (reverse(f"visits:{n}") for n in ("visit_list", "kpi", "kpi_rows"))
    today, team = reverse("crm:today"), reverse("crm:team")
    last = add_months(timezone.localdate(), -1)
    one = User.objects.get(username="bulk-1").pk
    needs = reverse("opportunities:need_list")
    behind = f"{rows}?metric=held&month={last:%Y-%m}&person={one}"
    return [
        (Series("today (manager)", 3), lambda n: Request(today, mine)),
        (Series("today (head)", 3), lambda n: Request(today, chief)),
        (Series("today (director)", 3), lambda n: Request(today, boss)),
        (Series("visits, page 1 (manager)", 2.5), lambda n: Request(visits, mine)),
        (Series("visits, page 1 (head)", 2.5), lambda n: Request(visits, chief)),
        (Series("visits, page 1 (director)", 2.5), lambda n: Request(visits, boss)),
        (Series("visits, deep (director)", 2.5), lambda n: Request(_deep_visit(visits, n), boss)),
        (Series("visits, filtered (director)", 2.5),
         lambda n: Request(f"{visits}?state=cancelled&mode=on_site", boss)),
        (Series("visits, one person (director)", 2.5),
         lambda n: Request(f"{visits}?owner={one}", boss)),
        (Series("rates, this month (manager)", 3), lambda n: Request(kpi, mine)),
        (Series("rates, this month (head)", 3), lambda n: Request(kpi, chief)),
        (Series("rates, this month (director)", 3), lambda n: Request(kpi, boss)),
        (Series("rates, last month (director)", 3),
         lambda n: Request(f"{kpi}?month={last:%Y-%m}&metric=held", boss)),
        # Counts every row of the month; the page is there before and asks for it.
        (Series("rates, departments (director)", 5),
         lambda n: Request(f"{kpi}?month={last:%Y-%m}&show=departments", boss, is_htmx=True)),
        (Series("rows behind a rate (head)", 2.5), lambda n: Request(behind, chief)),
        (Series("needs (director)", 2.5), lambda n: Request(needs, boss)),
        # Counts every need; the page is there before and asks for it.
        (Series("needs, by industry (director)", 5),
         lambda n: Request(f"{needs}?show=industries", boss, is_htmx=True)),
        (Series("team (head)", 3), lambda n: Request(team, chief)),
        (Series("team (director)", 3), lambda n: Request(team, boss)),
    ]  # fmt: skip


def _plan_pages(boss: str, chief: str, mine: str):
    """5 000 plans, 200 000 lines of targets: sums of a whole year at 3 floors, lists at 2.5."""
    plans = MarketingPlan.objects.filter(branch__code="BULK", year=2026).order_by("pk")
    annual = plans.get(kind=MarketingPlan.Kind.ANNUAL_MARKET)
    industry = plans.filter(kind=MarketingPlan.Kind.KEY_INDUSTRY).first()
    own = plans.filter(customer__manager__username="bulk-1").first()
    queue = reverse("planning:review_list")
    rollups = [reverse("planning:rollup", args=[plan.pk]) for plan in (annual, industry)]
    grid = reverse("planning:targets", args=[own.pk])
    return [
        (Series("roll-up page, annual (director)", 3), lambda n: Request(rollups[0], boss)),
        (Series("roll-up page, industry (director)", 3), lambda n: Request(rollups[1], boss)),
        (Series("roll-up page, industry (head)", 3), lambda n: Request(rollups[1], chief)),
        (Series("roll-up by business (director)", 3),
         lambda n: Request(f"{rollups[0]}?by=line", boss)),
        (Series("targets of a customer (manager)", 3), lambda n: Request(grid, mine)),
        (Series("review queue (head)", 2.5), lambda n: Request(queue, chief)),
        (Series("review queue (director)", 2.5), lambda n: Request(queue, boss)),
        (Series("review queue, all (director)", 2.5),
         lambda n: Request(f"{queue}?show=all", boss)),
    ]  # fmt: skip


def _deep_visit(url: str, number: int) -> str:
    at = timezone.now() - timedelta(days=300 + number)
    place = ["f", ["-scheduled_start", "-pk"], [at.isoformat(), 1]]
    return f"{url}?cursor={signing.dumps(place, salt='core.paging')}"


def _cookie(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    return f"{names[0]}={session.session_key}; {names[1]}={CSRF}"


def _deep(url: str, number: int, count: int) -> str:
    """Somewhere in the second half of all customers."""
    code = f"K{count // 2 + number * 37 % (count // 3):07d}"
    return f"{url}?cursor={signing.dumps(['f', ['code'], [code]], salt='core.paging')}"


def _deep_by_name(url: str, number: int) -> str:
    place = ["f", ["name_pinyin", "pk"], [f"shaoxing{chr(97 + number % 26)}", 1]]
    return f"{url}?order=name&cursor={signing.dumps(place, salt='core.paging')}"


def _q(url: str, words: list[str], number: int) -> str:
    return f"{url}?q={quote(words[number % len(words)])}"


def _search(words: list[str], cookie: str):
    url = reverse("accounts:search")
    return lambda n: Request(_q(url, words, n), cookie, is_htmx=True)


def _view(own: list[Customer], number: int) -> str:
    return own[number % len(own)].get_absolute_url()


def _visit(own: list[Customer], number: int, cookie: str) -> Request:
    customer = own[number % len(own)]
    ended_at = timezone.localtime() - timedelta(minutes=number % 50 + 1)
    key = str(uuid.uuid4())
    fields = {
        "csrfmiddlewaretoken": CSRF,
        "submission_key": key,
        "customer": customer.pk,
        "contacts": customer.contacts.first().pk,
        "mode": "on_site",
        "is_formal": "on",
        "purpose": "keep_in_touch",
        "ended_at": f"{ended_at:%Y-%m-%dT%H:%M}",
        "minutes": 30,
        "no_view_change": "on",
        # The same text again would be taken for the same visit.
        "customer_opinions": f"线路稳定，希望年内提速。{key}",
        "summary_points": "下月提交提速方案。",
        "has_no_next_step": "on",
    }
    return Request(reverse("visits:quick_log"), cookie, urlencode(fields), expected=302)
