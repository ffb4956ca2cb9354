"""Pattern texts and watched words, as their administrator edits them (§B.6, R35)."""

from django import forms

from accounts.actions.items import version_of
from accounts.actions.revisions import differences
from core.forms import plain_helper
from visits import template_rules
from visits.forms.fields import text_area
from visits.models import LetterTemplate, LintWord


def _said_fields() -> str:
    return "可用字段：" + "、".join(f"{{{words}}}" for words in template_rules.CODES)


class TemplateForm(forms.ModelForm):
    body = forms.CharField(
        label="正文",
        max_length=4000,
        widget=text_area(
            16,
            **{
                "hx-post": "",
                "hx-trigger": "input changed delay:400ms",
                "hx-vals": '{"check": "1"}',
                "hx-target": "#template-check",
                "hx-swap": "outerHTML",
            },
        ),
        help_text="每段一行；【…】留给写信的人填写。" + _said_fields() + "。",
    )

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    conflict = ()
    """Where the pattern that stands now differs from what was typed (accounts' Difference)."""

    class Meta:
        model = LetterTemplate
        fields = ["name", "body", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["body"] = template_rules.worded(self.instance.body)
        self.initial["seen"] = version_of(self.instance)
        self.helper = plain_helper()

    def look_again(self, stored: LetterTemplate) -> None:
        """Somebody was faster: both sides are shown, and the next save is on what stands now."""
        self.data = self.data.copy()
        self.data["seen"] = version_of(stored)
        typed = {name: self.cleaned_data[name] for name in self.Meta.fields}
        typed["body"] = template_rules.worded(typed["body"])
        stored.body = template_rules.worded("\n".join(stored.body.splitlines()))
        self.conflict = differences(stored, typed)

    def clean_body(self):
        body = "\n".join(
            line.strip() for line in self.cleaned_data["body"].splitlines() if line.strip()
        )
        if faults := template_rules.faults(body):
            raise forms.ValidationError(list(faults))
        return template_rules.coded(body)


class LintForm(forms.ModelForm):
    class Meta:
        model = LintWord
        fields = ["word", "severity", "advice", "is_active"]
        widgets = {"severity": forms.RadioSelect}
        error_messages = {"word": {"unique": "这个词已经在表里。"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_word(self):
        word = "".join(self.cleaned_data["word"].split())
        if len(word) < 2:
            raise forms.ValidationError("请至少写 2 个字，一个字会误伤太多。")
        return word
