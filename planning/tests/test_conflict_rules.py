"""Two at one text: joined by sentence, and no word of either is lost."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.conflict_rules import join_fields, join_text, sentences, together


def joined(base, mine, theirs):
    return join_fields({"t": base}, {"t": mine}, {"t": theirs})


def test_different_sentences_are_joined_without_asking():
    found = joined("甲。乙。丙。", "甲改。乙。丙。", "甲。乙。丙改。丁。")

    assert (found.fields["t"], found.clashes) == ("甲改。乙。丙改。丁。", ())


def test_the_same_sentence_comes_back_with_both():
    found = joined("甲。乙。", "甲一。乙。", "甲二。乙。")

    assert found.clashes == ("t",)
    assert found.fields["t"] == "甲二。\n甲一。乙。"


def test_one_deletes_what_the_other_changes():
    assert joined("甲。乙。", "乙。", "甲改。乙。").clashes == ("t",)


def test_cells_are_joined_one_by_one():
    found = join_fields({"a": "1", "b": "2"}, {"a": "9", "b": "2"}, {"a": "1", "b": "8"})

    assert (found.fields, found.clashes) == ({"a": "9", "b": "8"}, ())


WORDS = st.lists(st.sampled_from("甲乙丙丁戊己"), min_size=0, max_size=6)


def text_of(marks, who):
    return "".join(f"{mark}{who}。" for mark in marks)


@st.composite
def edited(draw, base, who):
    """The base with sentences deleted, changed and added; who wrote is in every new word."""
    out = []
    for number, sentence in enumerate(sentences(base)):
        what = draw(st.sampled_from(["keep", "keep", "drop", "change", "before"]))
        if what == "before":
            out += [f"新{who}{number}。", sentence]
        elif what == "change":
            out.append(f"改{who}{number}。")
        elif what == "keep":
            out.append(sentence)
    if draw(st.booleans()):
        out.append(f"末{who}。")
    return "".join(out)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_word_that_either_wrote_is_there(data):
    base = text_of(data.draw(WORDS), "")
    mine, theirs = data.draw(edited(base, "我")), data.draw(edited(base, "他"))

    text = together(list(join_text(base, mine, theirs)))

    for written in (mine, theirs):
        assert set(re.findall(r"[新改末][我他]\d?", written)) <= set(
            re.findall(r"[新改末][我他]\d?", text)
        )


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_sentences_put_together_again_are_the_text(text):
    assert "".join(sentences(text)) == text
