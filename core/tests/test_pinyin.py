import pytest

from core.pinyin import keys


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("稽山商业银行", ("jishanshangyeyinhang", "jssyyh")),
        ("A区综合行政执法局（演示）", ("aquzonghexingzhengzhifajuyanshi", "aqzhxzzfjys")),
        ("重庆银行", ("chongqingyinhang", "cqyh")),
        ("会稽能源", ("kuaijinengyuan", "kjny")),
        ("第9中学", ("di9zhongxue", "d9zx")),
        ("", ("", "")),
    ],
)
def test_organisations_are_read_as_running_text(name, expected):
    assert keys(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("单雄", ("shanxiong", "sx")),
        ("曾国", ("zengguo", "zg")),
        ("解放", ("xiefang", "xf")),
        ("仇英", ("qiuying", "qy")),
        ("区大", ("ouda", "od")),
        ("查良", ("zhaliang", "zl")),
        ("朴树", ("piaoshu", "ps")),
        ("盖天", ("getian", "gt")),
        ("覃方", ("qinfang", "qf")),
        ("尉迟恭", ("yuchigong", "ycg")),
        ("阿依古丽·买买提", ("ayigulimaimaiti", "ayglmmt")),
    ],
)
def test_people_are_read_by_their_surname(name, expected):
    assert keys(name, is_person=True) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("䶮", "yan"), ("㛃", "jie"), ("𠮷", "ji"), ("𫖮", "yi")]
)
def test_rare_characters_have_a_reading(name, expected):
    assert keys(name)[0] == expected


def test_a_surname_table_is_not_used_for_organisations():
    assert keys("单位")[0] == "danwei"
