"""评估报告: a PDF of one run, in the scope of whoever asks, made by a worker, kept a week."""

import io
import time
from datetime import timedelta

import pdfplumber
import pytest
from django.utils import timezone

from core.models import AuditEvent, StoredFile
from staff.tests.factories import make_department, make_user
from valuation import report_reports, tasks
from valuation.actions import reporting
from valuation.models import ReportJob
from valuation.tests.reading_factories import make_cohort, make_run

pytestmark = pytest.mark.django_db
URL = "/valuation/report/"


@pytest.fixture
def scene():
    mine, other = make_user(name="孟晓"), make_user(department=make_department())
    own = make_cohort(14, mine, seed=1)
    foreign = make_cohort(14, other, seed=2)
    type(own[0]).objects.filter(pk__in=[c.pk for c in foreign]).update(name="外人单位")
    return {"mine": mine, "run": make_run(mine.branch), "own": own}


def text_of(answer):
    with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as document:
        return "".join(page.extract_text() or "" for page in document.pages)


def asked(client, scene, top="50") -> ReportJob:
    client.force_login(scene["mine"])
    assert client.post(URL, {"top": top}).status_code == 302
    return ReportJob.objects.get(owner=scene["mine"])


def test_it_holds_every_chapter_and_only_own_customers(client, scene):
    job = asked(client, scene)
    assert "排队中" in client.get(job.get_absolute_url()).content.decode()
    began = time.process_time()  # a loaded machine is slow, not wrong
    tasks.make_report(job.pk)
    assert time.process_time() - began < 10
    assert "打开 PDF" in client.get(job.get_absolute_url()).content.decode()
    answer = client.get(f"{job.get_absolute_url()}file/")
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer)
    for word in ("密级：内部", "目录", "方法与权重", "综合排名", "矩阵一", "矩阵二", "高价值客户群",
                 "行业比较", "收入结构", "变动", "缺数据的客户", "孟晓", "14 家"):  # fmt: skip
        assert word in text, word
    assert "外人单位" not in text
    assert sum(customer.name in text for customer in scene["own"]) > 8
    assert AuditEvent.objects.filter(verb="valuation.reported", actor=scene["mine"]).count() == 1


def test_the_report_of_an_industry_shows_its_revenue_beside_all_and_no_other_industry():
    mine = make_user()
    made = make_cohort(24, mine)
    industry = made[0].industry
    run = make_run(mine.branch, scope="industry", industry=industry)
    found = report_reports.report(run, mine, timezone.now(), 20)
    assert [row[0] for row in found.revenue.rows] == [industry.name, "全部"]
    whole = report_reports.report(make_run(mine.branch), mine, timezone.now(), 20).revenue
    assert len(whole.rows) == 4
    assert {row[0]: row for row in whole.rows}[industry.name] == found.revenue.rows[0]


def test_nobody_else_opens_it(client, scene):
    job = asked(client, scene)
    client.force_login(make_user("branch_director", branch=scene["mine"].branch))
    for url in (job.get_absolute_url(), f"{job.get_absolute_url()}file/"):
        assert client.get(url).status_code == 404


def test_asked_twice_it_is_made_once(client, scene):
    job = asked(client, scene)
    assert client.post(URL, {"top": "50"}).url == job.get_absolute_url()
    assert ReportJob.objects.count() == 1


def test_two_workers_at_once_make_one_file(scene):
    job = reporting.ask_report(run=scene["run"], top=20, by=scene["mine"])
    made = []

    def make(job, at):
        made.append(job.pk)
        reporting.work(pk=job.pk, make=make)  # the second worker finds it taken
        return b"%PDF-1.4"

    reporting.work(pk=job.pk, make=make)
    job.refresh_from_db()
    assert (made, job.state, StoredFile.objects.count()) == ([job.pk], "done", 1)


def test_a_worker_that_lost_its_lease_leaves_no_file(scene):
    job = reporting.ask_report(run=scene["run"], top=20, by=scene["mine"])

    def make(job, at):
        ReportJob.objects.filter(pk=job.pk).update(lease_until=at + timedelta(hours=1))
        return b"%PDF-1.4"

    reporting.work(pk=job.pk, make=make)
    job.refresh_from_db()
    assert job.state == "waiting" and not StoredFile.objects.exists()


def test_a_failure_is_told_and_can_be_asked_for_again(client, scene):
    job = asked(client, scene)

    def make(job, at):
        raise ValueError("broken")

    reporting.work(pk=job.pk, make=make)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "生成报告时出错" in page and "broken" not in page
    client.post(URL, {"top": "50"})
    assert ReportJob.objects.filter(state="waiting").count() == 1


def test_a_lost_message_is_sent_again_and_only_then(scene):
    job = reporting.ask_report(run=scene["run"], top=20, by=scene["mine"])
    now = timezone.now()
    assert reporting.resend_stuck(now=now) == 0
    later = now + reporting.STUCK_AFTER * 2
    assert [reporting.resend_stuck(now=later) for _ in range(2)] == [1, 0]
    assert ReportJob.objects.get(pk=job.pk).sent_at == later


def test_after_a_week_job_and_file_are_gone(scene):
    job = reporting.ask_report(run=scene["run"], top=20, by=scene["mine"])
    reporting.work(pk=job.pk, make=lambda job, at: b"%PDF-1.4")
    now = timezone.now()
    assert reporting.forget_old(now=now) == 0
    later = now + reporting.KEPT + timedelta(hours=1)
    assert [reporting.forget_old(now=later) for _ in range(2)] == [1, 0]
    assert not StoredFile.objects.exists()


def test_a_bad_choice_stands_at_its_field_and_makes_no_report(client, scene):
    client.force_login(scene["mine"])
    answer = client.post(URL, {"top": "7"})
    assert answer.status_code == 422 and "前 50 名" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="valuation.reported").exists()


def test_without_a_published_run_there_is_no_report(client):
    client.force_login(make_user("branch_director"))
    assert client.post(URL, {"top": "50"}).status_code == 404
    assert "还没有发布过" in client.get(URL).content.decode()


def test_who_may_not_read_values_gets_403(client, scene):
    client.force_login(make_user("back_office"))
    assert client.post(URL, {"top": "50"}).status_code == 403
