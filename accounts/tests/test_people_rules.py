"""Gaps of the decision chain, checked by hand on Bank A (R72)."""

import pytest

from accounts.people_rules import Gap, Level, Person, Tie, gaps, same_department, silent

HEAD_OFFICE = Level(1, "总行", True, (("all", "全部", "电子化管理高度集中"),))
PROVINCE = Level(2, "省分行", True, (("voice", "语音", "行长办"), ("data", "数据", "省行技保处")))
BRANCH = Level(3, "区域支行", False)
OUTLET = Level(4, "营业网点", False)
BANK_A = [HEAD_OFFICE, PROVINCE, BRANCH, OUTLET]


def person(pk=1, **fields):
    return Person(**({"pk": pk, "name": f"人{pk}", "days": 5} | fields))


def test_bank_a_without_contacts_has_three_silent_departments():
    assert [(gap.title, gap.text) for gap in gaps(BANK_A, [])] == [
        ("决策部门无接触", "总行，还没有联系人"),
        ("决策部门无接触", "省分行 · 语音：行长办，还没有联系人"),
        ("决策部门无接触", "省分行 · 数据：省行技保处，还没有联系人"),
    ]


def test_a_level_without_right_is_never_silent():
    assert silent(BRANCH, []) == [] == silent(OUTLET, [])


def test_somebody_of_the_deciding_department_closes_its_gap_and_no_other():
    people = [person(level=2, department="省行行长办公室")]
    assert silent(PROVINCE, people) == [("数据：省行技保处", "还没有联系人")]


def test_somebody_without_level_counts_by_the_department():
    assert silent(PROVINCE, [person(department="省行技保处")]) == [("语音：行长办", "还没有联系人")]


def test_anybody_of_the_level_counts_when_no_department_is_named():
    assert silent(HEAD_OFFICE, [person(level=1)]) == []
    assert silent(HEAD_OFFICE, [person(level=2)]) == [("", "还没有联系人")]


@pytest.mark.parametrize(
    ("days", "why"),
    [(0, ""), (90, ""), (91, "已 91 天没有接触"), (None, "有 1 位联系人，从未接触")],
)
def test_a_contact_older_than_90_days_is_none(days, why):
    expected = [("", why)] if why else []
    assert silent(HEAD_OFFICE, [person(level=1, days=days)]) == expected


def test_the_latest_contact_of_a_department_counts():
    people = [person(1, level=1, days=200), person(2, level=1, days=None), person(3, level=1)]
    assert silent(HEAD_OFFICE, people) == []


def test_lines_that_one_department_decides_are_one_gap():
    level = Level(9, "本部", True, (("voice", "语音", "信息部"), ("data", "数据", "信息部")))
    assert silent(level, []) == [("语音、数据：信息部", "还没有联系人")]


def test_a_decider_of_unknown_attitude_stands_out_and_nobody_else():
    people = [person(1, role="decider", title="行长"), person(2, role="user")]
    people.append(person(3, role="decider", attitude=0))
    assert gaps([], people) == [Gap("attitude", "决策人态度未知", "人1（行长）", 1)]


def test_a_relation_below_the_wanted_one_stands_out():
    ties = (Tie("何琼", 2, 4), Tie("沈行之", 3, 3), Tie("张志远", 5, 2))
    assert [gap.text for gap in gaps([], [person(ties=ties)])] == ["人1：何琼 当前 2、期望 4"]


def test_dots_show_what_is_reached_and_what_is_wanted():
    assert Tie("何琼", 2, 4).dots == ("full", "full", "goal", "goal", "none")
    assert Tie("何琼", 5, 1).dots == ("full",) * 5


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [("行长办公室", "行长办", True), ("技保处", "省行技保处", True), ("", "行长办", False),
     ("信贷部", "行长办", False)],
)  # fmt: skip
def test_departments_are_the_same_when_one_name_holds_the_other(mine, theirs, same):
    assert same_department(person(department=mine), theirs) is same


def test_attitude_is_a_sign_and_words_and_never_colour_alone():
    assert (person(attitude=-3).sign, person(attitude=-3).attitude_text) == ("−−−", "坚决反对")
    assert (person().sign, person().attitude_text) == ("?", "态度未知")
    assert person(attitude=0).attitude_css == "is-neutral"
