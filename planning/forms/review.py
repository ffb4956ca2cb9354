"""What a writer says when handing in, and a reviewer when deciding (R25, R46)."""

from django import forms

from core.forms import plain_helper
from planning.outline_rules import OUTLINES, Section
from staff.actions.attesting import DECLARATION

APPROVE, RETURN = "approve", "return"
TOO_LONG = {"max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"}
LONGEST = 500


def _remark(label: str, rows: int = 2, **options) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": rows}),
        error_messages=TOO_LONG | {"required": f"请写明{label}。"},
        **options,
    )


class SeenForm(forms.Form):
    """`seen` is the state that the page showed: a page that is out of date moves nothing."""

    number = forms.IntegerField(label="版本", widget=forms.HiddenInput, min_value=1, max_value=9999)
    seen = forms.CharField(label="页面上的状态", widget=forms.HiddenInput, max_length=15)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


class SubmitForm(SeenForm):
    attested = forms.BooleanField(
        label=DECLARATION, error_messages={"required": "请先勾选真实性承诺，再提交。"}
    )


class ReasonForm(SeenForm):
    reason = _remark("原因", rows=3)


class OutlineForm(SeenForm):
    outline = forms.CharField(
        label="提纲",
        max_length=5000,
        widget=forms.Textarea({"rows": 12}),
        error_messages=TOO_LONG | {"required": "请先写提纲，再送审。"},
    )


class DecisionForm(SeenForm):
    """`note` is about the whole; a return says what is to be changed. `sha256` is the fingerprint
    of what the page showed."""

    sha256 = forms.CharField(label="内容指纹", widget=forms.HiddenInput, max_length=64)

    decision = forms.ChoiceField(
        label="结论",
        choices=[(APPROVE, "批准"), (RETURN, "退回修改")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择批准或退回。", "invalid_choice": "请从列表中选择。"},
    )
    note = _remark("总的意见", rows=3, required=False)

    @property
    def is_accepted(self) -> bool:
        return self.cleaned_data["decision"] == APPROVE


class OutlineDecisionForm(DecisionForm):
    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == RETURN and not cleaned.get("note"):
            self.add_error("note", "退回提纲时请写明要改什么。")
        return cleaned


class PlanDecisionForm(DecisionForm):
    """With a remark for each section."""

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections = OUTLINES[kind]
        for section in self.sections:
            self.fields[field_of(section)] = _remark(
                f"对「{section.title}」的意见", rows=2, required=False
            )

    def main_fields(self):
        return [self[name] for name in ("decision", "note")]

    def remark_of(self, section: Section):
        return self[field_of(section)]

    @property
    def remarks(self) -> dict[str, str]:
        found = {one.code: self.cleaned_data.get(field_of(one), "") for one in self.sections}
        return {code: text for code, text in found.items() if text}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == RETURN and not self.errors and not self.remarks:
            self.add_error("decision", "退回时请至少在一个章节写明要改什么。")
        return cleaned


def field_of(section: Section) -> str:
    return f"at_{section.code.replace('.', '_')}"
