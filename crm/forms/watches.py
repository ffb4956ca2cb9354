"""What an opportunity needs that its service watch does not know."""

from django import forms

from accounts.models import Contact
from opportunities.models import Opportunity

CHOICE = {"invalid_choice": "请从列表中选择。"}


class ConvertForm(forms.Form):
    name = forms.CharField(
        label="商机名称",
        max_length=100,
        error_messages={
            "max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。"
        },
    )
    kind = forms.ChoiceField(
        label="类型",
        choices=Opportunity.Kind.choices,
        initial=Opportunity.Kind.NETWORK_LINE,
        error_messages=CHOICE,
    )
    contact = forms.ModelChoiceField(
        Contact.objects.none(),
        label="客户联系人",
        required=False,
        empty_label="请选择",
        error_messages=CHOICE,
    )

    def __init__(self, *args, watch, **kwargs):
        service = watch.availability.item.name
        initial = {"name": f"{watch.customer.name} {service}"[:100], "contact": watch.contact_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["contact"].queryset = watch.customer.contacts.current()
