"""A solution is asked for, accepted, delivered; only by whom it was asked of (R19)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests.factories import make_customer
from opportunities.actions import soliciting
from opportunities.actions.errors import OpportunityError
from opportunities.models import SolutionRequest
from opportunities.tests.factories import make_opportunity
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer():
    return make_user("solution_engineer")


@pytest.fixture
def request_(engineer):
    customer = make_customer()
    return soliciting.ask_solution(
        customer=customer, engineer=engineer, content="同城双活", by=customer.manager
    )


def step(name, row):
    return reverse(f"opportunities:solution_{name}", args=[row.pk])


def test_from_the_list_to_the_delivered_solution(client, engineer, request_):
    client.force_login(engineer)
    assert "同城双活" in client.get(reverse("opportunities:solution_list")).content.decode()
    client.post(step("accept", request_))
    assert client.post(step("deliver", request_), {"answer": ""}).status_code == 422
    client.post(step("deliver", request_), {"answer": "双路由加双机房"})
    request_.refresh_from_db()
    assert (request_.state, request_.answer) == ("delivered", "双路由加双机房")


def paper(name="方案.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF", "application/pdf")


def test_the_file_of_the_solution_stands_in_the_opportunity_too(client, engineer):
    opportunity = make_opportunity()
    row = soliciting.ask_solution(
        customer=opportunity.customer, opportunity=opportunity, engineer=engineer,
        content="同城双活", by=opportunity.owner,
    )  # fmt: skip
    soliciting.accept_solution(request=row, by=engineer)
    client.force_login(engineer)
    client.post(step("deliver", row), {"answer": "双路由加双机房", "upload": paper()})
    client.force_login(opportunity.owner)
    for url in (step("file", row), reverse("opportunities:file", args=[opportunity.pk])):
        assert b"".join(client.get(url).streaming_content).startswith(b"%PDF")
    assert "方案.pdf" in client.get(opportunity.get_absolute_url()).content.decode()
    assert opportunity.changes.get(field="solution_file").new == "方案.pdf"


def test_the_manager_puts_a_file_in_the_form_of_the_opportunity(client):
    row = make_opportunity()
    client.force_login(row.owner)
    url = reverse("opportunities:edit", args=[row.pk])
    data = {
        "name": row.name, "kind": row.kind, "source": row.source, "contact": row.contact_id,
        "need_text": row.need_text, "seen_at": row.updated_at.isoformat(),
        "upload": paper("新.pdf"),
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    row.refresh_from_db()
    assert row.solution_file.name == "新.pdf"


def test_a_file_of_another_kind_is_refused(client, engineer, request_):
    soliciting.accept_solution(request=request_, by=engineer)
    client.force_login(engineer)
    bad = SimpleUploadedFile("方案.exe", b"MZ", "application/octet-stream")
    answer = client.post(step("deliver", request_), {"answer": "双路由", "upload": bad})
    assert answer.status_code == 422 and "只能上传" in answer.content.decode()


def test_a_stranger_does_not_get_the_file(client, engineer, request_):
    soliciting.accept_solution(request=request_, by=engineer)
    soliciting.deliver_solution(request=request_, answer="双路由", upload=paper(), by=engineer)
    client.force_login(make_user("solution_engineer"))
    assert client.get(step("file", request_)).status_code == 404


def test_another_engineer_sees_nothing_of_it(client, request_):
    client.force_login(make_user("solution_engineer"))
    assert client.get(request_.get_absolute_url()).status_code == 404
    assert client.post(step("accept", request_)).status_code == 404


def test_the_manager_cancels_but_does_not_answer(client, request_):
    client.force_login(request_.customer.manager)
    assert client.post(step("accept", request_)).status_code == 403
    client.post(step("cancel", request_))
    request_.refresh_from_db()
    assert request_.state == "cancelled"


def test_the_engineer_does_not_cancel(client, engineer, request_):
    client.force_login(engineer)
    assert client.post(step("cancel", request_)).status_code == 403


def test_a_step_from_an_old_page_is_refused(engineer, request_):
    old = SolutionRequest.objects.get(pk=request_.pk)
    soliciting.accept_solution(request=request_, by=engineer)
    with pytest.raises(OpportunityError):
        soliciting.accept_solution(request=old, by=engineer)


def test_it_is_asked_for_by_the_form(client, engineer, request_):
    customer = request_.customer
    client.force_login(customer.manager)
    url = reverse("opportunities:solution_create") + f"?customer={customer.pk}"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"engineer": engineer.pk, "content": "视频云平台"})
    assert answer.status_code == 302
    assert client.get(reverse("opportunities:solution_create")).status_code == 404
