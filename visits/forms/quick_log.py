"""快速记拜访: two typed fields, everything else is preset or one tap."""

from django import forms
from django.utils import timezone

from accounts.models import Contact, Customer
from visits.forms.fields import (
    Forgiving,
    MomentField,
    RowsField,
    WordsField,
    not_in_future,
    offer_customers,
    reloads,
    text_area,
)
from visits.forms.planning import CHOICE
from visits.forms.recording import LONG, OutcomeFields
from visits.models import Visit, VisitKeyPoint

PURPOSES = {
    "keep_in_touch": ("日常走访", "日常走访，了解近期使用情况"),
    "introduce": ("介绍业务", "介绍业务，听取客户的意见"),
    "needs": ("了解需求", "了解需求，商量下一步的方案"),
    "fault": ("故障或投诉", "处理故障或投诉，说明进展情况"),
    "contract": ("合同与续约", "商谈合同或续约，确认时间安排"),
}
"""Chip and stored purpose; each is long enough to be a purpose (R2)."""

MINUTES = [(15, "15 分钟"), (30, "半小时"), (60, "1 小时"), (90, "1 个半小时"), (120, "2 小时")]
OPEN_STATES = (Visit.State.PLANNED, Visit.State.BOOKED, Visit.State.IN_PROGRESS)


def planned_today(user, customer):
    """The visits of today that a quick log may complete instead of making a double."""
    today = timezone.localdate()
    mine = Visit.objects.filter(customer=customer, owner__in=user.acting_for())
    open_today = mine.filter(state__in=OPEN_STATES, scheduled_start__date=today)
    return open_today.order_by("scheduled_start", "pk")


class QuickLogForm(Forgiving, OutcomeFields):
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label="客户", empty_label="请选择客户", error_messages=CHOICE
    )
    customer_opinions = WordsField(
        label="客户怎么说",
        max_length=LONG,
        widget=text_area(2, placeholder="用客户的原话，可以语音输入"),
    )
    summary_points = WordsField(
        label="谈定了什么", max_length=LONG, widget=text_area(2, placeholder="一行一条")
    )
    next_step = WordsField(
        label="下一步安排",
        max_length=LONG,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "没有就勾选下面一项"}),
    )
    planned = forms.ModelChoiceField(
        Visit.objects.none(),
        label="今天的计划",
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages=CHOICE,
    )
    contacts = RowsField(
        Contact.objects.none(),
        label="见了谁",
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE | {"required": "请选择见了谁。"},
    )
    mode = forms.ChoiceField(
        label="方式", choices=Visit.Mode.choices, widget=forms.RadioSelect, initial="on_site"
    )
    is_formal = forms.BooleanField(label="正式拜访", required=False, initial=True)
    purpose = forms.ChoiceField(
        label="为了什么",
        choices=[(code, chip) for code, (chip, _) in PURPOSES.items()],
        widget=forms.RadioSelect,
        initial="keep_in_touch",
    )
    ended_at = MomentField(label="结束时间")
    no_view_change = forms.BooleanField(label="客户视图没有变化", required=False, initial=True)
    minutes = forms.TypedChoiceField(
        label="谈了多久", choices=MINUTES, coerce=int, widget=forms.RadioSelect, initial=60
    )

    def __init__(self, data=None, *, user, customer=None, **kwargs):
        super().__init__(data, **kwargs)
        visible = Customer.objects.visible_to(user)
        self.fields["customer"].queryset = visible
        self.fields["customer"].widget.attrs |= reloads("#quick-people")
        self.chosen = customer or self._chosen_customer()
        self.has_more = offer_customers(self.fields["customer"], visible, self.chosen)
        self.matches = Visit.objects.none()
        if self.chosen:
            self.fields["contacts"].queryset = self.chosen.contacts.current()
            self.matches = planned_today(user, self.chosen)
            self.fields["planned"].queryset = self.matches
            self.initial.setdefault("customer", self.chosen.pk)
        self.points = list(VisitKeyPoint.objects.filter(visit__in=self.matches).order_by("pk"))
        for point in self.points:
            self.fields[f"outcome_{point.pk}"] = forms.ChoiceField(
                label=point.content,
                choices=VisitKeyPoint.Outcome.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=VisitKeyPoint.Outcome.COVERED,
                error_messages=CHOICE,
            )

    def _chosen_customer(self):
        if not self.is_bound:
            return None
        try:
            return self.fields["customer"].clean(self.data.get("customer"))
        except forms.ValidationError:
            return None

    @property
    def chosen_plan(self) -> str:
        """Pk of the plan that is ticked; the first match when nothing was chosen yet."""
        if self.is_bound and "planned" in self.data:
            return self.data["planned"]
        first = self.matches.first()
        return str(first.pk) if first else ""

    @property
    def outcome_fields(self):
        """The key points of each plan, preset and open to the eye (R3)."""
        return [self[f"outcome_{point.pk}"] for point in self.points]

    def clean_no_view_change(self):
        if not self.cleaned_data["no_view_change"]:
            raise forms.ValidationError("有变化的，请用完整的拜访记录填写；没有变化的，请勾选。")
        return True

    def for_action(self) -> dict:
        """The arguments of quick.log_visit."""
        fields = dict(self.cleaned_data)
        fields["has_no_view_change"] = fields.pop("no_view_change")
        told = {point.pk: fields.pop(f"outcome_{point.pk}") for point in self.points}
        return fields | {"outcomes": {pk: outcome for pk, outcome in told.items() if outcome}}

    def clean_ended_at(self):
        return not_in_future(self.cleaned_data["ended_at"], "结束时间")

    def clean_purpose(self):
        return PURPOSES[self.cleaned_data["purpose"]][1]
