"""The database keeps the paths of the group tree, whoever writes, and refuses a cycle (0008)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Customer
from accounts.tests.factories import make_customer
from accounts.tests.trees import make_group, wrong_paths
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
SIZE = 9


def test_a_new_customer_has_its_path():
    top = make_customer()
    below = make_customer(manager=top.manager, parent=top)
    below.refresh_from_db()
    assert below.tree_path == f"/{top.pk}/{below.pk}/"


def test_under_finds_the_branch_even_of_a_row_just_made():
    top = make_customer()
    below = make_customer(manager=top.manager, parent=top)
    make_customer(manager=top.manager)
    assert set(Customer.objects.under(top)) == {top, below}


def test_a_path_written_by_hand_is_put_right():
    top = make_customer()
    below = make_customer(manager=top.manager, parent=top)
    Customer.objects.filter(pk=top.pk).update(tree_path="/7/")
    top.save()  # with the empty path of a row just made
    assert wrong_paths() == []
    Customer.objects.filter(pk=below.pk).update(tree_path="")
    assert wrong_paths() == []


def test_a_row_that_brings_a_path_along_moves_nobody():
    top = make_customer()
    make_customer(manager=top.manager, parent=top)
    top.refresh_from_db()
    make_customer(manager=top.manager, tree_path=top.tree_path)
    assert wrong_paths() == []


def test_a_parent_that_does_not_exist_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_customer(parent_id=999_999)


def test_many_rows_in_one_update_keep_their_paths():
    manager = make_user()
    levels = make_group([3, 6, 12], manager=manager)
    top = make_customer(manager=manager)
    chosen = [levels[1][0].pk, levels[2][0].pk, levels[3][5].pk]
    Customer.objects.filter(pk__in=chosen).update(parent=top)
    assert wrong_paths() == []


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_cycle_is_refused_at_any_depth(depth):
    levels = make_group([1] * 3, manager=make_user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=levels[0][0].pk).update(parent=levels[depth][0])
    assert wrong_paths() == []


def test_a_customer_is_not_its_own_parent():
    customer = make_customer()
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(parent=customer)


def test_a_branch_of_1_600_moves_with_one_update():
    levels = make_group([4, 40, 400, 1555], manager=make_user())
    levels[1][0].refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        Customer.objects.filter(pk=levels[1][0].pk).update(parent=levels[1][3])
    assert len(asked) == 1
    assert Customer.objects.count() == 2000
    assert wrong_paths() == []


moves = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.none() | st.integers(0, SIZE - 1)), max_size=12
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=moves)
def test_random_moves_keep_every_path_and_refuse_exactly_the_cycles(db, moves):
    with transaction.atomic():
        rows = [row for level in make_group([2, 6], manager=make_user()) for row in level]
        parents = {row.pk: row.parent_id for row in rows}
        for child, parent in moves:
            _move(parents, rows[child].pk, None if parent is None else rows[parent].pk)
        assert dict(Customer.objects.values_list("pk", "parent")) == parents
        assert wrong_paths() == []
        transaction.set_rollback(True)


def _move(parents, child, parent):
    above, is_cycle = parent, False
    while above is not None:
        is_cycle = is_cycle or above == child
        above = parents[above]
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=child).update(parent=parent)
    except IntegrityError:
        assert is_cycle
    else:
        assert not is_cycle
        parents[child] = parent
