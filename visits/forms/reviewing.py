"""The head's word on a record, and what is added to it afterwards (R11)."""

from django import forms

from core.forms import plain_helper
from visits.forms.fields import WordsField, text_area
from visits.forms.joint import OUTDATED
from visits.forms.planning import CHOICE

ACCEPT, RETURN = "accept", "return"
LONG = 4000
MOST_VERSIONS = 32767


class ReviewForm(forms.Form):
    decision = forms.ChoiceField(
        label="意见",
        choices=[(ACCEPT, "采纳并锁定"), (RETURN, "退回修改")],
        widget=forms.RadioSelect,
        error_messages=CHOICE | {"required": "请选择采纳或退回。"},
    )
    note = WordsField(
        label="审阅意见",
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text="退回时写明要改什么；采纳时可以不写。",
    )
    version = forms.IntegerField(
        label="页面",
        widget=forms.HiddenInput,
        min_value=1,
        max_value=MOST_VERSIONS,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), OUTDATED),
    )

    def clean(self):
        cleaned = super().clean()
        is_returned = cleaned.get("decision") == RETURN
        if is_returned and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "退回时请写明要改什么。")
        return cleaned


class AddendumForm(forms.Form):
    text = WordsField(
        label="补充说明",
        max_length=LONG,
        widget=text_area(3),
        error_messages={"required": "请写下要补充的内容。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
