"""The second net of X1: words that may give a price away, read as a figure or not (R14, §B.6)."""

import re

import pytest

from visits import letter_rules
from visits.models import LetterTemplate
from visits.offer_rules import offers_in, prices_in, unread_in
from visits.tests.test_price_cuts import AMOUNTS, DISCOUNTS, NOTHING

UNREAD = [
    "今后月租每月8000元", "每月按8000元收取即可", "月租便宜一点", "资费给您降一降", "专线前期白用",
    "以后一律15%优待到底", "专线享受VIP价位", "头几个月一分钱不收", "只付一半", "零头抹掉",
    "开通费免了", "安装费不用付", "月租收七成", "首月1元", "另赠送一台终端", "赠送流量",
    "月租从优", "设备免费用", "今后资费每月少两千", "按15%执行", "下浮15%", "free of charge",
    "免\n费开通",
]  # fmt: skip
HARMLESS = [
    *(text for text in NOTHING if not re.search("月租|优惠|赠送|再降至", text)),
    "一期项目投资800万元", "费用预算800万元已经落实", "每年投资20万元用于巡检", "营收增长15%",
    "满意度提升15%", "15%的用户反映", "带宽利用率降到30%", "免费巡检一次", "免费提供上门检测",
    "客服电话免费热线", "增值税进项抵扣", "三折页宣传册", "方案打包提交", "打95598",
    "2026年11月20日", "电话0575-85123456", "价格不变",
]  # fmt: skip


@pytest.mark.parametrize("text", UNREAD)
def test_a_wording_nobody_can_measure_is_an_offer(text):
    assert offers_in(text) and prices_in(f"您好！\n我公司同意{text}。")


@pytest.mark.parametrize("text", [text for text, _ in DISCOUNTS + AMOUNTS])
def test_what_can_be_measured_touches_the_price_too_but_is_read(text):
    assert prices_in(text) and not unread_in(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_give_nothing_away(text):
    assert prices_in(text) == ()


def test_a_figure_hides_no_other_sentence():
    assert unread_in("续约时给予8%折扣。安装费不用付。")


@pytest.mark.django_db
def test_the_pattern_texts_touch_no_price():
    bodies = LetterTemplate.objects.values_list("body", flat=True)
    assert len(bodies) > 5 and [prices_in(body) for body in bodies if prices_in(body)] == []


@pytest.mark.parametrize("text", ["月租从优", "送三个月专线使用", "今后每月8000元", "降15%"])
def test_a_thank_you_letter_names_no_price_in_other_words(text):
    found = letter_rules.lint(f"您好！\n{text}。", prices_block=True)
    assert [f.is_blocking for f in found] and found[0].place.startswith("第 2 段")
    assert letter_rules.lint(f"您好！\n{text}。", prices_block=True, approved=[text]) == ()
