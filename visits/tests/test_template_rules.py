"""Merge fields: what is unknown is named, what is missing stays visible (§B.6)."""

import pytest

from visits import letter_rules, template_rules


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{customer}您好", ()),
        ("{cutsomer}您好", ("{cutsomer} 不是可用的字段",)),
        ("好\n{customer", ("第 2 段的花括号没有成对",)),
        ("customer}", ("花括号没有成对",)),
        ("{客户}", ("{客户} 不是可用的字段",)),
        ("{customer!r}", ("花括号没有成对",)),
        ("{}", ("{} 不是可用的字段",)),
        ("{{customer}}", ("花括号没有成对",)),
    ],
)
def test_faults_are_named(body, words):
    faults = template_rules.faults(body)
    assert len(faults) == len(words)
    assert all(word in fault for word, fault in zip(words, faults, strict=True))


def test_a_missing_value_stays_as_an_open_place_that_blocks():
    text = template_rules.merge("{customer}：{commitments}", {"customer": "某局"})
    assert text == "某局：〔待填：承诺事项〕"
    assert [f.is_blocking for f in letter_rules.lint(text, prices_block=False)] == [True]


def test_a_value_is_not_merged_again():
    assert template_rules.merge("{topic}", {"topic": "{customer}", "customer": "某局"}) == (
        "{customer}"
    )


def test_people_read_and_write_the_fields_in_their_own_words():
    for name, words in template_rules.FIELDS.items():
        assert template_rules.worded(f"{{{name}}}您好") == f"{{{words}}}您好"
        assert template_rules.coded(f"{{{words}}}您好") == f"{{{name}}}您好"
        assert template_rules.faults(f"{{{words}}}") == ()
    assert template_rules.worded("{nobody}") == template_rules.coded("{nobody}") == "{nobody}"
