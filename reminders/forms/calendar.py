"""Forms of the work calendar: one day, a year from a file, the confirmation of a year."""

from django import forms

from core.calendar_year import MAX_BYTES, MAX_NAME, read_calendar
from core.forms import plain_helper
from core.rules import DayNote

SOURCE_HELP = "写明文件，例如：国务院办公厅关于 2027 年部分节假日安排的通知。"


class DayForm(forms.Form):
    KINDS = {"rest": "休息", "work": "上班", "weekend": "按周末规则"}

    kind = forms.ChoiceField(label="这一天", choices=list(KINDS.items()), widget=forms.RadioSelect)
    name = forms.CharField(label="说明", max_length=MAX_NAME, required=False)
    source = forms.CharField(label="依据", max_length=200, help_text="写明文件或谁决定的。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self):
        data = super().clean()
        if (
            data.get("kind") in ("rest", "work")
            and not data.get("name")
            and "name" not in self.errors
        ):
            self.add_error("name", "请写明是什么日子，例如「春节」「春节调休上班」。")
        return data

    def note(self) -> DayNote | None:
        kind = self.cleaned_data["kind"]
        return None if kind == "weekend" else DayNote(kind == "work", self.cleaned_data["name"])


class ImportForm(forms.Form):
    """First the file, for the preview; then its text again, to be stored."""

    year = forms.IntegerField(
        label="年份",
        min_value=2000,
        max_value=2100,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    source = forms.CharField(label="依据", max_length=200, help_text=SOURCE_HELP)
    file = forms.FileField(
        label="CSV 文件",
        required=False,
        help_text="三列：日期、类型（休或班）、说明。只写休息日和调休上班日。UTF-8 或 GBK。",
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MAX_BYTES)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.rows = ()
        self.line_errors = ()

    def clean(self):
        data = super().clean()
        raw = self._raw(data)
        if raw is None:
            if "file" not in self.errors:
                self.add_error("file", "请选择 CSV 文件。")
        elif data.get("year"):
            found = read_calendar(raw, data["year"])
            self.rows, self.line_errors = found.rows, found.errors
            if found.errors:
                self.add_error("file", f"文件里有 {len(found.errors)} 处要改，没有保存任何内容。")
        return data

    def _raw(self, data) -> bytes | None:
        upload = data.get("file")
        if upload:
            return upload.read(MAX_BYTES + 1)
        return data["text"].encode() if data.get("text") else None

    def as_text(self) -> str:
        """The rows as a file again, which the preview carries to the button that stores them."""
        return "\n".join(
            f"{row.day},{'班' if row.note.is_workday else '休'},{_quoted(row.note.name)}"
            for row in self.rows
        )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


class ConfirmYearForm(forms.Form):
    source = forms.CharField(label="依据", max_length=200, help_text=SOURCE_HELP)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
