"""A customer waits for a service; is told; or does not want it any more (R15)."""

from django import forms
from django.utils import timezone

from accounts.models import Contact
from service.models import CatalogItem, ServiceWatch
from service.watch_rules import LONGEST_LINE, lines_of

LENGTH = {"max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"}
CHOICE = {"invalid_choice": "请从列表中选择。"}
MOMENT = "%Y-%m-%dT%H:%M"
NO_ALTERNATIVE = "请至少建议一种替代办法，或在下面写明没有的原因。"
MOST_LINES = 10
State = ServiceWatch.State


def words(label: str, length: int, rows: int = 2, **options):
    return forms.CharField(
        label=label,
        max_length=length,
        widget=forms.Textarea({"rows": rows}),
        error_messages=LENGTH,
        **options,
    )


class WatchForm(forms.Form):
    item = forms.ModelChoiceField(
        CatalogItem.objects.none(), label="业务", empty_label="请选择业务", error_messages=CHOICE
    )
    area = forms.CharField(
        label="区域", max_length=40, error_messages=LENGTH, help_text="默认是客户所在的区域。"
    )
    reason = forms.ChoiceField(
        label="为什么还不能办",
        choices=ServiceWatch.Reason.choices,
        initial=ServiceWatch.Reason.NOT_LAUNCHED,
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label="谁提出的",
        required=False,
        empty_label="不清楚",
        error_messages=CHOICE,
    )
    demand = words("客户的需求", 300, help_text="要多大、用在哪里、什么时候要。")
    alternatives = words(
        "已建议的替代办法",
        MOST_LINES * LONGEST_LINE,
        3,
        required=False,
        help_text="一行一种，至少一种。",
    )
    no_alternative_reason = words("没有替代办法的原因", 200, required=False)

    def __init__(self, *args, customer, user, **kwargs):
        super().__init__(*args, **kwargs)
        offered = CatalogItem.objects.visible_to(user).filter(is_active=True)
        self.fields["item"].queryset = offered.order_by("name", "pk")
        self.fields["contact"].queryset = customer.contacts.current()

    def clean_alternatives(self):
        lines = lines_of(self.cleaned_data["alternatives"])
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"最多 {MOST_LINES} 种，请挑主要的写。")
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(f"每一种请写在 {LONGEST_LINE} 个字以内。")
        return "\n".join(lines)

    def clean(self):
        cleaned = super().clean()
        is_read = {"alternatives", "no_alternative_reason"} <= cleaned.keys()
        if is_read and not (cleaned["alternatives"] or cleaned["no_alternative_reason"]):
            self.add_error("alternatives", NO_ALTERNATIVE)
        return cleaned


class ToldForm(forms.Form):
    how = words("怎样告知的", 200, help_text="告诉了谁、用什么方式、客户怎么说。")
    at = forms.DateTimeField(
        label="告知时间",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "请按「年-月-日 时:分」填写。"},
    )

    def __init__(self, *args, watch, **kwargs):
        super().__init__(*args, **kwargs)
        self.watch = watch

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at > timezone.now():
            raise forms.ValidationError("告知时间不能晚于现在。")
        opened = self.watch.launched_at
        if opened and at < opened.replace(second=0, microsecond=0):
            raise forms.ValidationError("告知时间不能早于开办时间。")
        return at


class EndForm(forms.Form):
    state = forms.ChoiceField(
        label="为什么结束",
        choices=[
            (State.LOST_INTEREST, State.LOST_INTEREST.label),
            (State.CANCELLED, "登记有误，取消"),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )
    reason = words("说明", 200)
