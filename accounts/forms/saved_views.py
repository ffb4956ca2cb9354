from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict

from accounts.filters import address
from accounts.models import SavedView


class SavedViewForm(forms.ModelForm):
    """`query` comes from the list and is cleaned of everything that a list does not know."""

    query = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    class Meta:
        model = SavedView
        fields = ["name", "is_team", "is_default", "query"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.fields["name"].error_messages["required"] = "请给这个视图取一个名称。"

    def clean_query(self):
        return address(QueryDict(self.cleaned_data["query"]), without=("view",))
