"""Draft a reply and decide on it (R13–R16, §B.6)."""

from django import forms
from django.utils import timezone

from core.forms import plain_helper
from visits import rules, template_rules
from visits.forms.fields import DayField, OnWords, WordsField, text_area
from visits.models import LetterReply


class ReplyForm(OnWords):
    kind = forms.ChoiceField(
        label="答复类别", choices=LetterReply.Kind.choices, widget=forms.RadioSelect
    )
    promised_on = DayField(
        label="承诺正式答复日期", required=False, help_text="初步答复必须填写；到期会提醒责任人。"
    )
    interim_reason = WordsField(
        label="暂不能正式答复的原因",
        max_length=200,
        min_length=4,
        required=False,
        help_text="初步答复必须填写，正文里也要写明；例如「需要省公司核实传输资源」。",
    )
    title = forms.CharField(label="复函标题", max_length=60)
    addressee = forms.CharField(label="主送", max_length=100, help_text="对方单位全称。")
    body = forms.CharField(
        label="正文",
        max_length=8000,
        widget=text_area(18),
        help_text="每段一行；【…】的地方要换成实际内容。落款与日期会自动加上。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean_addressee(self):
        return self.cleaned_data["addressee"].rstrip("：: ")

    def clean_body(self):
        lines = (line.strip() for line in self.cleaned_data["body"].splitlines())
        return "\n".join(line for line in lines if line)

    def clean_interim_reason(self):
        return self.cleaned_data["interim_reason"].rstrip("。，；.,; ")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == LetterReply.Kind.INTERIM:
            self._check_interim(cleaned)
            self._fill(cleaned)
        return cleaned

    def _fill(self, cleaned):
        """What stands in the fields is not typed a second time into the pattern's open places."""
        day = cleaned.get("promised_on")
        given = {
            "promised_on": rules.day_text(day) if day else "",
            "interim_reason": cleaned.get("interim_reason", ""),
        }
        cleaned["body"] = template_rules.fill(cleaned.get("body", ""), given)

    def _check_interim(self, cleaned):
        if "promised_on" in cleaned:
            if cleaned["promised_on"] is None:
                self.add_error("promised_on", "初步答复必须写明正式答复的日期。")
            elif cleaned["promised_on"] < timezone.localdate():
                self.add_error("promised_on", "正式答复的日期不能早于今天。")
        if cleaned.get("interim_reason") == "":
            self.add_error("interim_reason", "初步答复必须写明暂不能正式答复的原因。")


class VoidForm(forms.Form):
    reason = forms.CharField(
        label="作废理由",
        max_length=300,
        min_length=4,
        error_messages={"min_length": "请把理由写清楚，至少 4 个字。"},
        widget=text_area(2),
        help_text="写明哪里有误；发文字号保留并登记为作废，不再使用。",
    )

    def __init__(self, *args, **kwargs):
        # the page has a second reason beside this one
        super().__init__(*args, auto_id="void_%s", **kwargs)
        self.helper = plain_helper()


class DecideForm(forms.Form):
    APPROVE, RETURN = "approve", "return"

    decision = forms.ChoiceField(
        label="审核结论",
        choices=[(APPROVE, "同意签发"), (RETURN, "退回修改")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="审核意见",
        max_length=300,
        required=False,
        widget=text_area(2),
        help_text="退回时必须写明要改什么。",
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == self.RETURN and not cleaned.get("note"):
            self.add_error("note", "退回时请写明要改什么。")
        return cleaned
