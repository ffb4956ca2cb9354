"""A draft of the value model: settings and all weights; bands; pairwise judgements."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django import forms

from core.forms import plain_helper
from valuation import ahp_rules
from valuation.actions.modelling import SETTINGS, stamp
from valuation.models import ValueDimension, ValueIndicator, ValueModel

SPARE_BANDS, MOST_BANDS = 2, 12
BROKEN = "页面不完整，请重新打开本页。"


def weight_field(label: str, initial) -> forms.DecimalField:
    widget = forms.NumberInput({"step": "0.0001", "inputmode": "decimal", "aria-label": label})
    return forms.DecimalField(
        label=label, initial=initial, min_value=0, max_value=1, max_digits=5, decimal_places=4,
        widget=widget,
    )  # fmt: skip


def choice_field(label: str, choices, initial) -> forms.ChoiceField:
    widget = forms.Select({"aria-label": label})
    return forms.ChoiceField(label=label, choices=choices, initial=initial, widget=widget)


@dataclass(frozen=True)
class Level:
    """Rows whose weights together make 1. `fields`: names, the weight first."""

    key: str
    name: str
    rows: tuple[tuple[object, tuple[str, ...]], ...]


class ModelForm(forms.ModelForm):
    """Settings, and weight, direction, way of scoring of everything in the model."""

    seen_at = forms.CharField(
        widget=forms.HiddenInput, max_length=40, error_messages={"required": BROKEN}
    )

    class Meta:
        model = ValueModel
        fields = list(SETTINGS)

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.helper = plain_helper()
        self.fields["seen_at"].initial = stamp(instance)
        self.fields["fixed_cut"].help_text = "分界方法选「固定值」时采用。"
        self.fields[
            "stability_band"
        ].help_text = "离分界不到这么多分的客户保持上次的位置；0 为不用。"
        self.fields["min_weight"].help_text = "有数据的权重低于它时，该维度记为数据不足。"
        dimensions = list(instance.dimensions.prefetch_related("indicators").order_by("pk"))
        self.levels = [Level("dimensions", "四个维度", tuple(map(self._dimension, dimensions)))]
        for one in dimensions:
            rows = sorted(one.indicators.all(), key=lambda row: row.pk)
            self.levels.append(Level(one.code, str(one), tuple(map(self._indicator, rows))))

    def _dimension(self, row: ValueDimension):
        name = f"dimension_{row.pk}"
        self.fields[name] = weight_field(f"{row}权重", row.weight)
        return row, (name,)

    def _indicator(self, row: ValueIndicator):
        names = tuple(f"{part}_{row.pk}" for part in ("weight", "direction", "normalization"))
        self.fields[names[0]] = weight_field(f"{row}权重", row.weight)
        for name, choices, value in (
            (names[1], ValueIndicator.Direction.choices, row.direction),
            (names[2], ValueIndicator.Normalization.choices, row.normalization),
        ):
            label = f"{row}{'方向' if name == names[1] else '计分方法'}"
            self.fields[name] = choice_field(label, choices, value)
        return row, names

    @property
    def settings_fields(self):
        return [self[name] for name in SETTINGS]

    @property
    def level_rows(self):
        """(level, sum of the weights shown, [(row, bound fields)])."""
        return [
            (
                level,
                self._sum(level),
                [(row, [self[n] for n in names]) for row, names in level.rows],
            )
            for level in self.levels
        ]

    def _sum(self, level: Level) -> str:
        total = Decimal(0)
        for _, names in level.rows:
            try:
                total += Decimal(str(self[names[0]].value()))
            except ArithmeticError:
                return "—"
        return str(total) if total.is_finite() else "—"

    def clean(self):
        found = super().clean()
        for level in self.levels:
            weights = [found.get(names[0]) for _, names in level.rows]
            if None not in weights and sum(weights) != 1:
                text = f"{level.name}的权重合计 {sum(weights)}，应为 1。"
                self.add_error(level.rows[0][1][0], text)
        return found

    def clean_fixed_cut(self):
        cut = self.cleaned_data["fixed_cut"]
        if not 0 <= cut <= 100:
            raise forms.ValidationError("固定分界在 0 到 100 之间。")
        return cut

    def clean_stability_band(self):
        band = self.cleaned_data["stability_band"]
        if not 0 <= band <= 20:
            raise forms.ValidationError("稳定带宽在 0 到 20 分之间。")
        return band

    def clean_min_weight(self):
        weight = self.cleaned_data["min_weight"]
        if not 0 <= weight <= 1:
            raise forms.ValidationError("最低可用权重在 0 到 1 之间。")
        return weight

    def clean_min_cohort(self):
        count = self.cleaned_data["min_cohort"]
        if not 1 <= count <= 1000:
            raise forms.ValidationError("行业最少客户数在 1 到 1000 之间。")
        return count

    def _post_clean(self):
        """The action writes; the instance stays as it was read."""

    def for_action(self) -> dict:
        data, parts = self.cleaned_data, ("weight", "direction", "normalization")
        indicators = {
            row.pk: dict(zip(parts, map(data.get, names), strict=True))
            for level in self.levels[1:] for row, names in level.rows
        }  # fmt: skip
        return {
            "seen_at": data["seen_at"],
            "settings": {name: data[name] for name in SETTINGS},
            "dimensions": {row.pk: data[names[0]] for row, names in self.levels[0].rows},
            "indicators": indicators,
        }


class BandsForm(forms.Form):
    """Rows of (lower bound, score); an empty bound is the lowest band, an empty row is none."""

    seen_at = forms.CharField(
        widget=forms.HiddenInput, max_length=40, error_messages={"required": BROKEN}
    )

    def __init__(self, *args, indicator: ValueIndicator, seen_at: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen_at"].initial = seen_at
        bands = sorted(indicator.bands.all(), key=lambda b: (b.lower is not None, b.lower or 0))
        self.count = min(max(len(bands) + SPARE_BANDS, 5), MOST_BANDS)
        for n in range(self.count):
            band = bands[n] if n < len(bands) else None
            self.fields[f"lower_{n}"] = self._number(
                f"第 {n + 1} 档下限", 16, 4, band and band.lower
            )
            self.fields[f"score_{n}"] = self._number(
                f"第 {n + 1} 档得分", 5, 2, band and band.score
            )

    @staticmethod
    def _number(label, digits, places, initial):
        shown = None if initial is None else f"{initial.normalize():f}"
        widget = forms.NumberInput({"step": "any", "inputmode": "decimal", "aria-label": label})
        return forms.DecimalField(
            label=label, required=False, max_digits=digits, decimal_places=places, initial=shown,
            widget=widget,
        )  # fmt: skip

    @property
    def rows(self):
        return [(self[f"lower_{n}"], self[f"score_{n}"]) for n in range(self.count)]

    def clean(self):
        found, lowers = super().clean(), {}
        self.bands: list[tuple[Decimal | None, Decimal]] = []
        for n in range(self.count):
            lower, score = found.get(f"lower_{n}"), found.get(f"score_{n}")
            if score is None:
                if lower is not None:
                    self.add_error(f"score_{n}", "请填这一档的得分。")
                continue
            if not 0 <= score <= 100:
                self.add_error(f"score_{n}", "得分在 0 到 100 之间。")
            if lower in lowers:
                text = "只能有一档不填下限。" if lower is None else "和另一档的下限相同。"
                self.add_error(f"lower_{n}", text)
            lowers[lower] = n
            self.bands.append((lower, score))
        if not self.errors and None not in lowers:
            self.add_error("lower_0", "要有一档不填下限，作为最低一档。")
        return found


# --- pairwise comparison --------------------------------------------------------------------------
WORDS = {1: "同样重要", 3: "稍微重要", 5: "明显重要", 7: "重要得多", 9: "极其重要"}
JUDGEMENTS = [Fraction(n) for n in range(9, 0, -1)] + [Fraction(1, n) for n in range(2, 10)]


def judgement_text(value: Fraction) -> str:
    word = WORDS.get(value.numerator if value >= 1 else value.denominator, "")
    if value < 1 and word:
        word = word.replace("重要", "次要")
    return f"{value} {word}".strip()


class PairForm(forms.Form):
    """The judgements above the diagonal: 1 to 9, or their reciprocals."""

    seen_at = forms.CharField(
        widget=forms.HiddenInput, max_length=40, error_messages={"required": BROKEN}
    )

    def __init__(self, *args, model: ValueModel, names: Sequence[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen_at"].initial = stamp(model)
        self.names = names
        choices = [(str(value), judgement_text(value)) for value in JUDGEMENTS]
        for i, j in self.pairs:
            kept = model.ahp_matrix[i][j] if model.ahp_matrix else "1"
            label = f"{names[i]}对{names[j]}"
            self.fields[f"pair_{i}_{j}"] = choice_field(label, choices, kept)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        size = len(self.names)
        return [(i, j) for i in range(size) for j in range(i + 1, size)]

    @property
    def matrix(self) -> list[list[Fraction]]:
        """Of what was sent, else of what is kept."""
        source = self.cleaned_data if self.is_bound and self.is_valid() else None
        upper = {
            (i, j): Fraction(source[f"pair_{i}_{j}"] if source else self.initial_of(i, j))
            for i, j in self.pairs
        }
        return ahp_rules.from_upper(len(self.names), upper)

    def initial_of(self, i: int, j: int) -> str:
        return self.fields[f"pair_{i}_{j}"].initial

    @property
    def table(self):
        """Rows of (name, cells): a bound field above the diagonal, text elsewhere."""
        matrix, places = self.matrix, range(len(self.names))
        return [
            (name, [self[f"pair_{i}_{j}"] if j > i else str(matrix[i][j]) for j in places])
            for i, name in enumerate(self.names)
        ]  # fmt: skip
