"""Repeated lines of one opportunity: business lines, competitors, the team."""

from decimal import Decimal

from django import forms

from accounts.models import BusinessLine, Operator
from opportunities.forms.fields import (
    CHOICE,
    CHOOSE,
    CREW,
    MoneyField,
    PersonField,
    WordsField,
    colleagues,
)
from opportunities.models import OpportunityMember

MOST_ROWS = 12
SPARE = 2


class RowForm(forms.Form):
    """A line that is left blank does not count; `key` is what a line must have to count."""

    key = ""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def mark_errors(self) -> None:
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["class"] += " is-invalid"


class LineForm(RowForm):
    key = "business_line"

    business_line = forms.ChoiceField(
        label="业务", choices=[("", CHOOSE), *BusinessLine.choices], error_messages=CHOICE
    )
    amount = MoneyField(label="金额（元）")


class RivalForm(RowForm):
    key = "operator"

    operator = forms.ChoiceField(
        label="对手", error_messages=CHOICE,
        choices=[("", CHOOSE), *(c for c in Operator.choices if c[0] != Operator.TELECOM)],
    )  # fmt: skip
    name = WordsField(label="名称", max_length=60, required=False)
    strength = WordsField(label="对手优势", max_length=200, required=False)
    weakness = WordsField(label="对手弱点", max_length=200, required=False)
    our_answer = WordsField(label="我方对策", max_length=200, required=False)


class MemberForm(RowForm):
    key = "user"

    user = PersonField(None, label="成员")
    role = forms.ChoiceField(
        label="角色", choices=OpportunityMember.Role.choices, error_messages=CHOICE
    )
    split_pct = forms.DecimalField(
        label="收入分成（%）", max_digits=5, decimal_places=2, min_value=0, max_value=100,
        required=False,
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues(user, CREW)

    def clean_split_pct(self):
        return self.cleaned_data["split_pct"] or Decimal(0)


class Rows:
    """The lines of one page: those that are kept, or those that were typed, and blank ones."""

    def __init__(self, form_class, *, kept=(), data=None, **more):
        self.is_bound = data is not None
        self.error = ""
        if self.is_bound:
            self.forms = [
                form_class(data, prefix=str(number), **more)
                for number in range(MOST_ROWS)
                if _is_typed(form_class, data, number)
            ]
        else:
            self.forms = [
                form_class(initial=row, prefix=str(number), **more)
                for number, row in enumerate(kept)
            ]
        self._class, self._more = form_class, more

    def __iter__(self):
        """With blank lines after the last one."""
        taken = {form.prefix for form in self.forms}
        free = [str(n) for n in range(MOST_ROWS) if str(n) not in taken][:SPARE]
        blank = [self._class(prefix=prefix, **self._more) for prefix in free]
        return iter([*self.forms, *blank])

    @property
    def is_valid(self) -> bool:
        for form in self.forms:
            form.mark_errors()
        return all(form.is_valid() for form in self.forms)

    @property
    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms]


def _is_typed(form_class, data, number: int) -> bool:
    """Choices that always have a value (the role) do not make a line."""
    names = [name for name in form_class.base_fields if name != "role"]
    return any((data.get(f"{number}-{name}") or "").strip() for name in names)
