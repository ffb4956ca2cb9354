from django import forms

from core.forms import plain_helper
from staff.models import User
from visits.actions.handover import who_may_take

NOBODY = "您管辖的在职人员里，没有别人能看到这家客户；请先安排备岗或变更客户经理。"


class ReassignForm(forms.Form):
    """`to` offers whom `by` oversees and who may open the page behind the duty."""

    to = forms.ModelChoiceField(label="新的责任人", queryset=User.objects.none())
    reason = forms.CharField(
        label="理由", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="记入审计记录。"
    )

    def __init__(self, *args, by, duty, **kwargs):
        super().__init__(*args, **kwargs)
        overseen = User.objects.overseen_by(by).active().exclude(pk=duty.owner_id)
        people = overseen.filter(pk__in=who_may_take(duty).values("pk")).order_by("username")
        self.fields["to"].queryset = people
        if not people.exists():
            self.fields["to"].help_text = NOBODY
        self.helper = plain_helper()
