"""The processes of `make run` work, without and with the services."""

import pytest

pytestmark = pytest.mark.faults


def test_the_service_free_product_answers(product):
    crm = product(demo=False)
    status, body = crm.get("/healthz")
    assert (status, body) == (200, "ok\n")
