"""What is done to several opportunities at once."""

from django import forms

from accounts.forms.pickers import managers_for
from core.forms import plain_helper
from core.uploads import TABLES, UploadField
from opportunities.forms.fields import PersonField, WordsField, text_area


class OwnerForm(forms.Form):
    to = PersonField(None, label="新的负责人")
    reason = WordsField(label="原因", min_length=4, max_length=200, widget=text_area(2))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["to"].queryset = managers_for(user).select_related("department", "branch")


class ImportForm(forms.Form):
    upload = UploadField(kinds=TABLES, label="文件", help_text="XLSX 或 CSV，一次最多 2000 行。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
