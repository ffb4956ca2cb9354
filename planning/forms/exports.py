"""Which version of a plan leaves as a file, and whose weekly file is made."""

from django import forms

from planning.models import MarketingPlan
from staff.models import Branch, Department


class PlanExportForm(forms.Form):
    """The versions of one plan; the newest is proposed."""

    version = forms.TypedChoiceField(label="版本", coerce=int)

    def __init__(self, *args, plan: MarketingPlan, **kwargs):
        super().__init__(*args, **kwargs)
        versions = plan.versions.order_by("-number")
        self.fields["version"].choices = [
            (one.number, f"第 {one.number} 版，{one.get_state_display()}") for one in versions
        ]
        self.fields["version"].initial = plan.current.number


class WeeklyForm(forms.Form):
    """`scopes` are those that the user may have a file made of."""

    scope = forms.ChoiceField(label="范围")

    def __init__(self, *args, scopes: list[tuple[Branch, Department | None]], **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {f"{b.pk}-{d.pk if d else 'all'}": (b, d) for b, d in scopes}
        self.fields["scope"].choices = [
            (key, d.name if d else f"{b.name}（全部）") for key, (b, d) in self.known.items()
        ]

    def clean_scope(self) -> tuple[Branch, Department | None]:
        return self.known[self.cleaned_data["scope"]]
