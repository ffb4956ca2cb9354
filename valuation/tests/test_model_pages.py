"""Versions of the value model: copy, change, weigh, activate; what was in use stays (R51, §B.1)."""

from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse

from core.models import AuditEvent
from staff.models import User
from staff.tests.factories import make_user
from valuation import ahp_rules
from valuation.actions import modelling
from valuation.actions.errors import ValuationError
from valuation.actions.models_read import as_rules
from valuation.models import IndicatorBand, ValueIndicator, ValueModel


class ModelCase(TestCase):
    def setUp(self):
        self.director = make_user(role=User.Role.BRANCH_DIRECTOR, department=None)
        self.active = ValueModel.objects.get(state="active")
        self.client.force_login(self.director)

    def url(self, name, row):
        return reverse(f"valuation:{name}", args=[row.pk])

    def copied(self):
        return modelling.copy_model(model=self.active, by=self.director)

    def data(self, model, **changes):
        """The page of the draft as it would be sent back."""
        form = self.client.get(self.url("model_edit", model)).context["form"]
        return {field.html_name: str(field.value()) for field in form} | changes


class CopyTests(ModelCase):
    def test_a_copy_has_everything_and_is_a_draft(self):
        self.client.post(self.url("model_copy", self.active))
        made = ValueModel.objects.get(code="VM-2")
        self.assertEqual((made.state, made.copied_from), ("draft", self.active))
        self.assertEqual(as_rules(made), as_rules(self.active))
        self.assertEqual(IndicatorBand.objects.filter(indicator__dimension__model=made).count(), 76)

    def test_only_administrators_and_the_director(self):
        for role, status in (("account_manager", 403), ("dept_head", 403), ("sysadmin", 200)):
            self.client.force_login(make_user(role=role))
            self.assertEqual(self.client.get(reverse("valuation:model_list")).status_code, status)

    def test_there_is_one_active_version_by_constraint(self):
        made = self.copied()
        with pytest.raises(IntegrityError), transaction.atomic():
            ValueModel.objects.filter(pk=made.pk).update(state="active")


class ChangeTests(ModelCase):
    def test_weights_that_add_up_are_kept_and_written_down(self):
        made = self.copied()
        first, second = made.dimensions.order_by("pk")[:2]
        data = self.data(made, **{
            f"dimension_{first.pk}": "0.3500", f"dimension_{second.pk}": "0.3000",
            "cut_method": "mean",
        })  # fmt: skip
        response = self.client.post(self.url("model_edit", made), data)

        self.assertRedirects(response, self.url("model_detail", made))
        made.refresh_from_db()
        self.assertEqual(made.cut_method, "mean")
        self.assertEqual([d.weight for d in made.dimensions.order_by("pk")], [
            D("0.35"), D("0.30"), D("0.20"), D("0.15")])  # fmt: skip
        event = AuditEvent.objects.get(verb="valuation.model_changed")
        self.assertEqual(event.changes["当前价值 权重"], ["0.4000", "0.3500"])

    def test_weights_that_do_not_are_refused_at_the_field_and_nothing_typed_is_lost(self):
        made = self.copied()
        row = made.dimensions.get(code="loyalty").indicators.order_by("pk").first()
        data = self.data(made, **{f"weight_{row.pk}": "0.1999"})
        page = self.client.post(self.url("model_edit", made), data)

        self.assertContains(page, "忠诚度的权重合计 0.9999，应为 1。", status_code=422)
        self.assertIn(f"weight_{row.pk}", page.context["form"].errors)
        self.assertContains(page, 'value="0.1999"', status_code=422)
        row.refresh_from_db()
        self.assertEqual(row.weight, D("0.2"))

    def test_direction_and_way_of_scoring_change(self):
        made = self.copied()
        row = ValueIndicator.objects.get(dimension__model=made, code="LY5")
        data = self.data(made, **{
            f"normalization_{row.pk}": "percentile", f"direction_{row.pk}": "down",
        })  # fmt: skip
        self.client.post(self.url("model_edit", made), data)
        row.refresh_from_db()
        self.assertEqual((row.normalization, row.direction), ("percentile", "down"))

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten(self):
        made = self.copied()
        data = self.data(made, name="第二个")
        self.client.post(self.url("model_edit", made), self.data(made, name="第一个"))
        page = self.client.post(self.url("model_edit", made), data)
        self.assertContains(page, "刚被他人修改", status_code=422)
        made.refresh_from_db()
        self.assertEqual(made.name, "第一个")

    def test_the_version_in_use_has_no_page_and_no_action_to_change_it(self):
        self.assertEqual(self.client.get(self.url("model_edit", self.active)).status_code, 404)
        self.assertEqual(self.client.get(self.url("model_ahp", self.active)).status_code, 404)
        with pytest.raises(ValuationError, match="编制中"):
            modelling.change_model(
                model=self.active, seen_at=modelling.stamp(self.active), settings={"name": "x"},
                dimensions={}, indicators={}, by=self.director,
            )  # fmt: skip

    def test_figures_out_of_range_are_refused_at_their_fields(self):
        made = self.copied()
        bad = {"fixed_cut": "101", "stability_band": "-1", "min_cohort": "0", "min_weight": "2"}
        page = self.client.post(self.url("model_edit", made), self.data(made, **bad))
        self.assertEqual(set(page.context["form"].errors), set(bad))


