"""One person at the customer."""

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.validators import RegexValidator

from accounts.actions.contacts import version_of
from accounts.models import Contact
from accounts.people_rules import ATTITUDES
from core.forms import plain_helper
from core.templatetags.fmt import mask_phone

PHONE = RegexValidator(r"^[0-9+\-() （）转]{5,30}$", "电话只能有数字、短横和「转」字。")
PERSON = ["name", "salutation", "title", "department", "phone", "email"]
POWER = ["decision_level", "decision_role", "attitude", "influence", "reports_to"]
ATTITUDE_CHOICES = [
    ("", "态度未知"),
    *((n, f"{n:+d} {words}") for n, (_, words) in ATTITUDES.items() if n is not None),
]
INFLUENCE_CHOICES = [("", "未判断"), *((n, f"{n}") for n in range(1, 6))]
HIDDEN_NOTE = "现在是 {}。留空保持不变；要删除请勾选下面一项。"


class ContactForm(forms.ModelForm):
    """The telephone number in use never reaches the page: an empty field keeps it."""

    attitude = forms.TypedChoiceField(
        label="对我态度", required=False, coerce=int, empty_value=None, choices=()
    )
    influence = forms.TypedChoiceField(
        label="影响力",
        required=False,
        coerce=int,
        empty_value=None,
        choices=INFLUENCE_CHOICES,
        help_text="5 影响最大。",
    )
    drops_phone = forms.BooleanField(label="删除现在的电话", required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = Contact
        fields = [*PERSON, *POWER]
        widgets = {"phone": forms.TextInput({"type": "tel", "inputmode": "tel"})}
        help_texts = {"salutation": "信函里的称呼，例如「王局长」。"}

    def __init__(self, *args, customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.known_phone = self.instance.phone
        self.fields["phone"].validators.append(PHONE)
        self.fields["attitude"].choices = ATTITUDE_CHOICES
        self._offer(customer)
        if self.known_phone:
            self.initial["phone"] = ""
            self.fields["phone"].help_text = HIDDEN_NOTE.format(mask_phone(self.known_phone))
        else:
            del self.fields["drops_phone"]
        if self.instance.pk:
            self.initial["seen"] = version_of(self.instance)
        self.helper = plain_helper()
        self.helper.layout = self._layout()

    def _offer(self, customer):
        level, boss = self.fields["decision_level"], self.fields["reports_to"]
        level.queryset = customer.decision_levels.order_by("order")
        level.empty_label = "未归入"
        boss.queryset = customer.contacts.current().exclude(pk=self.instance.pk).order_by("pk")
        boss.empty_label = "未填"
        role = self.fields["decision_role"]
        role.choices = [("", "未判断"), *Contact.DecisionRole.choices]

    def _layout(self):
        columns = [Field(name, wrapper_class="col-sm-6") for name in PERSON]
        if "drops_phone" in self.fields:
            columns.append(Field("drops_phone", wrapper_class="col-12"))
        power = (Field(name, wrapper_class="col-sm-6") for name in POWER)
        return Layout(
            Fieldset("联系人", Div(*columns, css_class="row")),
            Fieldset("决策链", Div(*power, css_class="row")),
            "seen",
        )

    def clean(self):
        cleaned = super().clean()
        drops = cleaned.pop("drops_phone", False)
        if self.known_phone and not cleaned.get("phone") and "phone" not in self.errors:
            cleaned["phone"] = "" if drops else self.known_phone
        return cleaned

    def clean_reports_to(self):
        """Nobody is above himself, not by way of others either."""
        boss = self.cleaned_data["reports_to"]
        above, met = boss, set()
        while above and above.pk not in met:
            if above.pk == self.instance.pk:
                raise forms.ValidationError("上级的上级里有本人，请另选。")
            met.add(above.pk)
            above = above.reports_to
        return boss
