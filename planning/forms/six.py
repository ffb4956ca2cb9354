"""The step itself, ratings, scorecards, the analysis of an industry, reference rows (R62–R67)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django import forms

from accounts.models import Industry
from core.forms import date_input, plain_helper
from planning import six_rules as rules
from planning.actions.six_scores import Rating
from planning.models import IndustryAnalysis, KeyPurchaseFactor, PlanningStep
from planning.six_score_reports import PROVIDERS

MOST_SIGNS = 5000
MOST_LINES = 20
SPARE = 3
LONG = {"max_length": f"请写在 {MOST_SIGNS} 个字以内。"}


class StepForm(forms.Form):
    conclusion = forms.CharField(
        label="对中国电信的启示", required=False, max_length=MOST_SIGNS, error_messages=LONG,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip
    evidence = forms.CharField(
        label="依据", required=False, max_length=MOST_SIGNS, error_messages=LONG,
        widget=forms.Textarea({"rows": 3}), help_text="数据、访谈和资料从哪里来。",
    )  # fmt: skip
    state = forms.ChoiceField(
        label="状态", choices=PlanningStep.State.choices,
        error_messages={"invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, step: rules.Step, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["conclusion"].help_text = step.hint
        self.helper = plain_helper()


class RateForm(forms.Form):
    """Every factor in use with three marks from 1 to 5 and a word why; all three or none."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    MARKS = (("importance", "重要程度"), ("our_score", "我方"), ("best_rival_score", "最强对手"))

    def __init__(self, *args, factors, ratings=(), seen="", **kwargs):
        known = {rating.factor_id: rating for rating in ratings}
        initial = {"seen": seen}
        for pk, rating in known.items():
            for name, _ in (*self.MARKS, ("note", "")):
                initial[f"{pk}-{name}"] = getattr(rating, name)
        super().__init__(*args, initial=initial, **kwargs)
        self.factors = list(factors)
        choices = [("", "—"), *((str(n), str(n)) for n in range(1, 6))]
        for factor in self.factors:
            for name, label in self.MARKS:
                self.fields[f"{factor.pk}-{name}"] = forms.TypedChoiceField(
                    label=f"{factor.name}：{label}", choices=choices, coerce=int, required=False,
                    empty_value=None, error_messages={"invalid_choice": "评分为 1 到 5。"},
                    widget=forms.Select({"class": "form-select"}),
                )  # fmt: skip
            self.fields[f"{factor.pk}-note"] = forms.CharField(
                label=f"{factor.name}：依据", max_length=200, required=False,
                widget=forms.TextInput({"class": "form-control"}),
            )  # fmt: skip

    def rows(self) -> Iterator[tuple]:
        """(group or "", factor, [its bound fields]): the group only where it begins."""
        last = ""
        for factor in self.factors:
            group = factor.get_group_display()
            names = [name for name, _ in self.MARKS] + ["note"]
            fields = [self[f"{factor.pk}-{name}"] for name in names]
            yield (group if group != last else ""), factor, fields
            last = group

    def clean(self):
        cleaned = super().clean()
        for factor in self.factors:
            marks = [cleaned.get(f"{factor.pk}-{name}") for name, _ in self.MARKS]
            is_half = any(marks) and not all(marks)
            if is_half or (cleaned.get(f"{factor.pk}-note") and not any(marks)):
                self.add_error(f"{factor.pk}-importance", f"「{factor.name}」的三个评分要一起填。")
        return cleaned

    def ratings(self) -> dict[int, Rating]:
        found, data = {}, self.cleaned_data
        for factor in self.factors:
            marks = [data[f"{factor.pk}-{name}"] for name, _ in self.MARKS]
            if all(marks):
                found[factor.pk] = Rating(*marks, data[f"{factor.pk}-note"])
        return found


