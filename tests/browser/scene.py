"""What browser tests find in the demo data, in the product's own process.

Run as `manage.py shell -c <this file>`: completes the demo (a visit that has begun, a draft, a
customer with a very long name), signs everybody in, and prints one JSON object with

    sessions   {sign-in name: session key} of everybody who is not kept for a test of signing in
    places     [[sign-in name, URL name, path]]: a place to open every page of the product
    leftover   URL names without a place, which must be the ones that are no pages
    unsaid     keys of the audit trail that nobody has put into Chinese
    codes      sign-in names and codes of departments, which may stand in Latin letters
"""

import json
from datetime import timedelta

from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import Contact, Customer
from core.models import AuditEvent, Parameter
from reminders.models import LadderStage, Obligation
from staff.models import Department, User
from staff.reports import said_events
from tests.browser.scene_view import places_of_the_view
from tests.browser.scenes import add_places
from visits.actions import planning, visiting
from visits.models import Commitment, InboundLetter, ThankYouLetter, Visit

NEW = ("shenzy", "yujg", "chenjq")  # they choose their password in a test
BUSY = (*NEW, "jinxy", "zhouhm")  # their rows belong to the tests that write
LONG_NAME = (
    "绍兴市越城区、柯桥区、上虞区、诸暨市、嵊州市、新昌县农业农村与社会主义新农村建设综合服务保障和应急管理"
    "信息化联合指挥调度与大数据资源统筹管理中心（绍兴市数字化改革领导小组办公室直属事业单位）城南第二工作站绍兴"
)


def complete_the_demo():
    User.objects.exclude(username__in=NEW).update(must_change_password=False)
    quiet = Visit.objects.exclude(owner__username__in=BUSY)
    if not quiet.filter(state="in_progress").exists():
        visit = quiet.filter(state="booked").order_by("scheduled_start", "pk").first()
        visiting.start_visit(visit=visit, started_at=timezone.now(), by=visit.owner)
    if not quiet.filter(state="draft").exists():
        draft(quiet.filter(state="booked").order_by("pk").first().customer)
    customer = Visit.objects.filter(state="recorded", owner__username="heqiong").first().customer
    Customer.objects.filter(pk=customer.pk).update(name=LONG_NAME)


def draft(customer):
    start = timezone.now() + timedelta(days=3)
    planning.plan_visit(
        customer=customer, contacts=[], key_points=[], colleagues=[], by=customer.manager,
        stage=customer.relationship_stage, purpose="先记一笔，时间与对象还没有定。", prep_text="",
        scheduled_start=start, scheduled_end=start + timedelta(hours=1), mode="on_site",
        is_formal=True, location="", is_draft=True,
    )  # fmt: skip


def sessions():
    made = {}
    for user in User.objects.active().exclude(username__in=NEW):
        client = Client()
        client.force_login(user)
        made[user.username] = client.cookies["sessionid"].value
    return made


class Places:
    def __init__(self):
        self.found = []

    def add(self, username, name, *args, query=""):
        self.found.append([username, name, reverse(name, args=args) + query])

    def each(self, username, *names):
        for name in names:
            self.add(username, name)


def reader(owner):
    """Who looks at a row of `owner`: the owner, or the head when the owner is kept for a test."""
    return owner.reports_to.username if owner.username in NEW else owner.username


def visits_of(places):
    quiet = Visit.objects.exclude(owner__username__in=BUSY).select_related("owner")
    forms = {
        "planned": ("edit", "book", "reschedule", "cancel"),
        "booked": ("no_show", "hold"),
        "held": ("record",),
    }
    for state in Visit.State.values:
        visit = (quiet.filter(state=state) or Visit.objects.filter(state=state)).order_by("pk")[0]
        places.add(reader(visit.owner), "visits:visit_detail", visit.pk)
        for verb in forms.get(state, ()):
            places.add(visit.owner.username, f"visits:visit_{verb}", visit.pk)


