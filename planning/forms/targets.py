"""The grid of targets as it was shown or typed; adjustments, what is handed down (R41, R45)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from crispy_forms.layout import HTML, Div, Layout
from django import forms

from accounts.models import BusinessLine
from core.forms import plain_helper
from core.uploads import TABLES, UploadField
from planning import target_rules as rules
from planning.actions.targets import Change, Clash
from planning.models import PlanTargetLine, TargetKind

EDIT = re.compile(r"edit_(\d{1,18})")
MOST_LINES = 200
MOST_TEXT = 40
MOST_DIGITS = 10
NOBODYS = -1
NOT_WHOLE = "页面不完整，请重新打开本页。"
UNKNOWN_LINE = "这一行已被删除，请刷新页面。"


def plain(amount: Decimal) -> str:
    """「0.5」, 「15」; nothing for 0, as an empty cell is one."""
    return f"{amount.normalize():f}" if amount else ""


@dataclass
class Cell:
    """One quarter of one line. `shown` is what the page had, `text` what stands in the field."""

    name: str
    label: str
    text: str
    shown: str
    error: str = ""
    theirs: str | None = None

    @property
    def value(self) -> Decimal:
        try:
            return rules.read_amount(self.text)
        except rules.AmountError:
            return rules.ZERO


@dataclass
class Row:
    line: PlanTargetLine
    edit: int
    cells: list[Cell]
    clash: Clash | None = None

    @property
    def name(self) -> str:
        line = self.line
        return rules.line_name(line.kind, line.business_line, line.from_operator)

    @property
    def year(self) -> Decimal:
        return sum((cell.value for cell in self.cells), rules.ZERO)

    @property
    def is_removable(self) -> bool:
        return self.line.kind == rules.WIN_BACK and bool(self.line.business_line)

    @property
    def quarters(self) -> list[Decimal]:
        return [cell.value for cell in self.cells]


@dataclass
class Group:
    kind: str
    label: str
    rows: list[Row] = field(default_factory=list)

    @property
    def sums(self) -> rules.Five:
        return rules.totals((self.kind, row.quarters) for row in self.rows)[self.kind]


class TargetGrid:
    """Every line of a customer's plan; `data` is what a page sent of it, or of some of it."""

    def __init__(self, lines: Iterable[PlanTargetLine], data: Mapping[str, str] | None = None):
        ordered = sorted(
            lines,
            key=lambda one: rules.line_order(one.kind, one.business_line, one.from_operator),
        )
        self.groups = [Group(kind, label) for kind, label in rules.KINDS.items()]
        groups = {group.kind: group for group in self.groups}
        self.rows = {line.pk: _row_of(line, data) for line in ordered}
        for row in self.rows.values():
            groups[row.line.kind].rows.append(row)
        self.errors: list[str] = []
        self.refused = ""  # why nothing at all can be taken
        self.changes: list[Change] = []
        if data is not None:
            self._read(data)

    def _read(self, data: Mapping[str, str]) -> None:
        sent = {int(found[1]) for name in data if (found := EDIT.fullmatch(name))}
        if not sent or len(sent) > MOST_LINES:
            self.refused = NOT_WHOLE
        elif sent - self.rows.keys():
            self.refused = UNKNOWN_LINE
        else:
            found = [_change_of(self.rows[pk]) for pk in sorted(sent)]
            self.changes = [change for change in found if change is not None]
        if self.refused:
            self.errors.append(self.refused)
        if any(cell.error for row in self.rows.values() for cell in row.cells):
            self.errors.append("请改正表格里标出的数字。")

    @property
    def is_valid(self) -> bool:
        return not self.errors

    @property
    def whole(self) -> rules.Five:
        return rules.grand_total({group.kind: group.sums for group in self.groups})

    @property
    def by_kind(self) -> dict[str, rules.Five]:
        return {group.kind: group.sums for group in self.groups}

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(where, what) of every cell that cannot be taken."""
        return [
            (f"{rules.KINDS[row.line.kind]} {row.name} {cell.label}", cell.error)
            for row in self.rows.values()
            for cell in row.cells
            if cell.error
        ]

    def show_clashes(self, clashes: Iterable[Clash]) -> None:
        """Put what somebody else wrote beside what was typed; a second save takes the typed."""
        for clash in clashes:
            row = self.rows[clash.line.pk]
            row.clash, row.edit = clash, clash.line.edit
            for cell in row.cells:
                if cell.name in clash.cells:
                    cell.text = plain(clash.cells[cell.name][0])
                    cell.theirs = plain(clash.cells[cell.name][1]) or "0"
                    cell.shown = plain(clash.cells[cell.name][1])


def edit_of(text: str, otherwise: int = NOBODYS) -> int:
    """The edit that a page was drawn with; what is no number is nobody's, so nothing matches it."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else otherwise


def _row_of(line: PlanTargetLine, data: Mapping[str, str] | None) -> Row:
    cells, edit = [], line.edit
    if data is not None:
        edit = edit_of(data.get(f"edit_{line.pk}", str(line.edit)))
    for name, label in rules.QUARTER_NAMES.items():
        now = plain(getattr(line, name))
        key = f"{name}_{line.pk}"
        if data is None or key not in data:
            cells.append(Cell(name, label, now, now))
        else:
            shown = data.get(f"was_{key}", now)[:MOST_TEXT]
            cells.append(_typed(name, label, data[key][:MOST_TEXT].strip(), shown))
    return Row(line, edit, cells)


