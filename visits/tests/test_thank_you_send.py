"""visits:thank_you_send, _waive, _pdf, _proof and the list (R8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import drafts
from core.models import AuditEvent, StoredFile
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_absence, make_user
from visits.actions import thanks
from visits.actions.errors import VisitError
from visits.tests.factories import make_participant
from visits.tests.letter_factories import (
    make_thank_you,
    make_thank_you_draft,
    pdf_file,
    shanghai,
)

pytestmark = pytest.mark.django_db


def url(name, letter):
    return reverse(f"visits:{name}", args=[letter.visit_id])


def duty_of(letter):
    return Obligation.objects.of(DutyKind.THANK_YOU_LETTER, letter).get()


def typed(**fields):
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    return {"channel": "email", "recipient": "王建华", "sent_at": now, **fields}


@pytest.fixture
def letter(client):
    letter = make_thank_you_draft()
    client.force_login(letter.visit.owner)
    return letter


def test_sending_ends_the_duty_with_evidence(client, letter):
    response = client.post(url("thank_you_send", letter), typed(proof=pdf_file()))

    assert response.status_code == 302
    letter.refresh_from_db()
    duty = duty_of(letter)
    assert (letter.state, duty.state) == ("sent", "done")
    assert duty.evidence["body_sha256"] == letter.body_sha256
    assert len(letter.body_sha256) == 64
    assert duty.evidence["proof_sha256"] == letter.proof.sha256
    assert AuditEvent.objects.about(letter).filter(verb="thanks.sent").count() == 1


def test_what_was_typed_and_not_saved_is_not_left_behind(client, letter):
    key = f"visits:thank_you:{letter.visit_id}"
    drafts.save(letter.visit.owner, key, {"body": "改过一半"})
    response = client.post(url("thank_you_send", letter), typed())
    assert response.status_code == 422 and "没保存的改动" in response.content.decode()
    letter.refresh_from_db()
    assert letter.state == "drafted"
    client.post(url("thank_you", letter), {"do": "discard"})
    assert client.post(url("thank_you_send", letter), typed()).status_code == 302


@pytest.mark.parametrize(("seconds", "state"), [(0, "done"), (1, "done_late")])
def test_the_second_after_48_hours_is_late(client, seconds, state):
    ended_at = shanghai(2026, 11, 20, 16, 30)
    letter = make_thank_you_draft(ended_at=ended_at)
    client.force_login(letter.visit.owner)
    sent_at = f"2026-11-22T16:30:0{seconds}"

    client.post(url("thank_you_send", letter), typed(sent_at=sent_at))

    duty = duty_of(letter)
    assert duty.due_at == shanghai(2026, 11, 22, 16, 30)
    assert duty.state == state
    assert duty.completed_at == ended_at + timedelta(hours=48, seconds=seconds)


def test_a_letter_nobody_edited_is_sent_as_it_was_printed(client):
    letter = make_thank_you()
    client.force_login(letter.visit.owner)

    client.post(url("thank_you_send", letter), typed())

    letter.refresh_from_db()
    assert letter.state == "sent"
    assert "谨致诚挚的谢意" in letter.body


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sent_at": "2020-01-01T10:00:00"}, "送出时间不能早于拜访结束的时间"),
        ({"sent_at": "2099-01-01T10:00:00"}, "送出时间不能晚于现在"),
        ({"sent_at": "昨天"}, "请按「年-月-日 时:分:秒」填写"),
        ({"recipient": ""}, "请填写这一项"),
        ({"recipient": "王" * 61}, "60"),
        ({"channel": "phone"}, "请选择一种书面的送出方式"),
    ],
)
def test_bad_input_is_named_and_the_duty_stays_open(client, letter, fields, message):
    response = client.post(url("thank_you_send", letter), typed(**fields))

    assert response.status_code == 422
    assert message in response.content.decode()
    assert duty_of(letter).state == "open"


@pytest.mark.parametrize("name", ["凭据.pdf", "setup.exe"])
def test_a_renamed_program_is_refused_and_nothing_is_kept(client, letter, name):
    program = pdf_file(name, b"MZ\x90\x00" + b"\x00" * 2000)

    response = client.post(url("thank_you_send", letter), typed(proof=program))

    assert response.status_code == 422
    assert (
        "只能上传" in response.content.decode() or "内容与扩展名不符" in response.content.decode()
    )
    assert "王建华" in response.content.decode()
    assert StoredFile.objects.count() == 0
    assert duty_of(letter).state == "open"


@pytest.mark.parametrize("word", ["折扣", "底价", "【日期】"])
def test_words_that_must_not_leave_keep_the_letter_in_the_house(client, letter, word):
    letter.body = f"您好！\n此事的{word}另谈。"
    letter.save()

    response = client.post(url("thank_you_send", letter), typed())

    assert "请修改后再送出" in response.content.decode()
    assert duty_of(letter).state == "open"


def test_a_letter_of_two_pages_is_refused(client, letter):
    letter.body = "\n".join(["感谢贵单位长期以来对我公司工作的支持与信任。" * 3] * 12)
    letter.save()

    response = client.post(url("thank_you_send", letter), typed())

    assert "现在有 2 页" in response.content.decode()
    assert duty_of(letter).state == "open"


def test_a_stale_tab_cannot_send_twice(client, letter):
    client.post(url("thank_you_send", letter), typed())
    response = client.post(url("thank_you_send", letter), typed(recipient="别人"))

    assert "已经送出或豁免" in response.content.decode()
    letter.refresh_from_db()
    assert letter.recipient == "王建华"


def test_scope_and_method_of_sending(client, letter):
    assert client.get(url("thank_you_send", letter)).status_code == 405
    client.force_login(make_user())
    assert client.post(url("thank_you_send", letter), typed()).status_code == 404
    client.force_login(make_user("auditor"))
    assert client.post(url("thank_you_send", letter), typed()).status_code == 403


# --- waiver -----------------------------------------------------------------------------------
def test_the_head_waives_with_a_reason(client, letter):
    head = make_user("dept_head", department=letter.visit.owner.department)
    client.force_login(head)

    client.post(url("thank_you_waive", letter), {"reason": "客户明确表示不需要"})

    letter.refresh_from_db()
    assert (letter.state, letter.waived_by) == ("waived", head)
    assert duty_of(letter).waived_reason == "客户明确表示不需要"


@pytest.mark.parametrize("reason", ["", "无", "由" * 301])
def test_a_waiver_without_a_proper_reason_is_refused(client, letter, reason):
    client.force_login(make_user("dept_head", department=letter.visit.owner.department))
    response = client.post(url("thank_you_waive", letter), {"reason": reason})
    assert response.status_code == 422
    assert duty_of(letter).state == "open"


@pytest.mark.parametrize("role", ["account_manager", "branch_director", "auditor"])
def test_nobody_else_may_waive(client, letter, role):
    client.force_login(make_user(role))
    response = client.post(url("thank_you_waive", letter), {"reason": "客户不需要"})
    assert response.status_code == 403


def test_the_head_of_another_department_gets_404(client, letter):
    from_elsewhere = make_user("dept_head", department=_other_department(letter))
    client.force_login(from_elsewhere)
    response = client.post(url("thank_you_waive", letter), {"reason": "客户不需要"})
    assert response.status_code == 404


def test_a_head_who_only_came_along_may_not_waive(client, letter):
    guest = make_user("dept_head", department=_other_department(letter))
    make_participant(letter.visit, guest)
    client.force_login(guest)
    response = client.post(url("thank_you_waive", letter), {"reason": "客户不需要"})
    assert response.status_code == 403
    assert duty_of(letter).state == "open"


@pytest.mark.parametrize("is_own_head", [True, False])
def test_standing_in_for_a_head_waives_nobody_the_own_letter(client, letter, is_own_head):
    owner, today = letter.visit.owner, timezone.localdate()
    department = owner.department if is_own_head else _other_department(letter)
    make_absence(make_user("dept_head", department=department), owner, today, today)
    client.force_login(owner)
    response = client.post(url("thank_you_waive", letter), {"reason": "客户不需要"})
    assert response.status_code == 403


def test_who_stands_in_for_the_head_waives_a_colleagues_letter(client, letter):
    head, deputy = make_user("dept_head"), make_user()
    make_absence(head, deputy, timezone.localdate(), timezone.localdate())
    client.force_login(deputy)
    response = client.post(url("thank_you_waive", letter), {"reason": "客户不需要"})
    assert response.status_code == 302


@pytest.fixture
def heads_letter():
    return make_thank_you(owner=make_user("dept_head"))


def test_a_head_may_not_waive_the_letter_of_the_own_visit(client, heads_letter):
    client.force_login(heads_letter.visit.owner)
    response = client.post(url("thank_you_waive", heads_letter), {"reason": "客户不需要"})
    assert response.status_code == 403
    assert client.get(url("thank_you", heads_letter)).context["waive_form"] is None
    assert duty_of(heads_letter).state == "open"


def test_the_director_waives_the_letter_of_a_head(client, heads_letter):
    director = make_user("branch_director", branch=heads_letter.visit.owner.branch)
    client.force_login(director)
    assert client.get(url("thank_you", heads_letter)).context["waive_form"]
    client.post(url("thank_you_waive", heads_letter), {"reason": "客户明确表示不需要"})
    heads_letter.refresh_from_db()
    assert (heads_letter.state, heads_letter.waived_by) == ("waived", director)


def test_who_stands_in_for_a_head_does_not_waive_that_heads_letter(client, heads_letter):
    deputy, today = make_user(), timezone.localdate()
    make_absence(heads_letter.visit.owner, deputy, today, today)
    client.force_login(deputy)
    response = client.post(url("thank_you_waive", heads_letter), {"reason": "客户不需要"})
    assert response.status_code == 403


def test_what_was_typed_stays_when_a_waiver_comes_too_late(client, letter):
    client.post(url("thank_you_send", letter), typed())
    client.force_login(make_user("dept_head", department=letter.visit.owner.department))
    response = client.post(url("thank_you_waive", letter), {"reason": "客户明确表示不需要"})
    assert response.status_code == 422
    assert "客户明确表示不需要" in response.content.decode()


def _other_department(letter):
    department = letter.visit.owner.department
    return type(department).objects.create(
        branch=department.branch, code="XX", name="别的部门", path="/XX/"
    )


def test_a_sent_letter_cannot_be_waived(letter):
    user = letter.visit.owner
    ended_at = letter.visit.ended_at
    thanks.send_letter(letter=letter, channel="hand", recipient="王", sent_at=ended_at, by=user)
    with pytest.raises(VisitError):
        thanks.waive_letter(letter=letter, reason="不需要了", by=user)
    assert duty_of(letter).state == "done"


# --- PDF, proof, list -------------------------------------------------------------------------
def test_the_pdf_is_shown_with_a_chinese_name_and_kept_by_nobody(client, letter):
    response = client.get(url("thank_you_pdf", letter))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''%E6%84%9F")
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF-")


def test_pdf_and_proof_of_another_manager_are_404(client, letter):
    client.post(url("thank_you_send", letter), typed(proof=pdf_file()))
    assert client.get(url("thank_you_proof", letter)).status_code == 200
    client.force_login(make_user())
    assert client.get(url("thank_you_pdf", letter)).status_code == 404
    assert client.get(url("thank_you_proof", letter)).status_code == 404


def test_a_letter_without_proof_has_none_to_show(client, letter):
    assert client.get(url("thank_you_proof", letter)).status_code == 404


def test_each_tab_lists_its_letters(client, letter):
    owner, customer = letter.visit.owner, letter.visit.customer
    late = make_thank_you(owner=owner, customer=customer, ended_at=shanghai(2026, 11, 20, 16, 30))
    counts = {}
    for tab in ("to_send", "late", "sent", "waived", "nonsense"):
        response = client.get(reverse("visits:thanks_list"), {"tab": tab})
        counts[tab] = len(response.context["rows"])
    assert counts == {"to_send": 2, "late": 1, "sent": 0, "waived": 0, "nonsense": 2}
    assert late.visit.ended_at < letter.visit.ended_at


def test_the_list_shows_no_letter_of_others(client, letter):
    client.force_login(make_user())
    response = client.get(reverse("visits:thanks_list"))
    assert response.context["rows"] == []


def test_the_list_costs_the_same_for_1_and_30_letters(client, letter):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("visits:thanks_list"))
        return len(captured)

    first = queries()
    for _ in range(29):
        make_thank_you(owner=letter.visit.owner, customer=letter.visit.customer)
    assert queries() == first
