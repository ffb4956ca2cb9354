"""The plan of a visit and the exits from it (R2, R3)."""

from contextlib import suppress

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import Contact, Customer
from staff.models import User
from visits import rules
from visits.actions import plans
from visits.actions.preparing import MOST_MATERIALS
from visits.conduct_reports import stage_hints
from visits.forms.booking import InviteMixin
from visits.forms.fields import (
    Forgiving,
    Lines,
    MomentField,
    RowsField,
    WordsField,
    offer_customers,
    read_key_points,
    reloads,
    text_area,
)
from visits.models import Visit, VisitKeyPoint

FOREIGN = "请从列表中选择；所选的内容不存在或不在您的范围内。"
CHOICE = {"invalid_choice": FOREIGN, "invalid_pk_value": FOREIGN}


def colleagues_of(user: User):
    """Whom one may bring along: supporters, heads, and the own department."""
    roles = (User.Role.SOLUTION_ENGINEER, User.Role.BACK_OFFICE, User.Role.DEPT_HEAD)
    near = Q(role__in=roles) | Q(department=user.department_id)
    people = User.objects.active().filter(near, branch=user.branch_id).exclude(pk=user.pk)
    return people.order_by("role", "username")


class MaterialsField(WordsField):
    """Things to take along, one per line; comes out as a list without doubles (R3)."""

    def __init__(self, **kwargs):
        super().__init__(max_length=2000, **kwargs)

    def clean(self, value):
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        titles = list(dict.fromkeys(line for line in lines if line))
        if len(titles) > MOST_MATERIALS:
            raise forms.ValidationError(f"最多列 {MOST_MATERIALS} 项。")
        if any(len(title) > 100 for title in titles):
            raise forms.ValidationError("每一项请写在 100 字以内。")
        return titles


