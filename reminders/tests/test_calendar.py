"""The work calendar: pages of the administrator, and the open duties that follow a change."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditEvent, WorkCalendarDay, WorkCalendarYear
from core.rules import SHANGHAI, DayNote
from reminders.actions import calendar as actions
from reminders.actions import fulfil_duty, open_duty
from reminders.actions.materialising import materialise_chunk
from reminders.actions.rulebook import read_rulebook
from reminders.models import DutyKind, Obligation
from reminders.tests.factories import make_delivery, make_reminder
from staff.tests.costs import page_cost
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
NOTICE_2027 = "日期,类型,说明\n2027-01-01,休,元旦\n2027-01-02,休,元旦\n2027-01-03,休,元旦\n"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def make_reply_duty(received, kind=DutyKind.LETTER_REPLY):
    """A duty of two working days; any saved row can be its subject."""
    user = make_user()
    return open_duty(
        kind=kind,
        subject=user,
        owner=user,
        started_at=at(received),
        title="答复来函",
        path="/",
        by=user,
        customer_name="",
    )


@pytest.fixture
def admin(client):
    user = make_user("sysadmin")
    client.force_login(user)
    return user


def upload(client, text=NOTICE_2027, *, store=False, **fields):
    data = text if isinstance(text, bytes) else text.encode()
    fields = {"year": "2027", "source": "国办 2027 年通知"} | fields
    fields["file"] = SimpleUploadedFile("2027.csv", data)
    if store:
        fields["store"] = "1"
    return client.post(reverse("reminders:calendar_import"), fields)


def confirm(client, year=2027, source="国办 2027 年通知"):
    return client.post(reverse("reminders:calendar_confirm", args=[year]), {"source": source})


def test_a_confirmed_year_turns_provisional_deadlines_into_real_ones(client, admin):
    duty = make_reply_duty("2026-12-30T10:00")
    assert duty.is_provisional and duty.due_at == at("2027-01-01T18:00")
    upload(client, store=True)
    assert confirm(client).url.endswith("?year=2027")
    moved = Obligation.objects.get(pk=duty.pk)
    assert (moved.due_at, moved.is_provisional) == (at("2027-01-04T18:00"), False)
    assert moved.original_due_at == at("2027-01-01T18:00")
    assert moved.next_look_at == moved.started_at
    events = AuditEvent.objects.about(duty).filter(verb="duty.due_moved").order_by("pk")
    assert [event.changes["due_at"] for event in events] == [
        ["2027 年 1月1日 18:00（暂估）", "2027 年 1月4日 18:00（暂估）"],
        ["2027 年 1月4日 18:00（暂估）", "2027 年 1月4日 18:00"],
    ]


def test_ended_duties_and_other_clocks_are_never_touched(client, admin):
    ended = make_reply_duty("2026-12-30T10:00")
    fulfil_duty(
        kind=ended.kind, subject=ended.owner, at=at("2026-12-31T09:00"), evidence={}, by=admin
    )
    hours = make_reply_duty("2026-12-31T10:00", kind=DutyKind.THANK_YOU_LETTER)
    before = list(Obligation.objects.order_by("pk").values("pk", "due_at", "is_provisional"))
    upload(client, store=True)
    confirm(client)
    assert (
        list(Obligation.objects.order_by("pk").values("pk", "due_at", "is_provisional")) == before
    )
    assert not AuditEvent.objects.about(hours).filter(verb="duty.due_moved").exists()


@pytest.mark.parametrize(
    ("day", "moves"),
    [("2026-11-24", True), ("2026-11-25", True), ("2026-11-23", False), ("2026-11-26", False)],
)
def test_a_corrected_day_moves_only_duties_whose_window_holds_it(admin, day, moves):
    duty = make_reply_duty("2026-11-23T10:00")  # due 11-25
    note = DayNote(False, "临时放假")
    moved = actions.edit_day(day=date.fromisoformat(day), note=note, source="省府通知", by=admin)
    assert moved == int(moves)
    expected = "2026-11-26T18:00" if moves else "2026-11-25T18:00"
    assert Obligation.objects.get(pk=duty.pk).due_at == at(expected)


def test_a_new_working_day_moves_the_deadline_earlier_with_a_trail(admin):
    duty = make_reply_duty("2026-11-20T10:00")  # Friday, due Tuesday
    day = date(2026, 11, 21)
    assert actions.edit_day(day=day, note=DayNote(True, "调班"), source="省府通知", by=admin) == 1
    assert Obligation.objects.get(pk=duty.pk).due_at == at("2026-11-23T18:00")
    assert AuditEvent.objects.about(duty).filter(verb="duty.due_moved").count() == 1


def test_a_deadline_that_moves_silences_what_waits_and_forgets_that_it_was_known(admin):
    duty = make_reply_duty("2026-11-23T10:00")
    Obligation.objects.update(acknowledged_at=at("2026-11-23T11:00"))
    delivery = make_delivery(make_reminder(duty, stage="overdue"))
    note = DayNote(False, "临时放假")
    actions.edit_day(day=date(2026, 11, 24), note=note, source="通知", by=admin)
    duty.refresh_from_db()
    delivery.refresh_from_db()
    assert (duty.acknowledged_at, duty.moved_count) == (None, 1)
    assert delivery.state == "cancelled" and not duty.reminders.pending().exists()


def test_a_stage_that_was_silenced_unsent_is_told_with_the_new_deadline(admin):
    duty = make_reply_duty("2026-11-23T10:00")
    make_reminder(duty, stage="received")
    note = DayNote(False, "临时放假")
    actions.edit_day(day=date(2026, 11, 24), note=note, source="通知", by=admin)
    materialise_chunk(read_rulebook(), at("2026-11-23T10:30"))
    assert [row.stage for row in duty.reminders.pending()] == ["received"]


def test_a_deadline_that_moves_there_and_back_speaks_again(admin):
    duty = make_reply_duty("2026-11-23T10:00")
    late = at("2026-11-25T18:30")
    materialise_chunk(read_rulebook(), late)
    duty.reminders.update(state="sent")
    for note in (DayNote(False, "临时放假"), DayNote(True, "照常上班")):
        actions.edit_day(day=date(2026, 11, 24), note=note, source="通知", by=admin)
    materialise_chunk(read_rulebook(), late)
    assert "overdue/2" in [row.stage for row in duty.reminders.pending()]


def test_a_deadline_that_only_becomes_certain_silences_nothing(client, admin):
    duty = make_reply_duty("2026-12-30T10:00")
    upload(client, "日期,类型,说明\n2027-02-06,休,春节\n", store=True)
    reminder = make_reminder(duty)
    confirm(client)
    reminder.refresh_from_db()
    duty.refresh_from_db()
    assert (reminder.state, duty.is_provisional, duty.moved_count) == ("pending", False, 0)


def test_the_same_change_twice_moves_and_records_once(admin):
    make_reply_duty("2026-11-23T10:00")
    note = DayNote(False, "临时放假")
    results = [
        actions.edit_day(day=date(2026, 11, 24), note=note, source="通知", by=admin)
        for _ in range(2)
    ]
    assert results == [1, 0]
    assert AuditEvent.objects.filter(verb="calendar.day_edited").count() == 1


def test_a_preview_stores_nothing(client, admin):
    response = upload(client)
    assert response.context["ok"] and "元旦" in response.content.decode()
    assert not WorkCalendarDay.objects.filter(date__year=2027).exists()


def test_the_preview_carries_what_its_button_stores(client, admin):
    form = upload(client, NOTICE_2027.encode("gbk")).context["form"]
    fields = {"year": "2027", "source": "通知", "text": form.as_text(), "store": "1"}
    assert client.post(reverse("reminders:calendar_import"), fields).status_code == 302
    assert WorkCalendarDay.objects.filter(date__year=2027, name="元旦").count() == 3
    assert not WorkCalendarYear.objects.get(year=2027).is_confirmed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NOTICE_2027 + "2027-02-30,休,春节", "第 5 行"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "编码认不出来"),
        (b"x" * 300_000, "文件太大"),
        ("", "空"),
    ],
)
def test_a_bad_file_is_named_by_line_and_stores_nothing(client, admin, text, said):
    response = upload(client, text, store=True)
    assert response.status_code == 422 and said in response.content.decode()
    assert "国办 2027 年通知" in response.content.decode()  # nothing typed is lost
    assert not WorkCalendarDay.objects.filter(date__year=2027).exists()


def test_an_empty_year_is_not_confirmed_and_none_is_confirmed_twice(client, admin):
    assert "请先导入" in confirm(client).content.decode()
    assert "已经确认过" in confirm(client, 2026).content.decode()
    assert confirm(client, source="").status_code == 422


def test_the_year_is_shown_with_its_248_working_days(client, admin):
    text = client.get(reverse("reminders:calendar"), {"year": "2026"}).content.decode()
    assert "248 个工作日" in text and "<i>班</i>" in text and "<i>休</i>" in text


def test_one_day_is_edited_on_its_page(client, admin):
    url = reverse("reminders:calendar_day", args=["2026-12-31"])
    fields = {"kind": "rest", "name": "临时放假", "source": "省府通知"}
    assert client.post(url, fields).url.endswith("?year=2026")
    assert WorkCalendarDay.objects.get(date=date(2026, 12, 31)).name == "临时放假"
    client.post(url, fields | {"kind": "weekend"})
    assert not WorkCalendarDay.objects.filter(date=date(2026, 12, 31)).exists()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"kind": ""}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "长" * 41}, "name"),
        ({"source": ""}, "source"),
    ],
)
def test_a_day_without_reason_is_refused(client, admin, fields, where):
    url = reverse("reminders:calendar_day", args=["2026-12-31"])
    fields = {"kind": "rest", "name": "放假", "source": "通知"} | fields
    assert where in client.post(url, fields).context["form"].errors
    assert not WorkCalendarDay.objects.filter(date=date(2026, 12, 31)).exists()


@pytest.mark.parametrize("path", ["?year=abc", "?year=1", "days/2026-02-30/", "days/x/"])
def test_what_is_no_date_is_404(client, admin, path):
    assert client.get(reverse("reminders:calendar") + path).status_code == 404


def test_the_example_file_is_a_good_file(client, admin):
    data = client.get(reverse("reminders:calendar_template")).content
    assert upload(client, data).context["ok"]


def test_only_the_administrator_comes_in_and_confirming_is_a_post(client, admin):
    url = reverse("reminders:calendar_confirm", args=[2027])
    assert client.get(url).status_code == 405
    client.force_login(make_user("dept_head"))
    for name in ("calendar", "calendar_import", "calendar_template"):
        assert client.get(reverse(f"reminders:{name}")).status_code == 403
    assert client.post(url).status_code == 403


def test_the_page_costs_the_same_whatever_the_year_holds(client, admin):
    url = reverse("reminders:calendar")
    assert page_cost(client, url + "?year=2026") == page_cost(client, url + "?year=2025")
