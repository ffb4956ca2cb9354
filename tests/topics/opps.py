"""Opportunities: list, board, page, every form, several at once, import, stage rows."""

from datetime import timedelta
from decimal import Decimal

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Customer, CustomerNeed
from opportunities import assessment_rules
from opportunities.actions import assessing, importing, keeping, moving
from opportunities.models import Opportunity, OpportunityStage
from opportunities.views.bulk import SALT
from tests.authz.asking import Ask, day, new_owner

BEST = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    """One on its first stage, ready for the next; one that waits for the go; a need; a table."""
    fresh = _registered(customer, word, manager, participant)
    asked = _registered(customer, f"{word}二", manager, participant)
    need = CustomerNeed.objects.create(
        customer=customer, layer="need", description=word, created_by=manager
    )
    asked.refresh_from_db()
    keeping.change(opportunity=asked, seen_at=asked.updated_at, by=manager, need=need)
    moving.move(opportunity=asked, to="qualified", by=manager)
    spare = CustomerNeed.objects.create(
        customer=customer, layer="fact", description=word, created_by=manager
    )
    return {
        "opportunity": fresh.pk,
        "opportunity_asked": asked.pk,
        "need_spare": spare.pk,
        "opportunity_table": importing.keep(upload=_table(customer), by=manager).pk,
        "opportunity_stage": OpportunityStage.objects.get(code="identified").pk,
    }


def _registered(customer, word, manager, engineer) -> Opportunity:
    made = keeping.register(
        customer=customer, by=manager, name=word, kind="network_line", source="visit",
        contact=customer.contacts.first(), need_text=word, annual_amount=Decimal(120_000),
        expected_close=timezone.localdate() + timedelta(days=90), engineer=engineer,
    )  # fmt: skip
    assessing.assess(opportunity=made, kind="value", answers=BEST, by=manager)
    file = importing.keep(upload=_table(customer), by=manager)
    keeping.keep_solution(opportunity=made, file=file, by=manager)
    return made


def _table(customer) -> SimpleUploadedFile:
    contact = customer.contacts.first().name
    text = (
        "客户编码,商机名称,类型,来源,客户联系人,客户的需求,年金额（元）\r\n"
        f"{customer.code},新园区专线,组网专线,拜访,{contact},要一条专线,60000\r\n"
    )
    return SimpleUploadedFile("商机.csv", text.encode("utf-8-sig"), "text/csv")


def _customer(estate) -> Customer:
    return Customer.objects.get(pk=estate.pks["customer"])


def new(world, estate):
    return {
        "name": "新园区专线",
        "kind": "network_line",
        "source": "visit",
        "source_note": "上门拜访时提出",
        "contact": _customer(estate).contacts.first().pk,
        "need": estate.pks["need_spare"],
        "need_text": "新园区要一条专线",
        "business_line": "data",
        "one_off_amount": "10000.00",
        "annual_amount": "60000.00",
        "expected_close": day(60),
        "timing": "年底前",
        "conditions": "价格不变",
        "engineer": "",
    }


def converted(world, estate):
    return {name: value for name, value in new(world, estate).items() if name != "need"}


def changed(world, estate):
    row = Opportunity.objects.get(pk=estate.pks["opportunity"])
    kept = {name: value for name, value in new(world, estate).items() if name != "business_line"}
    return kept | {
        "seen_at": row.updated_at.isoformat(),
        "solution_text": "双路由",
        "quotation_ref": "BJ-1",
        "terms": "三年期",
        "contract_draft": "初稿",
    }


def judged(world, estate):
    return {"probability": "35", "reason": "客户已口头认可"}


def moved(world, estate):
    return {
        "to": "qualified",
        "seen": "identified",
        "one_off_amount": "0.00",
        "annual_amount": "120000.00",
        "expected_close": day(90),
        "reason": "预算已落实",
    }


def decided(world, estate):
    engineer = world.people["solution_engineer"]
    if estate is world.estates["far"]:
        engineer = ""
    return {"decision": "go", "engineer": engineer, "note": "同意"}


def lines(world, estate):
    return {"0-business_line": "data", "0-amount": "120000"}


def rivals(world, estate):
    return {"0-operator": "mobile", "0-name": "移动集团部", "0-our_answer": "双路由"}


def team(world, estate):
    people = [world.people["colleague"], world.people["other_head"]]
    return {
        "0-user": people[0], "0-role": "lead", "0-split_pct": "60",
        "1-user": people[1], "1-role": "member", "1-split_pct": "40",
    }  # fmt: skip


