"""Book and hold a visit (R4, R5, R8)."""

from django import forms

from accounts.models import Contact
from visits.actions.visiting import is_in_time
from visits.forms.booking import InviteMixin
from visits.forms.fields import (
    MomentField,
    WordsField,
    not_in_future,
)
from visits.forms.planning import CHOICE
from visits.models import Visit

NO_REASON = [("", "已提前一天，不用填写")]


class BookForm(InviteMixin, forms.Form):
    booked_at = MomentField(label="预约时间", help_text="与客户约定的时间，可以补填。")
    booked_with = forms.ModelChoiceField(
        Contact.objects.none(), label="与谁预约", empty_label=None, error_messages=CHOICE
    )
    booking_channel = forms.ChoiceField(
        label="预约方式",
        choices=Visit.BookingChannel.choices,
        widget=forms.RadioSelect,
        initial="phone",
    )
    late_booking_reason = forms.ChoiceField(
        label="没有提前一天的原因",
        choices=NO_REASON + Visit.LateBooking.choices,
        required=False,
    )
    late_booking_note = WordsField(label="原因说明", max_length=200, required=False)
    invite = forms.BooleanField(label="给客户发日历邀请", required=False)

    def __init__(self, data=None, *, visit, **kwargs):
        super().__init__(data, **kwargs)
        self.visit = visit
        self.fields["booked_with"].queryset = Contact.objects.filter(customer=visit.customer)

    def clean_booked_at(self):
        booked_at = not_in_future(self.cleaned_data["booked_at"], "预约时间")
        if booked_at > self.visit.scheduled_start:
            raise forms.ValidationError("预约时间不能晚于约定的开始时间。")
        return booked_at

    def clean(self):
        cleaned = super().clean()
        booked_at, reason = cleaned.get("booked_at"), cleaned.get("late_booking_reason")
        is_late = booked_at and self.visit.is_formal and not is_in_time(self.visit, booked_at)
        if is_late and not reason and "late_booking_reason" not in self.errors:
            self.add_error("late_booking_reason", "正式拜访没有提前一天预约，请选择原因。")
        if reason == Visit.LateBooking.OTHER and not cleaned.get("late_booking_note"):
            self.add_error("late_booking_note", "原因选了「其他」，请写明情况。")
        return cleaned


class HoldForm(forms.Form):
    started_at = MomentField(label="实际开始")
    ended_at = MomentField(label="实际结束", help_text="按客户那里真正结束的时间填写。")

    def clean_started_at(self):
        return not_in_future(self.cleaned_data["started_at"], "实际开始时间")

    def clean_ended_at(self):
        return not_in_future(self.cleaned_data["ended_at"], "实际结束时间")

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("started_at"), cleaned.get("ended_at")
        if start and end and end < start:
            self.add_error("ended_at", "结束时间不能早于开始时间。")
        return cleaned


class LateArrivalForm(forms.Form):
    reason = WordsField(label="没有提前到达的原因", max_length=200)
