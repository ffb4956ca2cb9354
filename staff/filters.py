"""The search forms of the people and audit lists, and how other lists are asked for a person."""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Q

from core.forms import date_input, plain_helper
from core.models import AuditEvent
from core.widgets import QuickSelect
from staff.models import Department, User

# A list of more names than this is no choice any more: a part of the name is typed instead.
MOST_OFFERED = 200
NAMED_EXACTLY = re.compile(r"^.*（([\w-]+)）$")


class PersonInput(QuickSelect):
    """A choice among up to MOST_OFFERED people; among more of them a field for the name."""

    def render(self, name, value, attrs=None, renderer=None):
        people, everyone = self.choices.queryset, self.choices.field.empty_label
        few = list(people.values_list("pk", "name")[: MOST_OFFERED + 1])
        if len(few) <= MOST_OFFERED:
            select = QuickSelect(self.attrs, [("", everyone), *few])
            return select.render(name, value, attrs)
        field = forms.TextInput({"type": "search", "placeholder": f"{everyone}，可输入姓名"})
        attrs = self.attrs | (attrs or {})
        css = attrs.get("class", "").replace("form-select", "form-control")
        return field.render(name, self._words(value), attrs | {"class": css})

    def _words(self, value) -> str:
        """What was typed; for the key in a link, the name that finds this person alone."""
        text = str(value or "")
        if not text.isdecimal():
            return text
        found = self.choices.queryset.filter(pk=text).values_list("name", "username").first()
        return "{}（{}）".format(*found) if found else text


class PersonField(django_filters.fields.ModelChoiceField):
    widget = PersonInput

    def to_python(self, value) -> list[int] | None:
        """The key of the person chosen; of all whose name has what was typed; None without."""
        text = str(value or "").strip()
        if not text or text.isdecimal():
            person = super().to_python(text)
            return [person.pk] if person else None
        ProhibitNullCharactersValidator()(text)
        exactly = NAMED_EXACTLY.match(text)
        named = Q(username=exactly[1]) if exactly else Q(name__icontains=text) | Q(username=text)
        found = list(self.queryset.filter(named).values_list("pk", flat=True))
        if not found:
            raise ValidationError("没有找到这个人员。", code="invalid_choice")
        return found


class PersonFilter(django_filters.ModelChoiceFilter):
    """By one of the people of `queryset`, or by several of one name: a list of their keys."""

    field_class = PersonField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, lookup_expr="in", **kwargs)


class UserFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="姓名或登录名", method="search")
    department = django_filters.ModelChoiceFilter(
        label="部门", queryset=Department.objects.none(), method="below", empty_label="全部部门"
    )
    role = django_filters.ChoiceFilter(label="角色", choices=User.Role, empty_label="全部角色")
    state = django_filters.ChoiceFilter(label="状态", choices=User.State, empty_label="在职与离职")

    class Meta:
        model = User
        fields = ["q", "department", "role", "state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["department"].extra["queryset"] = Department.objects.visible_to(
            self.request.user
        )
        self.form.helper = plain_helper()

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def below(self, queryset, name, department):
        return queryset.filter(department__in=Department.objects.under(department))


class AuditFilter(django_filters.FilterSet):
    actor = django_filters.CharFilter(
        label="操作人", field_name="actor_name", lookup_expr="icontains"
    )
    verb = django_filters.ChoiceFilter(label="动作", method="by_verb", empty_label="全部动作")
    target = django_filters.CharFilter(
        label="对象", field_name="target_text", lookup_expr="icontains"
    )
    day = django_filters.DateFilter(
        label="日期", field_name="at", lookup_expr="date", widget=date_input()
    )

    class Meta:
        model = AuditEvent
        fields = ["actor", "verb", "target", "day"]

    def __init__(self, *args, verbs=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["verb"].extra["choices"] = verbs
        self.form.helper = plain_helper()

    def by_verb(self, queryset, name, value):
        return queryset.filter(verb=value)
