"""How a list is asked for a person: a choice among few, a name among many."""

import django_filters
import pytest

from staff import filters
from staff.filters import PersonFilter
from staff.models import User
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


class Superiors(django_filters.FilterSet):
    """People by their superior."""

    who = PersonFilter(
        "reports_to",
        queryset=lambda request: User.objects.exclude(username="stranger").order_by("username"),
        label="上级",
        empty_label="全部人员",
    )


def found(**data) -> set[str]:
    people = Superiors(data, User.objects.order_by("pk"), request=None).qs
    return set(people.values_list("username", flat=True))


def drawn(**data) -> str:
    return str(Superiors(data, User.objects.order_by("pk"), request=None).form["who"])


@pytest.fixture
def people():
    one, other = make_user(name="张伟"), make_user(name="张伟")
    stranger = make_user(username="stranger", name="张三")
    for superior in (one, other, stranger):
        make_user(username=f"of-{superior.username}", reports_to=superior)
    return one, other, stranger


def test_the_key_in_a_link_finds_one_person(people):
    assert found(who=str(people[0].pk)) == {f"of-{people[0].username}"}


def test_a_part_of_a_name_finds_all_who_have_it(people):
    assert found(who="张") == {f"of-{person.username}" for person in people[:2]}


def test_the_sign_in_name_in_brackets_finds_one_of_two(people):
    assert found(who=f"张伟（{people[1].username}）") == {f"of-{people[1].username}"}


@pytest.mark.parametrize("text", ["张三", "stranger", "没有的人", "a\0b", "9" * 30])
def test_who_is_out_of_scope_or_unknown_is_refused(people, text):
    form = Superiors({"who": text}, User.objects.order_by("pk"), request=None).form
    assert "who" in form.errors


def test_few_people_are_a_choice(people):
    html = drawn(who=str(people[0].pk))
    assert html.startswith("<select") and '<option value="">全部人员</option>' in html
    assert f'<option value="{people[0].pk}" selected>张伟</option>' in html
    assert "张三" not in html


def test_among_many_a_name_is_typed_and_the_chosen_one_is_named(people, monkeypatch):
    monkeypatch.setattr(filters, "MOST_OFFERED", 2)
    html = drawn(who=str(people[0].pk))
    assert html.startswith("<input") and "<option" not in html
    assert f'value="张伟（{people[0].username}）"' in html
    assert 'placeholder="全部人员，可输入姓名"' in drawn()


def test_nobody_out_of_scope_is_named(people, monkeypatch):
    monkeypatch.setattr(filters, "MOST_OFFERED", 2)
    assert "张三" not in drawn(who=str(people[2].pk))
