"""The group tree as one person may see it."""

from decimal import Decimal

from accounts.tree_rules import Member, find, grow, ids, is_below, lead


def member(pk, path, revenue=0, name=""):
    return Member(pk, name or f"客户{pk}", path, revenue=Decimal(revenue))


def test_a_path_is_read_from_the_root_down():
    assert ids("/12/45/") == [12, 45]
    assert ids("") == []


def test_totals_of_a_branch_include_everything_below():
    tops = grow([member(1, "/1/", 5), member(2, "/1/2/", 7), member(3, "/1/2/3/", 11)])
    assert [(top.count, top.revenue, top.below) for top in tops] == [(3, Decimal(23), 2)]
    assert find(tops, 2).revenue == 18
    assert find(tops, 9) is None


def test_a_hidden_customer_between_leaves_a_mark_and_no_more():
    (top,) = grow([member(1, "/1/"), member(4, "/1/2/3/4/")])
    assert not top.is_remote
    assert [(child.member.pk, child.is_remote) for child in top.children] == [(4, True)]


def test_below_a_hidden_top_everybody_is_a_top():
    tops = grow([member(2, "/1/2/"), member(3, "/1/3/")])
    assert [(top.member.pk, top.is_remote) for top in tops] == [(2, True), (3, True)]


def test_the_most_revenue_comes_first_then_the_name():
    tops = grow([member(1, "/1/", 1, "乙"), member(2, "/2/", 9), member(3, "/3/", 1, "丙")])
    assert [top.member.pk for top in tops] == [2, 3, 1]


def test_who_is_looked_for_leads_every_level():
    rows = [member(1, "/1/"), *(member(n, f"/1/{n}/", 9) for n in (2, 3)), member(4, "/1/4/")]
    tops = grow([*rows, member(5, "/1/4/5/", 0), member(6, "/1/4/6/", 3)])
    lead(tops, {1, 4, 5})
    assert [child.member.pk for child in tops[0].children] == [4, 2, 3]
    assert [child.member.pk for child in tops[0].children[0].children] == [5, 6]


def test_a_customer_is_below_itself_and_not_below_a_longer_number():
    assert is_below("/1/2/", "/1/2/")
    assert is_below("/1/2/3/", "/1/2/")
    assert not is_below("/1/20/", "/1/2/")
    assert not is_below("/1/", "")
