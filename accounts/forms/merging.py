"""What stays of two customers that become one."""

from django import forms

SIDES = [("kept", "保留客户的"), ("gone", "并入客户的")]


class MergeForm(forms.Form):
    """`field-<name>` and `kind-<label>` choose a side; `seen` are the versions of the preview."""

    seen_kept = forms.DateTimeField(widget=forms.HiddenInput)
    seen_gone = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, kept, gone, preview):
        super().__init__(data)
        self.initial = {
            "seen_kept": kept.updated_at.isoformat(),
            "seen_gone": gone.updated_at.isoformat(),
        }
        self.clashes = {f"field-{clash.name}": clash for clash in preview.clashes}
        self.kinds = {f"kind-{kind.label}": kind for kind in preview.rivals}
        for name, clash in self.clashes.items():
            choices = [("kept", clash.ours), ("gone", clash.theirs)]
            self.fields[name] = _sides(clash.label, choices)
        for name, kind in self.kinds.items():
            self.fields[name] = _sides(f"{kind.name}重复时保留", SIDES)

    @property
    def clash_rows(self):
        return [(clash, self[name]) for name, clash in self.clashes.items()]

    @property
    def kind_rows(self):
        return [(kind, self[name]) for name, kind in self.kinds.items()]

    @property
    def choices_of_fields(self) -> dict[str, str]:
        return {c.name: self.cleaned_data[name] for name, c in self.clashes.items()}

    @property
    def choices_of_kinds(self) -> dict[str, str]:
        return {k.label: self.cleaned_data[name] for name, k in self.kinds.items()}

    @property
    def seen(self) -> tuple:
        return self.cleaned_data["seen_kept"], self.cleaned_data["seen_gone"]


def _sides(label, choices):
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial="kept",
        widget=forms.RadioSelect({"class": "form-check-input"}),
    )
