import pytest

from tests.faults.prove import prove

pytestmark = pytest.mark.faults


def test_the_suite_turns_red_when_the_product_is_broken(write_down):
    """The claim predicate, the unique constraint, the order of send and mark: each is noticed."""
    prove(say=write_down)
