"""Every way to a stage: the form, the board, several at once, a table. None of them jumps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_contact, make_customer
from opportunities.actions import assessing, keeping, moving
from opportunities.models import Opportunity, StageMove
from opportunities.tests.factories import make_need, make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
BEST = {"impact": 5, "capability": 4, "attention": 4, "budget": 3, "time": 2}


@pytest.fixture
def head():
    return make_user("dept_head")


@pytest.fixture
def manager(client, head):
    user = make_user(department=head.department, reports_to=head)
    client.force_login(user)
    return user


@pytest.fixture
def row(manager):
    customer = make_customer(manager=manager)
    made = make_opportunity(customer, need=make_need(customer))
    assessing.assess(opportunity=made, kind="value", answers=BEST, by=manager)
    return made


def url(row, name="move"):
    return reverse(f"opportunities:{name}", args=[row.pk])


def send(client, row, to, **fields):
    known = {"to": to, "seen": row.stage, "one_off_amount": "600000", "annual_amount": "0",
             "expected_close": "2027-03-31"}  # fmt: skip
    return client.post(url(row), known | fields)


def stage_of(row) -> str:
    return Opportunity.objects.get(pk=row.pk).stage


def test_one_step_with_its_fields(client, row):
    assert send(client, row, "qualified").status_code == 302
    assert stage_of(row) == "qualified"


def test_what_the_step_asked_for_is_in_the_history(client, row):
    send(client, row, "qualified", expected_close="2027-05-01")
    change = row.changes.get(field="expected_close")
    assert (change.old, change.new) == ("2027-03-31", "2027-05-01")


@pytest.mark.parametrize("to", ["approved", "solution", "proposal", "negotiation", "contracting",
                                "won"])  # fmt: skip
def test_the_form_jumps_nowhere(client, row, to):
    filled = {"solution_text": "双路由", "quotation_ref": "Q", "terms": "三年",
              "contract_draft": "稿",
              "contract_no": "C-1", "signed_on": "2026-11-01", "win_reason": "price"}  # fmt: skip
    answer = send(client, row, to, **filled)
    assert answer.status_code == 422
    assert "不能跳过中间的阶段" in answer.content.decode()
    assert stage_of(row) == "identified"


@pytest.mark.parametrize("to", ["solution", "won"])
def test_a_card_dropped_on_a_far_column_stays(client, row, to):
    answer = client.post(url(row), {"to": to, "seen": "identified", "back": "board"})
    assert answer.status_code == 422
    assert stage_of(row) == "identified"


def test_a_card_moves_with_what_is_known(client, row):
    answer = client.post(url(row), {"to": "qualified", "seen": "identified", "back": "board"})
    assert answer.url == reverse("opportunities:board")
    assert stage_of(row) == "qualified"


def menu(client, row) -> str:
    """The menu of the card, which the keyboard reaches as well."""
    text = client.get(reverse("opportunities:board")).content.decode()
    start = text.index(f"变更「{row.name}」的阶段")
    return text[start : text.index("</details>", start)]


def test_the_menu_of_a_card_leads_one_step_back(client, row, manager):
    assert "退回" not in menu(client, row)
    moving.move(opportunity=row, to="qualified", by=manager)
    link = f"{url(row)}?to=identified&amp;back=board"
    assert f'href="{link}">退回到商机登记' in menu(client, row)
    page = client.get(link.replace("&amp;", "&")).content.decode()
    assert "退回的原因" in page
    sent = {"to": "identified", "seen": "qualified", "back": "board", "reason": "预算推迟"}
    assert client.post(url(row), sent).url == reverse("opportunities:board")
    assert stage_of(row) == "identified"


def test_the_menu_of_a_resting_card_takes_it_up_again(client, row, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    day = timezone.localdate() + timedelta(days=30)
    aside = {"suspended_reason": "客户换届", "review_on": day}
    moving.move(opportunity=row, to="suspended", by=manager, **aside)
    text = menu(client, row)
    assert "恢复" in text
    assert "搁置" not in text
    page = client.get(f"{url(row)}?back=board")
    assert "恢复到需求确认" in page.content.decode()
    sent = {name: page.context["form"].initial[name] for name in ("to", "seen")}
    assert client.post(url(row), sent | {"back": "board"}).status_code == 302
    assert stage_of(row) == "qualified"


def test_several_at_once_take_one_step_and_refusals_are_named(client, row, manager):
    bare = make_opportunity(row.customer, name="没有评分的")
    ended = make_opportunity(row.customer, name="已输的")
    lost = {"loss_reason": "late", "winner": "移动", "lesson": "早些介入"}
    moving.move(opportunity=ended, to="lost", by=manager, **lost)
    ids = [row.pk, bare.pk, ended.pk]
    preview = client.post(reverse("opportunities:bulk_move"), {"ids": ids})
    assert preview.status_code == 200
    assert stage_of(row) == "identified"
    sent = {"ids": ids, "confirmed": "1"} | {f"seen_{pk}": "identified" for pk in ids}
    answer = client.post(reverse("opportunities:bulk_move"), sent)
    refused = {one.opportunity.pk: one.refusal for one in answer.context["refused"]}
    assert set(refused) == {bare.pk, ended.pk}
    assert "价值评分" in refused[bare.pk]
    assert [stage_of(one) for one in (row, bare, ended)] == ["qualified", "identified", "lost"]


def test_several_at_once_never_give_the_go(client, row, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    sent = {"ids": [row.pk], "confirmed": "1", f"seen_{row.pk}": "qualified"}
    answer = client.post(reverse("opportunities:bulk_move"), sent)
    assert "立项决定" in answer.context["refused"][0].refusal
    assert stage_of(row) == "qualified"


def test_a_stale_list_moves_nothing_twice(client, row, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    sent = {"ids": [row.pk], "confirmed": "1", f"seen_{row.pk}": "identified"}
    answer = client.post(reverse("opportunities:bulk_move"), sent)
    assert "刷新" in answer.context["refused"][0].refusal
    assert stage_of(row) == "qualified"


def test_one_foreign_row_refuses_all(client, row):
    other = make_opportunity()
    answer = client.post(
        reverse("opportunities:bulk_move"), {"ids": [row.pk, other.pk], "confirmed": "1"}
    )
    assert answer.status_code == 404
    assert stage_of(row) == "identified"


def test_another_manager_gets_404(client, row):
    client.force_login(make_user())
    assert send(client, row, "qualified").status_code == 404


def test_a_member_from_elsewhere_reads_and_does_not_move(client, row, manager):
    mate = make_user(branch=manager.branch)
    members = [{"user": mate, "role": "member", "split_pct": Decimal(100)}]
    keeping.set_team(opportunity=row, members=members, by=manager)
    client.force_login(mate)
    assert client.get(row.get_absolute_url()).status_code == 200
    assert send(client, row, "qualified").status_code == 403


def test_the_page_names_what_is_missing_and_where_it_goes(client, manager):
    made = make_opportunity(make_customer(manager=manager), expected_close=None)
    lacking = client.get(made.get_absolute_url()).context["lacking"]
    assert [(one.label, one.url) for one in lacking] == [
        ("预计签约", url(made, "edit") + "#id_expected_close"),
        ("价值评分", reverse("opportunities:assess", args=[made.pk, "value"])),
    ]


def test_the_head_gives_the_go_with_an_engineer(client, row, head, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    engineer = make_user("solution_engineer", branch=head.branch)
    client.force_login(head)
    assert client.post(url(row, "go"), {"decision": "go"}).status_code == 422
    answer = client.post(url(row, "go"), {"decision": "go", "engineer": engineer.pk})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.stage, row.go_by, row.engineer) == ("approved", head, engineer)


def test_the_head_decides_on_a_tender_at_its_first_stage(client, row, head, manager):
    make_need(row.customer, layer="win", parent=row.need)
    keeping.set_rivals(opportunity=row, rivals=[{"operator": "mobile"}], by=manager)
    Opportunity.objects.filter(pk=row.pk).update(source="tender_notice", quotation_ref="招 1")
    engineer = make_user("solution_engineer", branch=head.branch)
    client.force_login(head)
    assert url(row, "go") in client.get(row.get_absolute_url()).content.decode()
    assert "直接进入报价投标" in client.get(url(row, "go")).content.decode()
    client.post(url(row, "go"), {"decision": "go", "engineer": engineer.pk})
    assert stage_of(row) == "proposal"


def test_who_calls_it_a_tender_later_skips_nothing(client, row, head):
    values = {"stage": "approved", "go_by": head, "quotation_ref": "Q", "source": "tender_notice"}
    Opportunity.objects.filter(pk=row.pk).update(**values)
    answer = client.post(url(row), {"to": "proposal", "seen": "approved", "quotation_ref": "Q"})
    assert "不能跳过中间的阶段" in answer.content.decode()
    assert stage_of(row) == "approved"


def test_the_manager_gives_no_go(client, row, manager):
    moving.move(opportunity=row, to="qualified", by=manager)
    assert client.post(url(row, "go"), {"decision": "go"}).status_code == 403


def test_after_a_step_back_the_go_is_asked_again(row, head, manager):
    engineer = make_user("solution_engineer", branch=head.branch)
    moving.move(opportunity=row, to="qualified", by=manager)
    there = moving.decide_go(opportunity=row, is_go=True, engineer=engineer, note="", by=head)
    back = moving.move(opportunity=there, to="qualified", by=manager, reason="预算取消")
    assert back.go_by is None


# --- a table --------------------------------------------------------------------------------------
HEAD = "客户编码,商机名称,类型,来源,客户联系人,客户的需求,一次性金额（元）,预计签约,阶段\n"


def upload(client, text):
    file = SimpleUploadedFile("商机.csv", (HEAD + text).encode("utf-8"), "text/csv")
    return client.post(reverse("opportunities:import"), {"upload": file})


def confirm(client, preview):
    sent = {"token": preview.context["token"]}
    return client.post(reverse("opportunities:import_confirm"), sent)


def test_a_table_makes_new_ones_on_the_first_stage(client, manager):
    customer = make_customer(manager=manager, code="C9001")
    make_contact(customer, name="王科长")
    text = "C9001,新园区专线,组网专线,拜访,王科长,要一条专线,50000,2027-01-31,商机登记\n"
    preview = upload(client, text)
    assert (preview.context["made_count"], Opportunity.objects.count()) == (1, 0)
    assert confirm(client, preview).status_code == 302
    made = Opportunity.objects.get()
    assert (made.stage, made.amount, made.contact.name) == ("identified", 50_000, "王科长")
    assert StageMove.objects.filter(opportunity=made).count() == 1


@pytest.mark.parametrize("stage", ["方案交流", "赢单", "需求确认"])
def test_a_table_starts_nothing_further_up(client, manager, stage):
    customer = make_customer(manager=manager, code="C9001")
    make_contact(customer, name="王科长")
    text = f"C9001,新园区专线,组网专线,拜访,王科长,要一条专线,50000,2027-01-31,{stage}\n"
    preview = upload(client, text)
    fault = preview.context["bad"][0].faults[0]
    assert (fault.column, fault.value) == ("阶段", stage)
    assert "逐级推进" in fault.message
    confirm(client, preview)
    assert not Opportunity.objects.exists()


def test_a_table_moves_no_stage_and_changes_amount_and_day(client, row):
    code = row.customer.code
    jump = upload(client, f"{code},{row.name},,,,,700000,2027-06-30,合同签订\n")
    fault = jump.context["bad"][0].faults[0]
    assert fault.column == "阶段"
    assert "不能跳过中间的阶段" in fault.message
    confirm(client, jump)
    row.refresh_from_db()
    assert (row.stage, row.one_off_amount) == ("identified", 600_000)
    confirm(client, upload(client, f"{code},{row.name},,,,,700000,2027-06-30,\n"))
    row.refresh_from_db()
    assert (row.stage, row.one_off_amount) == ("identified", 700_000)
    assert row.expected_close == date(2027, 6, 30)
    assert row.changes.filter(field="one_off_amount").count() == 1


def test_a_table_reaches_no_foreign_customer(client, manager):
    other = make_customer(code="C9009")
    make_contact(other, name="李科长")
    preview = upload(client, "C9009,专线,组网专线,拜访,李科长,要专线,5,2027-01-31,\n")
    assert preview.context["bad"][0].faults[0].column == "客户编码"


def test_nobody_confirms_the_table_of_another(client, row):
    preview = upload(client, f"{row.customer.code},{row.name},,,,,700000,,\n")
    client.force_login(make_user())
    assert confirm(client, preview).status_code == 404
    row.refresh_from_db()
    assert row.one_off_amount == 600_000


@pytest.mark.parametrize(
    ("reason", "field"), [("price", "price_gap_pct"), ("late", "winner"), ("", "loss_reason")]
)
def test_what_a_loss_lacks_is_told_at_its_field(client, row, reason, field):
    told = {"loss_reason": reason, "winner": "移动", "lesson": "早些介入"}
    answer = send(client, row, "lost", **(told | ({"winner": ""} if field == "winner" else {})))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert stage_of(row) == "identified"


def test_a_suspension_comes_back_within_ninety_days(client, row):
    late = (timezone.localdate() + timedelta(days=91)).isoformat()
    answer = send(client, row, "suspended", suspended_reason="客户换届", review_on=late)
    assert "90 天" in answer.content.decode()
    assert stage_of(row) == "identified"


def test_a_team_shares_a_hundred_percent(client, row, manager):
    mate = make_user(department=manager.department)
    sent = {"0-user": manager.pk, "0-role": "lead", "0-split_pct": "60",
            "1-user": mate.pk, "1-role": "member", "1-split_pct": "30"}  # fmt: skip
    answer = client.post(url(row, "team"), sent)
    assert answer.status_code == 422
    assert "应为 100%" in answer.content.decode()
    assert client.post(url(row, "team"), sent | {"1-split_pct": "40"}).status_code == 302
    assert [str(m.split_pct) for m in row.members.all()] == ["60.00", "40.00"]


def test_lines_add_up_to_the_amount(client, row):
    sent = {"0-business_line": "data", "0-amount": "500000"}
    answer = client.post(url(row, "lines"), sent)
    assert "不符" in answer.content.decode()
    assert "500000" in answer.content.decode()
    more = {"1-business_line": "disaster_recovery", "1-amount": "100000"}
    assert client.post(url(row, "lines"), sent | more).status_code == 302
    assert row.lines.count() == 2


@pytest.mark.parametrize(
    ("name", "sent"),
    [("lines", {"0-business_line": "data", "0-amount": "NaN"}),
     ("lines", {"0-business_line": "不是选项", "0-amount": "5"}),
     ("rivals", {"0-operator": "mobile", "0-name": "长" * 61}),
     ("rivals", {"0-operator": "", "0-name": "有名无姓"}),
     ("team", {"0-user": "9" * 40, "0-role": "lead"}),
     ("team", {"0-user": "", "0-role": "lead", "0-split_pct": "100"})],
)  # fmt: skip
def test_a_bad_line_is_told_at_its_field(client, row, name, sent):
    answer = client.post(url(row, name), sent)
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
