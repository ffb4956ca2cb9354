"""A table of raw values: which, and the file."""

from django import forms

from core.forms import plain_helper
from core.uploads import TABLES, UploadField
from valuation.actions.importing import MOST_ROWS


class TableForm(forms.Form):
    """`sheets`: those that the reader may bring in."""

    sheet = forms.ChoiceField(
        label="表格", widget=forms.RadioSelect, error_messages={"invalid_choice": "请选择表格。"}
    )
    upload = UploadField(
        kinds=TABLES, label="文件", help_text=f"XLSX 或 CSV，一次最多 {MOST_ROWS} 行。"
    )

    def __init__(self, *args, sheets, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["sheet"].choices = [(one.code, one.label) for one in sheets]
        self.fields["sheet"].initial = sheets[0].code
