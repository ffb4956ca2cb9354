"""The three assessments by hand, as §B.4 writes them."""

import pytest

from opportunities import assessment_rules as rules


def test_the_value_items_read_as_the_table_does():
    said = {item.code: [text for _, text in item.options] for item in rules.VALUE_ITEMS}
    assert said == {
        "impact": ["没有", "一般", "积极"],
        "capability": ["有碍", "一般", "能支撑"],
        "attention": ["低", "一般", "高"],
        "budget": ["很少", "可接受", "理想"],
        "time": ["不现实", "一般", "理想"],
    }
    worst, best = (sum(i.options[n][0] for i in rules.VALUE_ITEMS) for n in (0, -1))
    assert (worst, best) == (-18, 18)


@pytest.mark.parametrize(
    ("budget", "time", "total", "words"),
    [(0, 0, 13, "很有价值"), (0, -2, 11, "价值一般"), (-3, -2, 8, "价值一般")],
)
def test_thirteen_is_very_valuable_and_eight_general(budget, time, total, words):
    answers = {"impact": 5, "capability": 4, "attention": 4, "budget": budget, "time": time}
    assert (rules.value_score(answers).score, rules.value_score(answers).text) == (total, words)


def test_seven_is_low():
    answers = {"impact": 5, "capability": 4, "attention": 0, "budget": 0, "time": -2}
    assert rules.value_score(answers).text == "价值低"
