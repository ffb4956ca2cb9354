"""The weekly plan as it is typed, and the answer of the head (§B.13)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django import forms

from accounts.actions.revisions import Difference
from accounts.models import Customer
from core.forms import CONTROL_REFUSED, has_control_characters, plain_helper
from visits import weekly_rules as rules
from visits.actions.weekly import Item
from visits.forms.fields import LONGEST_KEY, SHOWN_CUSTOMERS, Forgiving, WordsField, text_area
from visits.models import Visit, WeeklyPlan, WeeklyPlanItem

MOST_LINES, SPARE = 60, 3
MOST_READ = 200  # so many are shown again for somebody to shorten; no page holds more
LONGEST = 200
KINDS = WeeklyPlanItem.Kind.choices


@dataclass
class PlanLine:
    """One line as it was typed; all text, so that nothing typed is lost."""

    kind: str = "task"
    day: str = ""
    content: str = ""
    customer: str = ""
    visit: str = ""
    error: str = ""

    @classmethod
    def of(cls, item: Item | WeeklyPlanItem) -> "PlanLine":
        customer, visit = item.customer, item.visit
        return cls(
            str(item.kind),
            item.day.isoformat(),
            item.content,
            str(customer.pk) if customer else "",
            str(visit.pk) if visit else "",
        )

    @property
    def is_blank(self) -> bool:
        return not self.content and not self.customer


@dataclass
class Outcome:
    """What became of one line of the week before."""

    item: WeeklyPlanItem
    text: str = ""
    error: str = ""


@dataclass
class PlanLines:
    filled: list[PlanLine] = field(default_factory=list)

    def __iter__(self):
        return iter([*self.filled, *(PlanLine() for _ in range(SPARE))])


class WeeklyForm(Forgiving, forms.Form):
    summary = WordsField(
        label="上周小结",
        max_length=2000,
        required=False,
        widget=text_area(4),
        help_text="做成了什么，什么没有做成、为什么，需要谁支持。",
    )
    seen_at = forms.CharField(
        widget=forms.HiddenInput,
        max_length=40,
        label="页面打开的时间",
        error_messages={"required": "页面不完整，请重新打开本页。"},
    )

    conflict = ()
    """Where the plan that stands now differs from what was typed (accounts' Difference)."""

    def __init__(self, data=None, *, plan: WeeklyPlan, before, items=(), **kwargs):
        initial = {"summary": plan.summary, "seen_at": plan.updated_at.isoformat()}
        super().__init__(data, initial=initial, **kwargs)
        self.plan, self.helper = plan, plain_helper()
        self.lines = PlanLines([PlanLine.of(item) for item in items])
        self.outcomes = [Outcome(item, item.outcome) for item in before]
        if data is not None:
            self._read(data)
        self._offer_customers()

    def _read(self, data) -> None:
        names = ("kind", "day", "content", "customer", "visit")
        columns = {name: data.getlist(f"item_{name}") for name in names}
        for number in range(len(columns["content"])):
            values = {
                name: column[number].strip() if number < len(column) else ""
                for name, column in columns.items()
            }
            line = PlanLine(**values)
            if not line.is_blank:
                self.lines.filled.append(line)
                if len(self.lines.filled) > MOST_READ:
                    break
        for outcome in self.outcomes:
            outcome.text = data.get(f"outcome_{outcome.item.pk}", "").strip()

    def _offer_customers(self) -> None:
        """Those of the author, as many as a list can hold, and those already chosen. Three reads
        at most: keys that are no keys choose nobody."""
        visible = Customer.objects.visible_to(self.plan.user).order_by("code", "pk")
        shown = list(visible[:SHOWN_CUSTOMERS])
        named = {int(k) for k in self._keys("customer")} - {row.pk for row in shown}
        shown += list(visible.filter(pk__in=named)) if named else []
        self.customers = {str(row.pk): row for row in shown}
        visits = self._keys("visit")
        found = Visit.objects.filter(owner=self.plan.user_id, pk__in=visits) if visits else ()
        self.visits = {str(visit.pk): visit for visit in found}

    def _keys(self, name: str) -> list[str]:
        keys = [getattr(line, name) for line in self.lines.filled]
        return [k for k in keys if k.isascii() and k.isdecimal() and len(k) <= LONGEST_KEY]

    @property
    def customer_choices(self):
        return [(key, str(row)) for key, row in self.customers.items()]

    @property
    def kinds(self):
        return KINDS

    @property
    def days(self):
        return rules.days_of(self.plan.monday)

    def clean_seen_at(self) -> datetime:
        try:
            seen = datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise forms.ValidationError("页面不完整，请重新打开本页。")
        return seen

    def clean(self):
        cleaned = super().clean()
        cleaned["items"] = [self._item(line) for line in self.lines.filled]
        if any(line.error for line in self.lines.filled):
            self.add_error(None, "请改正标出的事项。")
        if len(self.lines.filled) > MOST_LINES:
            self.add_error(None, f"一周最多写 {MOST_LINES} 条，请合并或删去一些。")
        for outcome in self.outcomes:
            outcome.error = _text_error(outcome.text)
        if any(outcome.error for outcome in self.outcomes):
            self.add_error(None, "请改正标出的完成情况。")
        cleaned["outcomes"] = {outcome.item.pk: outcome.text for outcome in self.outcomes}
        return cleaned

    def look_again(self) -> None:
        """Somebody was faster: both sides are shown, and the next save is on what stands now."""
        self.data = self.data.copy()
        self.data["seen_at"] = self.plan.updated_at.isoformat()
        stored = self.plan.items.select_related("customer")
        sides = [
            ("items", "这一周要做的", _in_words(stored), _in_words(self.cleaned_data["items"])),
            ("summary", "上周小结", self.plan.summary, self.cleaned_data["summary"]),
        ]
        for outcome in self.outcomes:
            if outcome.item.outcome:
                label = f"完成情况：{outcome.item.content}"
                sides.append(("outcome", label, outcome.item.outcome, outcome.text))
        self.conflict = [Difference(*side) for side in sides if side[2] != side[3]]

    def _item(self, line: PlanLine) -> Item | None:
        line.error = self._error_of(line)
        if line.error:
            return None
        return Item(
            line.kind,
            date.fromisoformat(line.day),
            line.content,
            self.customers.get(line.customer),
            self.visits.get(line.visit),
        )

    def _error_of(self, line: PlanLine) -> str:
        if line.kind not in WeeklyPlanItem.Kind.values:
            return "请选择类别。"
        if line.day not in {day.isoformat() for day in self.days}:
            return "请选择这一周里的一天。"
        if line.customer and line.customer not in self.customers:
            return "请从列表中选择客户。"
        return _text_error(line.content) if line.content else "请写明要做什么。"


def _in_words(items) -> str:
    kinds = WeeklyPlanItem.Kind
    return "\n".join(
        f"{item.day:%m-%d} {kinds(item.kind).label}：{item.content}"
        + (f"（{item.customer.name}）" if item.customer else "")
        for item in items
    )


def _text_error(text: str) -> str:
    if has_control_characters(text):
        return CONTROL_REFUSED
    return f"请写在 {LONGEST} 字以内，现在是 {len(text)} 字。" if len(text) > LONGEST else ""


class ReviewForm(forms.Form):
    decision = forms.ChoiceField(
        label="批阅",
        choices=[("reviewed", "已阅，同意"), ("returned", "退回修改")],
        widget=forms.RadioSelect,
        initial="reviewed",
    )
    feedback = WordsField(
        label="批阅意见", max_length=1000, required=False, widget=text_area(2),
        help_text="退回时必须写明要改什么。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self):
        cleaned = super().clean()
        is_empty = not cleaned.get("feedback") and "feedback" not in self.errors
        if cleaned.get("decision") == "returned" and is_empty:
            self.add_error("feedback", "退回时请写明要改什么。")
        return cleaned
