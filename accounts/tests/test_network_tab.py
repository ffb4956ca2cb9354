"""网络拓扑: the picture, its words, its scope and cost."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LayerShare
from accounts.tests.bookkeeping import make_link, make_node
from accounts.tests.factories import make_customer
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


def get(client, customer, user=None):
    client.force_login(user or customer.manager)
    return client.get(reverse("accounts:customer_section", args=[customer.pk, "network"]))


def test_the_picture_and_the_tables_say_the_same(client):
    customer = make_customer()
    hub = make_node(customer, "中心机房", "provincial", is_hosted_by_us=True)
    site = make_node(customer, "网点", "outlet", count=None)
    main = make_link(customer, hub, site, bandwidth_mbps=D("0.064"), is_tagged_line=True)
    make_link(customer, hub, site, backup_of=main, technology="DDN", operator="unicom")
    response = get(client, customer)
    html = response.content.decode()
    for text in ("若干", "我方托管", "★ 64K SDH", "备份 64K SDH", "DDN（联通）", "他网链路 1 条"):
        assert text in html
    wires = response.context["network"].wide.wires
    assert [wire.css for wire in wires] == [
        "layer-access is-tagged",
        "layer-access is-backup is-rival",
    ]


def test_given_layer_shares_show_dependency_and_exposure(client):
    customer = make_customer()
    make_node(customer, "机房")
    for layer, percent in (("backbone", 2), ("transport", 69), ("access", 29)):
        LayerShare.objects.create(
            customer=customer, layer=layer, percent=percent, source="客户资料"
        )
    html = get(client, customer).content.decode()
    for text in ("2%", "69%", "29%", "<strong>98%</strong>", "客户资料"):
        assert text in html


def test_links_without_ends_are_counted_and_listed(client):
    customer = make_customer()
    make_node(customer, "机房")
    make_link(customer, technology="裸光纤")
    html = get(client, customer).content.decode()
    assert "两端未标明 1 条" in html
    assert "裸光纤" in html


def test_a_name_cannot_break_out_of_the_picture(client):
    customer = make_customer()
    make_node(customer, "</svg><script>alert(1)</script>")
    assert "<script>alert" not in get(client, customer).content.decode()


def test_without_nodes_the_way_in_is_shown(client):
    assert "还没有登记客户的网络" in get(client, make_customer()).content.decode()


def test_a_customer_of_somebody_else_is_not_found(client):
    customer = make_customer()
    make_node(customer, "机房")
    assert get(client, customer, make_user()).status_code == 404
    assert get(client, customer, make_user("dispatcher")).status_code == 403


def test_a_network_of_another_customer_stays_out(client):
    customer = make_customer()
    other = make_customer(manager=customer.manager)
    make_link(other, make_node(other, "别家机房"), technology="别家线路")
    html = get(client, customer).content.decode()
    assert "别家" not in html


def cost(client, count):
    customer = make_customer()
    nodes = [make_node(customer, f"节点{n}") for n in range(count + 1)]
    for n in range(count):
        make_link(customer, nodes[n], nodes[n + 1], bandwidth_mbps=n + 1)
    client.force_login(customer.manager)
    url = reverse("accounts:customer_section", args=[customer.pk, "network"])
    with CaptureQueriesContext(connection) as seen:
        assert len(client.get(url).context["network"].links) == count
    return len(seen)


def test_the_tab_costs_the_same_with_1_and_30_links(client):
    cost(client, 1)
    assert cost(client, 1) == cost(client, 30) <= 20
