"""How each URL of the table is asked: which row of an estate, and a payload that would succeed."""

from accounts.models import Customer, CustomerAssignment, Industry
from core.models import Parameter
from reminders.models import LadderStage
from staff.models import Department
from tests.authz.asking import ME, ONE_OF_MINE, Ask, ago, ahead, day, new_owner
from tests.authz.asks_view import VIEW_ASKS
from tests.topics import merged
from visits.actions import plans
from visits.models import LetterReply, ThankYouLetter, Visit
from visits.tests.letter_factories import BODY, seen


def no_data(world, estate):
    return {}


def reason(world, estate):
    return {"reason": "客户临时有事，另约时间"}


def contact(world, estate):
    return {"name": "李主任", "salutation": "李主任", "title": "主任"}


def customer(world, estate):
    row = Customer.objects.get(pk=estate.pks["customer"])
    return {
        "name": f"{row.name}新",
        "industry": row.industry_id,
        "grade": "B",
        "relationship_stage": "general_contact",
        "seen_at": row.updated_at.isoformat(),
    }


def new_customer(world, estate):
    industry = Industry.objects.get(code="GOV").pk
    return {
        "name": "新客户局",
        "industry": industry,
        "grade": "C",
        "relationship_stage": "general_contact",
        "manager": ONE_OF_MINE,
    }


def assign_customer(world, estate):
    return {"to": new_owner(world, estate), "reason": "调整分工"}


def backup(world, estate):
    heads = new_owner(world, estate)
    return {"user": heads, "valid_from": day(40), "valid_to": day(50), "reason": "休假"}


def plan(world, estate):
    row = Customer.objects.get(pk=estate.pks["customer"])
    return {
        "customer": row.pk,
        "contacts": [row.contacts.first().pk],
        "mode": "on_site",
        "is_formal": "on",
        "scheduled_start": ahead(hours=50),
        "scheduled_end": ahead(hours=51),
        "stage": "general_contact",
        "purpose": "商量明年的专线扩容安排",
        "key_kind": ["ask"],
        "key_content": ["明年的预算"],
    }


def edited_plan(world, estate):
    visit = Visit.objects.get(pk=estate.pks["planned"])
    return plan(world, estate) | {"seen": plans.mark_of(visit)}


def quick(world, estate):
    row = Customer.objects.get(pk=estate.pks["customer"])
    return {
        "customer": row.pk,
        "contacts": [row.contacts.first().pk],
        "mode": "on_site",
        "is_formal": "on",
        "purpose": "keep_in_touch",
        "ended_at": ago(minutes=5),
        "minutes": "60",
        "no_view_change": "on",
        "customer_opinions": "觉得响应比去年快",
        "summary_points": "月底前给方案",
        "next_step": "下周送方案",
    }


def book(world, estate):
    row = Customer.objects.get(pk=estate.pks["customer"])
    return {
        "booked_at": ago(minutes=2)[:16],
        "booked_with": row.contacts.first().pk,
        "booking_channel": "phone",
        "late_booking_reason": "customer_request",
    }


def hold(world, estate):
    return {"started_at": ago(hours=1)[:16], "ended_at": ago(minutes=2)[:16]}


def record(world, estate):
    visit = Visit.objects.get(pk=estate.pks["held"])
    outcomes = {f"outcome_{point.pk}": "covered" for point in visit.key_points.all()}
    return outcomes | {
        "customer_opinions": "觉得账单看不懂",
        "opinion_speaker": visit.contacts.first().pk,
        "summary_points": "月底前给方案",
        "next_step": "下周送方案",
        "no_view_change": "on",
        "declares_truth": "on",
    }


def reschedule(world, estate):
    times = {"scheduled_start": ahead(hours=80), "scheduled_end": ahead(hours=81)}
    return times | {"reason": "客户改了时间"}


def thanks_text(world, estate):
    return {
        "contacts": [estate.pks["contact"]],
        "salutation": "尊敬的王主任",
        "body": "您好！\n感谢您的接待。",
        "letter_on": day(0),
        **seen(ThankYouLetter.objects.get(visit=estate.pks["thanks"])),
    }


def send(world, estate):
    return {"channel": "paper", "sent_at": ago(seconds=1), "recipient": "王主任"}


def waive(world, estate):
    return {"reason": "客户要求不必来函"}


def letter(world, estate):
    row = Customer.objects.get(pk=estate.pks["customer"])
    return {
        "customer": row.pk,
        "subject": "关于扩容的函",
        "received_at": ago(minutes=5)[:16],
        "received_channel": "paper",
        "category": "inquiry",
        "owner": row.manager_id,
    }


def letter_owner(world, estate):
    return {"to": Customer.objects.get(pk=estate.pks["customer"]).manager_id}


def reply(world, estate):
    in_work = LetterReply.objects.filter(letter=estate.pks["letter"]).in_work().first()
    words = {"kind": "final", "title": "关于扩容的复函", "addressee": "某局", "body": BODY}
    return words | seen(in_work)


