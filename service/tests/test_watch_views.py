"""The register of watches: written by whoever serves the customer, told once, ended once (R15)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import make_customer
from reminders.models import Obligation
from service.actions import launching
from service.models import ServiceWatch
from service.tests.factories import make_area, make_item, make_watch
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def register(client, customer, item, user=None, **changes):
    client.force_login(user or customer.manager)
    data = {
        "item": item.pk,
        "area": "嵊州",
        "reason": "not_launched",
        "demand": "两个车间互联",
        "alternatives": "千兆聚合\n\n千兆聚合\n夜间提速",
    }
    url = f"{reverse('service:watch_create')}?customer={customer.pk}"
    return client.post(url, data | changes)


def opened(watch):
    launching.set_availability(
        availability=watch.availability, seen="not_launched", state="available",
        expected_on=None, by=make_user("sysadmin"),
    )  # fmt: skip
    watch.refresh_from_db()
    return watch


def tell(client, watch, user=None):
    client.force_login(user or watch.customer.manager)
    data = {"how": "电话告知", "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}
    return client.post(reverse("service:watch_notify", args=[watch.pk]), data)


def test_a_watch_keeps_each_alternative_once_and_offers_the_words(client):
    customer, item = make_customer(region="嵊州"), make_item()
    answer = register(client, customer, item)
    watch = ServiceWatch.objects.get()
    assert (answer.status_code, answer.url) == (302, watch.get_absolute_url())
    assert watch.alternative_lines == ["千兆聚合", "夜间提速"]
    page = client.get(answer.url).content.decode()
    assert "感谢贵方对我们的信任" in page and "千兆聚合；夜间提速" in page


def test_the_area_of_the_customer_stands_there_already(client):
    customer = make_customer(region="新昌")
    client.force_login(customer.manager)
    page = client.get(f"{reverse('service:watch_create')}?customer={customer.pk}")
    assert page.context["form"]["area"].value() == "新昌"


def test_without_an_alternative_a_reason_is_needed(client):
    customer, item = make_customer(), make_item()
    page = register(client, customer, item, alternatives=" \n")
    assert page.status_code == 422 and "alternatives" in page.context["form"].errors
    why = "只认这一种"
    assert register(client, customer, item, alternatives="", no_alternative_reason=why).url
    assert ServiceWatch.objects.get().no_alternative_reason == why


def test_an_alternative_promises_nothing_beyond_authority(client):
    customer = make_customer()
    page = register(client, customer, make_item(), alternatives="千兆聚合，给予15%折扣")
    assert page.status_code == 422 and "超出权限" in page.content.decode()
    assert not ServiceWatch.objects.exists()


def test_an_old_alternative_beyond_authority_is_not_put_into_words(client):
    watch = make_watch()
    ServiceWatch.objects.update(alternatives="千兆聚合，给予15%折扣")
    client.force_login(watch.customer.manager)
    assert "15%" not in client.get(watch.get_absolute_url()).context["answer"]


def test_what_is_open_there_is_not_waited_for(client):
    item = make_item()
    make_area(item, "嵊州", state="available", launched_at=timezone.now())
    page = register(client, make_customer(), item)
    assert "已经开办" in page.content.decode() and not ServiceWatch.objects.exists()


def test_a_customer_waits_for_one_thing_once(client):
    customer, item = make_customer(), make_item()
    register(client, customer, item)
    assert "不用重复登记" in register(client, customer, item).content.decode()
    assert ServiceWatch.objects.count() == 1


def test_telling_the_customer_ends_the_duty_and_happens_once(client):
    watch = opened(make_watch())
    assert tell(client, watch).url == watch.get_absolute_url()
    watch.refresh_from_db()
    duty = Obligation.objects.get(kind="service_launch_notice")
    assert (watch.state, duty.state, duty.evidence) == ("notified", "done", {"text": "电话告知"})
    assert "状态已变更" in tell(client, watch).content.decode()


def test_before_it_is_open_nobody_can_have_been_told(client):
    watch = make_watch()
    assert "状态已变更" in tell(client, watch).content.decode()


def test_a_customer_who_lost_interest_ends_the_duty(client):
    watch = opened(make_watch())
    client.force_login(watch.customer.manager)
    data = {"state": "customer_lost_interest", "reason": "改用别的办法"}
    url = reverse("service:watch_end", args=[watch.pk])
    assert client.post(url, data).status_code == 302
    assert Obligation.objects.get(kind="service_launch_notice").state == "cancelled"
    assert "状态已变更" in client.post(url, data).content.decode()


def test_another_manager_gets_404_and_another_role_403(client):
    watch = opened(make_watch())
    assert tell(client, watch, make_user()).status_code == 404
    assert tell(client, watch, make_user("sysadmin")).status_code == 403


def test_the_reports_say_how_many_customers_wait_for_what(client):
    watch = make_watch(customer=make_customer(grade="A"))
    other = make_customer(manager=watch.customer.manager, grade="C")
    make_watch(customer=other, area=watch.availability)
    make_watch()  # of somebody else: not counted
    client.force_login(watch.customer.manager)
    (line,) = client.get(reverse("service:unmet")).context["lines"]
    assert (line.customers, line.grades) == (2, (1, 0, 1, 0, 0))
    answer = client.post(reverse("service:unmet_export"))
    assert "spreadsheet" in answer.headers["content-type"]
