"""The three assessments as taps (§B.4)."""

from django import forms

from opportunities import assessment_rules as rules
from opportunities.actions import assessing
from opportunities.models import Assessment

NOT_CHOSEN = {"required": "请选择一项。", "invalid_choice": "请从给出的选项中选择。"}
ANSWERS = ((rules.YES, "是"), (rules.NO, "否"), (rules.UNKNOWN, "不知道"))


def taps(label: str, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages=NOT_CHOSEN
    )


class AssessForm(forms.Form):
    """Groups of taps: (title, names of fields)."""

    kind = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def sections(self):
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def answers(self) -> dict:
        """The arguments of the action `assess`."""
        raise NotImplementedError

    def verdict(self) -> rules.Verdict:
        return assessing.verdict(self.kind, **self.answers())


class ValueForm(AssessForm):
    kind = Assessment.Kind.VALUE
    groups = (("", tuple(item.code for item in rules.VALUE_ITEMS)),)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for item in rules.VALUE_ITEMS:
            choices = [(points, f"{text}（{points:+d}）") for points, text in item.options]
            self.fields[item.code] = taps(item.label, choices)

    def answers(self):
        return {"answers": {name: int(value) for name, value in self.cleaned_data.items()}}


class CompeteForm(AssessForm):
    kind = Assessment.Kind.COMPETE
    groups = (
        ("我方", tuple(f"ours_{item.code}" for item in rules.COMPETE_ITEMS)),
        ("最强的对手", tuple(f"rival_{item.code}" for item in rules.COMPETE_ITEMS)),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        points = [(n, str(n)) for n in range(rules.MOST_PER_ITEM + 1)]
        for side in ("ours", "rival"):
            for item in rules.COMPETE_ITEMS:
                self.fields[f"{side}_{item.code}"] = taps(item.label, points)

    def answers(self):
        return {"answers": self._side("ours_"), "rival": self._side("rival_")}

    def _side(self, prefix: str) -> dict[str, int]:
        found = self.cleaned_data.items()
        return {n.removeprefix(prefix): int(v) for n, v in found if n.startswith(prefix)}


class QuestionsForm(AssessForm):
    kind = Assessment.Kind.QUESTIONS
    groups = tuple(
        (title, tuple(item.code for item in items)) for title, items in rules.QUESTION_GROUPS
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for item in rules.QUESTIONS:
            self.fields[item.code] = taps(item.label, ANSWERS)

    def answers(self):
        return {"answers": dict(self.cleaned_data)}


FORM_OF = {form.kind: form for form in (ValueForm, CompeteForm, QuestionsForm)}