def _typed(name: str, label: str, text: str, shown: str) -> Cell:
    cell = Cell(name, label, text, shown)
    try:
        rules.read_amount(text)
    except rules.AmountError as error:
        cell.error = str(error)
    return cell


def _change_of(row: Row) -> Change | None:
    """What was typed; a base that is no number counts as one that nobody saw."""
    cells = {}
    for cell in row.cells:
        if cell.error or cell.text == cell.shown:
            continue
        try:
            was = rules.read_amount(cell.shown)
        except rules.AmountError:
            was = getattr(row.line, cell.name)
        cells[cell.name] = (was, cell.value)
    return Change(row.line.pk, cells) if cells else None


# --- amounts in ordinary forms --------------------------------------------------------------------
class WanField(forms.CharField):
    """万元 as people write it; empty is 0."""

    def __init__(self, *, may_be_negative: bool = False, **kwargs):
        self.may_be_negative = may_be_negative
        widget = forms.TextInput({"inputmode": "decimal", "placeholder": "0"})
        super().__init__(required=False, max_length=MOST_TEXT, widget=widget, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        try:
            return rules.read_amount(text, may_be_negative=self.may_be_negative)
        except rules.AmountError as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value):
        return plain(value) if isinstance(value, Decimal) else value


RIVAL_CHOICES = [("", "请选择"), *((code, rules.OPERATORS[code]) for code in rules.RIVALS)]
EDIT_INPUT = {"widget": forms.HiddenInput, "min_value": 0, "max_value": 2**31 - 1}


class AdjustmentForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=TargetKind.choices)
    business_line = forms.ChoiceField(
        label="业务", required=False, choices=[("", "不分业务"), *BusinessLine.choices],
        help_text="存量只有话音、数据、互联网、视频、增值五项；策反可以不分业务。",
    )  # fmt: skip
    from_operator = forms.ChoiceField(
        label="来源运营商", required=False, choices=RIVAL_CHOICES, help_text="只有策反要选。"
    )
    q1 = WanField(label="一季度（万元）", may_be_negative=True)
    q2 = WanField(label="二季度（万元）", may_be_negative=True)
    q3 = WanField(label="三季度（万元）", may_be_negative=True)
    q4 = WanField(label="四季度（万元）", may_be_negative=True)
    reason = forms.CharField(
        label="原因", max_length=200, widget=forms.Textarea({"rows": 3}),
        help_text="下级计划没有包含它的原因，例如新客户还没有建计划。可以填负数，表示压减。",
    )  # fmt: skip
    edit = forms.IntegerField(required=False, label="页面打开时的版本", **EDIT_INPUT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.helper.layout = Layout(
            Div("kind", "business_line", "from_operator", css_class="fields-3"),
            Div("q1", "q2", "q3", "q4", css_class="fields-4"),
            "reason", "edit",
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        kind, line = cleaned.get("kind"), cleaned.get("business_line", "")
        if kind == rules.STOCK and line not in rules.STOCK_LINES:
            self.add_error("business_line", "存量只有话音、数据、互联网、视频、增值五项。")
        if kind == rules.INCREMENT and not line:
            self.add_error("business_line", "增量目标必须选择业务。")
        if kind == rules.WIN_BACK and not cleaned.get("from_operator"):
            self.add_error("from_operator", "策反目标必须写明来自哪家运营商。")
        if kind in (rules.STOCK, rules.INCREMENT):
            cleaned["from_operator"] = ""
        if not self.errors and not any(cleaned[name] for name in rules.QUARTERS):
            self.add_error("q1", "四个季度不能都是 0。")
        return cleaned

    @property
    def fields_of_line(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "edit"}


class WinBackForm(forms.Form):
    from_operator = forms.ChoiceField(label="来源运营商", choices=RIVAL_CHOICES)
    business_line = forms.ChoiceField(label="业务", choices=[("", "请选择"), *BusinessLine.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class AllotForm(forms.Form):
    """Three kinds by four quarters, a note, and when the page saw it last handed down."""

    note = forms.CharField(
        label="说明", max_length=200, required=False, widget=forms.Textarea({"rows": 2})
    )
    seen_at = forms.CharField(
        widget=forms.HiddenInput, max_length=40, required=False, label="页面打开的时间"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parts = []
        for kind, name in rules.KINDS.items():
            for quarter, label in rules.QUARTER_NAMES.items():
                self.fields[f"{kind}_{quarter}"] = WanField(label=f"{name}{label}（万元）")
            parts.append(HTML(f'<h2 class="h6">{name}</h2>'))
            cells = [f"{kind}_{quarter}" for quarter in rules.QUARTERS]
            parts.append(Div(*cells, css_class="fields-4"))
        self.helper = plain_helper()
        self.helper.layout = Layout(*parts, "note", "seen_at")

    def clean_seen_at(self) -> str:
        text = self.cleaned_data["seen_at"]
        try:
            seen = datetime.fromisoformat(text) if text else None
        except ValueError:
            raise forms.ValidationError(NOT_WHOLE) from None
        if seen is not None and seen.tzinfo is None:
            raise forms.ValidationError(NOT_WHOLE)
        return text

    @property
    def amounts(self) -> dict[str, list[Decimal]]:
        return {
            kind: [self.cleaned_data[f"{kind}_{quarter}"] for quarter in rules.QUARTERS]
            for kind in rules.KINDS
        }


class TargetImportForm(forms.Form):
    upload = UploadField(
        kinds=TABLES, label="文件", help_text="从本页导出的 XLSX，或同样表头的 CSV。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
