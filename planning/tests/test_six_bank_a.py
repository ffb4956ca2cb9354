"""Bank A worked through: what bank_a.json says is on the pages of its six steps (R62–R76)."""

from datetime import date

from django.test import TestCase
from django.urls import reverse

from accounts.models import CustomerNeed, PurchaseDecisionLevel
from accounts.tests.factories import make_customer
from crm.demo import bank_a, six
from planning.models import ImplementationItem
from planning.tests.factories import make_plan
from reminders.models import DutyKind, Obligation
from staff.tests.factories import make_user


class BankASteps(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.bank = make_customer(name="A银行省分行")
        cls.plan = make_plan(customer=cls.bank, year=six.YEAR)
        given, by = bank_a.data(), cls.bank.manager
        bank_a._decision(cls.bank, given, by)
        bank_a._iceberg(cls.bank, given["iceberg"], by)
        analyst = make_user("industry_manager", branch=cls.bank.branch)
        cls.bench = six.work_through(
            cls.bank, today=date(2026, 11, 30), improve_by=date(2027, 1, 29), analyst=analyst
        )

    def page(self, code):
        self.client.force_login(self.bank.manager)
        return self.client.get(reverse("planning:six_step", args=[*self.bench.place, code]))

    def test_all_six_steps_are_done(self):
        self.assertEqual(self.bench.state, "finished")
        self.client.force_login(self.bank.manager)
        self.assertContains(self.client.get(self.bench.get_absolute_url()), "已完成 6 步")

    def test_the_industry_spends_57_21_22(self):
        page = self.page(1)
        for text in ("65550.00", "57.00%", "21.00%", "22.00%", "115000.00"):
            self.assertContains(page, text)

    def test_the_scorecard_totals(self):
        scores = self.page(2).context["scores"]
        self.assertEqual(
            [(name, str(total)) for name, total in scores.totals],
            [("电信", "6.40"), ("移动", "5.60"), ("联通", "6.70"), ("其他", "2.95")],
        )
        self.assertEqual(sum(line.weight for line in scores.lines), 100)
        self.assertEqual(scores.gaps[0].criterion.name, "移动网络")

    def test_decision_levels_iceberg_and_five_cooperations(self):
        page = self.page(3)
        for level in PurchaseDecisionLevel.objects.filter(customer=self.bank):
            self.assertContains(page, level.unit_level)
        for need in CustomerNeed.objects.filter(customer=self.bank):
            self.assertContains(page, need.description)
        self.assertContains(
            page, reverse("accounts:customer_section", args=[self.bank.pk, "needs"])
        )
        found = {row.name: row.feasible for row in page.context["cooperations"]}
        self.assertEqual(len(found), 5)
        self.assertEqual([name for name, ok in found.items() if not ok], ["资金划拨（彩票）"])
        self.assertEqual(len(page.context["points"]), 6)

    def test_solutions_are_23_and_24_5(self):
        page = self.page(4)
        totals = [(group.label, str(group.total)) for group in page.context["groups"]]
        self.assertEqual(totals, [("数据", "23.00"), ("话音", "24.50")])
        self.assertContains(page, "固移交叉补贴")
        self.assertContains(page, "不得实施")  # D21

    def test_the_promise_beyond_ability_is_a_duty(self):
        duty = Obligation.objects.get(kind=DutyKind.SUPPORT_IMPROVEMENT)
        self.assertEqual(duty.owner, self.bank.manager)
        self.assertContains(self.page(5), "传真预受理")

    def test_the_board_has_the_phases_of_d11(self):
        columns = {column.phase.value: column.cards for column in self.page(6).context["columns"]}
        self.assertEqual([len(cards) for cards in columns.values()], [5, 9, 6])
        ours = [card.title for card in columns["create_conditions"][:4]]
        self.assertEqual(ours[0], "网上银行合作")
        self.assertEqual(ours[3], "专线把银行服务送到企业桌面")
        self.assertTrue(all(not card.is_off_suggestion for row in columns.values() for card in row))
        uncertain = [card.title for card in columns["prepare_launch"] if card.is_source_uncertain]
        self.assertEqual(len(uncertain), 3)

    def test_nothing_feasible_is_left_out_of_the_board(self):
        page = self.page(6)
        self.assertEqual(page.context["waiting"], 0)
        self.assertNotContains(page, "没有安排")

    def test_the_plan_has_every_feasible_item_in_its_quarter(self):
        rows = self.plan.current.rows.filter(table="schedule")
        items = ImplementationItem.objects.exclude(title="彩票合作")
        titles = sorted(items.values_list("title", flat=True))
        self.assertEqual(sorted(row.cells["work"] for row in rows), titles)
        quarters = [row.cells["quarter"] for row in rows]
        self.assertEqual([quarters.count(q) for q in ("q1", "q2", "q3", "q4")], [5, 6, 5, 3])
        text = self.plan.current.sections.get(code="C2.6").text
        self.assertIn("3G联名卡", text)
        self.assertNotIn("彩票", text)
