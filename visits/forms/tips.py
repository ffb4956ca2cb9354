"""The wording of a tip, and who sits at the table."""

from django import forms

from core.forms import plain_helper
from visits.forms.fields import WordsField, text_area
from visits.seating_rules import LOWEST, MOST, RANKS, Guest

MAX_NAME = 20
KNOWN_RANKS = {str(rank) for rank, _ in RANKS}


class TipForm(forms.Form):
    text = WordsField(label="提示", max_length=300, widget=text_area(3))
    order = forms.IntegerField(label="次序", min_value=0, max_value=9999)
    is_active = forms.BooleanField(label="启用", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()


def read_people(data, side: str) -> list[Guest]:
    """The people of one side from a link: names without words are left out, never an error."""
    names, ranks = data.getlist(f"{side}_name"), data.getlist(f"{side}_rank")
    people = []
    for number, name in enumerate(names[:MOST]):
        rank = ranks[number] if number < len(ranks) else ""
        shown = "".join(c for c in name if c.isprintable()).strip()[:MAX_NAME]
        if shown:
            people.append(Guest(shown, int(rank) if rank in KNOWN_RANKS else LOWEST))
    return people
