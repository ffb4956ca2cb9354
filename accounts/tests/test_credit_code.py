"""统一社会信用代码 with its check sign (GB 32100-2015)."""

import pytest

from accounts.rules import CREDIT_SIGNS, credit_check_sign, credit_code_fault

# The example of the standard, and four published ones.
GOOD = [
    "91350100M000100Y43",
    "91330100799655058B",
    "914403001922038216",
    "9144030071526726XG",
    "91110000802100433B",
]


@pytest.mark.parametrize("code", GOOD)
def test_a_published_code_is_right(code):
    assert credit_code_fault(code) == ""
    assert credit_check_sign(code[:17]) == code[17]


@pytest.mark.parametrize("code", GOOD)
def test_one_wrong_sign_anywhere_is_found(code):
    for place, sign in enumerate(code):
        other = CREDIT_SIGNS[(CREDIT_SIGNS.index(sign) + 1) % len(CREDIT_SIGNS)]
        assert "校验位" in credit_code_fault(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    ("code", "said"),
    [("9135010", "18 位"), ("91350100M000100Y430", "18 位"), ("91350100M000100Yi3", "不用 I"),
     ("91350100O000100Y43", "不用 I"), ("91350100m000100Y43", "大写")],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(code, said):
    assert said in credit_code_fault(code)