def value(world, estate):
    return {item.code: "0" for item in assessment_rules.VALUE_ITEMS}


def chosen(world, estate):
    pk = estate.pks["opportunity"]
    return {"ids": [pk], "confirmed": "1", f"seen_{pk}": "identified"}


def given(world, estate):
    told = {"to": new_owner(world, estate), "reason": "调整分工"}
    return {"ids": [estate.pks["opportunity"]], "confirmed": "1"} | told


def table(world, estate):
    return {"upload": _table(_customer(estate))}


def token(world, estate):
    return {"token": signing.dumps(estate.pks["opportunity_table"], salt=SALT)}


def stage(world, estate):
    return {
        "probability": "12",
        "exit_criterion": "客户确认了需求",
        "required": ["contact", "source", "need_text"],
        "stale_days": "20",
    }


def both(row, data, **more) -> dict:
    return {"GET": Ask(row, **more), "POST": Ask(row, data, **more)}


ASKS = {
    "opportunities:list": {"GET": Ask()},
    "opportunities:board": {"GET": Ask()},
    "opportunities:need_list": {"GET": Ask()},
    "opportunities:export": {"POST": Ask()},
    "opportunities:detail": {"GET": Ask("opportunity")},
    "opportunities:file": {"GET": Ask("opportunity")},
    "opportunities:of_customer": {"GET": Ask("customer")},
    "opportunities:create": both("", new, query="?customer={customer}"),
    "opportunities:convert": both("need_spare", converted),
    "opportunities:edit": both("opportunity", changed),
    "opportunities:probability": both("opportunity", judged),
    "opportunities:move": both("opportunity", moved),
    "opportunities:lines": both("opportunity", lines),
    "opportunities:rivals": both("opportunity", rivals),
    "opportunities:team": both("opportunity", team),
    "opportunities:assess": both("opportunity", value, kwargs={"kind": "value"}),
    "opportunities:go": both("opportunity_asked", decided),
    "opportunities:bulk_move": {"POST": Ask("", chosen)},
    "opportunities:bulk_owner": {"POST": Ask("", given)},
    "opportunities:import": {"GET": Ask(), "POST": Ask("", table)},
    "opportunities:import_confirm": {"POST": Ask("", token)},
    "opportunities:stage_list": {"GET": Ask()},
    "opportunities:stage_edit": both("opportunity_stage", stage),
}
HERE = "opportunities.forms"
FORMS = {
    f"{HERE}.editing.OpportunityForm": ("opportunities:create", "owner"),
    f"{HERE}.editing.JudgeForm": ("opportunities:probability", "owner"),
    f"{HERE}.editing.StageForm": ("opportunities:stage_edit", "sysadmin"),
    f"{HERE}.moving.MoveForm": ("opportunities:move", "owner"),
    f"{HERE}.moving.GoForm": ("opportunities:go", "dept_head"),
    f"{HERE}.assessing.ValueForm": ("opportunities:assess", "owner"),
    f"{HERE}.bulk.OwnerForm": ("opportunities:bulk_owner", "dept_head"),
    f"{HERE}.bulk.ImportForm": ("opportunities:import", "owner"),
}
# Lines of a table and the other assessments: opportunities/tests send them bad values themselves.
WITHOUT_PAGE = {
    f"{HERE}.{name}"
    for name in (
        "rows.RowForm", "rows.LineForm", "rows.RivalForm", "rows.MemberForm",
        "assessing.AssessForm", "assessing.CompeteForm", "assessing.QuestionsForm",
    )
}  # fmt: skip
GIVEN = {"opportunities:bulk_owner": ("ids", "confirmed")}
NO_PAGES = {
    "opportunities:export",
    "opportunities:file",
    "opportunities:bulk_move",
    "opportunities:bulk_owner",
    "opportunities:import_confirm",
}
MANY_ROWS = {"opportunities:of_customer"}
NO_ROWS = {"opportunities:import", "opportunities:stage_list", "opportunities:create"}
QUERIES = {
    "opportunities:list": (
        "", "?stage=open", "?stage=go", "?stale=1", "?stale=review", "?q=金", "?phase=identify",
        "?source=visit", "?month=2027-01&amount=1", "?order=stuck",
    ),
    "opportunities:board": ("", "?q=金"),
    "opportunities:need_list": ("", "?q=金", "?layer=fact&status=captured", "?show=industries"),
}  # fmt: skip