class BandTests(ModelCase):
    def send(self, rows, code="LY5"):
        self.made = getattr(self, "made", None) or self.copied()
        self.row = ValueIndicator.objects.get(dimension__model=self.made, code=code)
        self.made.refresh_from_db()
        data = {"seen_at": modelling.stamp(self.made)}
        for n, (lower, score) in enumerate(rows):
            data |= {f"lower_{n}": lower, f"score_{n}": score}
        return self.client.post(self.url("model_bands", self.row), data)

    def test_they_are_replaced(self):
        self.assertRedirects(
            self.send([("75", "100"), ("", "10"), ("50", "60")]),
            self.url("model_detail", self.made),
        )
        found = [(b.lower, b.score) for b in self.row.bands.all()]
        self.assertEqual(found, [(None, 10), (50, 60), (75, 100)])

    def test_one_lowest_band_and_no_bound_twice(self):
        for rows, field in (
            ([("10", "20")], "lower_0"),
            ([("", "20"), ("", "30")], "lower_1"),
            ([("", "20"), ("5", "30"), ("5", "40")], "lower_2"),
            ([("", "20"), ("5", "101")], "score_1"),
            ([("", "20"), ("5", "")], "score_1"),
        ):
            page = self.send(rows)
            self.assertEqual(set(page.context["form"].errors), {field}, rows)
        self.assertEqual(self.row.bands.count(), 5)


class ActivateTests(ModelCase):
    def send(self, made):
        return self.client.post(
            self.url("model_activate", made), {"seen_at": modelling.stamp(made)}
        )

    def test_the_new_version_counts_and_the_old_one_is_retired(self):
        made = self.copied()
        self.send(made)
        self.active.refresh_from_db()
        made.refresh_from_db()
        self.assertEqual((self.active.state, made.state), ("retired", "active"))
        self.assertIsNotNone(made.effective_from)
        self.send(made)
        self.assertEqual(AuditEvent.objects.filter(verb="valuation.model_activated").count(), 1)

    def test_not_without_its_lowest_band(self):
        made = self.copied()
        IndicatorBand.objects.filter(indicator__dimension__model=made, lower=None).first().delete()
        self.send(made)
        made.refresh_from_db()
        self.assertEqual(made.state, "draft")

    def test_a_draft_is_discarded_and_what_was_in_use_is_not(self):
        made = self.copied()
        self.client.post(self.url("model_discard", made))
        self.client.post(self.url("model_discard", self.active))
        self.assertEqual([m.code for m in ValueModel.objects.all()], ["VM-1"])


