"""500 watchers at one opening: 500 duties, once each, also when two open it in one second."""

import threading
import time

import pytest
from django.db import connection

from accounts.models import Customer
from accounts.tests.factories import make_industry
from reminders.models import Obligation
from service.actions import launching
from service.actions.errors import ServiceError
from service.models import ServiceWatch
from service.tests.factories import make_area
from staff.tests.factories import make_user

MANY = 500


def wait_many(area, count=MANY):
    managers = [make_user() for _ in range(5)]
    industry = make_industry()
    rows = Customer.objects.bulk_create(
        Customer(
            code=f"W{number:05d}", name=f"等待的客户{number}", industry=industry,
            branch=managers[0].branch, department=managers[0].department,
            manager=managers[number % 5], tree_path=f"/w{number}/",
        )
        for number in range(count)
    )  # fmt: skip
    ServiceWatch.objects.bulk_create(
        ServiceWatch(
            customer=row, availability=area, reason="not_launched", demand="要万兆",
            alternatives="千兆聚合", registered_by=row.manager,
        )
        for row in rows
    )  # fmt: skip


def open_it(area, by):
    return launching.set_availability(
        availability=area, seen="not_launched", state="available", expected_on=None, by=by
    )


@pytest.mark.django_db(transaction=True)
def test_two_admins_in_one_second_make_500_duties_once_each():
    area, admins = make_area(), [make_user("sysadmin"), make_user("sysadmin")]
    wait_many(area)
    answers, gate = [], threading.Barrier(2)

    def try_it(admin):
        gate.wait()
        try:
            answers.append(open_it(type(area).objects.get(pk=area.pk), admin))
        except ServiceError as error:
            answers.append(str(error))
        finally:
            connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=try_it, args=[admin]) for admin in admins]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(f"{time.monotonic() - began:.1f} s for {MANY} duties")
    assert sorted(map(str, answers)) == ["500", "开办状态已变更，请刷新后重试。"]
    duties = Obligation.objects.filter(kind="service_launch_notice", state="open")
    assert duties.count() == MANY
    assert duties.values("customer_ref").distinct().count() == MANY
    owners = dict(Customer.objects.values_list("pk", "manager"))
    assert all(owners[ref] == owner for ref, owner in duties.values_list("customer_ref", "owner"))
