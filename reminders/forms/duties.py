from crispy_forms.helper import FormHelper
from django import forms

from staff.models import User


class ReassignForm(forms.Form):
    to = forms.ModelChoiceField(label="新的责任人", queryset=User.objects.none())
    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="记入审计记录。"
    )

    def __init__(self, *args, by, duty, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.overseen_by(by).active().exclude(pk=duty.owner_id)
        self.fields["to"].queryset = people.order_by("username")
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
