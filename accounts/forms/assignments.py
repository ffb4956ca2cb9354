"""Who is responsible: the primary manager and the backup."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils import timezone

from accounts.forms.pickers import ManagerField, managers_for
from staff.models import User


def _helper(*layout):
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*layout)
    return helper


class AssignForm(forms.Form):
    """`seen` is the manager whom the page showed, so that two heads cannot cross."""

    to = ManagerField(label="接手的客户经理", queryset=User.objects.none())
    reason = forms.CharField(label="变更原因", max_length=200)
    seen = forms.ModelChoiceField(
        queryset=User.objects.all(), widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args, user, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = managers_for(user).exclude(pk=customer.manager_id)
        self.fields["seen"].initial = customer.manager_id
        self.helper = _helper("to", "reason", "seen")


class BackupForm(forms.Form):
    user = ManagerField(label="备岗人", queryset=User.objects.none())
    valid_from = forms.DateField(label="开始日期", widget=forms.DateInput({"type": "date"}))
    valid_to = forms.DateField(
        label="结束日期",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="长期备岗可以留空。",
    )
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, user, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = managers_for(user).exclude(pk=customer.manager_id)
        self.fields["valid_from"].initial = timezone.localdate().isoformat()
        days = [Field(name, wrapper_class="col-sm-6") for name in ("valid_from", "valid_to")]
        self.helper = _helper("user", Div(*days, css_class="row"), "reason")

    def clean(self):
        first, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "结束日期不能早于开始日期。")
