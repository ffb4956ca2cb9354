"""Who gets what: of many customers, or of one person altogether."""

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils import timezone

from accounts.forms.pickers import ManagerField, managers_for
from accounts.models import Customer, HandoverRecord
from core.forms import date_input, plain_helper
from staff.models import Absence, User

Reason = HandoverRecord.Reason
SAME = "同上（统一接收人）"


class ReceiverField(ManagerField):
    """A colleague who may take customers; says who is away today."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, queryset=User.objects.none(), **kwargs)
        self.away: set[int] = set()

    def offer(self, people, *, leave_out: User | None = None) -> None:
        self.queryset = people.exclude(pk=leave_out.pk) if leave_out else people
        absences = Absence.objects.covering(timezone.localdate())
        self.away = set(absences.values_list("user", flat=True))

    def label_from_instance(self, person):
        label = super().label_from_instance(person)
        return f"{label} · 今天缺勤" if person.pk in self.away else label


class BulkAssignForm(forms.Form):
    """`ids` are the chosen customers; each must be in the scope of `user`."""

    to = ReceiverField(label="接手的客户经理")
    reason = forms.CharField(label="变更原因", max_length=200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(managers_for(user))
        self.helper = plain_helper()
        self.helper.layout = Layout("to", "reason")


def _row(*names):
    return Div(*(Field(name, wrapper_class="col-sm-6") for name in names), css_class="row")


class HandoverForm(forms.Form):
    """One receiver for everything; any customer may go to somebody else (`customer-<pk>`)."""

    reason = forms.ChoiceField(label="移交原因", choices=Reason)
    to = ReceiverField(label="统一接收人", help_text="没有另行指定的客户和事项都交给这一位。")
    note = forms.CharField(label="说明", max_length=200, help_text="写进审计记录和时间线。")
    leaves = forms.BooleanField(
        label="移交后同时办理离职",
        required=False,
    )
    left_on = forms.DateField(
        label="离职日期",
        required=False,
        widget=date_input(),
        help_text="只在办理离职时填写。账号立即停用；下属改由其上级管理，代理和行业分工一并转走。",
    )

    def __init__(self, *args, user, person, customers, **kwargs):
        super().__init__(*args, **kwargs)
        self.person, self.user = person, user
        people = managers_for(user)
        self.fields["to"].offer(people, leave_out=person)
        self.fields["left_on"].initial = timezone.localdate().isoformat()
        self.helper = plain_helper()
        self.helper.layout = Layout(_row("reason", "to"), _row("note", "left_on"), "leaves")
        self._offer_single(customers)

    def _offer_single(self, customers) -> None:
        choices = [("", SAME)]
        choices += [(str(p.pk), self.fields["to"].label_from_instance(p))
                    for p in self.fields["to"].queryset]  # fmt: skip
        self.customers: dict[str, Customer] = {f"customer-{c.pk}": c for c in customers}
        for name, customer in self.customers.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{customer.name} 的接收人",
                choices=choices,
                required=False,
                widget=forms.Select({"class": "form-select form-select-sm"}),
            )

    @property
    def rows(self):
        """(customer, bound field) in the order of the list."""
        return [(customer, self[name]) for name, customer in self.customers.items()]

    @property
    def receivers(self) -> dict[int, User]:
        """{customer's pk: receiver} where somebody else was named."""
        people = {str(p.pk): p for p in self.fields["to"].queryset}
        chosen = {c.pk: self.cleaned_data.get(name) for name, c in self.customers.items()}
        return {pk: people[key] for pk, key in chosen.items() if key}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == Reason.LEAVE:
            cleaned["leaves"] = True
        if not cleaned.get("leaves"):
            cleaned["left_on"] = None
            return cleaned
        if self.person.pk == self.user.pk:
            self.add_error("leaves", "不能办理自己的离职，请由上级操作。")
        on = cleaned.get("left_on")
        if on is None and "left_on" not in self.errors:
            self.add_error("left_on", "请填写离职日期。")
        elif on and on > timezone.localdate():
            self.add_error("left_on", "离职日期不能晚于今天；账号在办理时立即停用。")
        return cleaned
