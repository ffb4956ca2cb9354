"""A visit's record says what changed at the customer, or that nothing did (R9)."""

import pytest
from django.urls import reverse

from accounts.models import CustomerViewRevision
from staff.tests.factories import make_user
from visits.actions.errors import VisitError
from visits.actions.recording import record_visit
from visits.models import VisitRecord
from visits.tests.test_visit_record import held, send

pytestmark = pytest.mark.django_db


def place(row, field):
    return f"{row._meta.label_lower}:{row.pk}|{field}"


def test_neither_a_change_nor_a_no_is_refused(client):
    response = send(client, held(), no_view_change=None)
    assert "请填写至少一处变化" in response.content.decode()
    assert not VisitRecord.objects.exists()


def test_a_change_and_a_no_together_are_refused(client):
    visit = held()
    where = place(visit.customer, "address")
    response = send(client, visit, view_place=[where], view_text=["新路 1 号"])
    assert "请二选一" in response.content.decode()


def test_a_change_waits_beside_the_old_value_and_changes_nothing_yet(client):
    visit = held()
    where = place(visit.customer, "address")
    sent = {"view_place": [where, ""], "view_text": ["新路 1 号", ""], "no_view_change": None}
    assert send(client, visit, **sent).status_code == 302
    waiting = CustomerViewRevision.objects.get(state="proposed")
    assert (waiting.visit_ref, waiting.new) == (visit.pk, "新路 1 号")
    visit.customer.refresh_from_db()
    assert visit.customer.address != "新路 1 号"


def test_a_choice_is_typed_by_its_name(client):
    visit = held()
    contact = visit.contacts.first()
    where = [place(contact, "decision_role"), place(contact, "attitude")]
    send(client, visit, view_place=where, view_text=["决策人", "+2"], no_view_change=None)
    found = CustomerViewRevision.objects.filter(state="proposed").values_list("new", flat=True)
    assert sorted(found) == ["2", "决策人"]


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("decision_role", "皇帝", "可以填：决策人"),
        ("attitude", "9", "3"),
        ("title", "", "请填写现在的情况"),
    ],
)
def test_what_the_field_cannot_hold_is_said_and_kept(client, field, text, message):
    visit = held()
    where = place(visit.contacts.first(), field)
    response = send(client, visit, view_place=[where], view_text=[text], no_view_change=None)
    page = response.content.decode()
    assert message in page
    assert f'value="{where}" selected' in page
    assert not VisitRecord.objects.exists()


def test_a_field_of_another_customer_is_not_offered(client):
    visit, other = held(), held()
    where = place(other.customer, "address")
    response = send(client, visit, view_place=[where], view_text=["x"], no_view_change=None)
    assert "请选择变化的是哪一项" in response.content.decode()


def test_the_page_offers_contacts_file_needs_and_information(client):
    visit = held()
    client.force_login(visit.owner)
    page = client.get(reverse("visits:visit_record", args=[visit.pk])).content.decode()
    for words in ("新需求（客户说的事实）", "档案：通信地址", "对我态度"):
        assert words in page


def test_the_head_reads_that_nothing_has_changed(client):
    visit = held()
    head = make_user("dept_head", department=visit.customer.department)
    send(client, visit)
    assert visit.record.has_no_view_change
    client.force_login(head)
    page = client.get(reverse("visits:record_review", args=[visit.pk])).content.decode()
    assert "提交时勾选了「没有变化」" in page


def test_no_path_records_a_visit_without_a_change_or_the_tick():
    visit = held()
    words = {"customer_opinions": "满意", "summary_points": "扩容", "has_no_next_step": True}
    with pytest.raises(VisitError, match="客户视图"):
        record_visit(visit=visit, outcomes={visit.key_points.get().pk: "covered"},
                     by=visit.owner, **words)  # fmt: skip
    visit.refresh_from_db()
    assert visit.state == "held"
