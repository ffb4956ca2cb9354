"""Every page of a visit opens in every state."""

import pytest
from django.urls import reverse

from staff.tests.factories import make_user
from visits import reports, rules
from visits.actions import thanks
from visits.tests.factories import make_commitment, make_participant, make_record, make_visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("mode", ["on_site", "phone"])
def test_the_visit_opens_in_every_state(client, state, mode):
    visit = make_visit(state=state, mode=mode)
    if state in ("recorded", "closed"):
        make_record(visit)
        make_commitment(visit=visit)
    if state in ("held", "recorded", "closed") and mode == "on_site":
        thanks.open_letter(visit=visit, by=visit.owner)
    client.force_login(visit.owner)

    response = client.get(visit.get_absolute_url())

    assert response.status_code == 200
    assert visit.purpose in response.content.decode()


@pytest.mark.parametrize(
    ("verb", "state"),
    [("edit", "planned"), ("book", "planned"), ("hold", "booked"), ("record", "held"),
     ("cancel", "planned"), ("reschedule", "booked"), ("no_show", "booked")],
)  # fmt: skip
def test_the_form_of_a_verb_opens(client, verb, state):
    visit = make_visit(state=state)
    client.force_login(visit.owner)
    assert client.get(reverse(f"visits:visit_{verb}", args=[visit.pk])).status_code == 200


@pytest.mark.parametrize("name", ["visit_list", "visit_plan", "quick_log", "commitment_list"])
def test_the_pages_without_a_visit_open(client, name):
    client.force_login(make_user())
    assert client.get(reverse(f"visits:{name}")).status_code == 200


def test_a_participant_reads_and_may_do_nothing(client):
    visit = make_visit(state="booked")
    engineer = make_participant(visit).user
    client.force_login(engineer)

    response = client.get(visit.get_absolute_url())

    assert response.status_code == 200
    assert response.context["choices"] == reports.Choices()
    assert visit.customer.get_absolute_url() not in response.content.decode()  # no dead link
    assert client.post(reverse("visits:visit_start", args=[visit.pk])).status_code == 403


def test_a_participating_manager_of_other_customers_may_not_write(client):
    visit = make_visit(state="booked")
    colleague = make_participant(visit, make_user()).user
    client.force_login(colleague)
    assert client.get(visit.get_absolute_url()).status_code == 200
    assert client.post(reverse("visits:visit_start", args=[visit.pk])).status_code == 403
    visit.refresh_from_db()
    assert visit.state == "booked"
