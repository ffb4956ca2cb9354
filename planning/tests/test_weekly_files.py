"""The weekly file: one a scope, Monday and version; whole or not there; in the scope's numbers."""

import hashlib
import io
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import MonthlyBill, ServiceContract
from accounts.tests.factories import make_customer, make_duty, make_industry
from core.models import AuditEvent
from core.pdf import PdfError
from core.rules import SHANGHAI
from planning import export_rules, weekly_pdf_reports
from planning.actions import export_mail, exporting, moving, organising
from planning.models import ExportNotice, PlanExport
from planning.tests import reviewing
from planning.tests.factories import make_plan
from planning.tests.retention_factories import make_contract
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)
AT = datetime(2026, 11, 30, 7, 30, 5, tzinfo=SHANGHAI)
MADE = exporting.Made(b"%PDF-1.7 whole", 3, {})


def fast(export, step):
    step(2)
    return MADE


@pytest.fixture
def scene(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    scene = reviewing.world()
    scene.foreign = make_customer(
        manager=make_user(department=scene.there), name="别部门的客户单位"
    )
    return scene


def opened(now=AT):
    exporting.open_week(now=now)
    return PlanExport.objects.filter(monday=MONDAY)


def files():
    folder = Path(default_storage.path(exporting.FOLDER))
    return sorted(folder.iterdir()) if folder.is_dir() else []


# --- when -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "monday"),
    [
        (datetime(2026, 11, 30, 7, 29, 59, tzinfo=SHANGHAI), None),
        (datetime(2026, 11, 30, 7, 30, tzinfo=SHANGHAI), MONDAY),
        (datetime(2026, 12, 6, 23, 59, tzinfo=SHANGHAI), MONDAY),
        (datetime(2026, 12, 7, 7, 0, tzinfo=SHANGHAI), None),
    ],
)
def test_the_week_is_due_from_monday_half_past_seven_to_its_end(now, monday):
    assert export_rules.due_monday(now) == monday


def test_monday_makes_one_for_the_branch_and_each_department_however_often_the_clock_rings(scene):
    for _ in range(3):
        opened()
    found = opened().values_list("scope", "department", "version", "why")
    assert sorted(found, key=str) == sorted(
        [
            ("branch", None, 1, "beat"),
            ("department", scene.here.pk, 1, "beat"),
            ("department", scene.there.pk, 1, "beat"),
        ],
        key=str,
    )


def test_a_missed_monday_is_caught_up_and_a_missed_week_is_not(scene):
    assert {e.why for e in opened(AT + timedelta(days=3))} == {"catch_up"}
    assert not PlanExport.objects.exclude(monday=MONDAY).exists()


def test_a_branch_without_plans_gets_no_file(db):
    make_customer()
    assert exporting.open_week(now=AT) == 0


def test_what_fails_is_tried_again_and_what_never_fits_says_so(scene):
    export = opened().get(scope="branch")

    def broken(row, step):
        raise OSError("disk")

    def endless(row, step):
        raise PdfError("内容太长")

    assert not exporting.work(pk=export.pk, make=broken)
    row = PlanExport.objects.get(pk=export.pk)
    assert (row.state, row.lease_until, row.done) == ("waiting", None, 0)
    assert not exporting.work(pk=export.pk, make=endless)
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "内容太长")


