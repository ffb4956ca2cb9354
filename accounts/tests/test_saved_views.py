"""Views of the list under a name: one's own, the department's, and the one that opens first."""

import pytest
from django.urls import reverse

from accounts.models import SavedView
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db
LIST = "accounts:customer_list"


def make_view(owner, **fields):
    fields.setdefault("name", "我的 A 级")
    fields.setdefault("query", "grade=A")
    return SavedView.objects.create(owner=owner, **fields)


def post(client, user, verb, *args, **data):
    client.force_login(user)
    return client.post(reverse(f"accounts:{verb}", args=args), data)


def shown(client, user):
    client.force_login(user)
    return {view.name for view in client.get(reverse(LIST), {"view": "none"}).context["views"]}


def test_saving_keeps_filters_and_columns_but_not_the_place(client):
    user = make_user()
    query = "grade=A&columns=region&cursor=abc&view=9&next=//evil"
    response = post(client, user, "saved_view_create", name="A 级", query=query, is_default="on")
    view = SavedView.objects.get()
    assert (view.owner, view.query, view.is_default, view.is_team) == (
        user, "grade=A&columns=region", True, False,
    )  # fmt: skip
    assert response.url == f"/customers/?view={view.pk}&grade=A&columns=region"
    assert AuditEvent.objects.get().verb == "saved_view.created"


@pytest.mark.parametrize("name", ["", "A 级", "x" * 41])
def test_a_bad_name_is_said_at_the_field_and_nothing_is_lost(client, name):
    user = make_user()
    make_view(user, name="A 级")
    response = post(client, user, "saved_view_create", name=name, query="grade=B")
    assert response.status_code == 422
    assert 'value="grade=B"' in response.content.decode()
    assert SavedView.objects.count() == 1


def test_the_default_opens_first_and_a_new_one_takes_its_place(client):
    user = make_user()
    old = make_view(user, is_default=True)
    client.force_login(user)
    assert client.get(reverse(LIST)).url == f"/customers/?view={old.pk}&grade=A"
    assert client.get(reverse(LIST), {"view": "none"}).status_code == 200
    post(client, user, "saved_view_create", name="B 级", query="grade=B", is_default="on")
    assert list(SavedView.objects.filter(is_default=True).values_list("name", flat=True)) == [
        "B 级"
    ]


def test_colleagues_of_the_department_see_a_shared_view_and_nobody_else_does(client):
    owner = make_user()
    make_view(owner, name="共用", is_team=True)
    make_view(owner, name="私用")
    assert shown(client, owner) == {"共用", "私用"}
    assert shown(client, make_user(department=owner.department)) == {"共用"}
    assert shown(client, make_user(department=make_department())) == set()
    assert shown(client, make_user("branch_director")) == set()


def test_a_shared_view_shows_everybody_the_own_rows_only(client):
    owner = make_user()
    view = make_view(owner, is_team=True)
    make_customer(manager=owner, grade="A")
    other = make_customer(manager=make_user(department=owner.department), grade="A")
    client.force_login(other.manager)
    rows = client.get(reverse(LIST), {"view": view.pk, "grade": "A"}).context["rows"]
    assert [row.customer for row in rows] == [other]


def test_the_owner_renames_shares_and_deletes(client):
    user = make_user()
    view = make_view(user)
    post(client, user, "saved_view_edit", view.pk, name="重点", query="grade=B", is_team="on")
    view.refresh_from_db()
    assert (view.name, view.query, view.is_team) == ("重点", "grade=B", True)
    post(client, user, "saved_view_delete", view.pk)
    assert not SavedView.objects.exists()
    assert AuditEvent.objects.filter(verb="saved_view.deleted").count() == 1


def test_the_edit_page_takes_over_the_present_filters(client):
    user = make_user()
    view = make_view(user)
    client.force_login(user)
    page = client.get(
        reverse("accounts:saved_view_edit", args=[view.pk]), {"grade": "C", "view": 1}
    )
    assert 'value="grade=C"' in page.content.decode()


def test_renaming_to_a_taken_name_is_refused(client):
    user = make_user()
    make_view(user, name="甲")
    view = make_view(user, name="乙")
    assert post(client, user, "saved_view_edit", view.pk, name="甲", query="").status_code == 422
    view.refresh_from_db()
    assert view.name == "乙"


@pytest.mark.parametrize("name", ["saved_view_edit", "saved_view_delete"])
def test_a_colleague_gets_404_even_for_a_shared_view(client, name):
    view = make_view(make_user(), is_team=True)
    assert post(client, make_user(), name, view.pk, name="x", query="").status_code == 404
    assert SavedView.objects.filter(name="我的 A 级").exists()


@pytest.mark.parametrize("name", ["saved_view_create", "saved_view_delete"])
def test_get_is_refused(client, name):
    view = make_view(make_user())
    client.force_login(view.owner)
    args = [view.pk] if name == "saved_view_delete" else []
    assert client.get(reverse(f"accounts:{name}", args=args)).status_code == 405


def test_roles_without_customers_get_403(client):
    user = make_user("sysadmin")
    assert post(client, user, "saved_view_create", name="x", query="").status_code == 403
