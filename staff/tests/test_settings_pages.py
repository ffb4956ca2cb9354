"""staff:parameter_list, parameter_edit, audit_list and profile."""

import pytest
from django.urls import reverse

from core import audit
from core.models import AuditEvent, Parameter
from staff.models import User
from staff.tests.costs import page_cost
from staff.tests.factories import make_branch, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = make_user("sysadmin")
    client.force_login(user)
    return user


def edit(client, key, value, old=None):
    parameter = Parameter.objects.get(key=key)
    fields = {"value": value, "old": parameter.value if old is None else old}
    return client.post(reverse("staff:parameter_edit", args=[parameter.pk]), fields)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("business_close", "17:30"),
        ("business_close", "24:00"),
        ("digest_over", "8"),
        ("quiet_on_rest_days", "false"),
        ("visit_booking_rule", "24h"),
    ],
)
def test_a_setting_is_changed_with_old_and_new_in_the_trail(client, admin, key, value):
    old = Parameter.objects.get(key=key)
    assert edit(client, key, value).status_code == 302
    assert Parameter.objects.get(key=key).value == value
    assert AuditEvent.objects.about(old).get().changes == {"value": [old.value, value]}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("business_close", "25:00", "不是时刻"),
        ("business_close", "下班", "不是时刻"),
        ("digest_over", "五", "不是整数"),
        ("digest_over", "-3", "不能小于"),
        ("quiet_on_rest_days", "maybe", ""),
        ("visit_booking_rule", "never", ""),
        ("digest_over", "", ""),
        ("digest_over", "1" * 30, ""),
    ],
)
def test_a_wrong_value_is_said_at_the_field_and_not_stored(client, admin, key, value, said):
    before = Parameter.objects.get(key=key).value
    response = edit(client, key, value)
    assert "value" in response.context["form"].errors
    assert said in response.content.decode()
    assert Parameter.objects.get(key=key).value == before


def test_a_change_made_meanwhile_is_not_overwritten(client, admin):
    assert "刚被别人修改过" in edit(client, "digest_over", "9", old="4").content.decode()


def test_the_settings_are_all_listed(client, admin):
    text = client.get(reverse("staff:parameter_list")).content.decode()
    assert all(parameter.label in text for parameter in Parameter.objects.all())


def test_other_roles_are_403(client):
    client.force_login(make_user("dept_head"))
    for name, args in [("parameter_list", []), ("parameter_edit", [1]), ("audit_list", [])]:
        assert client.get(reverse(f"staff:{name}", args=args)).status_code == 403


@pytest.fixture
def auditor(client):
    user = make_user("auditor")
    client.force_login(user)
    return user


def trail(client, **query):
    return client.get(reverse("staff:audit_list"), query).content.decode().split("<tbody>")[-1]


def test_the_trail_is_filtered_by_person_verb_object_and_day(client, auditor):
    one, other = make_user(name="甲一"), make_user(name="乙二")
    audit.record(verb="user.edited", target=other, by=one, changes={"title": ["", "组长"]})
    audit.record(verb="user.left", target=one, by=other, reason="调离")
    assert "组长" in trail(client, actor="甲一") and "调离" not in trail(client, actor="甲一")
    assert "调离" in trail(client, verb="user.left") and "组长" not in trail(
        client, verb="user.left"
    )
    assert "组长" in trail(client, target="乙二") and "调离" not in trail(client, target="乙二")
    assert "组长" not in trail(client, day="2020-01-01")


def test_the_trail_of_another_branch_is_not_shown(client, auditor):
    stranger = make_user("branch_director", name="外省人", branch=make_branch())
    audit.record(verb="user.edited", target=stranger, by=stranger)
    assert "外省人" not in trail(client)


def test_the_trail_costs_the_same_with_30_rows(client, auditor):
    url = reverse("staff:audit_list")
    audit.record(verb="user.edited", target=auditor, by=auditor)
    before = page_cost(client, url)
    for _ in range(30):
        audit.record(verb="user.edited", target=make_user(), by=auditor)
    assert page_cost(client, url) == before


def test_people_keep_their_own_contact_and_theme(client):
    user = make_user()
    client.force_login(user)
    fields = {
        "phone": "139",
        "email": "a@b.cn",
        "theme": "dark",
        "role": "sysadmin",
        "name": "改名",
    }
    assert client.post(reverse("staff:profile"), fields).status_code == 302
    row = User.objects.get(pk=user.pk)
    assert (row.phone, row.email, row.theme) == ("139", "a@b.cn", "dark")
    assert (row.role, row.name) == (user.role, user.name)


@pytest.mark.parametrize("fields", [{"email": "no"}, {"theme": "pink"}, {"phone": "1" * 31}])
def test_a_wrong_profile_is_said_at_the_field(client, fields):
    client.force_login(make_user())
    fields = {"phone": "", "email": "", "theme": "auto"} | fields
    response = client.post(reverse("staff:profile"), fields)
    assert response.status_code == 422 and response.context["form"].errors


@pytest.mark.parametrize(
    "query", [{"day": "不是日期"}, {"verb": "x"}, {"cursor": "forged"}, {"actor": "\x00"}]
)
def test_a_nonsense_filter_is_no_server_error(client, auditor, query):
    assert client.get(reverse("staff:audit_list"), query).status_code == 200
    client.force_login(make_user("sysadmin"))
    query = {"department": "x", "role": "x", "state": "x", "q": "\x00"} | query
    assert client.get(reverse("staff:user_list"), query).status_code == 200