def void(world, estate):
    return {"reason": "主送单位写错了"}


def decide(world, estate):
    reply = LetterReply.objects.get(pk=estate.pks["reply_pending"])
    return {"decision": "approve", "note": "同意", **seen(reply)}


def fulfil(world, estate):
    return {"evidence": "已送到客户手里", "at": ago(minutes=1)[:16]}


def reassign(world, estate):
    """Only those who see the customer are offered: here its backup."""
    backup = CustomerAssignment.objects.get(pk=estate.pks["backup"])
    return {"to": backup.user_id, "reason": "调整分工"}


def absence(world, estate):
    """Everybody enters the own absence; the delegate is somebody who is there."""
    return {
        "user": ME,
        "delegate": world.people["back_office"],
        "starts_on": day(60),
        "ends_on": day(61),
    }


def user(world, estate):
    department = Department.objects.filter(branch__code="SX").first().pk
    return {"name": "新同事", "role": "account_manager", "department": department}


def new_user(world, estate):
    return user(world, estate) | {"username": "newone"}


def leave(world, estate):
    return {"left_on": day(0), "reason": "辞职"}


def department(world, estate):
    return {"name": "大客户部", "kind": "customer"}


def branch(world, estate):
    return {"name": "绍兴分公司", "letter_name": "中国电信绍兴分公司", "letter_prefix": "绍电函"}


def parameter(world, estate):
    return {"old": Parameter.objects.get(pk=estate.pks["parameter"]).value, "value": "7"}


def rung(world, estate):
    stage = LadderStage.objects.get(pk=estate.pks["ladder"])
    return {"anchor": stage.anchor, "workdays": 0, "minutes": 7, "audiences": ["owner"]}


def calendar_day(world, estate):
    return {"kind": "rest", "name": "厂休", "source": "总经理办公会"}


def calendar_file(world, estate):
    return {"year": 2027, "source": "国办通知", "text": "2027-01-01,休,元旦", "store": "1"}


def source(world, estate):
    return {"source": "国办通知"}


def profile(world, estate):
    return {"phone": "0575-8510000", "email": "me@example.com", "theme": "dark"}


def password(world, estate):
    return {
        "oldpassword": "Lanting-2026-test",
        "password1": "Kuaiji-2026-shan",
        "password2": "Kuaiji-2026-shan",
    }


def sign_in(world, estate):
    return {"login": "nobody-here", "password": "wrong-one"}


def draft(world, estate):
    return {"form": "visits:plan", "payload": '{"purpose": "草稿"}'}


