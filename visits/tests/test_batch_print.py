"""visits:batch_print, print_job, print_file: chosen letters in one file, each on a new sheet."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from core.models import AuditEvent
from staff.tests.factories import make_user
from visits import print_reports
from visits.actions import printing
from visits.models import PrintJob, ThankYouLetter
from visits.tests.letter_factories import (
    make_inbound,
    make_issued,
    make_reply,
    make_thank_you_draft,
)

pytestmark = pytest.mark.django_db
PRINT = reverse("visits:batch_print")


@pytest.fixture
def letter(client):
    letter = make_thank_you_draft()
    client.force_login(letter.visit.owner)
    return letter


def another(letter):
    return make_thank_you_draft(customer=letter.visit.customer)


def printed(client, kind, *rows):
    client.post(PRINT, {"kind": kind, "ids": [row.pk for row in rows]})
    return PrintJob.objects.get()


def pages_of(client, job):
    answer = client.get(reverse("visits:print_file", args=[job.pk]))
    content = b"".join(answer.streaming_content)
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_the_file_has_a_cover_and_each_letter_on_a_new_sheet_in_order(client, letter):
    second = another(letter)
    job = printed(client, "thanks", second, letter)
    pages = pages_of(client, job)
    assert (job.state, job.printed, len(pages)) == ("done", 2, 6)
    assert "打印清单" in pages[0]
    letter.refresh_from_db()
    second.refresh_from_db()
    assert str(second.number) in pages[2]
    assert str(letter.number) in pages[4]
    assert [bool(pages[n].strip()) for n in (1, 3, 5)] == [False] * 3


def test_every_print_is_audited(client, letter):
    job = printed(client, "thanks", letter, another(letter))
    events = AuditEvent.objects.filter(verb="thanks.printed")
    assert sorted(e.target_id for e in events) == sorted(str(key) for key in job.keys)


def test_blocked_letters_are_left_out_and_named(client, letter):
    bad = another(letter)
    ThankYouLetter.objects.filter(pk=bad.pk).update(body="您好！\n【会谈要点】")
    job = printed(client, "thanks", letter, bad)
    assert job.printed == 1
    assert "还没有填写" in job.left_out[0][1]
    shown = client.get(reverse("visits:print_job", args=[job.pk])).content.decode()
    assert "没有打印的 1 份" in shown


def test_a_letter_of_somebody_else_is_left_out(client, letter):
    other = make_thank_you_draft(owner=make_user())
    job = printed(client, "thanks", other)
    assert (job.printed, job.file) == (0, None)
    assert job.left_out[0][1] == print_reports.UNKNOWN


def test_a_reply_that_was_not_issued_is_left_out(client):
    issued = make_issued()
    draft = make_reply(make_inbound(customer=issued.letter.customer))
    client.force_login(issued.letter.owner)
    job = printed(client, "reply", issued, draft)
    assert job.printed == 1
    assert "还没有签发" in job.left_out[0][1]


def test_nothing_chosen_and_too_many_are_refused_in_words(client, letter):
    answer = client.post(PRINT, {"kind": "thanks"}, follow=True)
    assert "请先勾选" in answer.content.decode()
    answer = client.post(PRINT, {"kind": "thanks", "ids": range(1, 302)}, follow=True)
    assert "一次最多打印 300 份" in answer.content.decode()
    assert client.post(PRINT, {"kind": "other", "ids": [1]}).status_code == 404


def test_more_than_twenty_wait_for_a_worker(client, letter):
    client.post(PRINT, {"kind": "thanks", "ids": [letter.pk, *range(10**6, 10**6 + 20)]})
    job = PrintJob.objects.get()
    assert (job.state, job.total) == ("waiting", 21)
    assert (
        "已处理 0 / 21 份"
        in client.get(
            reverse("visits:print_job", args=[job.pk]), headers={"hx-request": "true"}
        ).content.decode()
    )
    work(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.printed, len(job.left_out)) == ("done", 21, 1, 20)


def work(job):
    printing.work(pk=job.pk, sheet_of=print_reports.sheet_of, bound=print_reports.bound)


def test_a_job_is_done_once_and_a_lost_one_is_sent_again(client, letter):
    job = printing.start_batch(kind="thanks", keys=[letter.pk], by=letter.visit.owner)
    later = timezone.now() + timedelta(minutes=5)
    assert printing.resend_stuck(now=later) == 1
    work(job)
    work(job)
    assert printing.resend_stuck(now=later) == 0
    assert AuditEvent.objects.filter(verb="thanks.printed").count() == 1


def test_a_job_that_somebody_holds_is_not_taken(client, letter):
    job = printing.start_batch(kind="thanks", keys=[letter.pk], by=letter.visit.owner)
    PrintJob.objects.update(lease_until=timezone.now() + timedelta(seconds=60))
    work(job)
    job.refresh_from_db()
    assert job.state == "waiting"


def test_scope_role_and_method(client, letter):
    job = printed(client, "thanks", letter)
    assert client.get(PRINT).status_code == 405
    client.force_login(make_user("dept_head"))
    assert client.get(reverse("visits:print_job", args=[job.pk])).status_code == 404
    assert client.get(reverse("visits:print_file", args=[job.pk])).status_code == 404
    client.force_login(make_user("sysadmin"))
    assert client.post(PRINT, {"kind": "thanks", "ids": [letter.pk]}).status_code == 403
