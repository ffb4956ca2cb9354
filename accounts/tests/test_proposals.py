"""What a visit proposed is taken or left by the manager or a head, beside what is stored (R9)."""

import pytest
from django.urls import reverse

from accounts import actions
from accounts.actions import proposals
from accounts.models import CustomerNeed, CustomerViewRevision
from accounts.tests.factories import make_contact, make_customer
from core.models import AuditEvent
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
VISIT = 41


@pytest.fixture
def customer():
    return make_customer(address="旧路 1 号")


def proposed(customer, target="", field="address", text="新路 9 号"):
    change = proposals.Change(target or f"accounts.customer:{customer.pk}", field, text)
    proposals.propose(customer=customer, changes=[change], visit_ref=VISIT, by=customer.manager)
    return CustomerViewRevision.objects.get(state="proposed")


def decide(client, user, revision, decision="take", seen="旧路 1 号"):
    client.force_login(user)
    url = reverse("accounts:proposal_decide", args=[revision.pk])
    data = {"decision": decision, "seen": proposals.mark_of(seen)}
    return client.post(url, data, follow=True)


def history(client, user, customer):
    client.force_login(user)
    url = reverse("accounts:customer_section", args=[customer.pk, "history"])
    return client.get(url).content.decode()


def test_old_and_new_are_shown_side_by_side(client, customer):
    proposed(customer)
    page = history(client, customer.manager, customer)
    assert "<del>旧路 1 号</del>" in page and "<ins>新路 9 号</ins>" in page


def test_a_proposed_telephone_number_stays_masked_in_the_page(client, customer):
    contact = make_contact(customer, phone="13800001234")
    revision = proposed(customer, f"accounts.contact:{contact.pk}", "phone", "13900005678")
    page = history(client, customer.manager, customer)
    assert "13800001234" not in page and "13900005678" not in page
    decide(client, customer.manager, revision, seen="13800001234")
    contact.refresh_from_db()
    assert contact.phone == "13900005678"


def test_taking_it_writes_the_field_with_the_visit_and_who_decided(client, customer):
    head = make_user("dept_head", department=customer.department)
    revision = proposed(customer)
    decide(client, head, revision)
    customer.refresh_from_db()
    revision.refresh_from_db()
    assert customer.address == "新路 9 号"
    assert (revision.state, revision.visit_ref, revision.decided_by) == ("applied", VISIT, head)
    assert AuditEvent.objects.filter(verb="customer.change_taken", actor=head).exists()


def test_leaving_it_changes_nothing_and_is_kept(client, customer):
    revision = proposed(customer)
    decide(client, customer.manager, revision, "leave")
    customer.refresh_from_db()
    revision.refresh_from_db()
    assert (customer.address, revision.state) == ("旧路 1 号", "rejected")


def test_a_field_that_changed_meanwhile_is_shown_as_a_conflict(client, customer):
    proposed(customer)
    actions.update_customer(customer=customer, by=customer.manager, address="别人改的路")
    page = history(client, customer.manager, customer)
    assert "提出以后已被他人改为「别人改的路」" in page


def test_a_change_after_the_page_was_drawn_is_refused(client, customer):
    revision = proposed(customer)
    actions.update_customer(customer=customer, by=customer.manager, address="别人改的路")
    page = decide(client, customer.manager, revision, seen="旧路 1 号").content.decode()
    assert "刚刚又有变化" in page
    revision.refresh_from_db()
    assert revision.state == "proposed"


def test_the_second_decision_is_refused(client, customer):
    revision = proposed(customer)
    decide(client, customer.manager, revision)
    page = decide(client, customer.manager, revision, "leave").content.decode()
    assert "已经有人处理过" in page


def test_a_contact_is_changed_too(client, customer):
    contact = make_contact(customer, title="主任")
    revision = proposed(customer, f"accounts.contact:{contact.pk}", "decision_role", "决策人")
    decide(client, customer.manager, revision, seen="")
    contact.refresh_from_db()
    assert contact.decision_role == "decider"


def test_a_new_need_becomes_a_fact_of_that_visit(client, customer):
    revision = proposed(customer, proposals.NEED, "description", "要一条专线")
    decide(client, customer.manager, revision, seen="")
    need = CustomerNeed.objects.get()
    assert (need.layer, need.description, need.visit_ref) == ("fact", "要一条专线", VISIT)


def test_what_says_nothing_new_is_not_proposed(customer):
    change = proposals.Change(f"accounts.customer:{customer.pk}", "address", "旧路 1 号")
    asked = {"customer": customer, "visit_ref": VISIT, "by": customer.manager}
    assert proposals.propose(changes=[change], **asked) == 0


def test_another_manager_gets_404(client, customer):
    assert decide(client, make_user(), proposed(customer)).status_code == 404


def test_a_head_of_another_department_gets_404(client, customer):
    other = make_user("dept_head", department=make_department())
    assert decide(client, other, proposed(customer)).status_code == 404


def test_an_auditor_gets_403(client, customer):
    assert decide(client, make_user("auditor"), proposed(customer)).status_code == 403


def test_get_is_405(client, customer):
    client.force_login(customer.manager)
    url = reverse("accounts:proposal_decide", args=[proposed(customer).pk])
    assert client.get(url).status_code == 405


def test_a_colleague_who_only_sees_the_customer_does_not_decide(client, customer):
    colleague = make_user("industry_manager")
    customer.industry.managers.add(colleague)
    page = decide(client, colleague, proposed(customer)).content.decode()
    assert "由客户经理本人或部门负责人确认" in page
