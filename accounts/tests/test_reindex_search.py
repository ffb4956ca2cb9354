import pytest
from django.core.management import call_command

from accounts.actions import searching
from accounts.models import SearchKey
from accounts.reports import finding
from accounts.tests.factories import make_customer

pytestmark = pytest.mark.django_db


def test_lost_keys_come_back_and_a_second_run_changes_nothing(monkeypatch, capsys):
    monkeypatch.setattr(searching, "BATCH", 2)
    customers = [make_customer(name=f"稽山银行{n}") for n in range(5)]
    SearchKey.objects.all().delete()
    call_command("reindex_search")
    assert "已检查 5 个客户" in capsys.readouterr().out
    found = finding.find(customers[3].manager, "jishan")
    assert [row.customer for row in found] == [customers[3]]
    before = set(SearchKey.objects.values_list("pk", flat=True))
    call_command("reindex_search")
    assert set(SearchKey.objects.values_list("pk", flat=True)) == before
