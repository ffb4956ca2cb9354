"""What a joint visit lacks before it is closed, told in words (R10)."""

from visits.joint_rules import Finding, is_joint, missing, owes_answer

ANN, BEN, COY = 1, 2, 3
NAMES = {ANN: "安", BEN: "本"}


def finding(said=""):
    return Finding("客户要搬机房", ANN, {BEN: said} if said else {})


def test_one_person_is_no_joint_visit_and_lacks_nothing():
    assert not is_joint({ANN: "安"})
    assert missing([], {ANN: "安"}) == []


def test_two_people_need_a_finding():
    assert missing([], NAMES) == ["联合拜访还没有写关键信息"]


def test_silence_is_named():
    assert missing([finding()], NAMES) == ["本还没有对全部关键信息表态"]


def test_any_answer_but_a_dispute_is_enough():
    for verdict in ("confirmed", "commented", "noted"):
        assert missing([finding(said=verdict)], NAMES) == []


def test_a_dispute_is_named_with_the_words():
    assert missing([finding(said="disputed")], NAMES) == [
        "关键信息「客户要搬机房」有异议，请改写或撤回"
    ]


def test_a_dispute_of_somebody_who_was_not_there_after_all_still_counts():
    row = Finding("客户要搬机房", ANN, {BEN: "confirmed", COY: "disputed"})
    assert "有异议" in missing([row], NAMES)[0]


def test_who_contributed_owes_no_answer():
    assert not owes_answer(ANN, finding()) and owes_answer(BEN, finding())
