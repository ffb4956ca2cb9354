"""One person at the customer."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.validators import RegexValidator

from accounts.models import Contact

PHONE = RegexValidator(r"^[0-9+\-() （）转]{5,30}$", "电话只能有数字、短横和「转」字。")


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "salutation", "title", "department", "phone", "email"]
        widgets = {"phone": forms.TextInput({"type": "tel", "inputmode": "tel"})}
        help_texts = {"salutation": "信函里的称呼，例如「王局长」。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(PHONE)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        names = ("name", "salutation", "title", "department", "phone", "email")
        self.helper.layout = Layout(
            Div(*(Field(name, wrapper_class="col-sm-6") for name in names), css_class="row")
        )
