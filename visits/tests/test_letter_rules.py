"""Words of letters: drafted, checked, titled (§4.6, §B.6)."""

from datetime import date

import pytest

from visits import letter_rules, reply_rules
from visits.letter_rules import Meeting, Promised

MEETING = Meeting(
    met_on=date(2026, 11, 9),
    place="三楼会议室",
    topic="专线扩容。",
    is_phone=False,
    your_side="贵局",
    addressees=1,
)


def test_a_visit_without_record_still_makes_a_letter():
    lines = letter_rules.thank_you_body(MEETING).splitlines()
    assert lines[0] == "您好！"
    assert lines[1].startswith(
        "2026年11月9日，承蒙您于百忙之中在三楼会议室安排会面，围绕“专线扩容”"
    )
    assert len(lines) == 3


def test_points_promises_and_next_step_are_numbered_and_dated():
    meeting = Meeting(
        **{
            **vars(MEETING),
            "points": ("扩容到 500M", "月底出方案。"),
            "promises": (Promised("提供方案。", "王丽君", date(2026, 12, 1)),),
            "next_step": "下周三汇报",
        }
    )
    body = letter_rules.thank_you_body(meeting)
    assert "1. 扩容到 500M。\n2. 月底出方案。" in body
    assert "1. 2026年12月1日前，提供方案（责任人：王丽君）。" in body
    assert "下一步安排：下周三汇报。" in body
    assert letter_rules.missing_facts(body, meeting) == ()
    assert not [f for f in letter_rules.lint(body, prices_block=True) if f.is_blocking]


def test_several_addressees_and_a_telephone_call_are_addressed_as_such():
    meeting = Meeting(**{**vars(MEETING), "addressees": 2, "is_phone": True})
    body = letter_rules.thank_you_body(meeting)
    assert body.startswith("各位好！")
    assert "接听电话" in body


def test_a_changed_date_is_noticed():
    body = letter_rules.thank_you_body(MEETING).replace("11月9日", "11月8日")
    assert [f.place for f in letter_rules.missing_facts(body, MEETING)] == ["拜访日期"]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("你们的要求", False),
        ("你公司的要求", False),
        ("比中国联通快", False),
        ("很好👍", False),
        ("给您八折优惠", True),
        ("底价另议", True),
        ("尊敬的××", True),
        ("于【日期】前", True),
        ("{customer}", True),
        ("____", True),
    ],
)
def test_doubtful_words_are_found_with_their_place(text, blocks):
    found = letter_rules.lint(f"您好！\n{text}", prices_block=True)
    assert found
    assert all(finding.place.startswith("第 2 段") for finding in found)
    assert any(finding.is_blocking for finding in found) == blocks


def test_a_reply_may_speak_of_prices():
    assert letter_rules.lint("价格不变", prices_block=False) == ()


@pytest.mark.parametrize(
    ("name", "polite"),
    [
        ("绍兴市大数据发展管理局", "贵局"),
        ("绍兴银行", "贵行"),
        ("绍兴市人民医院", "贵院"),
        ("某某股份公司（总部）", "贵公司"),
        ("G支队", "贵单位"),
    ],
)
def test_the_customer_is_addressed_by_what_it_is(name, polite):
    assert letter_rules.your_side(name) == polite


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("关于专线扩容的函", "关于专线扩容的复函"),
        ("关于专线扩容的来函", "关于专线扩容的复函"),
        ("《关于专线扩容的请示》", "关于专线扩容的复函"),
        ("专线扩容", "关于专线扩容的复函"),
    ],
)
def test_the_title_of_a_reply_follows_the_letter(subject, title):
    assert reply_rules.reply_title(subject) == title


def test_the_letter_is_cited_with_day_and_number():
    letter = reply_rules.Incoming("关于扩容的函", "贵局", date(2026, 11, 9), "绍数函〔2026〕12号")
    expected = "贵局2026年11月9日《关于扩容的函》（绍数函〔2026〕12号）收悉。"
    assert reply_rules.cited(letter) == expected
    assert reply_rules.cited(reply_rules.Incoming("函", "贵局", None, "")) == "贵局《函》收悉。"


def test_a_short_line_with_a_chinese_number_is_a_heading():
    kinds = [p.is_heading for p in reply_rules.paragraphs("一、办理情况\n二、已经办完。\n\n1. 甲")]
    assert kinds == [True, False, False]
