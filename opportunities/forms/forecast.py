"""The grid of a forecast: ten business lines, each a row of texts (R19)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import forms

from accounts.models import BusinessLine
from core.forms import CONTROL_REFUSED, date_input, has_control_characters, plain_helper
from opportunities import forecast_rules as rules
from opportunities.models import DemandForecastLine
from staff.models import User

MOST_MONEY = Decimal("99999999999")
MOST_COUNT = Decimal("9999999")
SHOWN = 30
TEXTS = {"unit": 20, "reason": 200, "remark": 200}
NAMES = (
    "existing", "volume", "unit", "new", "start", "probability", "basis", "reason", "remark",
    "solution",
)  # fmt: skip


@dataclass
class GridRow:
    """One business line as it was typed; all text, so that nothing typed is lost."""

    code: str
    existing: str = "0"
    volume: str = ""
    unit: str = ""
    new: str = ""
    start: str = ""
    probability: str = ""
    basis: str = ""
    reason: str = ""
    remark: str = ""
    solution: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return BusinessLine(self.code).label

    @property
    def has_more(self) -> bool:
        """Whether the fold of the row opens by itself."""
        return bool(self.new or self.volume or self.remark or self.solution or self.errors)

    @classmethod
    def of(cls, line: DemandForecastLine) -> "GridRow":
        basis = f"need:{line.need_id}" if line.need_id else ""
        basis = f"opportunity:{line.opportunity_id}" if line.opportunity_id else basis
        return cls(
            line.business_line, _plain(line.existing_revenue), _plain(line.new_volume, ""),
            line.unit, _plain(line.new_revenue_12m, ""),
            f"{line.start_month:%Y-%m}" if line.start_month else "",
            str(line.probability) if line.probability else "", basis, line.reason, line.remark,
        )  # fmt: skip


def _plain(value: Decimal, nothing: str = "0") -> str:
    return f"{value.normalize():f}" if value else nothing


class ForecastForm(forms.Form):
    has_no_demand = forms.BooleanField(label="本月没有新增需求", required=False)
    engineer = forms.ModelChoiceField(
        User.objects.none(), label="请哪位客户工程师出方案", required=False, empty_label="请选择",
        error_messages={"invalid_choice": "请从列表中选择。"},
        help_text="勾了「需要方案」的业务都发给这一位。",
    )  # fmt: skip
    wanted_on = forms.DateField(
        label="希望何时拿到方案", required=False, widget=date_input(),
        error_messages={"invalid": "请按「年-月-日」填写。"},
    )  # fmt: skip
    seen_at = forms.CharField(
        widget=forms.HiddenInput, max_length=40, required=False, label="页面打开的时间"
    )

    def __init__(self, data=None, *, lines=(), needs=(), opportunities=(), engineers, **kwargs):
        super().__init__(data, **kwargs)
        self.helper = plain_helper()
        self.fields["engineer"].queryset = engineers
        groups = [
            ("商机", [(f"opportunity:{row.pk}", str(row)[:SHOWN]) for row in opportunities]),
            ("需求", [(f"need:{row.pk}", row.description[:SHOWN]) for row in needs]),
        ]
        self.choices = [(label, options) for label, options in groups if options]
        self.links = {f"need:{row.pk}": row for row in needs}
        self.links |= {f"opportunity:{row.pk}": row for row in opportunities}
        if data is None:
            self.grid = [GridRow.of(line) for line in lines]
        else:
            self.grid = [self._typed(data, code) for code in BusinessLine.values]

    def _typed(self, data, code: str) -> GridRow:
        values = {name: data.get(f"{name}_{code}", "").strip() for name in NAMES}
        return GridRow(code, **values)

    def forgive(self) -> None:
        """Show what was typed so far without complaining about it."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        for row in self.grid:
            row.errors = {}

    def look_again(self, row) -> None:
        """What was refused because of another tab may be saved after a look at it."""
        self.data = self.data.copy()
        self.data["seen_at"] = row.updated_at.isoformat() if row else ""

    def clean_seen_at(self) -> datetime | None:
        text = self.cleaned_data["seen_at"]
        if not text:
            return None
        try:
            seen = datetime.fromisoformat(text)
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise forms.ValidationError("页面不完整，请重新打开本页。")
        return seen

    def clean(self):
        cleaned = super().clean()
        if not any(f"existing_{row.code}" in self.data for row in self.grid):
            self.add_error(None, "页面不完整，请重新打开本页。")
        cleaned["lines"] = [self._line(row) for row in self.grid]
        if any(row.errors for row in self.grid):
            self.add_error(None, "请改正表格里标出的地方。")
        cleaned["solutions"] = [row.code for row in self.grid if row.solution]
        if cleaned["solutions"] and not cleaned.get("engineer") and "engineer" not in self.errors:
            self.add_error("engineer", "请选择出方案的客户工程师。")
        return cleaned

    def _line(self, row: GridRow) -> dict:
        link = self._link(row)
        line = {
            "business_line": row.code,
            "existing_revenue": _money(row, "existing", MOST_MONEY),
            "new_volume": _money(row, "volume", MOST_COUNT),
            "new_revenue_12m": _money(row, "new", MOST_MONEY),
            "start_month": _month(row),
            "probability": _probability(row),
            "need": link if row.basis.startswith("need:") else None,
            "opportunity": link if row.basis.startswith("opportunity:") else None,
        }
        line |= {name: _text(row, name) for name in TEXTS}
        fault = rules.basis_fault(line["new_revenue_12m"], link is not None, row.reason)
        if fault and "basis" not in row.errors:
            row.errors["basis"] = fault
        return line

    def _link(self, row: GridRow):
        if row.basis and row.basis not in self.links:
            row.errors["basis"] = "请从列表中选择。"
        return self.links.get(row.basis)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(business line, what is wrong) of every marked cell."""
        return [(row.label, text) for row in self.grid for text in row.errors.values()]


def _money(row: GridRow, name: str, most: Decimal) -> Decimal:
    text = getattr(row, name).replace(",", "").replace("，", "")
    if not text:
        return Decimal(0)
    try:
        value = Decimal(text) if text.isascii() and len(text) < 30 else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite():
        row.errors[name] = "请填写数字。"
    elif not 0 <= value <= most:
        row.errors[name] = "数字应大于等于 0，也不要太大。"
    elif value != value.quantize(rules.CENT):
        row.errors[name] = "最多两位小数。"
    else:
        return value
    return Decimal(0)


def _month(row: GridRow) -> date | None:
    if not row.start:
        return None
    found = rules.read_month(row.start)
    if found is None:
        row.errors["start"] = "起始月份请写成 2027-01 的样子。"
    return found


def _probability(row: GridRow) -> int:
    text = row.probability or "0"
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) <= 100):
        row.errors["probability"] = "可能性填 0 到 100 的整数。"
        return 0
    return int(text)


def _text(row: GridRow, name: str) -> str:
    text, most = getattr(row, name), TEXTS[name]
    if has_control_characters(text):
        row.errors[name] = CONTROL_REFUSED
    elif len(text) > most:
        row.errors[name] = f"请写在 {most} 字以内，现在是 {len(text)} 字。"
    else:
        return text
    return ""


class ForecastAnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label="审阅", choices=[("reviewed", "同意"), ("returned", "退回修改")],
        widget=forms.RadioSelect, initial="reviewed",
        error_messages={"invalid_choice": "请从列表中选择。"},
    )  # fmt: skip
    note = forms.CharField(
        label="审阅意见", max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="退回时必须写明要改什么。",
        error_messages={
            "max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"
        },
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self):
        cleaned = super().clean()
        is_empty = not cleaned.get("note") and "note" not in self.errors
        if cleaned.get("decision") == "returned" and is_empty:
            self.add_error("note", "退回时请写明要改什么。")
        return cleaned
