"""The difference of two versions: complete, and readable for Chinese."""

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from planning import diff_rules as diff
from planning.outline_rules import BUDGET

WORDS = st.lists(
    st.sampled_from(["客户", "专线，", "扩容到", "100M", "。", "三季度", "\n", "25%", " ", "预算"]),
    max_size=30,
).map("".join)


class TextTests(SimpleTestCase):
    def test_only_what_changed_is_marked(self):
        parts = diff.text_parts(
            "计划在三季度扩容专线，带宽由100M升到200M。客户满意。",
            "计划在四季度扩容专线，带宽由100M升到500M。客户满意。",
        )
        marked = [(kind, text) for kind, text in parts if kind != diff.SAME]
        self.assertEqual(marked, [("gone", "三"), ("new", "四"), ("gone", "200M"), ("new", "500M")])

    def test_another_sentence_is_shown_whole(self):
        self.assertEqual(
            diff.text_parts("预算不足。", "下月走访高层！"),
            [("gone", "预算不足。"), ("new", "下月走访高层！")],
        )

    @settings(max_examples=60, deadline=None)
    @given(WORDS, WORDS)
    def test_both_texts_can_be_read_from_the_parts(self, old, new):
        parts = diff.text_parts(old, new)
        self.assertEqual("".join(text for kind, text in parts if kind != diff.NEW), old)
        self.assertEqual("".join(text for kind, text in parts if kind != diff.GONE), new)


class RowTests(SimpleTestCase):
    def test_added_removed_changed_and_moved_lines(self):
        network = {"kind": "network", "amount": "20.00", "note": "专线"}
        project = {"kind": "project", "amount": "5.00", "note": "机房"}
        service = {"kind": "it_service", "amount": "8.00", "note": "外包"}
        found = diff.row_changes(
            BUDGET, [network, project], [service, project | {}, network | {"amount": "25.00"}]
        )
        self.assertEqual(
            [(one.kind, one.name, one.cells) for one in found],
            [
                ("changed", "网络", [("金额（万元）", "20.00", "25.00")]),
                ("new", "IT 服务", [("类别", "", "IT 服务"), ("金额（万元）", "", "8.00"),
                                    ("说明", "", "外包")]),
            ],
        )  # fmt: skip
        self.assertEqual(diff.row_changes(BUDGET, [network, project], [project, network]), [])
        self.assertEqual([one.kind for one in diff.row_changes(BUDGET, [network], [])], ["gone"])

    def test_targets_by_line_and_quarter(self):
        line = {"kind": "stock", "line": "data", "operator": "", "reason": "", "q1": "1.00",
                "q2": "1.00", "q3": "1.00", "q4": "1.00", "year": "4.00"}  # fmt: skip
        found = diff.target_changes([line], [line | {"q2": "2.00", "year": "5.00"}])
        self.assertEqual(
            found[0].pairs,
            [("1.00", "1.00"), ("1.00", "2.00"), ("1.00", "1.00"), ("1.00", "1.00"),
             ("4.00", "5.00")],
        )  # fmt: skip
        self.assertEqual(diff.target_changes([line], [line]), [])

    def test_adjustments_alike_but_for_their_amounts_do_not_hide_each_other(self):
        def line(q1):
            return {"kind": "stock", "line": "voice", "operator": "", "reason": "补签", "q1": q1,
                    "q2": "0.00", "q3": "0.00", "q4": "0.00", "year": q1}  # fmt: skip

        def years(old, new):
            found = diff.target_changes([line(q) for q in old], [line(q) for q in new])
            return [one.pairs[-1] for one in found]

        self.assertEqual(years(["1.00", "2.00"], ["50.00", "2.00"]), [("1.00", "50.00")])
        self.assertEqual(years(["1.00", "2.00"], ["2.00", "1.00"]), [])
        self.assertEqual(years(["1.00", "1.00"], ["1.00"]), [("1.00", "0.00")])
        self.assertEqual(years(["1.00"], ["1.00", "1.00"]), [("0.00", "1.00")])
