"""When two names mean the same customer."""

import pytest

from accounts.actions.duplicates import key_of
from accounts.duplicate_rules import MARK, fold, same_words
from accounts.search_rules import terms


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("杭州蓝亭科技有限公司", "杭州蓝亭科技"),
        ("杭州蓝亭科技股份有限公司绍兴分公司", "杭州蓝亭科技绍兴"),
        ("（杭州）蓝亭 科技", "杭州蓝亭科技"),
        ("ＡＢＣ 科技", "abc科技"),
        ("蓝亭集团有限公司", "蓝亭"),
    ],
)
def test_legal_form_marks_and_width_do_not_count(written, same):
    assert fold(written) == same


def test_a_name_that_is_only_a_legal_form_stays():
    assert fold("有限公司") == "有限公司"


def test_equal_sounds_have_one_key_and_other_names_another():
    assert key_of("蓝亭科技有限公司") == key_of("兰庭科技")
    assert key_of("蓝亭科技") != key_of("绿亭科技")
    assert same_words("蓝亭（科技）", "蓝亭科技公司") and not same_words("蓝亭科技", "兰庭科技")


def test_no_user_can_type_such_a_key():
    assert key_of("蓝亭科技").startswith(MARK)
    assert not any(term.startswith(MARK) for term in terms(key_of("蓝亭科技")))
