"""系统状态."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import WorkCalendarYear
from crm.reports import system
from crm.tests.factories import make_duty
from reminders.models import ChannelState, Delivery, SweepRun
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def get(client, role):
    client.force_login(make_user(role))
    return client.get(reverse("crm:system"))


def test_says_that_no_sweep_has_ever_run(client):
    assert "到期检查还从未运行" in get(client, "sysadmin").content.decode()


def test_all_well_after_a_fresh_sweep(client):
    now = timezone.now()
    SweepRun.objects.create(started_at=now, finished_at=now, host="web-1")
    # Asked for from the first of December on (§B.12).
    WorkCalendarYear.objects.update_or_create(
        year=timezone.localdate().year + 1, defaults={"is_confirmed": True}
    )
    page = get(client, "auditor").content.decode()
    assert "一切正常" in page and "web-1" in page


def test_a_paused_channel_shows_until_when_and_why(client):
    until = timezone.now() + timedelta(minutes=5)
    ChannelState.objects.create(channel="email", open_until=until, last_error="535 拒绝登录")
    page = get(client, "sysadmin").content.decode()
    assert "暂停到" in page and "535 拒绝登录" in page


def test_counts_what_waits_and_what_failed_lately():
    user, now = make_user(), timezone.now()
    for state in ("pending", "failed", "sent"):
        Delivery.objects.create(
            recipient=user, channel="email", state=state, next_at=now, message_id=state
        )
    line = system.system_state(timezone.now()).channels[0]
    assert (line.waiting, line.failed) == (1, 1)


def test_counts_duties_whose_owner_has_left_and_broken_ones():
    left = make_user(state="left", left_on=timezone.localdate())
    make_duty(left)
    make_duty(make_user(), sweep_error="坏了")
    state = system.system_state(timezone.now())
    assert (state.open_duties, state.ownerless_duties, state.broken_duties) == (2, 1, 1)


@pytest.mark.parametrize("role", ["account_manager", "dept_head", "branch_director"])
def test_wrong_role_gets_403(client, role):
    assert get(client, role).status_code == 403
