"""A promise: made, kept, confirmed, moved, broken or taken back (R12)."""

from datetime import date

from django import forms
from django.utils import timezone

from accounts.models import Contact
from core.forms import plain_helper
from core.uploads import UploadField
from staff.models import AuthorityTopic
from visits.actions.promises import is_past
from visits.authority_rules import Figures, figures_in
from visits.forms.escalation import FiguresForm, QuestionFields
from visits.forms.fields import (
    DayField,
    Forgiving,
    MomentField,
    WordsField,
    not_in_future,
    text_area,
)
from visits.forms.planning import CHOICE


def reason_field(label: str, help_text: str = "", what: str = "原因") -> forms.CharField:
    """A few words that are kept; `what` is asked for when they are too few."""
    too_short = {"min_length": f"请把{what}写清楚，至少 4 个字。"}
    return WordsField(
        label=label, min_length=4, max_length=280, error_messages=too_short, widget=text_area(2),
        help_text=help_text,
    )  # fmt: skip


SEEN = {"required": "页面已过时，请刷新后再改期。", "invalid": "页面已过时，请刷新后再改期。"}


class ContactForm(forms.Form):
    """Has a contact of `customer` to choose; the name of the field is `who`."""

    who = ""

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.customer = customer
        self.fields[self.who].queryset = customer.contacts.current()

    def lacks_contact(self) -> bool:
        """Nobody can be chosen yet: somebody has to be added first."""
        return not self.fields[self.who].queryset.exists()


def not_past(day: date, label: str) -> date:
    """The cleaned day on which something is to be kept: its close of business is ahead."""
    if day < timezone.localdate():
        raise forms.ValidationError(f"{label}不能早于今天。")
    if is_past(day):
        raise forms.ValidationError(f"今天已过下班时刻，{label}请从明天起选。")
    return day


def contact_field(label: str, **kwargs) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Contact.objects.none(), label=label, empty_label="请选择联系人", error_messages=CHOICE,
        **kwargs,
    )  # fmt: skip


class PromiseForm(Forgiving, FiguresForm, ContactForm, QuestionFields):
    """A new promise; beyond authority it can only be entered together with a request."""

    who = "promised_to"
    field_order = ("content", "promised_to", "due_on", "topic", *FiguresForm.FIGURES)

    content = WordsField(
        label="承诺内容", max_length=200, widget=text_area(2), help_text="答应客户做的一件事。"
    )
    promised_to = contact_field("答应了谁", required=False)
    due_on = DayField(label="兑现日期")
    topic = forms.ChoiceField(
        label="涉及事项",
        choices=[("", "一般服务事项"), *AuthorityTopic.choices],
        required=False,
        help_text="涉及折扣、赔偿、合同期限时写明数字，系统据此比对权限。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("question", "proposal"):
            self.fields[name].required = False

    def clean_due_on(self):
        return not_past(self.cleaned_data["due_on"], "兑现日期")

    @property
    def figures(self) -> Figures:
        """The larger of what was typed in the fields and what the text says."""
        data = self.cleaned_data
        fields = Figures(data.get("discount_pct"), data.get("amount"), data.get("term_months"))
        return fields.with_(figures_in(data["content"]))

    def demand_request(self) -> bool:
        """Beyond authority: is the request complete? Otherwise its fields say what is missing."""
        for name in ("question", "proposal"):
            if not self.cleaned_data.get(name):
                self.add_error(name, "超出权限，请写明后一并请示上级。")
        return not self.errors

    def promise_fields(self) -> dict:
        names = ("content", "promised_to", "due_on", "topic", *FiguresForm.FIGURES)
        return {name: self.cleaned_data[name] for name in names}

    def request_fields(self) -> dict:
        names = ("question", "proposal", "policy_ref", "special_reason", *FiguresForm.FIGURES)
        return {name: self.cleaned_data[name] for name in names}


class FulfilForm(forms.Form):
    evidence = WordsField(
        label="兑现情况",
        max_length=300,
        widget=text_area(3),
        help_text="做了什么，交给了谁；以后可以查。",
    )
    at = MomentField(label="兑现时间")
    file = UploadField(label="凭据", required=False, help_text="可选：签收单、照片或文件。")

    def clean_at(self):
        return not_in_future(self.cleaned_data["at"], "兑现时间")


class ConfirmForm(ContactForm):
    who = "confirmed_by"

    confirmed_by = contact_field("客户确认人")
    confirmed_at = MomentField(label="确认时间")

    def clean_confirmed_at(self):
        return not_in_future(self.cleaned_data["confirmed_at"], "确认时间")


class RenegotiateForm(ContactForm):
    who = "consent_by"

    seen_due_on = forms.DateField(widget=forms.HiddenInput, error_messages=SEEN)
    new_due_on = DayField(label="新的日期")
    consent_by = contact_field("客户方同意人")
    consent_on = DayField(label="同意日期", help_text="在原日期当天或之前同意，才不算未按时。")
    consent_how = WordsField(label="同意方式", max_length=100, help_text="电话、邮件、当面等。")
    reason = reason_field("改期原因")

    def clean_new_due_on(self):
        return not_past(self.cleaned_data["new_due_on"], "新的日期")

    def clean_consent_on(self):
        day = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("同意日期不能晚于今天。")
        return day


class BreakForm(forms.Form):
    reason = reason_field("未兑现的原因", "如实写明；会一直留在客户视图里。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="break_%s", **kwargs)
        self.helper = plain_helper()


class TakeBackForm(forms.Form):
    reason = reason_field("撤回原因")
    told_how = WordsField(label="怎样告知客户", max_length=100, required=False)

    def __init__(self, *args, is_made: bool, **kwargs):
        super().__init__(*args, auto_id="back_%s", **kwargs)
        self.helper = plain_helper()
        self.fields["told_how"].required = is_made
