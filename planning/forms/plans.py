"""A new plan, its people and day, its tasks, remarks, and the text of a section."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import Industry
from core.forms import date_input, plain_helper
from planning.actions import commenting, organising, writing
from planning.models import MarketingPlan, PlanPreparationTask
from staff.models import User

Kind, Role = MarketingPlan.Kind, User.Role
BACK, AHEAD = 1, 3


def years() -> list[tuple[int, str]]:
    """Last year's to three years ahead; next year's first."""
    this = timezone.localdate().year
    order = [this + 1, this, *range(this + 2, this + AHEAD + 1), this - BACK]
    return [(year, f"{year} 年") for year in order]


def with_people(people, also):
    """`people` and some more, in the order of a list."""
    keys = [one.pk for one in also]
    return User.objects.filter(Q(pk__in=people.values("pk")) | Q(pk__in=keys)).order_by("username")


class StartForm(forms.Form):
    year = forms.TypedChoiceField(label="计划年度", coerce=int)
    industry = forms.ModelChoiceField(label="行业", queryset=Industry.objects.none())
    author = forms.ModelChoiceField(label="编写人", queryset=User.objects.none())
    responsible = forms.ModelChoiceField(
        label="责任人", queryset=User.objects.none(), required=False,
        help_text="对计划负责的人；不选就是编写人。",
    )  # fmt: skip
    due_on = forms.DateField(
        label="提交期限", widget=date_input(), required=False,
        help_text="填了就列为编写人的时限任务，到期前提醒。",
    )  # fmt: skip
    prepares = forms.BooleanField(label="先拟提纲，审过再写", required=False)

    def __init__(self, *args, kind: str, user: User, customer=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["year"].choices = years()
        if kind != Kind.KEY_INDUSTRY:
            del self.fields["industry"]
        else:
            self.fields["industry"].queryset = industries_for(user)
        branch = customer.branch if customer else user.branch
        people = organising.writers_for(kind, customer=customer, branch=branch)
        default = customer.manager if customer else user
        for name in ("author", "responsible"):
            self.fields[name].queryset = people.order_by("username")
        self.fields["author"].initial = default.pk

    def clean_due_on(self):
        return _not_past(self.cleaned_data["due_on"])


def industries_for(user: User):
    """An industry manager's own; every industry for heads and the director."""
    people = user.acting_for()
    if any(person.role in (Role.DEPT_HEAD, Role.BRANCH_DIRECTOR) for person in people):
        return Industry.objects.all()
    return Industry.objects.filter(managers__in=people).distinct()


def _not_past(day):
    if day and day < timezone.localdate():
        raise forms.ValidationError("期限不能早于今天。")
    return day


class OrganiseForm(forms.Form):
    author = forms.ModelChoiceField(label="编写人", queryset=User.objects.none())
    responsible = forms.ModelChoiceField(label="责任人", queryset=User.objects.none())
    due_on = forms.DateField(label="提交期限", widget=date_input(), required=False)

    def __init__(self, *args, plan: MarketingPlan, user: User, **kwargs):
        initial = {"author": plan.author, "responsible": plan.responsible, "due_on": plan.due_on}
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = plain_helper()
        self.plan = plan
        people = organising.writers_for(
            plan.kind, customer=plan.customer, industry=plan.industry, branch=plan.branch
        )
        people = with_people(people, [plan.author, plan.responsible])
        for name in ("author", "responsible"):
            self.fields[name].queryset = people

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        return day if day == self.plan.due_on else _not_past(day)


class TaskForm(forms.Form):
    kind = forms.ChoiceField(label="事项", choices=PlanPreparationTask.Kind.choices)
    owner = forms.ModelChoiceField(label="负责人", queryset=User.objects.none())
    due_on = forms.DateField(label="完成期限", widget=date_input(), required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, plan: MarketingPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()
        self.fields["owner"].queryset = organising.helpers_of(plan)
        self.fields["owner"].initial = plan.author_id

    def clean_due_on(self):
        return _not_past(self.cleaned_data["due_on"])


class CommentForm(forms.Form):
    text = forms.CharField(
        label="意见", max_length=commenting.LONGEST, widget=forms.Textarea({"rows": 2})
    )


# On which edit of which version the typing began.
BEGAN = {
    "max_value": 2**31 - 1, "widget": forms.HiddenInput,
    "error_messages": {"required": writing.NOT_WHOLE},
}  # fmt: skip


class SectionForm(forms.Form):
    text = forms.CharField(
        label="正文", required=False, max_length=writing.LONGEST_TEXT, strip=False,
        widget=forms.Textarea({"rows": 14, "class": "form-control plan-text"}),
    )  # fmt: skip
    none_reason = forms.CharField(
        label="没有内容的原因", required=False, max_length=writing.LONGEST_REASON,
        help_text="这一节确实没有可写的，就写明为什么。",
        widget=forms.TextInput({"class": "form-control"}),
    )  # fmt: skip
    base_edit = forms.IntegerField(**BEGAN, min_value=0)
    base_number = forms.IntegerField(**BEGAN, min_value=1)
