"""A table to import."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from accounts.models import ImportJob
from core.uploads import TABLES, UploadField


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label="导入内容",
        choices=ImportJob.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择导入内容。"},
    )
    upload = UploadField(
        label="文件",
        kinds=TABLES,
        help_text="XLSX 或 CSV（UTF-8、GBK），不超过 20 MB，一次最多 20000 行。",
        error_messages={"required": "请选择文件。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("kind", "upload")