class AhpTests(ModelCase):
    example = {"0_1": "2", "0_2": "2", "0_3": "3", "1_2": "1", "1_3": "2", "2_3": "1"}

    def send(self, made, pairs, **more):
        data = {f"pair_{name}": value for name, value in pairs.items()}
        seen = {"seen_at": modelling.stamp(made)}
        return self.client.post(self.url("model_ahp", made), data | seen | more)

    def test_computing_shows_weights_and_consistency_and_changes_nothing(self):
        made = self.copied()
        page = self.send(made, self.example, compute="1")
        self.assertContains(page, "4.046")
        self.assertContains(page, "0.017")
        self.assertContains(page, "1/3")
        made.refresh_from_db()
        self.assertIsNone(made.ahp_cr)

    def test_accepting_writes_the_four_weights_with_a_sum_of_exactly_one(self):
        made = self.copied()
        self.assertRedirects(
            self.send(made, self.example, accept="1"), self.url("model_detail", made)
        )
        made.refresh_from_db()
        weights = [d.weight for d in made.dimensions.order_by("pk")]
        self.assertEqual((sum(weights), [round(w, 3) for w in weights]), (
            1, [D("0.429"), D("0.230"), D("0.194"), D("0.147")]))  # fmt: skip
        self.assertEqual((made.ahp_cr, made.ahp_matrix[3][0]), (D("0.0169"), "1/3"))

    def test_weights_by_hand_no_longer_come_from_the_comparison(self):
        made = self.copied()
        self.send(made, self.example, accept="1")
        made.refresh_from_db()
        data = self.data(made, name="改名")
        self.client.post(self.url("model_edit", made), data)
        made.refresh_from_db()
        self.assertEqual((made.name, made.ahp_cr), ("改名", D("0.0169")))
        first, second = made.dimensions.order_by("pk")[:2]
        weights = {
            f"dimension_{first.pk}": str(first.weight + D("0.01")),
            f"dimension_{second.pk}": str(second.weight - D("0.01")),
        }
        self.client.post(self.url("model_edit", made), self.data(made, **weights))
        made.refresh_from_db()
        self.assertEqual((made.ahp_cr, made.ahp_matrix), (None, None))
        event = AuditEvent.objects.filter(verb="valuation.model_changed").first()
        self.assertEqual(event.changes["一致性比率"], ["0.0169", ""])

    def test_judgements_that_contradict_each_other_are_refused(self):
        made = self.copied()
        circle = {"0_1": "9", "0_2": "1/9", "0_3": "1", "1_2": "9", "1_3": "1", "2_3": "1"}
        page = self.send(made, circle, accept="1")
        self.assertContains(page, "应小于 0.10", status_code=422)
        made.refresh_from_db()
        self.assertEqual(made.dimensions.get(code="current").weight, D("0.4"))


def test_weights_are_rounded_with_a_sum_of_exactly_one():
    for parts in ((1, 1, 1), (1, 2, 4), (3, 3, 1, 7, 5, 2, 9)):
        exact = [part / sum(parts) for part in parts]
        found = ahp_rules.rounded(exact)
        assert sum(found) == 1
        assert all(abs(float(a) - b) < 0.0001 for a, b in zip(found, exact, strict=True))


def test_below_the_diagonal_stand_the_reciprocals():
    matrix = ahp_rules.from_upper(3, {(0, 1): F(3), (0, 2): F(5), (1, 2): F(1, 2)})
    assert matrix == [[1, 3, 5], [F(1, 3), 1, F(1, 2)], [F(1, 5), 2, 1]]
    assert ahp_rules.matrix_faults(matrix) == []
    assert ahp_rules.matrix_faults([[F(1), F(2)], [F(2), F(1)]]) != []
    assert ahp_rules.matrix_faults([[F(1), F(10)], [F(1, 10), F(1)]]) != []
