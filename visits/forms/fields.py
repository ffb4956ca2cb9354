"""Small pieces that the forms of this app share: moments, days and repeated lines."""

from dataclasses import dataclass, field
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone

from core.forms import CONTROL_REFUSED, has_control_characters, refuse_far_years
from visits.actions import wordings

MOMENT = "%Y-%m-%dT%H:%M"
MOMENT_FORMATS = [MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
FUTURE = "不能晚于现在。"
LONGEST_KEY = 18  # digits of the largest primary keys


class WordsField(forms.CharField):
    """A text whose length is refused in plain words."""

    default_error_messages = {
        "min_length": "请至少写 %(limit_value)d 个字，现在是 %(show_value)d 个字。",
        "max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。",
    }


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A key too long for the database is refused here; SQLite would raise."""

    def clean(self, value):
        for key in value or ():
            if len(str(key)) > LONGEST_KEY:
                raise forms.ValidationError(self.error_messages["invalid_choice"])
        return super().clean(value)


class MomentField(forms.DateTimeField):
    """A date and a time to the minute, by the browser's own picker."""

    def __init__(self, **kwargs):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        kwargs.setdefault("error_messages", {"invalid": "请按「年-月-日 时:分」填写。"})
        super().__init__(widget=widget, input_formats=MOMENT_FORMATS, **kwargs)


class DayField(forms.DateField):
    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        kwargs.setdefault("error_messages", {"invalid": "请按「年-月-日」填写。"})
        super().__init__(widget=widget, **kwargs)


def text_area(rows: int = 3, **attrs) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


SHOWN_CUSTOMERS = 50


def offer_customers(field: forms.ModelChoiceField, visible, chosen) -> bool:
    """Let `field` accept every visible customer, but list only so many; True when there are more.

    A head with thousands of customers gets a search box instead of a page of a megabyte.
    """
    field.queryset = visible.order_by("code", "pk")
    shown = list(field.queryset[: SHOWN_CUSTOMERS + 1])
    has_more = len(shown) > SHOWN_CUSTOMERS
    shown = shown[:SHOWN_CUSTOMERS]
    if chosen and chosen not in shown:
        shown.insert(0, chosen)
    field.widget.choices = [("", field.empty_label), *((row.pk, str(row)) for row in shown)]
    return has_more


def reloads(target: str) -> dict[str, str]:
    """Attributes of a field whose change loads the part of the form that depends on it."""
    return {
        "hx-post": "",
        "hx-trigger": "change, htmx:afterSettle",  # also after a search has filled it
        "hx-vals": '{"reload": "1"}',
        "hx-target": target,
        "hx-swap": "outerHTML",
    }


def not_in_future(moment, label: str):
    """The cleaned value, or the error of a field that tells the past."""
    if moment > timezone.now():
        raise forms.ValidationError(f"{label}{FUTURE}")
    return moment


def as_payload(data: QueryDict) -> dict:
    """What a browser sent, in the shape in which it keeps a draft itself."""
    return {
        name: values if len(values) > 1 else values[0] for name, values in data.lists() if values
    }


def as_posted(payload: dict) -> QueryDict:
    """A kept draft ({name: text or list}) in the shape in which a browser would have sent it."""
    data = QueryDict(mutable=True)
    for name, value in payload.items():
        data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
    return data


class Forgiving:
    """A form that can show what was typed so far without complaining about it."""

    def forgive(self):
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}
        return self


class OnWords(Forgiving, forms.Form):
    """A form over the words of a letter: `seen` is the mark of those that it was drawn from."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    conflict = ()
    """Where the words that stand now differ from what was typed (accounts' Difference)."""

    def look_again(self, letter) -> None:
        """Somebody was faster: both sides are shown, and the next save is on what stands now."""
        mark = wordings.mark_of(wordings.wording_of(letter))
        if mark == self.cleaned_data["seen"]:
            return
        self.data = self.data.copy()
        self.data["seen"] = mark
        self.conflict = wordings.differences(letter, self.cleaned_data)


@dataclass
class Line:
    """One repeated line: what was typed and what is wrong with it."""

    kind: str = ""
    content: str = ""
    due_on: str = ""
    owner: str = ""  # key of who says it; empty: the owner of the visit
    error: str = ""


SPARE_KINDS = ("introduce", "answer", "ask")
"""What the blank lines of a plan suggest: something to tell, to answer and to find out (R3)."""


@dataclass
class Lines:
    """Repeated lines `<prefix>_<name>`; blank ones do not count. Shown with spare blank ones."""

    filled: list[Line] = field(default_factory=list)
    spare: int = 3

    def __iter__(self):
        blank = max(self.spare - len(self.filled), 1)
        kinds = SPARE_KINDS[-blank:] if blank <= len(SPARE_KINDS) else SPARE_KINDS
        return iter(self.filled + [Line(kind) for kind in kinds])

    @property
    def is_valid(self) -> bool:
        return not any(line.error for line in self.filled)


def read_lines(data, prefix: str, *names: str, spare: int = 3) -> Lines:
    """The lines of a posted form whose `content` is not blank."""
    columns = {name: data.getlist(f"{prefix}_{name}") for name in (*names, "content")}
    filled = []
    for number, content in enumerate(columns["content"]):
        values = {
            name: column[number].strip() if number < len(column) else ""
            for name, column in columns.items()
        }
        if content.strip() or values.get("due_on"):
            filled.append(Line(**values))
    return Lines(filled, spare)


def _text_error(text: str) -> str:
    if has_control_characters(text):
        return CONTROL_REFUSED
    return f"请写在 200 字以内，现在是 {len(text)} 字。" if len(text) > 200 else ""


def read_key_points(data, kinds: set[str], speakers: set[str] = frozenset()) -> Lines:
    """Lines of `key_kind`, `key_content` and `key_owner`, each checked (R3)."""
    lines = read_lines(data, "key", "kind", "owner")
    for line in lines.filled:
        if line.kind not in kinds:
            line.error = "请选择类别。"
        elif line.owner and line.owner not in speakers:
            line.error = "由谁讲：请从列表中选择。"
        else:
            line.error = _text_error(line.content)
    return lines


def read_promises(data, first_day: date) -> Lines:
    """Lines of `promise_content` and `promise_due_on`, each checked (R12)."""
    lines = read_lines(data, "promise", "due_on", spare=1)
    for line in lines.filled:
        line.error = _promise_error(line, first_day)
    return lines


def _promise_error(line: Line, first_day: date) -> str:
    if not line.content:
        return "请写明承诺的内容。"
    if error := _text_error(line.content):
        return error
    try:
        due_on = date.fromisoformat(line.due_on)
        refuse_far_years(due_on)
    except ValueError:
        return "请填写兑现日期。"
    except forms.ValidationError as error:
        return error.message
    return "兑现日期不能早于拜访当天。" if due_on < first_day else ""