def test_two_clocks_cannot_make_two_files_of_a_monday(scene):
    branch = scene.plan.branch
    exporting._insert(branch, None, MONDAY, "beat", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        exporting._insert(branch, None, MONDAY, "catch_up", None)


# --- whole or not there ---------------------------------------------------------------------------
def test_a_finished_file_hangs_on_its_row_with_its_fingerprint(scene):
    export = opened().get(scope="branch")
    assert exporting.work(pk=export.pk, make=fast)
    export.refresh_from_db()
    content = export.file.read()
    assert content == MADE.content and export.sha256 == hashlib.sha256(content).hexdigest()
    assert (export.state, export.pages, export.size) == ("done", 3, len(content))
    assert not exporting.work(pk=export.pk, make=fast), "it is done once"
    assert len(files()) == 1


def test_a_worker_that_lost_its_lease_leaves_neither_file_nor_row(scene):
    export = opened().get(scope="branch")

    def frozen(row, step):
        gone = AT - timedelta(days=1)
        PlanExport.objects.filter(pk=row.pk).update(lease_until=gone)
        assert exporting.work(pk=row.pk, make=fast), "another one takes it over meanwhile"
        return exporting.Made(b"%PDF-1.7 late", 9, {})

    assert not exporting.work(pk=export.pk, make=frozen)
    export.refresh_from_db()
    assert export.file.read() == MADE.content and export.attempts == 2 and len(files()) == 1


def test_nobody_takes_what_another_one_holds_and_the_sweep_sends_what_nobody_holds(
    scene, django_capture_on_commit_callbacks, monkeypatch
):
    export = opened().get(scope="branch")
    now = timezone.now()
    PlanExport.objects.exclude(pk=export.pk).update(sent_at=now)
    assert exporting._take(export.pk) and not exporting.work(pk=export.pk, make=fast)
    assert exporting.resend_stuck(now=now) == 0
    PlanExport.objects.filter(pk=export.pk).update(lease_until=now - timedelta(seconds=1))
    sent = []
    monkeypatch.setattr(exporting.current_app, "send_task", lambda *a, **k: sent.append(k["args"]))
    with django_capture_on_commit_callbacks(execute=True):
        assert exporting.resend_stuck(now=now) == 1
    assert sent == [[export.pk]]


def test_the_database_refuses_a_done_row_without_a_file_and_a_file_on_an_undone_one(scene):
    row = PlanExport.objects.filter(pk=opened().first().pk)
    for values in ({"state": "done"}, {"file": "weekly/x.pdf"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**values)


def test_what_a_killed_worker_left_goes_and_what_hangs_on_a_row_stays(scene):
    exporting.work(pk=opened().get(scope="branch").pk, make=fast)
    [kept] = files()
    half, old = kept.with_name("half.part"), kept.with_name("whole.pdf")
    for path in (half, old, kept):
        path.write_bytes(path.read_bytes() if path == kept else b"x")
        os.utime(path, (0, 0))
    assert exporting.clear_left_over(now=timezone.now()) == 2
    assert files() == [kept]


def test_too_many_attempts_end_in_words(scene):
    export = opened().get(scope="branch")
    PlanExport.objects.filter(pk=export.pk).update(attempts=exporting.MOST_ATTEMPTS)
    assert not exporting.work(pk=export.pk, make=fast)
    export.refresh_from_db()
    assert export.state == "failed" and export.failure


# --- who is told ----------------------------------------------------------------------------------
def test_the_head_and_the_director_get_a_link_once_and_no_content(scene, settings):
    settings.EMAIL_HOST = "localhost"
    for export in opened():
        exporting.work(pk=export.pk, make=fast)
    assert export_mail.send_notices(now=timezone.now()) == 3
    assert export_mail.send_notices(now=timezone.now()) == 0
    assert {m.to[0] for m in mail.outbox} == {
        scene.head.email, scene.other_head.email, scene.director.email,
    }  # fmt: skip
    [to_head] = [m for m in mail.outbox if m.to == [scene.head.email]]
    export = PlanExport.objects.get(department=scene.here)
    assert f"{settings.SITE_URL}/plans/weekly/{export.pk}/" in to_head.body
    assert not to_head.attachments and scene.plan.number not in to_head.body


def test_who_has_left_the_scope_before_it_was_sent_is_not_told(scene, settings):
    settings.EMAIL_HOST = "localhost"
    exporting.work(pk=opened().get(department=scene.here).pk, make=fast)
    type(scene.head).objects.filter(pk=scene.head.pk).update(department=scene.there)
    assert export_mail.send_notices(now=timezone.now()) == 0 and not mail.outbox
    assert ExportNotice.objects.get(recipient=scene.head).error == export_mail.NOT_THEIRS


# --- the pages ------------------------------------------------------------------------------------
def test_a_head_makes_a_new_version_and_joins_one_that_runs(client, scene):
    exporting.work(pk=opened(timezone.now()).get(department=scene.here).pk, make=fast) if (
        export_rules.due_monday(timezone.now()) == MONDAY
    ) else None
    before = PlanExport.objects.filter(department=scene.here).count()
    client.force_login(scene.head)
    asked = {"scope": f"{scene.plan.branch_id}-{scene.here.pk}"}
    urls = {client.post("/plans/weekly/make/", asked).url for _ in range(2)}
    assert len(urls) == 1
    [url] = urls
    made = PlanExport.objects.filter(department=scene.here, why="on_demand").get()
    assert made.version == before + 1 and made.requested_by == scene.head
    assert "<progress" in client.get(url).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div") and "<html" not in part
    assert client.post(f"{url}file/").status_code == 403, "it is not there yet"
    exporting.work(pk=made.pk, make=fast)
    answer = client.post(f"{url}file/")
    assert b"".join(answer.streaming_content) == MADE.content
    assert AuditEvent.objects.filter(verb="weekly_export.exported", actor=scene.head).exists()


def test_a_file_is_out_of_reach_beyond_its_scope(client, scene):
    rows = {e.department_id: e for e in opened()}
    seen = {
        scene.head: {scene.here.pk}, scene.other_head: {scene.there.pk},
        scene.director: {None, scene.here.pk, scene.there.pk},
        scene.auditor: {None, scene.here.pk, scene.there.pk},
    }  # fmt: skip
    for user, departments in seen.items():
        client.force_login(user)
        for department, export in rows.items():
            status = 200 if department in departments else 404
            assert client.get(f"/plans/weekly/{export.pk}/").status_code == status
            wanted = 403 if department in departments else 404
            assert client.post(f"/plans/weekly/{export.pk}/file/").status_code == wanted
    client.force_login(scene.head)
    foreign = (f"{scene.plan.branch_id}-all", f"{scene.plan.branch_id}-{scene.there.pk}")
    for scope, status in ((foreign[0], 404), (foreign[1], 404), ("x", 422)):
        assert client.post("/plans/weekly/make/", {"scope": scope}).status_code == status
    client.force_login(scene.author)
    assert client.get("/plans/weekly/").status_code == 403


# --- what it says ---------------------------------------------------------------------------------
def numbers(scene, now, **scope):
    export = PlanExport(branch=scene.plan.branch, monday=MONDAY, version=1, why="beat", **scope)
    return weekly_pdf_reports.gather(export, now)


def table_of(weekly, code, title):
    chapter = next(c for c in weekly.chapters if c.code == code)
    return next((p.table for p in chapter.parts if p.title == title), None)


def test_every_number_is_the_departments_own_and_equals_the_database(scene):
    reviewing.approved(scene.plan, by=scene.head)
    other = make_plan(customer=scene.foreign)
    reviewing.fill(other, q1="500.00")
    reviewing.submitted(other)
    today = MONDAY + timedelta(days=1)
    for customer, amount in ((scene.plan.customer, 120_000), (scene.foreign, 990_000)):
        MonthlyBill.objects.create(
            customer=customer, month=date(2027, 1, 1), reported_total=amount, computed_total=amount
        )
        ServiceContract.objects.create(
            customer=customer, number=f"HT-{customer.pk}", name="专线合同", starts_on=today,
            ends_on=today + timedelta(days=30), annual_amount=amount,
        )  # fmt: skip
        make_duty(customer, customer.manager)
    now = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    export = PlanExport(
        branch=scene.plan.branch, department=scene.here, scope="department",
        monday=date(2027, 2, 1), version=1, why="beat",
    )  # fmt: skip
    weekly = weekly_pdf_reports.gather(export, now)
    # 数据 stands in 存量 and 增量: 10 + 20 + 30 + 40 each
    assert table_of(weekly, "1", "2027 年目标").rows[-1][1:] == ["20.00", "40.00", "60.00",
                                                              "80.00", "200.00"]  # fmt: skip
    progress = next(p.progress for c in weekly.chapters for p in c.parts if p.progress)
    whole = progress.rows[-1][1]
    assert (str(whole[0].actual), str(whole[0].due), whole[0].light) == ("12.00", "6.67", "green")
    [line] = table_of(weekly, "1", "2027 年各客户计划").rows
    assert line[0] == scene.plan.number and line[5] == "12.00"
    counted = table_of(weekly, "4", "按类别")
    assert counted.rows[-1] == ["合计", "1", "0"]
    content, pages = weekly_pdf_reports.pdf(weekly)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert scene.plan.number in text and "招投标节点尚未纳入" in text
    assert scene.foreign.name not in text and other.number not in text


def test_a_contract_that_is_renewed_in_any_way_is_not_said_to_end(
    scene, django_assert_max_num_queries
):
    def contract(name, **more):
        end = MONDAY + timedelta(days=30)
        customer = make_customer(manager=scene.author)
        return make_contract(customer, date(2024, 1, 1), end, name=name, **more)

    contract("没有续签")
    contract("自动续约", is_auto_renewed=True)
    said, later = contract("续签注明"), MONDAY + timedelta(days=31)
    for old, more in ((said, {"renewal_of": said}), (contract("另签新约"), {})):
        make_contract(old.customer, later, later + timedelta(days=700), **more)
    with django_assert_max_num_queries(200) as few:
        weekly = numbers(scene, AT)

    [row] = table_of(weekly, "7", "90 天内到期的合同").rows
    assert row[3] == "没有续签"
    assert ("1", "90 天内到期未续") in weekly.key_figures
    for number in range(20):
        contract(f"更多 {number}")
    with django_assert_max_num_queries(len(few)):
        numbers(scene, AT)


def test_what_changed_since_last_week_stands_first(scene):
    first = opened(AT).get(department=scene.here)
    now = timezone.now()
    weekly = numbers(scene, now, department=scene.here, scope="department")
    exporting.work(pk=first.pk, make=lambda *_: exporting.Made(b"%PDF", 1, weekly.figures))
    PlanExport.objects.filter(pk=first.pk).update(monday=MONDAY - timedelta(days=7))
    reviewing.approved(scene.plan, by=scene.head)
    weekly = numbers(scene, timezone.now(), department=scene.here, scope="department")
    assert weekly.chapters[0].title == "本周变化"
    rows = table_of(weekly, "0", "计划与目标的变化").rows
    assert [row[2] for row in rows] == ["状态", "目标 +200.00"]
    deeds = [row[3] for row in table_of(weekly, "0", "提交与审核").rows]
    assert deeds == ["提交第 1 版", "部门同意"]


def test_what_waits_and_what_is_late_counts_outlines_reviews_and_tasks(scene):
    late, kept = timezone.localdate() - timedelta(days=2), timezone.localdate() + timedelta(days=9)
    outlined = make_plan(customer=make_customer(manager=scene.author), prepares=True, due_on=late)
    organising.add_task(
        plan=outlined, kind="team", owner=scene.author, due_on=late, note="", by=scene.author
    )
    organising.add_task(
        plan=outlined, kind="schedule", owner=scene.author, due_on=kept, note="", by=scene.author
    )
    moving.send_outline(version=outlined.current, by=scene.author, outline="一、现状")
    reviewing.submitted(scene.plan)
    make_plan(customer=scene.foreign, due_on=late)  # of another department

    def rows(now, title):
        weekly = numbers(scene, now, department=scene.here, scope="department")
        return table_of(weekly, "2", title).rows

    now = timezone.now()
    told = {row[0]: row[2] for row in rows(now, "审核中的计划和提纲")}
    assert told == {outlined.number: "提纲审核", scene.plan.number: "已提交"}
    owed = [(row[0], row[1][:4]) for row in rows(now, "逾期的提交、审核和编制任务")]
    assert sorted(owed) == [(outlined.number, "提交 2"), (outlined.number, "编制小组")]
    later = rows(now + timedelta(days=30), "逾期的提交、审核和编制任务")
    assert {row[1].split()[0].split("：")[0] for row in later} == {
        "提交", "编制小组", "进度安排", "审核",
    }  # fmt: skip


def test_a_plan_above_changes_with_the_customers_below_it(scene):
    """Its own lines are adjustments: what moves it are the plans that it adds up (R41)."""
    above = make_plan(
        "key_industry", author=scene.industry_manager, industry=scene.plan.customer.industry
    )
    reviewing.fill(above)
    reviewing.submitted(above)
    first = opened(AT).get(department=scene.here)
    before = numbers(scene, timezone.now(), department=scene.here, scope="department").figures
    assert before[above.number]["total"] == "100.00"
    exporting.work(pk=first.pk, make=lambda *_: exporting.Made(b"%PDF", 1, before))
    PlanExport.objects.filter(pk=first.pk).update(monday=MONDAY - timedelta(days=7))
    reviewing.submitted(scene.plan)
    weekly = numbers(scene, timezone.now(), department=scene.here, scope="department")
    rows = {(row[0], row[2]): row[3:] for row in table_of(weekly, "0", "计划与目标的变化").rows}
    assert rows[above.number, "目标 +200.00"] == ["100.00", "300.00"]


def test_bills_of_the_branch_are_of_the_plans_in_its_sum(scene):
    """A customer below an industry's plan that does not count is in neither side of the rate."""
    reviewing.approved(scene.plan, by=scene.head)
    annual = make_plan("annual_market", author=scene.other_head)
    reviewing.fill(annual)
    reviewing.submitted(annual)
    industry = scene.plan.industry
    scene.foreign.industry = make_industry("EDU", "教育")
    scene.foreign.save()
    other = make_plan(customer=scene.foreign)
    reviewing.fill(other)
    reviewing.submitted(other)
    make_plan("key_industry", author=scene.industry_manager, industry=industry)
    for customer, amount in ((scene.plan.customer, 990_000), (scene.foreign, 120_000)):
        MonthlyBill.objects.create(
            customer=customer, month=date(2027, 1, 1), reported_total=amount, computed_total=amount
        )
    now = datetime(2027, 2, 1, 9, tzinfo=SHANGHAI)
    weekly = numbers(scene, now, department=None, scope="branch")
    progress = next(p.progress for c in weekly.chapters for p in c.parts if p.progress)
    whole = progress.rows[-1][1]
    assert (whole[4].target, str(whole[0].actual)) == (300, "12.00")
