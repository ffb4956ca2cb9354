"""One small world: three customers with a row of every kind, and everybody who could look at them.

`own` belongs to the owner, `near` to another department of the same branch, `far` to another
branch. Every text of an estate carries its canary, so that a leak is found by one search.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import CustomerAssignment
from accounts.tests.factories import make_contact, make_customer, make_industry
from core.models import Parameter, WorkCalendarDay, WorkCalendarYear
from reminders.models import LadderStage, Obligation, SweepRun
from reminders.tests.factories import make_delivery, make_reminder
from staff.models import User
from staff.tests.factories import make_absence, make_branch, make_department, make_user
from tests.authz.view_rows import make_affairs, make_items
from tests.topics import make_all
from visits.actions import planning, replying, thanks
from visits.models import Visit
from visits.tests.factories import make_commitment, make_participant, make_record, make_visit
from visits.tests.letter_factories import make_inbound, make_reply, pdf_file

CANARY = {"own": "金丝雀己", "near": "金丝雀邻", "far": "金丝雀远"}
ROLES = [role for role in User.Role.values if role != "account_manager"]
# The columns of the table: the eleven roles (the owner is the account manager), then who else.
COLUMNS = ["owner", *ROLES]
COLUMNS += ["delegate", "colleague", "other_head", "anonymous", "left", "newcomer"]
NOBODY = ("anonymous", "left")


FAR = CANARY["far"]  # also in the names of people: those of the own branch are no secret


@dataclass
class Estate:
    """A customer and the primary keys of its rows, by the name that the table's rows use."""

    canary: str
    pks: dict[str, int]


@dataclass
class World:
    people: dict[str, int]
    estates: dict[str, Estate]


def build() -> World:
    branch, other = make_branch(code="SX", name="绍兴"), make_branch(code="NB", name="宁波")
    gov = make_department(branch=branch, code="GOV", name="党政客户部")
    fin = make_department(branch=branch, code="FIN", name="金融客户部")
    people = _people(branch, gov, fin)
    industries = [make_industry("GOV", "党政"), make_industry("FIN", "金融")]
    industries[0].managers.add(people["industry_manager"])
    mate = make_user(department=fin, name="邻部门同事")
    away = make_department(branch=other, code="GOV", name=f"{CANARY['far']}部")
    stranger = make_user(department=away, name=f"{CANARY['far']}经理")
    make_user("dept_head", department=away, name=f"{CANARY['far']}部长")
    estates = {
        "own": make_estate("own", people["owner"], industries[0], people["solution_engineer"]),
        "near": make_estate("near", mate, industries[1], None),
        "far": make_estate("far", stranger, make_industry("EDU", "教育"), None),
    }
    _absences(people, mate, stranger, estates)
    now = timezone.now()
    SweepRun.objects.create(started_at=now, finished_at=now)
    WorkCalendarYear.objects.create(year=2027)
    WorkCalendarDay.objects.create(date=date(2027, 1, 1), is_workday=False, name="元旦")
    return World({name: user.pk for name, user in people.items()}, estates)


def _people(branch, gov, fin) -> dict[str, User]:
    people = {"owner": make_user(department=gov, name="甲经理")}
    for role in ROLES:
        people[role] = make_user(role, department=gov, branch=branch, name=f"乙{role}")
    people["delegate"] = make_user(department=fin, name="代理人")
    people["colleague"] = make_user(department=gov, name="同部门同事")
    people["other_head"] = make_user("dept_head", department=fin, name="另一部门经理")
    people["left"] = make_user(department=gov, name="离职者")
    User.objects.filter(pk=people["left"].pk).update(state="left", left_on=timezone.localdate())
    people["newcomer"] = make_user(department=gov, name="新人", must_change_password=True)
    return people


def _absences(people, mate, stranger, estates) -> None:
    today = timezone.localdate()
    span = (today, today + timedelta(days=3))
    pairs = {
        "own": (people["owner"], people["delegate"]),
        "near": (mate, people["other_head"]),
        "far": (stranger, make_user(department=stranger.department, name=CANARY["far"])),
    }
    for where, (user, stand_in) in pairs.items():
        # The other head may act for nobody: the near absence has not begun.
        shift = timedelta(days=30 if where == "near" else 0)
        row = make_absence(user, stand_in, *(d + shift for d in span), reason=CANARY[where])
        estates[where].pks |= {"absence": row.pk, "user": user.pk}
        estates[where].pks["department"] = user.department_id
        estates[where].pks["parameter"] = Parameter.objects.get(key="digest_over").pk
        estates[where].pks["ladder"] = LadderStage.objects.first().pk