class PlanForm(Forgiving, forms.Form):
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label="客户", empty_label="请选择客户", error_messages=CHOICE
    )
    contacts = RowsField(
        Contact.objects.none(),
        label="拜访对象",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE,
    )
    mode = forms.ChoiceField(
        label="方式", choices=Visit.Mode.choices, widget=forms.RadioSelect, initial="on_site"
    )
    is_formal = forms.BooleanField(label="正式拜访", required=False, initial=True)
    scheduled_start = MomentField(label="约定开始")
    scheduled_end = MomentField(label="约定结束")
    location = WordsField(label="地点", max_length=120, required=False)
    stage = forms.ChoiceField(
        label="拜访阶段", choices=Visit.Stage.choices, widget=forms.RadioSelect
    )
    purpose = WordsField(
        label="拜访目的",
        max_length=300,
        min_length=rules.MIN_PURPOSE_LENGTH,
        widget=text_area(2),
        help_text="至少 10 个字：这次要解决什么、达到什么。",
    )
    prep_text = WordsField(
        label="拜访预案",
        max_length=4000,
        required=False,
        widget=text_area(4),
        help_text="客户近况、怎样开场、怎样收尾。",
    )
    expected_questions = WordsField(
        label="预计客户会问",
        max_length=2000,
        required=False,
        widget=text_area(3),
        help_text="一行一个，写上怎样回答更好。",
    )
    risks = WordsField(
        label="注意事项",
        max_length=1000,
        required=False,
        widget=text_area(2),
        help_text="不要提的事、可能的不满。",
    )
    materials = MaterialsField(
        label="携带资料",
        required=False,
        widget=text_area(2),
        help_text="一行一项。文件可以以后在拜访页面补上。",
    )
    colleagues = RowsField(
        User.objects.none(),
        label="同行人",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE,
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    conflict = ()
    """Where the plan that stands now differs from what was typed (accounts' Difference)."""

    def __init__(self, data=None, *, user, customer=None, visit=None, is_draft=False, **kwargs):
        super().__init__(data, **kwargs)
        self.user, self.visit, self.is_draft = user, visit, is_draft
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        visible = Customer.objects.visible_to(user)
        self.fields["customer"].queryset = visible
        self.fields["customer"].widget.attrs |= reloads("#visit-people")
        self.fields["colleagues"].queryset = colleagues_of(user)
        self.chosen = customer or self._fixed_customer() or self._chosen_customer()
        self.has_more = offer_customers(self.fields["customer"], visible, self.chosen)
        if self.chosen:
            self.fields["contacts"].queryset = self.chosen.contacts.current()
            self.fields["stage"].initial = self.chosen.relationship_stage
        self._mark_what_was_read()
        self._fix_once_planned()
        self.key_points = self._read_key_points()

    def _fixed_customer(self):
        """Of a planned visit: a browser does not send the field, which is disabled by then."""
        is_fixed = self.visit and self.visit.state != Visit.State.DRAFT
        return self.visit.customer if is_fixed else None

    def _chosen_customer(self):
        if not self.is_bound:
            return None
        try:
            return self.fields["customer"].clean(self.data.get("customer"))
        except forms.ValidationError:
            return None

    def _mark_what_was_read(self):
        if self.visit is None:
            del self.fields["seen"]
        elif not self.is_bound:
            self.initial["seen"] = plans.mark_of(self.visit)

    def _fix_once_planned(self):
        """The time of a planned visit is changed by rescheduling only, so that nothing is lost."""
        if self.visit and self.visit.state != Visit.State.DRAFT:
            for name in ("customer", "is_formal", "scheduled_start", "scheduled_end"):
                self.fields[name].disabled = True
                self.initial[name] = getattr(self.visit, name)

    def _read_key_points(self):
        if self.is_bound:
            speakers = {key for key, _ in self.speakers}
            return read_key_points(self.data, set(VisitKeyPoint.Kind.values), speakers)
        return Lines()

    @property
    def stage_rows(self):
        """(radio, hint) pairs."""
        hints = stage_hints()
        return [(radio, hints[radio.data["value"]]) for radio in self["stage"]]

    @cached_property
    def speakers(self):
        """(key, name) of everybody who may come along and say a key point (R3)."""
        people = self.fields["colleagues"].queryset
        return [(str(person.pk), person.name) for person in people]

    @property
    def kinds(self):
        return VisitKeyPoint.Kind.choices

    def clean_scheduled_start(self):
        start = self.cleaned_data["scheduled_start"]
        is_fixed = self.fields["scheduled_start"].disabled
        if not is_fixed and start < timezone.now():
            raise forms.ValidationError("已经过去的拜访，请用「快速记拜访」登记。")
        return start

    def clean(self):
        cleaned = super().clean()
        check_order(self, cleaned)
        if not self.is_draft and not cleaned.get("contacts") and "contacts" not in self.errors:
            self.add_error("contacts", self._no_contact())
        if not self.is_draft and not self.key_points.filled:
            self.add_error(None, "请至少写一条拜访重点。")
        with_us = {str(person.pk): person for person in cleaned.get("colleagues") or ()}
        for line in self.key_points.filled:
            if line.owner and line.owner not in with_us and not line.error:
                line.error = "请先把这位同事选为同行人。"
        if not self.key_points.is_valid:
            self.add_error(None, "请改正标出的拜访重点。")
        cleaned["key_points"] = [
            (line.kind, line.content, with_us.get(line.owner)) for line in self.key_points.filled
        ]
        return cleaned

    def look_again(self):
        """Somebody was faster: both sides are shown, and the next save is on what stands now."""
        stored = Visit.objects.select_related("customer").get(pk=self.visit.pk)
        mark = plans.mark_of(stored)
        if stored.state in rules.EDITABLE and mark != self.cleaned_data["seen"]:
            self.data = self.data.copy()
            self.data["seen"] = mark
            self.conflict = plans.differences(stored, self.cleaned_data | self._typed_times())

    def _typed_times(self) -> dict:
        """Of a draft that was confirmed meanwhile: they cannot be saved, but are not lost."""
        typed = {}
        for name in ("scheduled_start", "scheduled_end"):
            with suppress(forms.ValidationError):
                typed[name] = self.fields[name].clean(self.data.get(name))
        return typed

    def _no_contact(self):
        if self.chosen and not self.fields["contacts"].queryset.exists():
            return "该客户还没有联系人，请先在客户页面添加。"
        return "请至少选择一位拜访对象。"


def check_order(form, cleaned):
    start, end = cleaned.get("scheduled_start"), cleaned.get("scheduled_end")
    if start and end and end <= start:
        form.add_error("scheduled_end", "约定结束时间必须晚于开始时间。")


class ReasonForm(InviteMixin, forms.Form):
    """Why a visit is cancelled, or that the customer did not appear."""

    reason = WordsField(label="说明", max_length=200, widget=text_area(2))
    invite = forms.BooleanField(label="通知客户的日历：这次拜访已取消", required=False)


class RescheduleForm(InviteMixin, forms.Form):
    scheduled_start = MomentField(label="新的开始时间")
    scheduled_end = MomentField(label="新的结束时间")
    reason = WordsField(label="改期原因", max_length=200, widget=text_area(2))
    invite = forms.BooleanField(label="给客户发日历邀请", required=False)

    def __init__(self, *args, is_invited=False, **kwargs):
        super().__init__(*args, is_invited=is_invited, **kwargs)
        if is_invited and "invite" in self.fields:
            self.fields["invite"].help_text += "不勾选时，客户收到原来时间已取消的通知。"

    def clean_scheduled_start(self):
        start = self.cleaned_data["scheduled_start"]
        if start < timezone.now():
            raise forms.ValidationError("新的开始时间不能早于现在。")
        return start

    def clean(self):
        cleaned = super().clean()
        check_order(self, cleaned)
        return cleaned
