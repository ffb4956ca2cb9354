"""Long forms that were typed and not sent come back: a problem, a promise, a request."""

import pytest
from django.urls import reverse

from accounts.tests.factories import make_customer
from core import drafts
from staff.tests.factories import make_user
from visits.tests.factories import make_visit

pytestmark = pytest.mark.django_db
FORMS = [
    ("issue_create", "issue_new", "description"),
    ("commitment_create", "promise_new", "content"),
    ("escalation_create", "request_new", "question"),
]
TYPED = "写到一半的内容，手机没电了"


@pytest.mark.parametrize(("view", "form", "field"), FORMS)
def test_it_comes_back_for_this_customer_and_can_be_put_away(client, view, form, field):
    user = make_user()
    customer, other = make_customer(manager=user), make_customer(manager=user)
    client.force_login(user)
    url, of_other = (f"{reverse(f'visits:{view}')}?customer={c.pk}" for c in (customer, other))
    shown = client.get(url).content.decode()
    assert f'data-draft="visits:{form}:customer_{customer.pk}"' in shown
    drafts.save(user, f"visits:{form}:customer_{customer.pk}", {field: TYPED})
    page = client.get(url).content.decode()
    assert TYPED in page and "清空重写" in page and "error-summary" not in page
    assert (
        TYPED not in client.get(f"{reverse(f'visits:{view}')}?customer={other.pk}").content.decode()
    )
    assert client.post(url, {"restart": "1"}).url == url
    assert TYPED not in client.get(url).content.decode()


def test_what_was_sent_does_not_come_back(client):
    visit = make_visit()
    client.force_login(visit.owner)
    drafts.save(visit.owner, f"visits:issue_new:visit_{visit.pk}", {"description": TYPED})
    url = f"{reverse('visits:issue_create')}?visit={visit.pk}"
    sent = {"description": TYPED, "severity": "major", "found_on": "2026-11-02"}
    assert client.post(url, sent).status_code == 302
    assert drafts.load(visit.owner, f"visits:issue_new:visit_{visit.pk}") is None
