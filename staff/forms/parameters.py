"""The value of one setting, with the input that its kind wants."""

from django import forms

from core.forms import plain_helper
from core.models import Parameter

Kind = Parameter.Kind


class ParameterForm(forms.Form):
    old = forms.CharField(widget=forms.HiddenInput, max_length=100)

    def __init__(self, *args, parameter: Parameter, **kwargs):
        initial = {"old": parameter.value, "value": parameter.value}
        super().__init__(*args, initial=initial, **kwargs)
        self.parameter = parameter
        self.helper = plain_helper()
        self.fields["value"] = _field(parameter)

    def clean_value(self):
        value = str(self.cleaned_data["value"]).strip()
        candidate = Parameter(kind=self.parameter.kind, value=value, options=self.parameter.options)
        try:
            candidate.clean()
        except forms.ValidationError as error:
            raise forms.ValidationError(error.message_dict["value"]) from error
        return value


def _field(parameter) -> forms.Field:
    said = {"label": parameter.label, "help_text": parameter.help_text}
    if parameter.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=list(parameter.options.items()), **said)
    if parameter.kind == Kind.BOOLEAN:
        return forms.ChoiceField(choices=[("true", "是"), ("false", "否")], **said)
    hints = {
        Kind.INTEGER: {"inputmode": "numeric"},
        Kind.DECIMAL: {"inputmode": "decimal"},
        Kind.TIME: {"placeholder": "18:00", "inputmode": "text"},
    }
    widget = forms.TextInput(hints.get(parameter.kind, {}))
    return forms.CharField(max_length=20, widget=widget, **said)