DAY = {"day": "2026-12-30"}
# Methods that are not named here are refused with 405.
ASKS: dict[str, dict[str, Ask]] = {
    "crm:today": {"GET": Ask()},
    "crm:team": {"GET": Ask(query="?person={user}")},
    "crm:system": {"GET": Ask()},
    "crm:healthz": {"GET": Ask()},
    "crm:readyz": {"GET": Ask()},
    "account_login": {"GET": Ask(), "POST": Ask(data=sign_in)},
    "account_logout": {"GET": Ask(), "POST": Ask()},
    "account_change_password": {"GET": Ask(), "POST": Ask(data=password)},
    "core:draft_save": {"POST": Ask(data=draft)},
    "core:draft_discard": {"POST": Ask(data=draft)},
    "staff:profile": {"GET": Ask(), "POST": Ask(data=profile)},
    "staff:absence_list": {"GET": Ask()},
    "staff:absence_create": {"GET": Ask(), "POST": Ask(data=absence)},
    "staff:absence_end": {"POST": Ask("absence")},
    "staff:user_list": {"GET": Ask()},
    "staff:user_create": {"GET": Ask(), "POST": Ask(data=new_user)},
    "staff:user_detail": {"GET": Ask("user")},
    "staff:user_edit": {"GET": Ask("user"), "POST": Ask("user", user)},
    "staff:user_password": {"GET": Ask("user"), "POST": Ask("user")},
    "staff:user_unlock": {"POST": Ask("user")},
    "staff:user_leave": {"GET": Ask("leaver"), "POST": Ask("leaver", leave)},
    "staff:branch_edit": {"GET": Ask(), "POST": Ask(data=branch)},
    "staff:department_list": {"GET": Ask()},
    "staff:department_create": {
        "GET": Ask(),
        "POST": Ask(data=lambda w, e: department(w, e) | {"code": "KA"}),
    },
    "staff:department_edit": {"GET": Ask("department"), "POST": Ask("department", department)},
    "staff:parameter_list": {"GET": Ask()},
    "staff:parameter_edit": {"GET": Ask("parameter"), "POST": Ask("parameter", parameter)},
    "staff:audit_list": {"GET": Ask()},
    "reminders:duty_list": {"GET": Ask()},
    "reminders:duty_acknowledge": {"POST": Ask("duty")},
    "crm:duty_reassign": {"GET": Ask("duty"), "POST": Ask("duty", reassign)},
    "reminders:ladder_list": {"GET": Ask()},
    "reminders:ladder_edit": {"GET": Ask("ladder"), "POST": Ask("ladder", rung)},
    "reminders:delivery_list": {"GET": Ask()},
    "reminders:delivery_retry": {"POST": Ask("delivery")},
    "reminders:calendar": {"GET": Ask()},
    "reminders:calendar_import": {"GET": Ask(), "POST": Ask(data=calendar_file)},
    "reminders:calendar_template": {"GET": Ask()},
    "reminders:calendar_day": {"GET": Ask(kwargs=DAY), "POST": Ask(data=calendar_day, kwargs=DAY)},
    "reminders:calendar_confirm": {"POST": Ask(data=source, kwargs={"year": 2027})},
    "accounts:customer_list": {"GET": Ask()},
    "accounts:customer_create": {"GET": Ask(), "POST": Ask(data=new_customer)},
    "accounts:customer_picker": {"GET": Ask()},
    "accounts:customer_detail": {"GET": Ask("customer")},
    "accounts:customer_edit": {"GET": Ask("customer"), "POST": Ask("customer", customer)},
    "crm:customer_assign": {
        "GET": Ask("customer"),
        "POST": Ask("customer", assign_customer),
    },
    "accounts:customer_backup": {"POST": Ask("customer", backup)},
    "accounts:backup_end": {"POST": Ask("backup")},
    "accounts:contact_create": {
        "GET": Ask("customer", argument="customer_pk"),
        "POST": Ask("customer", contact, argument="customer_pk"),
    },
    "accounts:contact_edit": {"GET": Ask("contact"), "POST": Ask("contact", contact)},
    "accounts:contact_retire": {"POST": Ask("contact")},
    "visits:visit_list": {"GET": Ask()},
    "visits:visit_plan": {
        "GET": Ask("", query="?customer={customer}"),
        "POST": Ask("", plan),
    },
    "visits:quick_log": {
        "GET": Ask("", query="?customer={customer}"),
        "POST": Ask("", quick),
    },
    "visits:key_point_row": {"GET": Ask()},
    "visits:promise_row": {"GET": Ask()},
    "visits:customer_visits": {"GET": Ask("customer")},
    "visits:visit_detail": {"GET": Ask("recorded")},
    "visits:visit_edit": {"GET": Ask("planned"), "POST": Ask("planned", edited_plan)},
    "visits:visit_book": {"GET": Ask("planned"), "POST": Ask("planned", book)},
    "visits:visit_arrive": {"POST": Ask("arrive")},
    "visits:visit_start": {"POST": Ask("booked")},
    "visits:visit_hold": {"GET": Ask("in_progress"), "POST": Ask("in_progress", hold)},
    "visits:visit_record": {"GET": Ask("held"), "POST": Ask("held", record)},
    "visits:visit_close": {"POST": Ask("closable")},
    "visits:visit_cancel": {"GET": Ask("planned"), "POST": Ask("planned", reason)},
    "visits:visit_reschedule": {"GET": Ask("planned"), "POST": Ask("planned", reschedule)},
    "visits:visit_no_show": {"GET": Ask("booked"), "POST": Ask("booked", reason)},
    "visits:thanks_list": {"GET": Ask()},
    "visits:thank_you": {"GET": Ask("thanks"), "POST": Ask("thanks", thanks_text)},
    "visits:thank_you_pdf": {"GET": Ask("thanks")},
    "visits:thank_you_send": {"POST": Ask("thanks", send)},
    "visits:thank_you_waive": {"POST": Ask("thanks", waive)},
    "visits:thank_you_proof": {"GET": Ask("thanks_sent")},
    "visits:letter_list": {"GET": Ask()},
    "visits:letter_register": {
        "GET": Ask("", query="?customer={customer}"),
        "POST": Ask("", letter, query="?customer={customer}"),
    },
    "visits:letter_detail": {"GET": Ask("letter")},
    "visits:letter_assign": {"POST": Ask("letter", letter_owner)},
    "visits:letter_scan": {"GET": Ask("letter")},
    "visits:letter_close": {"POST": Ask("letter_sent")},
    "visits:reply_draft": {"GET": Ask("letter"), "POST": Ask("letter", reply)},
    "visits:reply_submit": {"POST": Ask("reply_draft")},
    "visits:reply_decide": {"POST": Ask("reply_pending", decide)},
    "visits:reply_issue": {"POST": Ask("reply_draft")},
    "visits:reply_void": {"POST": Ask("reply_issued", void)},
    "visits:reply_send": {"POST": Ask("reply_issued", send)},
    "visits:reply_pdf": {"GET": Ask("reply_sent")},
    "visits:reply_proof": {"GET": Ask("reply_sent")},
    "visits:commitment_list": {"GET": Ask()},
    "visits:commitment_fulfil": {"GET": Ask("promise"), "POST": Ask("promise", fulfil)},
}
ASKS |= VIEW_ASKS | merged("ASKS")
