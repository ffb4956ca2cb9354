"""Who sits where (R40): the first in the middle, then right, left, right … outwards."""

import pytest

from visits.seating_rules import GUESTS, HOSTS, Guest, as_drawn, rank_of, seats


def named(*ranks):
    return [Guest(f"{chr(65 + n)}{rank}", rank) for n, rank in enumerate(ranks)]


def test_the_order_is_centre_right_left():
    row = seats(named(1, 2, 3, 4, 5), HOSTS)
    words = ["居中", "主座右手第 1 位", "主座左手第 1 位", "主座右手第 2 位", "主座左手第 2 位"]
    assert [seat.words for seat in row] == words


def test_hosts_have_their_right_on_the_right_of_the_picture_and_guests_on_its_left():
    hosts = [s.number for s in as_drawn(seats(named(1, 2, 3, 4, 5), HOSTS))]
    guests = [s.number for s in as_drawn(seats(named(1, 2, 3, 4, 5), GUESTS))]
    assert hosts == [5, 3, 1, 2, 4]
    assert guests == [4, 2, 1, 3, 5]


def test_rank_decides_and_equals_stay_as_they_were_named():
    row = seats(named(3, 1, 3, 2), HOSTS)
    assert [seat.person.name for seat in row] == ["B1", "D2", "A3", "C3"]


@pytest.mark.parametrize("count", range(13))
@pytest.mark.parametrize("side", [GUESTS, HOSTS])
def test_no_two_sit_on_one_chair_and_no_chair_between_stays_empty(count, side):
    places = sorted(seat.place for seat in seats(named(*[3] * count), side))
    assert places == list(range(places[0], places[0] + count)) if count else places == []


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("局长", 1), ("副局长", 2), ("行长助理", 2), ("信息科科长", 3), ("办公室副主任", 4),
        ("客户经理", 5), ("网络工程师", 5), ("", 6), ("驾驶员", 6),
    ],
)  # fmt: skip
def test_a_title_gives_a_first_guess(title, rank):
    assert rank_of(title) == rank