class ScoreForm(forms.Form):
    """Four providers by the criteria; blank is 「not yet」. Anchors have names (D8)."""

    as_of = forms.DateField(label="评价日期", widget=date_input())
    note = forms.CharField(label="说明", max_length=300, required=False)
    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, lines, card=None, today: date, **kwargs):
        initial = {"as_of": card.as_of if card else today, "edit": card.edit if card else 0}
        initial["note"] = card.note if card else ""
        super().__init__(*args, initial=initial, **kwargs)
        self.lines, self.today = list(lines), today
        self.helper = plain_helper()
        for line in self.lines:
            for number, provider in enumerate(PROVIDERS):
                self._add(line, number, provider)

    def _add(self, line, number, provider) -> None:
        name = f"{line.criterion.pk}-{provider}"
        label = f"{line.criterion.name}：{provider.label}"
        self.fields[name] = forms.IntegerField(
            label=label, min_value=rules.LOWEST, max_value=rules.HIGHEST, required=False,
            initial=line.scores[number],
            error_messages={
                "min_value": "评分为 1 到 10。", "max_value": "评分为 1 到 10。",
                "invalid": "评分为 1 到 10 的整数。",
            },
            widget=forms.NumberInput({"class": "form-control", "list": "anchors"}),
        )  # fmt: skip
        self.fields[f"{name}-why"] = forms.CharField(
            label=f"{label}，依据", max_length=200, required=False,
            initial=line.evidence[number],
            widget=forms.TextInput({"class": "form-control", "placeholder": str(provider.label)}),
        )  # fmt: skip

    def rows(self) -> Iterator[tuple]:
        """(group or "", line, [score fields], [evidence fields])."""
        last = ""
        for line in self.lines:
            group = line.criterion.get_group_display()
            names = [f"{line.criterion.pk}-{provider}" for provider in PROVIDERS]
            yield (
                group if group != last else "",
                line,
                [self[name] for name in names],
                [self[f"{name}-why"] for name in names],
            )
            last = group

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError("评价日期不能晚于今天。")
        return day

    def scores(self) -> dict[tuple[int, str], tuple[int, str]]:
        found, data = {}, self.cleaned_data
        for line in self.lines:
            for provider in PROVIDERS:
                name = f"{line.criterion.pk}-{provider}"
                if data.get(name) is not None:
                    found[line.criterion.pk, str(provider)] = (data[name], data[f"{name}-why"])
        return found


class AnalysisForm(forms.ModelForm):
    base_edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = IndustryAnalysis
        fields = (
            "political", "economic", "social", "technological", "trends", "success_factors",
            "insights", "resource_people", "resource_cost_wan",
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base_edit"] = self.instance.edit
        self.helper = plain_helper()
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"rows": 3, "maxlength": MOST_SIGNS}

    def clean(self):
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and len(value) > MOST_SIGNS:
                self.add_error(name, f"请写在 {MOST_SIGNS} 个字以内。")
        return cleaned

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class AnalysisStartForm(forms.Form):
    industry = forms.ModelChoiceField(
        None, label="行业", empty_label="请选择",
        error_messages={"invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    year = forms.TypedChoiceField(
        label="年度", coerce=int, error_messages={"invalid_choice": "请从列表中选择。"}
    )

    def __init__(self, *args, industries, this_year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = Industry.objects.filter(pk__in=industries)
        years = range(this_year - 1, this_year + 3)
        self.fields["year"].choices = [(str(year), f"{year} 年") for year in years]
        self.helper = plain_helper()


class StructureForm(forms.Form):
    """One line of spending; a line without any word does not count."""

    label = forms.CharField(label="客户群或业务", max_length=60)
    period = forms.CharField(label="时期", max_length=20)
    amount_wan = forms.DecimalField(
        label="金额（万元）", max_digits=14, decimal_places=2, min_value=Decimal(0)
    )
    last_year_wan = forms.DecimalField(
        label="上年同期", max_digits=14, decimal_places=2, min_value=Decimal(0), required=False
    )
    last_period_wan = forms.DecimalField(
        label="上期", max_digits=14, decimal_places=2, min_value=Decimal(0), required=False
    )
    source = forms.CharField(label="来源", max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            if isinstance(field, forms.DecimalField):
                field.widget = forms.TextInput({"class": "form-control", "inputmode": "decimal"})


class StructureLines:
    """The lines of the page: those that are kept or were typed, and blank ones after them."""

    def __init__(self, *, kept=(), data=None):
        self.is_bound = data is not None
        if self.is_bound:
            numbers = [n for n in range(MOST_LINES) if self._is_typed(data, n)]
            self.forms = [StructureForm(data, prefix=str(n)) for n in numbers]
        else:
            self.forms = [StructureForm(initial=row, prefix=str(n)) for n, row in enumerate(kept)]

    def __iter__(self):
        taken = {form.prefix for form in self.forms}
        free = [str(n) for n in range(MOST_LINES) if str(n) not in taken][:SPARE]
        return iter([*self.forms, *(StructureForm(prefix=prefix) for prefix in free)])

    @staticmethod
    def _is_typed(data, number: int) -> bool:
        names = StructureForm.base_fields
        return any((data.get(f"{number}-{name}") or "").strip() for name in names)

    @property
    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    @property
    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms]


class FactorForm(forms.ModelForm):
    class Meta:
        model = KeyPurchaseFactor
        fields = ("group", "name", "note", "position", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields}


class WeightsForm(forms.Form):
    """All criteria at once: only together do they make 100."""

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        self.helper = plain_helper()
        for row in self.criteria:
            self.fields[str(row.pk)] = forms.IntegerField(
                label=row.name, min_value=0, max_value=100,
                initial=row.weight if row.is_active else 0,
            )  # fmt: skip

    def rows(self) -> Iterator[tuple]:
        for row in self.criteria:
            yield row, self[str(row.pk)]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and (fault := rules.weights_fault(cleaned.values())):
            raise forms.ValidationError(fault)
        return cleaned

    def weights(self) -> dict[int, int]:
        return {int(key): value for key, value in self.cleaned_data.items()}
