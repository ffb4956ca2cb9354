"""Enter, assign and close a customer's letter (R13)."""

from django import forms
from django.utils import timezone

from accounts.models import Contact, Customer
from core.forms import plain_helper
from core.uploads import UploadField
from staff.models import User
from visits.actions.correspondence import who_may_answer
from visits.forms.fields import DayField, Forgiving, MomentField, not_in_future, text_area
from visits.forms.planning import CHOICE
from visits.forms.sending import KINDS
from visits.models import InboundLetter


class RegisterForm(Forgiving, forms.Form):
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label="客户", widget=forms.HiddenInput, error_messages=CHOICE
    )
    subject = forms.CharField(label="来函标题", max_length=120)
    received_at = MomentField(
        label="收到时间", help_text="以到达公司收件登记为准，不是看到的时间。"
    )
    received_channel = forms.ChoiceField(label="收到方式", choices=InboundLetter.Channel.choices)
    category = forms.ChoiceField(label="类别", choices=InboundLetter.Category.choices)
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label="来函联系人",
        required=False,
        empty_label="未写明",
        error_messages=CHOICE,
    )
    customer_ref = forms.CharField(label="对方文号", max_length=60, required=False)
    letter_on = DayField(label="来函日期", required=False, help_text="信上写的日期。")
    summary = forms.CharField(
        label="内容摘要", max_length=2000, required=False, widget=text_area(4)
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="答复责任人", empty_label=None, error_messages=CHOICE
    )
    scan = UploadField(label="扫描件", required=False, help_text="可选。" + KINDS)

    def __init__(self, data=None, files=None, *, user, customer, **kwargs):
        super().__init__(data, files, **kwargs)
        self.helper = plain_helper()
        self.fields["customer"].queryset = Customer.objects.visible_to(user)
        self.fields["customer"].initial = customer
        self.fields["contact"].queryset = customer.contacts.current()
        self.fields["owner"].queryset = who_may_answer(customer)
        self.fields["owner"].initial = customer.manager_id
        self.customer = customer

    def clean_customer(self):
        if self.cleaned_data["customer"] != self.customer:
            raise forms.ValidationError("客户与页面不符，请从客户页面重新登记。")
        return self.customer

    def clean_received_at(self):
        return not_in_future(self.cleaned_data["received_at"], "收到时间")

    def clean(self):
        cleaned = super().clean()
        letter_on, received_at = cleaned.get("letter_on"), cleaned.get("received_at")
        if letter_on and received_at and letter_on > timezone.localdate(received_at):
            self.add_error("letter_on", "来函日期不能晚于收到的那天。")
        return cleaned


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(), label="答复责任人", empty_label=None, error_messages=CHOICE
    )
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, data=None, *, letter, **kwargs):
        super().__init__(data, **kwargs)
        self.helper = plain_helper()
        self.fields["to"].queryset = who_may_answer(letter.customer)
        self.fields["to"].initial = letter.owner_id


class CloseForm(forms.Form):
    note = forms.CharField(label="办结说明", max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