def make_estate(where, manager, industry, participant) -> Estate:
    """A customer with a row of every kind; the participant joins all its visits."""
    word = CANARY[where]
    customer = make_customer(
        manager=manager,
        industry=industry,
        name=f"{word}局",
        region=f"{word}区",
        address=f"{word}路",
    )
    contact = make_contact(customer, name=f"{word}人", phone="0575-8512345")
    backup = CustomerAssignment.objects.create(
        customer=customer,
        user=make_user(department=manager.department, name=f"{FAR if where == 'far' else ''}备岗"),
        role="backup",
        valid_from=timezone.localdate(),
        valid_to=timezone.localdate() + timedelta(days=20),
        reason=word,
    )
    pks = {"customer": customer.pk, "contact": contact.pk, "backup": backup.pk}
    leaver = make_user(department=manager.department, name=f"{FAR if where == 'far' else ''}闲人")
    pks["leaver"] = leaver.pk  # has no work in hand: an account with any is not closed
    pks |= make_items(customer, word)
    pks |= _visits(customer, word, participant)
    pks |= make_affairs(customer, word, giver=backup.user, visit=pks["recorded"])
    pks |= _letters(customer, word, manager)
    pks = make_all(customer, word, manager, participant, pks)
    duty = Obligation.objects.filter(customer_ref=customer.pk).open().order_by("pk").first()
    delivery = make_delivery(make_reminder(duty, recipient=manager), state="failed")
    return Estate(word, pks | {"duty": duty.pk, "delivery": delivery.pk})


def _visits(customer, word, participant) -> dict[str, int]:
    soon, purpose = timezone.now() + timedelta(hours=30), f"{word}，商量明年的专线扩容"
    known = {"customer": customer, "purpose": purpose, "location": word, "is_formal": True}
    pks = {}
    for state in ("draft", "planned", "booked", "in_progress", "held", "recorded"):
        pks[state] = _visit(state, soon, participant, **known)
    near = timezone.now() + timedelta(hours=2)  # nobody arrives half a day ahead
    pks["arrive"] = _visit("booked", near, participant, **known)
    for state, name in (("pending", "thanks"), ("sent", "thanks_sent")):
        visit = make_visit(ended_at=timezone.now() - timedelta(hours=1), **known)
        _join(visit, participant)
        letter = thanks.open_letter(visit=visit, by=customer.manager)
        _write(letter, word)
        if state == "sent":
            _send_thanks(letter)
            make_record(visit, facts=word)
            Visit.objects.filter(pk=visit.pk).update(state="recorded")
        pks[name] = visit.pk
    pks["promise"] = make_commitment(visit=visit, content=word).pk
    return pks


def _visit(state, soon, participant, **known) -> int:
    visit = make_visit(state=state, scheduled_start=soon, **known)
    _join(visit, participant)
    if state == "planned":
        planning.open_booking_duty(visit, by=visit.owner, at=timezone.now())
    if state == "recorded":
        make_record(visit, facts=visit.location)
        visit.key_points.update(outcome="covered")
    return visit.pk


def _join(visit, participant) -> None:
    if participant:
        make_participant(visit, participant)


def _write(letter, word) -> None:
    thanks.save_draft(
        letter=letter,
        contacts=letter.visit.contacts.all(),
        salutation="尊敬的王主任",
        body=f"您好！\n感谢您的接待。{word}",
        letter_on=timezone.localdate(),
        by=letter.visit.owner,
    )


def _send_thanks(letter) -> None:
    thanks.send_letter(
        letter=letter,
        channel="paper",
        recipient="王",
        sent_at=timezone.now(),
        by=letter.visit.owner,
        proof=_file(letter.visit.location),
    )


def _file(word):
    file = pdf_file(f"{word}.pdf")
    file.content_type = "application/pdf"
    return file


def _letters(customer, word, manager) -> dict[str, int]:
    def letter(**fields):
        text = {"subject": f"关于{word}的函", "summary": word}
        return make_inbound(customer=customer, **(text | fields))

    def reply(inbound, state):
        made = make_reply(inbound, title=f"关于{word}的复函")
        if state in ("issued", "sent"):
            replying.issue_reply(reply=made, by=manager)
        if state == "sent":
            replying.send_reply(
                reply=made, channel="paper", recipient="王", by=manager,
                sent_at=timezone.now(), proof=_file(word),
            )  # fmt: skip
        if state == "pending":
            replying.submit_reply(reply=made, by=manager)
        return made.pk

    received = letter(scan=_file(word))
    pks = {"letter": received.pk, "letter_sent": (sent := letter()).pk}
    pks["reply_sent"] = reply(sent, "sent")
    pks["reply_draft"] = reply(letter(), "draft")
    pks["reply_pending"] = reply(letter(category="complaint"), "pending")
    pks["reply_issued"] = reply(letter(), "issued")
    return pks
