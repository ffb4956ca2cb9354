"""What a Chinese text promises, and what goes beyond a limit (R14)."""

from datetime import date
from decimal import Decimal

import pytest

from visits import promise_rules
from visits.authority_rules import Figures, Limit, figures_in, verdict, without_refusals
from visits.promise_rules import Moved

FIFTEEN = [
    "给予15%折扣", "优惠15％", "１５％的价格优惠", "打八五折", "8.5折", "85折优惠",
    "百分之十五的优惠",
    "按原价的85%收取", "优惠10%-15%", "折扣率为15", "价格下调15%", "降价15个百分点", "1 5 % 折扣",
    "15\u200b%折扣", "让利一成半", "十五%的折扣", "专线月租费整体优惠幅度达到15%", "资费降低15%",
    "优惠\n15%", "给予优惠百分之\n十五", "打捌伍折", "让利壹成半", "优惠拾伍个百分点", "打85%",
    "优惠幅度为15",
]  # fmt: skip
OTHERS = [
    ("打9折", 10), ("九折", 10), ("让利两成", 20), ("按标准资费八成执行", 20), ("对折", 50),
    ("返点5个点", 5), ("八点五折", 15), ("优惠8%，另让利20%", 20),
    ("优惠四分之一", 25), ("首年免费", 100), ("第一年不收费", 100), ("减免三个月月租费", 100),
]  # fmt: skip
NO_DISCOUNT = [
    "15%的用户", "下降15%的故障率", "故障率下降15%", "一波三折", "折合3000元", "设备折旧15%",
    "优惠套餐的用户占15%", "15%的用户使用了优惠套餐", "高峰时段带宽占用 82%", "三折页宣传册",
    "完成率85%", "上月可用率99.8%", "双方合作已有十年", "满意度提升15%",
    "免费上门检测", "队伍建设，培训五次",
    "优惠方案说明。\n15%的用户已使用",
    "优惠内容：\n1、扩容方案\n2、巡检15%的线路", "四分之一的线路已经扩容", "退款单号20261130。",
]  # fmt: skip
AMOUNTS = [
    ("减免3000元", 3000), ("赔偿3万元", 30000), ("补偿两万五千元", 25000), ("3,000元的补偿", 3000),
    ("补偿5千元", 5000), ("减免三个月月租共1.2万元", 12000), ("退还￥800元", 800),
    ("赔偿人民币伍万元整", 50000), ("补偿叁仟元", 3000), ("赔偿三千。", 3000), ("￥3000补偿", 3000),
    ("减免5k", 5000), ("赔偿5w元", 50000), ("减免3000", 3000),
]  # fmt: skip
NO_AMOUNT = ["欠费3000元，尽快缴纳", "合同金额30万元", "优惠后每月3000元", "2009年6月账单"]
TERMS = [
    ("合同期3年", 36), ("合同期限为三十六个月", 36), ("签三年合同", 36), ("两年不涨价", 24),
    ("签约一年半", 18), ("合同期叁年", 36),
]  # fmt: skip
NO_TERM = ["合同2026年12月31日到期", "合同已执行3年", "第三年", "明年一季度完成带宽扩容"]


@pytest.mark.parametrize("text", FIFTEEN)
def test_fifteen_percent_is_found_however_it_is_written(text):
    assert figures_in(text).discount == 15


@pytest.mark.parametrize(("text", "discount"), OTHERS)
def test_other_discounts_are_found(text, discount):
    assert figures_in(text).discount == discount


@pytest.mark.parametrize("text", NO_DISCOUNT + NO_AMOUNT + NO_TERM)
def test_near_misses_promise_nothing(text):
    assert figures_in(text).is_empty


@pytest.mark.parametrize(("text", "amount"), AMOUNTS)
def test_money_given_up_is_found(text, amount):
    assert figures_in(text).amount == amount


@pytest.mark.parametrize(("text", "months"), TERMS)
def test_terms_are_found_in_months(text, months):
    assert figures_in(text).term == months


def test_a_vowed_service_level_is_found_and_a_measured_one_is_not():
    assert figures_in("承诺可用率不低于99.99%").sla == Decimal("99.99")
    assert figures_in("SLA 99.95%").sla == Decimal("99.95")


LIMITS = {
    "price_discount": Limit(discount=Decimal(8)),
    "compensation": Limit(amount=Decimal(1000)),
    "other": Limit(is_free=True),
}


@pytest.mark.parametrize(
    ("topic", "figures", "over"),
    [
        ("price_discount", Figures(discount=Decimal(8)), []),
        ("price_discount", Figures(discount=Decimal("8.01")), ["price_discount"]),
        ("other", Figures(discount=Decimal(15)), ["price_discount"]),  # another name helps nobody
        ("other", Figures(), []),
        ("", Figures(), []),
        ("out_of_policy", Figures(), ["out_of_policy"]),
        ("sla", Figures(), ["sla"]),
        ("", Figures(term=12), ["contract_term"]),
        (
            "",
            Figures(amount=Decimal(1001), discount=Decimal(9)),
            ["price_discount", "compensation"],
        ),
    ],
)
def test_what_is_beyond_the_limit(topic, figures, over):
    assert [excess.topic for excess in verdict(topic, figures, LIMITS)] == over


def test_the_larger_of_field_and_text_counts():
    typed = Figures(discount=Decimal(5), term=12)
    assert typed.with_(figures_in("打八五折")) == Figures(discount=Decimal(15), term=12)


def test_a_refusing_sentence_promises_nothing_and_a_turn_does():
    text = "贵方所提15%折扣，我公司无法满足。\n可以给予10%折扣。"
    assert figures_in(without_refusals(text)).discount == 10
    assert figures_in(without_refusals("一般不能优惠，但可以给15%折扣。")).discount == 15


D = [date(2026, 11, day) for day in range(1, 30)]


@pytest.mark.parametrize(
    ("moves", "measured"),
    [
        ([], D[9]),
        ([Moved(D[9], D[19], D[8])], D[19]),  # agreed before
        ([Moved(D[9], D[19], D[9])], D[19]),  # agreed on the day itself
        ([Moved(D[9], D[19], D[10])], D[9]),  # too late: the breach stands
        ([Moved(D[9], D[19], D[10]), Moved(D[19], D[25], D[12])], D[9]),
        ([Moved(D[9], D[14], D[8]), Moved(D[14], D[25], D[20])], D[14]),
    ],
)
def test_only_consent_in_time_moves_the_measured_day(moves, measured):
    assert promise_rules.measured_due_on(D[9], moves) == measured