def letters_of(places):
    quiet = ThankYouLetter.objects.exclude(visit__owner__username__in=BUSY)
    for state in ("pending", "sent", "waived"):
        letter = quiet.filter(state=state).select_related("visit__owner").order_by("pk").first()
        places.add(letter.visit.owner.username, "visits:thank_you", letter.visit_id)
    waiting = quiet.filter(state="pending", visit__owner__username="heqiong").first()
    places.add("head_fin", "visits:thank_you", waiting.visit_id)
    inbound = InboundLetter.objects.exclude(owner__username__in=BUSY).select_related("owner")
    for state in inbound.values_list("state", flat=True).order_by("state").distinct():
        letter = inbound.filter(state=state).order_by("pk").first()
        places.add(letter.owner.username, "visits:letter_detail", letter.pk)
    open_one = inbound.filter(state__in=("registered", "assigned", "drafting")).first()
    places.add(open_one.owner.username, "visits:reply_draft", open_one.pk)
    pending = InboundLetter.objects.filter(state="pending_approval").select_related("owner").first()
    places.add(pending.owner.reports_to.username, "visits:letter_detail", pending.pk)
    customer = Customer.objects.visible_to(User.objects.get(username="heqiong")).first()
    places.add("heqiong", "visits:letter_register", query=f"?customer={customer.pk}")
    promise = Commitment.objects.filter(state="open", owner__username__in=("heqiong", "zhangwm",
        "wanglj")).select_related("owner").first()  # fmt: skip
    places.add(promise.owner.username, "visits:commitment_fulfil", promise.pk)


def customers_of(places):
    customer = Customer.objects.get(name=LONG_NAME)
    contact = Contact.objects.filter(customer=customer).first()
    places.add("heqiong", "accounts:customer_detail", customer.pk)
    places.add("heqiong", "accounts:customer_edit", customer.pk)
    places.add("heqiong", "accounts:contact_create", customer.pk)
    places.add("heqiong", "accounts:contact_edit", contact.pk)
    places.add("head_fin", "accounts:customer_detail", customer.pk)
    places.add("head_fin", "crm:customer_assign", customer.pk)


def administration(places):
    year = timezone.localdate().year
    places.each("admin", "crm:today", "staff:user_list", "staff:user_create", "staff:branch_edit",
        "staff:department_list", "staff:department_create", "staff:parameter_list",
        "reminders:ladder_list", "reminders:delivery_list", "reminders:calendar",
        "reminders:calendar_import", "crm:system")  # fmt: skip
    person = User.objects.get(username="heqiong").pk
    for name in ("user_detail", "user_edit", "user_password", "user_leave"):
        places.add("admin", f"staff:{name}", person)
    places.add("admin", "staff:department_edit", Department.objects.first().pk)
    places.add("admin", "staff:parameter_edit", Parameter.objects.first().pk)
    places.add("admin", "reminders:ladder_edit", LadderStage.objects.first().pk)
    places.add("admin", "reminders:calendar_day", f"{year}-05-01")


def pages():
    places = Places()
    places.each("heqiong", "crm:today", "accounts:customer_list", "accounts:customer_create",
        "accounts:customer_picker", "visits:visit_list", "visits:visit_plan", "visits:quick_log",
        "visits:thanks_list", "visits:letter_list", "visits:commitment_list",
        "reminders:duty_list", "staff:profile", "staff:absence_list", "staff:absence_create",
        "account_change_password", "account_logout")  # fmt: skip
    visits_of(places)
    letters_of(places)
    customers_of(places)
    places_of_the_view(places)
    add_places(places)
    head = User.objects.get(username="head_fin")
    places.each("head_fin", "crm:today", "crm:team", "visits:visit_plan", "reminders:duty_list")
    places.add("head_fin", "crm:team", query=f"?person={User.objects.get(username='heqiong').pk}")
    duty = Obligation.objects.filter(owner__reports_to=head).open().first()
    places.add("head_fin", "crm:duty_reassign", duty.pk)
    places.each("director", "crm:today", "crm:team")
    administration(places)
    places.each("auditor", "crm:today", "staff:audit_list", "crm:system", "crm:team")
    places.each("se1", "crm:today", "visits:visit_list")
    places.each("bo1", "crm:today", "reminders:duty_list")
    places.add("heqiong", "visits:visit_list", query="?q=没有这样的拜访")
    places.add("heqiong", "accounts:customer_list", query="?q=没有这样的客户")
    return places.found


def names(patterns, prefix=""):
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from names(entry.url_patterns, inner)
        elif entry.name:
            yield prefix + entry.name


def unsaid():
    said = said_events(AuditEvent.objects.all())
    return sorted(
        {change.field for event in said for change in event.changes if change.field.isascii()}
    )


complete_the_demo()
found = pages()
leftover = sorted(set(names(get_resolver().url_patterns)) - {name for _, name, _ in found})
codes = [
    *User.objects.values_list("username", flat=True),
    *Department.objects.values_list("code", flat=True),
]
print(
    json.dumps(
        {
            "sessions": sessions(),
            "places": found,
            "leftover": leftover,
            "codes": codes,
            "unsaid": unsaid(),
        }
    )
)
