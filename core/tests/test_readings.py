"""Every way to begin typing a Chinese name."""

import pytest

from core.readings import keys, plain


def texts(name, **options):
    return {key.text for key in keys(name, **options)}


@pytest.mark.parametrize(
    "key", ["稽山银行", "山银行", "行", "jishanyinhang", "yinhang", "jsyh", "h"]
)
def test_a_name_is_found_from_every_character_syllable_and_letter(key):
    assert key in texts("稽山银行")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("乐行贸易", ["lexingmaoyi", "lehangmaoyi", "yuexingmaoyi", "lxmy", "lhmy"]),
        ("重庆银行", ["cqyh", "chongqing"]),
        ("会稽能源", ["kuaijinengyuan", "kjny"]),
    ],
)
def test_characters_of_several_readings(name, found):
    assert all(any(key.startswith(text) for key in texts(name)) for text in found)


def test_a_known_word_has_one_reading():
    assert not {"zqyh", "cqyx", "zhongqingyinhang"} & texts("重庆银行")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("单雄", {"shanxiong", "sx", "danxiong", "dx"}),
        ("查良", {"zhaliang", "zl", "chaliang", "cl"}),
        ("尉迟恭", {"yuchigong", "ycg", "chigong", "cg"}),
        ("区大", {"ouda", "od", "qd"}),
    ],
)
def test_a_surname_is_read_as_one_and_as_usual(name, found):
    assert found <= texts(name, is_person=True)


@pytest.mark.parametrize("name", ["𠮷野家", "䶮山", "A银行（省分行）·甲", "No.1 中学", "", "（）"])
def test_rare_and_foreign_signs_do_no_harm(name):
    assert all(0 < len(text) <= 24 for text in texts(name))


def test_marks_spaces_and_width_make_no_difference():
    assert plain("Ａ银行（省 分行）") == "a银行省分行"


def test_the_first_key_of_a_kind_is_the_start():
    starts = {key.text for key in keys("鉴湖农商") if key.is_start}
    assert starts == {"鉴湖农商", "jianhunongshang", "jhns"}


def test_a_name_of_many_doubtful_characters_gives_a_bounded_number_of_keys():
    assert len(texts("长乐行重单区朝厦藏传" * 10)) < 1500
