"""The filter set of the ranking: list, count and export of the page can never disagree."""

import django_filters

from accounts.models import Customer, Industry
from valuation.matrix_reports import VALUE_AXES, in_field, second_placement
from valuation.models import CustomerValuation
from valuation.reading_reports import differs_in_grade


def flag(label: str, words: str):
    return django_filters.ChoiceFilter(
        choices=[("1", words)], label=label, empty_label="不限", method="filter_flag"
    )


class RankingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户", max_length=60)
    quadrant = django_filters.ChoiceFilter(
        choices=CustomerValuation.Quadrant.choices, label="象限", empty_label="全部象限"
    )
    cell = django_filters.ChoiceFilter(
        method="filter_cell", choices=CustomerValuation.LoyaltyCell.choices, label="价值与忠诚",
        empty_label="全部",
    )  # fmt: skip
    industry = django_filters.ModelChoiceFilter(
        queryset=Industry.objects.all(), method="filter_industry", label="行业",
        empty_label="全部行业",
    )  # fmt: skip
    differs = flag("等级", "与现等级不同")
    missing = flag("数据", "有缺项")

    def __init__(self, *arguments, run, **named):
        self.run = run
        super().__init__(*arguments, **named)

    class Meta:
        model = CustomerValuation
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(customer__in=Customer.objects.search(value))

    def filter_cell(self, queryset, name, value):
        """As the second matrix draws it with the chosen value axis (D3)."""
        axis = self.data.get("axis", "combined")
        place = second_placement(axis if axis in VALUE_AXES else "combined")
        return queryset.filter(in_field(self.run, place, place.codes.index(value)))

    def filter_industry(self, queryset, name, value):
        return queryset.filter(industry_ref=value.pk)

    def filter_flag(self, queryset, name, value):
        return (
            differs_in_grade(queryset) if name == "differs" else queryset.filter(has_missing=True)
        )
