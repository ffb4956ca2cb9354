"""The job of an import: a worker may die, two may come, somebody may cancel; rows come in once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError

from accounts.actions import AccountError, importing
from accounts.imports import applying
from accounts.models import Customer, ImportJob
from accounts.tests.factories import make_customer, make_industry
from accounts.tests.sheets import checked, counts, csv_file, imported, xlsx
from core import clock
from core.models import AuditEvent
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db

HEAD = ["客户编码", "客户名称", "客户行业"]
ROWS = [HEAD, *([f"N{n:03}", f"客户{n:03}", "金融"] for n in range(10))]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@pytest.fixture
def manager(monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 4)
    make_industry()
    return make_user(name="王晓明")


@pytest.fixture
def confirmed(manager):
    job = checked(ROWS, manager)
    importing.confirm_import(job=job, by=manager)
    return job


def die_in_batch(monkeypatch, number, error=Killed):
    """The worker gets no further than the writes of batch `number`, which roll back."""
    write, calls = applying.write, []

    def dying(*arguments):
        calls.append(1)
        written = write(*arguments)
        if len(calls) == number:
            raise error
        return written

    monkeypatch.setattr(applying, "write", dying)


def later(job):
    """The lease of the dead worker has run out."""
    ImportJob.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


def test_a_check_writes_nothing(manager):
    job = checked(ROWS, manager)

    assert (job.state, job.total, counts(job)) == ("preview", 10, (10, 0, 0, 0))
    assert not Customer.objects.exists()


def test_after_a_killed_worker_the_next_one_goes_on_without_doubling(confirmed, monkeypatch):
    with monkeypatch.context() as patch:
        die_in_batch(patch, 2)
        with pytest.raises(Killed):
            importing.work(pk=confirmed.pk)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.done, Customer.objects.count()) == ("running", 4, 4)

    later(confirmed)
    importing.work(pk=confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, counts(confirmed)) == ("done", (10, 0, 0, 0))
    assert Customer.objects.count() == 10
    assert AuditEvent.objects.filter(verb="customer.created").count() == 10


def test_a_second_worker_leaves_a_held_job_alone(confirmed, monkeypatch):
    with monkeypatch.context() as patch:
        die_in_batch(patch, 2)
        with pytest.raises(Killed):
            importing.work(pk=confirmed.pk)

    importing.work(pk=confirmed.pk)

    assert Customer.objects.count() == 4


def test_a_database_that_is_away_keeps_the_job_for_later(confirmed, monkeypatch):
    with monkeypatch.context() as patch:
        die_in_batch(patch, 1, OperationalError("gone"))
        with pytest.raises(OperationalError):
            importing.work(pk=confirmed.pk)

    later(confirmed)
    importing.work(pk=confirmed.pk)

    confirmed.refresh_from_db()
    assert confirmed.state == "done"


def test_a_row_that_somebody_makes_at_the_same_moment_is_looked_at_again(confirmed, monkeypatch):
    die_in_batch(monkeypatch, 1, IntegrityError("unique"))

    importing.work(pk=confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, counts(confirmed)) == ("done", (10, 0, 0, 0))


def test_cancelling_stops_at_the_next_batch_and_keeps_what_is_in(confirmed, manager, monkeypatch):
    write = applying.write

    def cancel_after_the_first(job, plans, reserved):
        if plans[0].line.number > 2:
            importing.cancel_import(job=ImportJob.objects.get(pk=job.pk), by=manager)
        return write(job, plans, reserved)

    monkeypatch.setattr(applying, "write", cancel_after_the_first)
    importing.work(pk=confirmed.pk)

    confirmed.refresh_from_db()
    assert confirmed.created == Customer.objects.count() == 4


@pytest.mark.parametrize("state", ["checking", "preview", "queued", "running"])
def test_an_import_can_be_cancelled_in_every_open_state(manager, state):
    job = checked(ROWS, manager)
    ImportJob.objects.filter(pk=job.pk).update(state=state)

    importing.cancel_import(job=job, by=manager)
    importing.work(pk=job.pk)

    job.refresh_from_db()
    assert (job.state, Customer.objects.count()) == ("cancelled", 0)
    with pytest.raises(AccountError, match="已经结束"):
        importing.cancel_import(job=job, by=manager)


def test_confirming_twice_writes_once(confirmed, manager):
    with pytest.raises(AccountError, match="状态已变更"):
        importing.confirm_import(job=confirmed, by=manager)


def test_nobody_else_confirms_or_cancels(manager):
    job = checked(ROWS, manager)
    head = make_user("dept_head", department=manager.department)

    for action in (importing.confirm_import, importing.cancel_import):
        with pytest.raises(AccountError, match="本人"):
            action(job=job, by=head)


def test_the_sweep_sends_stuck_jobs_again_and_no_others(
    manager, django_capture_on_commit_callbacks
):
    stuck, fresh, held, waiting = (checked(ROWS, manager) for _ in range(4))
    now, old = clock.now(), clock.now() - timedelta(minutes=5)
    jobs = ImportJob.objects
    jobs.filter(pk=stuck.pk).update(state="running", lease_until=old)
    jobs.filter(pk=fresh.pk).update(state="queued", sent_at=now)
    jobs.filter(pk=held.pk).update(state="running", lease_until=now + timedelta(minutes=1))

    with django_capture_on_commit_callbacks() as calls:
        assert importing.resend_stuck(now=now) == 1
    assert len(calls) == 1
    jobs.filter(pk=waiting.pk).update(state="queued", sent_at=old)
    with django_capture_on_commit_callbacks():
        assert importing.resend_stuck(now=now) == 2  # the first one is still not held
    with django_capture_on_commit_callbacks():
        assert importing.resend_stuck(now=now) == 1  # a queued one waits for its answer


def test_the_message_goes_out_after_the_commit_and_by_name(
    manager, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as calls:
        job = importing.start_import(kind="customers", upload=xlsx(ROWS), by=manager)

    assert [call.args[0] for call in calls] == [importing.TASK]
    assert calls[0].keywords["args"] == [job.pk]


def test_a_job_that_kills_its_workers_is_given_up(manager):
    job = checked(ROWS, manager)
    ImportJob.objects.filter(pk=job.pk).update(state="queued", attempts=importing.MOST_ATTEMPTS)

    importing.work(pk=job.pk)

    job.refresh_from_db()
    assert (job.state, Customer.objects.count()) == ("failed", 0)
    assert "多次中断" in job.failure


def test_whoever_has_left_imports_no_more(confirmed, manager):
    manager.state, manager.left_on = "left", clock.now().date()
    manager.save()

    importing.work(pk=confirmed.pk)

    confirmed.refresh_from_db()
    assert (confirmed.state, Customer.objects.count()) == ("failed", 0)


def test_a_customer_handed_over_after_the_preview_is_not_written(manager):
    customer = make_customer(manager=manager, code="N001", name="原来的名字")
    job = checked(ROWS, manager)
    assert counts(job) == (9, 1, 0, 0)
    customer.manager = make_user()
    customer.save()
    customer.assignments.all().delete()
    importing.confirm_import(job=job, by=manager)

    importing.work(pk=job.pk)

    job.refresh_from_db()
    customer.refresh_from_db()
    assert (job.state, counts(job), customer.name) == ("done", (9, 0, 0, 1), "原来的名字")
    assert [fault["row"] for fault in job.errors] == [3]
    assert job.error_file is not None


def test_a_file_that_cannot_be_read_says_so(manager):
    job = checked([["不认识", "的表头"], ["1", "2"]], manager)

    assert (job.state, job.failure) == ("failed", "表头里没有认识的列。请先下载模板，按模板填写。")


def test_missing_columns_are_named(manager):
    job = checked([["姓名"], ["王建华"]], manager, kind="contacts")

    assert "缺少这些列：客户编码" in job.failure


def test_columns_that_are_not_read_are_named(manager):
    job = checked([[*HEAD, "主管部门"], ["N1", "客户甲", "金融", "x"]], manager)

    assert job.unknown == ["主管部门"]


def test_a_gbk_file_comes_in_like_any_other(manager):
    job = imported([], manager, upload=csv_file(ROWS, "gbk"))

    assert counts(job) == (10, 0, 0, 0)
    assert Customer.objects.get(code="N003").name == "客户003"


def test_numbers_for_new_codes_keep_clear_of_those_in_the_file(manager):
    make_customer(manager=manager, code="C0001")
    head = ["客户编码", "统一社会信用代码", "客户名称", "客户行业"]
    rows = [head, ["", "91330688000000001M", "甲公司", "金融"], ["C0002", "", "乙公司", "金融"]]

    job = imported(rows, manager)

    assert job.state == "done"
    assert counts(checked(rows, manager))[0] == 0
    assert Customer.objects.get(name="乙公司").code == "C0002"
