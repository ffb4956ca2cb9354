"""The weekly file: one a scope, Monday and version; whole or not there; told and shown in scope."""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.tests.factories import make_customer
from core.models import AuditEvent
from core.pdf import PdfError
from core.rules import SHANGHAI
from planning import export_rules
from planning.actions import export_mail, exporting
from planning.models import ExportNotice, PlanExport
from planning.tests import weekly_factories
from planning.tests.weekly_factories import AT, MONDAY, opened

pytestmark = pytest.mark.django_db
MADE = exporting.Made(b"%PDF-1.7 whole", 3, {})


def fast(export, step):
    step(2)
    return MADE


@pytest.fixture
def scene(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return weekly_factories.world()


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
