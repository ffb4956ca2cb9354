"""The six steps: what is done when, what the database says, promises and their duties (R62–R76)."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.test import TestCase

from accounts.actions import merging
from accounts.actions.items import version_of
from accounts.tests.factories import make_customer
from core.models import AuditEvent
from planning.actions import (
    six_board,
    six_export,
    six_handover,
    six_rows,
    six_scores,
    six_steps,
    six_support,
)
from planning.actions.errors import PlanError
from planning.forms.six_rows import ItemForm
from planning.models import (
    CHECKS,
    CooperationOpportunity,
    CustomerPlanning,
    ImplementationItem,
    KeyPurchaseFactor,
    ScoreCriterion,
    SolutionLine,
    SolutionMeasure,
    SupportAssessment,
)
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user

PICKED = ("measure", "cooperation")
DONE, DOING = "done", "doing"


class SixCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.customer = make_customer()
        cls.by = cls.customer.manager
        cls.bench = six_steps.start_planning(customer=cls.customer, year=2027, by=cls.by)

    def save(self, code, state=DONE, conclusion="结论", **more):
        row = self.bench.steps.get(code=code)
        values = {"evidence": "", "base_edit": row.edit} | more
        return six_steps.save_step(
            planning=self.bench, code=code, state=state, conclusion=conclusion, by=self.by, **values
        )

    def add(self, model, **values):
        return six_rows.add_row(planning=self.bench, model=model, values=values, by=self.by)


class StepTests(SixCase):
    def test_done_needs_a_conclusion_and_the_database_says_so_too(self):
        with self.assertRaisesMessage(PlanError, "请写明结论"):
            self.save(1, conclusion="  ")
        with self.assertRaises(IntegrityError), transaction.atomic():
            self.bench.steps.filter(code=1).update(state=DONE)

    def test_the_last_step_waits_for_the_five_before(self):
        for code in (1, 2, 4, 5):
            self.save(code)
        with self.assertRaisesMessage(PlanError, "还差：个性化需求"):
            self.save(6)
        self.save(3)
        self.save(6)
        self.bench.refresh_from_db()
        self.assertEqual(self.bench.state, "finished")

        self.save(2, state=DOING)

        self.bench.refresh_from_db()
        self.assertEqual(self.bench.state, "working")
        self.assertEqual(self.bench.steps.get(code=6).state, DOING)

    def test_who_saves_on_an_older_text_is_refused(self):
        self.save(1, state=DOING)
        with self.assertRaisesMessage(PlanError, "刚被"):
            self.save(1, base_edit=0)

    def test_one_workbench_a_year(self):
        with self.assertRaisesMessage(PlanError, "已经建立"):
            six_steps.start_planning(customer=self.customer, year=2027, by=self.by)


class RowTests(SixCase):
    def test_feasible_exactly_when_all_five_checks_hold(self):
        for number in range(32):
            values = {name: bool(number >> n & 1) for n, name in enumerate(CHECKS)}
            row = CooperationOpportunity.objects.create(
                planning=self.bench, name=f"合作{number}", scope="staff_family", **values
            )
            row.refresh_from_db()
            self.assertIs(row.feasible, number == 31)

    def test_a_measure_is_feasible_when_technique_and_policy_allow(self):
        line = self.add(SolutionLine, business_line="data", service="FR")
        found = []
        for tech, policy in ((True, True), (True, False), (None, True)):
            row = self.add(SolutionMeasure, line=line, text="措施", tech_ok=tech, policy_ok=policy)
            row.refresh_from_db()
            found.append((row.feasible, row.verdict))
        self.assertEqual(found, [(True, "可行"), (False, "不可行"), (False, "待判断")])

    def test_a_row_of_another_workbench_is_refused(self):
        other = six_steps.start_planning(customer=make_customer(), year=2027, by=self.by)
        line = six_rows.add_row(
            planning=other, model=SolutionLine, by=self.by,
            values={"business_line": "data", "service": "FR"},
        )  # fmt: skip
        with self.assertRaisesMessage(PlanError, "本客户"):
            self.add(SolutionMeasure, line=line, text="措施")

    def test_two_rows_alike_and_a_stale_row_are_refused(self):
        line = self.add(SolutionLine, business_line="data", service="FR")
        with self.assertRaisesMessage(PlanError, "已经登记"):
            self.add(SolutionLine, business_line="data", service="FR")
        seen = version_of(SolutionLine.objects.get(pk=line.pk))
        values = {"strategy": "守住"}
        six_rows.change_row(row=line, values=values, seen=seen, by=self.by)
        with self.assertRaisesMessage(PlanError, "刚被他人修改"):
            six_rows.change_row(row=line, values={"strategy": "放弃"}, seen=seen, by=self.by)


class SupportTests(SixCase):
    def support(self, **values):
        numbers = {"our_current": Decimal(3), "commit_value": Decimal(2)}
        place = {"business_line": "voice", "kind": "order_execution", "item": "装机"}
        return self.add(SupportAssessment, unit="工作日", **place, **numbers | values)

    def improving(self, **values):
        plan = {"improvement": "简化手续", "improvement_owner": self.by}
        return self.support(**plan, improvement_due=date(2027, 3, 31), **values)

    def test_no_promise_beyond_our_ability_without_an_improvement(self):
        with self.assertRaisesMessage(PlanError, "承诺不能好于我方现状"):
            self.support()
        with self.assertRaises(IntegrityError), transaction.atomic():
            SupportAssessment.objects.create(
                planning=self.bench, business_line="voice", kind="order_execution", item="装机",
                unit="天", our_current=3, commit_value=2,
            )  # fmt: skip
        self.support(commit_value=Decimal(3))

    def test_the_improvement_is_a_duty_that_ends_with_it(self):
        row = self.improving()
        duty = Obligation.objects.of(DutyKind.SUPPORT_IMPROVEMENT, row).get()
        self.assertEqual((duty.owner, duty.customer_ref), (self.by, self.customer.pk))

        with self.assertRaisesMessage(PlanError, "达不到承诺"):
            six_support.finish_improvement(row=row, our_current=Decimal("2.5"), by=self.by)
        six_support.finish_improvement(row=row, our_current=Decimal(2), by=self.by)

        duty.refresh_from_db()
        self.assertEqual(duty.state, "done")
        with self.assertRaisesMessage(PlanError, "已经标为完成"):
            six_support.finish_improvement(row=row, our_current=Decimal(2), by=self.by)

    def test_another_owner_and_day_move_the_duty_and_nothing_wipes_it_out(self):
        row, other = self.improving(), make_user(branch=self.customer.branch)
        values = {"improvement_owner": other, "improvement_due": date(2027, 4, 30)}
        row = six_rows.change_row(
            row=row, values=values, seen=version_of(SupportAssessment.objects.get()), by=self.by
        )
        duty = Obligation.objects.of(DutyKind.SUPPORT_IMPROVEMENT, row).get()
        self.assertEqual((duty.owner, duty.due_at.date()), (other, date(2027, 4, 30)))
        with self.assertRaisesMessage(PlanError, "不能清空"):
            six_rows.change_row(
                row=row, by=self.by, seen=version_of(SupportAssessment.objects.get()),
                values={"improvement": "", "commit_value": None, "improvement_owner": None},
            )  # fmt: skip

    def test_a_handover_takes_the_improvement_and_its_duty_along(self):
        row, other = self.improving(), make_user(branch=self.customer.branch)
        item = self.add(ImplementationItem, title="推广", phase="act_now", owner=self.by)
        found = six_handover.hand_over_six(
            customer=self.customer, old=self.by, to=other, by=other, reason="调整"
        )
        row.refresh_from_db()
        item.refresh_from_db()
        duty = Obligation.objects.of(DutyKind.SUPPORT_IMPROVEMENT, row).get()
        self.assertEqual({row.improvement_owner, item.owner, duty.owner}, {other})
        self.assertEqual([one["kind"] for one in found], ["six"])


class ScoreTests(SixCase):
    def card(self, card=None, scores=(), day=date(2026, 11, 30), edit=0):
        return six_scores.save_scorecard(
            card=card, customer=self.customer, branch=self.customer.branch, as_of=day, note="",
            scores=dict(scores), base_edit=edit, by=self.by,
        )  # fmt: skip

    def test_weights_are_kept_as_they_were_and_must_be_a_hundred(self):
        card = self.card()
        first, second = ScoreCriterion.objects.all()[:2]
        weights = {row.pk: row.weight for row in ScoreCriterion.objects.all()}
        with self.assertRaisesMessage(PlanError, "现在是 105"):
            six_scores.set_weights(weights=weights | {first.pk: 15}, by=self.by)
        six_scores.set_weights(weights=weights | {first.pk: 20, second.pk: 0}, by=self.by)
        kept = dict(card.weights.values_list("criterion", "weight"))
        self.assertEqual((kept[first.pk], kept[second.pk]), (10, 10))
        self.assertEqual(self.card(day=date(2026, 12, 1)).weights.count(), 11)

    def test_a_score_beyond_ten_and_a_stale_card_are_refused(self):
        criterion = ScoreCriterion.objects.first()
        with self.assertRaisesMessage(PlanError, "1 到 10"):
            self.card(scores={(criterion.pk, "telecom"): (11, "")})
        card = self.card(scores={(criterion.pk, "telecom"): (6, "现场测试")})
        with self.assertRaisesMessage(PlanError, "刚被他人修改"):
            self.card(card, edit=7)
        self.assertEqual(card.entries.get().score, 6)

    def test_ratings_replace_each_other_and_kickback_is_no_factor(self):
        factor = KeyPurchaseFactor.objects.first()
        seen = six_scores.seen_of([])
        ratings = {factor.pk: six_scores.Rating(5, 3, 4)}
        six_scores.rate_factors(subject=self.bench, ratings=ratings, seen=seen, by=self.by)
        self.assertEqual(self.bench.ratings.get().gap, -1)
        with self.assertRaisesMessage(PlanError, "刚被他人修改"):
            six_scores.rate_factors(subject=self.bench, ratings={}, seen=seen, by=self.by)
        with self.assertRaisesMessage(PlanError, "回扣违法"):
            six_scores.save_factor(factor=factor, values={"name": "回扣"}, by=self.by)


class BoardTests(SixCase):
    def item(self, title="推广", phase="act_now", **more):
        return self.add(ImplementationItem, title=title, phase=phase, **more)

    def test_feasible_measures_go_on_the_board_once(self):
        line = self.add(SolutionLine, business_line="data", service="FR")
        sure = {"tech_ok": True, "policy_ok": True}
        self.add(SolutionMeasure, line=line, text="挂牌", benefit="high", **sure)
        self.add(SolutionMeasure, line=line, text="补贴", is_historical=True, **sure)
        self.add(SolutionMeasure, line=line, text="未定")
        self.assertEqual(six_board.fill_board(planning=self.bench, by=self.by), 1)
        self.assertEqual(six_board.fill_board(planning=self.bench, by=self.by), 0)
        item = self.bench.items.get()
        self.assertEqual((item.title, item.phase, str(item.priority)), ("挂牌", "act_now", "4.1"))

    def test_a_card_moves_once_and_up_and_down_within_its_phase(self):
        first, second = self.item("一"), self.item("二")
        six_board.move_item(item=second, to="up", seen="act_now", by=self.by)
        titles = list(self.bench.items.order_by("position").values_list("title", flat=True))
        self.assertEqual(titles, ["二", "一"])
        six_board.move_item(item=first, to="prepare_launch", seen="act_now", by=self.by)
        with self.assertRaisesMessage(PlanError, "刚被他人移动"):
            six_board.move_item(item=first, to="create_conditions", seen="act_now", by=self.by)
        self.assertEqual(AuditEvent.objects.filter(verb="six.item_moved").count(), 1)

    def test_the_plan_gets_rows_and_texts_once_and_keeps_its_own(self):
        plan = make_plan(customer=self.customer, year=2027)
        section = plan.current.sections.get(code="C2.1")
        plan.current.sections.filter(pk=section.pk).update(text="原来的话")
        self.save(1, conclusion="银行重稳定")
        item = self.item(due_on=date(2027, 5, 31), kpi="十家")
        self.item("以后", due_on=date(2028, 1, 1))
        offer = six_export.offer(self.bench, plan.current)
        added = six_export.export(planning=self.bench, keys=offer.fresh, by=self.by)
        self.assertEqual(added, (1, 3))
        section.refresh_from_db()
        self.assertEqual(section.text, "原来的话\n\n【行业分析】银行重稳定")
        row = plan.current.rows.get(table="schedule")
        self.assertEqual((row.cells["quarter"], row.cells["work"]), ("q2", item.title))
        self.assertEqual(six_export.offer(self.bench, plan.current).fresh, set())
        again = six_export.export(planning=self.bench, keys=offer.fresh, by=self.by)
        self.assertEqual(again, (0, 0))

    def ideas(self):
        """{name: what an item comes from}: measures and cooperations that may and may not be."""
        line = self.add(SolutionLine, business_line="data", service="FR")
        sure = {"tech_ok": True, "policy_ok": True}
        measures = {
            "可行": sure, "补贴": sure | {"is_historical": True}, "待判断": {},
            "没有技术": sure | {"tech_ok": False}, "规定不许": sure | {"policy_ok": False},
        }  # fmt: skip
        found = {
            text: {"measure": self.add(SolutionMeasure, line=line, text=text, **fields)}
            for text, fields in measures.items()
        }
        for name, passed in (("联名卡", CHECKS), ("彩票", CHECKS[1:])):
            values = {"name": name, "scope": "enterprise_customers"} | dict.fromkeys(passed, True)
            found[name] = {"cooperation": self.add(CooperationOpportunity, **values)}
        return found

    def test_what_is_not_feasible_or_not_allowed_does_not_go_into_the_plan(self):
        plan = make_plan(customer=self.customer, year=2027)
        items = {
            name: self.bench.items.create(title=name, phase="act_now", due_on=date(2027, 3, 1), **f)
            for name, f in self.ideas().items()
        }
        offer = six_export.offer(self.bench, plan.current)
        reasons = {line.cells.get("work"): line.reason for line in offer.lines}
        barred = {name: why for name, why in reasons.items() if name and why}
        self.assertEqual(
            barred,
            {
                "补贴": six_export.HISTORICAL, "没有技术": six_export.NO_MEASURE,
                "规定不许": six_export.NO_MEASURE, "彩票": six_export.NO_COOPERATION,
            },
        )  # fmt: skip
        keys = [line.key for line in offer.lines]
        six_export.export(planning=self.bench, keys=keys, by=self.by)
        taken = {row.cells["work"] for row in plan.current.rows.filter(table="schedule")}
        self.assertEqual(taken, set(items) - set(barred))
        self.assertEqual(plan.current.rows.filter(table="measures").count(), len(taken))

    def test_an_item_is_chosen_from_what_is_feasible_and_keeps_what_it_has(self):
        ideas = self.ideas()
        form = ItemForm(planning=self.bench)
        offered = [str(one) for name in PICKED for one in form.fields[name].queryset]
        self.assertEqual(offered, ["可行", "联名卡"])
        old = self.bench.items.create(
            title="旧", phase="act_now", **ideas["没有技术"], **ideas["彩票"]
        )
        form = ItemForm(planning=self.bench, instance=old)
        offered = {str(one) for name in PICKED for one in form.fields[name].queryset}
        self.assertEqual(offered, {"可行", "没有技术", "联名卡", "彩票"})

    def test_only_who_writes_the_plan_may_put_something_in(self):
        with self.assertRaisesMessage(PlanError, "还没有计划"):
            six_export.export(planning=self.bench, keys=["step-1"], by=self.by)
        make_plan(customer=self.customer, year=2027)
        with self.assertRaisesMessage(PlanError, "不能写入"):
            six_export.export(planning=self.bench, keys=["step-1"], by=make_user())


class MergeTests(SixCase):
    def test_a_merge_keeps_one_workbench_a_year_and_the_undo_brings_both_back(self):
        gone = make_customer(manager=self.by)
        other = six_steps.start_planning(customer=gone, year=2027, by=self.by)
        line = six_rows.add_row(
            planning=other, model=SolutionLine, by=self.by,
            values={"business_line": "data", "service": "FR"},
        )  # fmt: skip
        six_rows.add_row(
            planning=other, model=SolutionMeasure, values={"line": line, "text": "挂牌"}, by=self.by
        )
        merge = merging.merge(kept=self.customer, gone=gone, by=self.by)
        self.assertEqual(CustomerPlanning.objects.filter(customer=self.customer).count(), 1)
        merging.undo_merge(merge=merge, by=self.by)
        self.assertEqual(SolutionMeasure.objects.get().planning.steps.count(), 6)
