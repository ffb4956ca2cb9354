"""The department tree keeps its paths right, whatever is created, renamed or moved."""

import pytest
from django.urls import reverse

from core.models import AuditEvent
from staff.models import Department, User
from staff.tests.costs import page_cost
from staff.tests.factories import make_branch, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("sysadmin")
    client.force_login(user)
    return user


def create(client, **fields):
    fields = {"code": "gov-1", "name": "政务一部", "kind": "customer", "parent": ""} | fields
    return client.post(reverse("staff:department_create"), fields)


def edit(client, department, **fields):
    fields = {
        "name": department.name,
        "kind": "customer",
        "parent": department.parent_id or "",
    } | fields
    return client.post(reverse("staff:department_edit", args=[department.pk]), fields)


def paths():
    return {d.code: d.path for d in Department.objects.all()}


def test_a_department_stands_below_its_parent(client, admin):
    parent = make_department(code="GOV")
    assert create(client, parent=parent.pk).url == reverse("staff:department_list")
    assert paths()["GOV-1"] == "/GOV/GOV-1/"


def test_a_move_takes_the_whole_subtree_and_its_people_along(client, admin):
    gov, fin = make_department(code="GOV"), make_department(code="FIN")
    child = make_department(code="GOV-1", parent=gov)
    make_department(code="GOV-1-A", parent=child)
    make_department(code="GOV2")  # shares the prefix of the text, not of the path
    head = make_user("dept_head", department=fin)
    staff = make_user(department=Department.objects.get(code="GOV-1-A"))
    edit(client, child, parent=fin.pk)
    assert paths() == {
        "GOV": "/GOV/",
        "FIN": "/FIN/",
        "GOV-1": "/FIN/GOV-1/",
        "GOV-1-A": "/FIN/GOV-1/GOV-1-A/",
        "GOV2": "/GOV2/",
    }
    assert staff in User.objects.overseen_by(head)
    assert AuditEvent.objects.about(child).get().changes == {"parent": [str(gov), str(fin)]}


def test_a_department_never_moves_below_itself(client, admin):
    top = make_department(code="TOP")
    low = make_department(code="LOW", parent=top)
    for target in (top, low):
        assert "自己的下级" in edit(client, top, parent=target.pk).content.decode()
    assert paths() == {"TOP": "/TOP/", "LOW": "/TOP/LOW/"}


def test_the_same_code_of_another_branch_is_another_subtree(client, admin):
    other = make_department(code="GOV", branch=make_branch())
    mine = make_department(code="GOV", branch=admin.branch)
    assert list(Department.objects.under(mine)) == [mine]
    assert edit(client, other).status_code == 404
    assert "parent" in create(client, parent=other.pk).context["form"].errors


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"code": "政务"}, "code"),
        ({"code": ""}, "code"),
        ({"name": "长" * 61}, "name"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_bad_input_is_said_at_the_field(client, admin, fields, where):
    assert where in create(client, **fields).context["form"].errors
    assert not Department.objects.exists()


def test_a_code_is_used_once_in_any_case(client, admin):
    create(client)
    assert "已有这个部门代码" in create(client, code="GOV-1").content.decode()


def test_a_tree_that_is_too_deep_is_refused(client, admin):
    parent = None
    for number in range(9):
        parent = make_department(code=f"D{number}-{'X' * 17}", parent=parent)
    assert "层级太深" in create(client, code="Y" * 20, parent=parent.pk).content.decode()


def test_another_role_is_403(client):
    client.force_login(make_user("dept_head"))
    for name in ("department_list", "department_create"):
        assert client.get(reverse(f"staff:{name}")).status_code == 403


def test_the_list_costs_the_same_with_30_rows(client, admin):
    url = reverse("staff:department_list")
    top = make_department()
    before = page_cost(client, url)
    for _ in range(30):
        make_department(parent=top)
    assert page_cost(client, url) == before


def test_the_own_branch_is_edited_with_a_trail_and_no_other(client, admin):
    other = make_branch(name="外地")
    fields = {
        "name": "绍兴",
        "letter_name": "绍兴分公司",
        "letter_prefix": "绍函",
        "address": "",
        "phone": "",
    }
    assert client.post(reverse("staff:branch_edit"), fields | {"pk": other.pk}).status_code == 302
    admin.branch.refresh_from_db()
    other.refresh_from_db()
    assert (admin.branch.letter_prefix, other.name) == ("绍函", "外地")
    assert "letter_prefix" in AuditEvent.objects.about(admin.branch).get().changes


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"letter_name": "长" * 61}, {"letter_prefix": ""}]
)
def test_a_branch_without_letter_head_is_refused(client, admin, fields):
    good = {"name": "绍兴", "letter_name": "绍兴分公司", "letter_prefix": "绍函"}
    response = client.post(reverse("staff:branch_edit"), good | fields)
    assert response.status_code == 422
    admin.branch.refresh_from_db()
    assert admin.branch.letter_prefix == "绍电政函"
