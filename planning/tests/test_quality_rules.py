"""R44: what keeps a plan from being handed in, one hole at a time; and what is only odd."""

from copy import deepcopy

from django.test import SimpleTestCase

from planning import outline_rules, quality_rules
from planning.tests.reviewing import cells_of


def complete(kind="key_customer") -> dict:
    return {
        "plan": {"kind": kind},
        "sections": [
            {"code": one.code, "text": "写好了。", "none_reason": ""}
            for one in outline_rules.OUTLINES[kind]
        ],
        "rows": [
            {"table": code, "cells": cells_of(table)}
            for code, table in outline_rules.tables_of(kind).items()
        ],
        "targets": [],
        "sums": {},
        "total": ["1.00", "2.00", "3.00", "4.00", "10.00"],
        "allotments": {},
    }


class MissingTests(SimpleTestCase):
    def setUp(self):
        self.plan = complete()

    def faults(self):
        return [(one.section_code, one.text) for one in quality_rules.missing(self.plan)]

    def section(self, code):
        return next(one for one in self.plan["sections"] if one["code"] == code)

    def drop(self, table):
        self.plan["rows"] = [row for row in self.plan["rows"] if row["table"] != table]

    def test_complete_plans_of_all_types_lack_nothing(self):
        for kind in outline_rules.OUTLINES:
            self.assertEqual(quality_rules.missing(complete(kind)), [], kind)

    def test_an_empty_section_is_named_and_a_reason_is_enough(self):
        self.section("C2.1")["text"] = "  "
        self.assertEqual(self.faults()[0][0], "C2.1")
        self.section("C2.1")["none_reason"] = "客户没有公开"
        self.assertEqual(self.faults(), [])

    def test_each_table_of_the_present_state_has_a_line_or_a_reason(self):
        places = {
            "network": "C1.1", "app_usage": "C1.2", "voice": "C1.3", "it_service": "C1.4",
            "budget": "C1.5", "schedule": "C3.2",
        }  # fmt: skip
        for table, code in places.items():
            with self.subTest(table):
                self.plan = complete()
                self.drop(table)
                self.assertEqual([fault[0] for fault in self.faults()], [code])
                self.section(code)["none_reason"] = "确实没有"
                self.assertEqual(self.faults(), [])

    def test_no_reason_replaces_a_measure_or_the_relationship_plan(self):
        for table, code in (("measures", "C3.4"), ("relationship", "C3.3")):
            with self.subTest(table):
                self.plan = complete()
                self.drop(table)
                self.section(code)["none_reason"] = "没有"
                self.assertEqual([fault[0] for fault in self.faults()], [code])

    def test_every_opportunity_says_how_likely_when_and_under_what_conditions(self):
        row = next(one for one in self.plan["rows"] if one["table"] == "opportunities")
        more = deepcopy(row)
        more["cells"] |= {"probability": "", "timing": " ", "conditions": ""}
        self.plan["rows"].append(more)
        self.assertEqual(
            self.faults(), [("C2.4", "「增量机会」第 2 行没有写：转化可能性（%）、时机、条件")]
        )

    def test_every_quarter_has_a_target(self):
        self.plan["total"] = ["1.00", "0.00", "3.00", "0.00", "4.00"]
        self.assertEqual(self.faults(), [("C3.1", "目标没有填：二季度、四季度")])

    def test_above_customers_what_was_handed_down_is_planned_or_explained(self):
        for kind, code in (("key_industry", "I3.1"), ("annual_market", "A3.3")):
            self.plan = complete(kind)
            self.plan["sums"] = {"stock": ["10", "10", "10", "10", "40.00"]}
            self.plan["allotments"] = {
                "stock": ["10", "10", "10", "15", "45.00"],
                "win_back": ["0", "0", "0", "0", "0.00"],
            }
            [fault] = quality_rules.missing(self.plan)
            self.assertTrue(fault.is_blocking)
            self.assertEqual((fault.section_code, fault.place), (code, "adjustments"))
            self.assertEqual(
                fault.text, "存量汇总比下达少 5.00 万元，还没有说明：请新增计划外调整并写明原因"
            )
            hints = [one.place for one in quality_rules.odd(self.plan)]
            self.assertNotIn("targets", hints)
            self.plan["sums"]["stock"][4] = "45.00"  # an adjustment is in the sums
            self.assertEqual(quality_rules.missing(self.plan), [])


class OddTests(SimpleTestCase):
    def test_sums_unlike_the_allotment_and_opportunities_without_target(self):
        plan = complete()
        plan["sums"] = {"stock": ["10", "10", "10", "10", "40.00"]}
        plan["allotments"] = {"stock": ["10", "10", "10", "15", "45.00"]}
        texts = [one.text for one in quality_rules.odd(plan)]
        self.assertEqual(
            texts,
            ["存量合计 40.00 万元，比下达的 45.00 万元少 5.00 万元",
             "增量机会里有「话音」，增量目标里没有这项业务"],
        )  # fmt: skip
        self.assertFalse(any(one.is_blocking for one in quality_rules.odd(plan)))

    def test_annual_targets_unlike_what_is_added_up_are_a_hint(self):
        plan = complete("annual_market")
        row = next(one for one in plan["rows"] if one["table"] == "annual_targets")
        more = deepcopy(row)
        more["cells"] |= {"kind": "stock", "target": "5"}
        row["cells"] |= {"kind": "stock", "target": "10.5"}
        plan["rows"].append(more)
        plan["sums"] = {
            "stock": ["0", "0", "0", "0", "20.00"], "win_back": ["0", "0", "0", "0", "3.00"],
        }  # fmt: skip
        [hint] = quality_rules.odd(plan)
        self.assertEqual(
            hint.text,
            "「区域、行业、业务目标」里存量合计 15.50 万元，和汇总的 20.00 万元相差 4.50 万元",
        )
        self.assertEqual((hint.section_code, hint.is_blocking), ("A3.3", False))
        plan["sums"]["stock"][4] = "15.50"
        self.assertEqual(quality_rules.odd(plan), [])
        plan["rows"] = []
        self.assertFalse([one for one in quality_rules.odd(plan) if "汇总" in one.text])
