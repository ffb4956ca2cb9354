"""A thing to take along, with its file when there is one (R3)."""

from django import forms

from accounts.models import Confidentiality
from core.uploads import UploadField
from visits.forms.fields import WordsField


class MaterialForm(forms.Form):
    title = WordsField(label="名称", max_length=100, help_text="与已列名称相同时，文件补到那一项。")
    file = UploadField(label="文件", required=False, help_text="可以以后再补。")
    confidentiality = forms.ChoiceField(
        label="密级", choices=Confidentiality.choices, initial=Confidentiality.INTERNAL
    )
