"""Where everything of the decision map stands."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.people_map import CARD, MOST, draw, fit, width_of, wrap
from accounts.people_rules import Level, Person, Tie

LEVELS = [
    Level(1, "总行", True),
    Level(2, "省分行", True, (("voice", "语音", "行长办"),)),
    Level(3, "支行", False),
]


def person(pk, **fields):
    return Person(**({"pk": pk, "name": f"人{pk}", "days": 1} | fields))


def test_bands_follow_the_levels_and_strangers_come_last():
    picture = draw(LEVELS, [person(1, level=3), person(2)], columns=4, is_wide=True)
    names = [band.level.name if band.level else None for band in picture.bands]
    assert names == ["总行", "省分行", "支行", None]


def test_without_strangers_there_is_no_band_for_them():
    picture = draw(LEVELS, [person(1, level=1)], columns=4, is_wide=True)
    assert len(picture.bands) == 3


def test_a_deciding_department_without_contact_is_a_hole_in_its_band():
    picture = draw(LEVELS, [person(1, level=1)], columns=4, is_wide=True)
    (hole,) = picture.holes
    band = picture.bands[1]
    assert band.y < hole.y and hole.y + hole.height < band.y + band.height
    assert [text.text for text in hole.texts] == ["决策部门无接触", "语音：行长办", "还没有联系人"]


def test_the_most_influential_stand_first_and_are_drawn_larger():
    people = [person(1, level=1, influence=1), person(2, level=1, influence=5), person(3, level=1)]
    cards = draw(LEVELS, people, columns=4, is_wide=True).cards
    assert [card.person.pk for card in cards] == [2, 1, 3]
    assert [card.radius for card in cards] == [31, 19, 16]


def test_a_curve_leads_to_the_superior_and_none_to_oneself_or_the_unknown():
    people = [person(1, level=1), person(2, level=2, reports_to=1)]
    people += [person(3, level=2, reports_to=3), person(4, level=2, reports_to=99)]
    picture = draw(LEVELS, people, columns=4, is_wide=True)
    assert len(picture.curves) == 1


def test_the_weakest_ties_are_shown_and_the_rest_counted():
    ties = tuple(Tie(f"甲{n}", n, 5) for n in range(5))
    (card,) = draw([], [person(1, ties=ties)], columns=2, is_wide=False).cards
    assert [line.name for line in card.ties] == ["甲0", "甲1", "甲2"]
    assert "另有 2 位同事" in [text.text for text in card.texts]


def test_more_than_can_be_drawn_are_counted():
    picture = draw([], [person(n) for n in range(MOST + 7)], columns=4, is_wide=True)
    assert (len(picture.cards), picture.left_out) == (MOST, 7)


@pytest.mark.parametrize("shape", [(4, True), (2, False)])
@given(data=st.data())
def test_cards_never_overlap_and_stay_inside(shape, data):
    columns, is_wide = shape
    sizes = st.builds(
        person,
        st.uuids().map(lambda key: key.int % 10**9),
        level=st.sampled_from([None, 1, 2, 3]),
        influence=st.sampled_from([None, 1, 5]),
        ties=st.lists(st.just(Tie("何琼", 1, 2)), max_size=5).map(tuple),
    )
    people = data.draw(st.lists(sizes, max_size=12, unique_by=lambda one: one.pk))
    picture = draw(LEVELS, people, columns=columns, is_wide=is_wide)
    boxes = [(thing.x, thing.y, thing.height) for thing in (*picture.cards, *picture.holes)]
    for x, y, height in boxes:
        assert 0 <= x <= picture.width - CARD and 0 <= y <= picture.height - height
    for n, (x, y, height) in enumerate(boxes):
        for other_x, other_y, other_height in boxes[:n]:
            apart = abs(x - other_x) >= CARD or y >= other_y + other_height or other_y >= y + height
            assert apart
    for upper, lower in pairwise(picture.bands):
        assert upper.y + upper.height < lower.y


def test_texts_are_cut_to_their_room():
    assert fit("省行技术保障处", 7) == "省行技术保障处"
    assert fit("省行技术保障处", 5) == "省行技术…"
    assert width_of(fit("Information Technology", 6)) <= 6
    assert wrap("语音、数据：省行技术保障处办公室", 6) == ["语音、数据：", "省行技术保…"]
