"""Choices of people; each starts from those whom the user answers for."""

from django import forms

from staff.models import User

CHOOSE = "请选择"
MANAGING = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER)


def managers_for(user: User):
    """Living colleagues whom `user` may make responsible for a customer (R1)."""
    people = User.objects.overseen_by(user).active().filter(role__in=MANAGING)
    return people.select_related("department").order_by("department__path", "username")


def say_choose(field: forms.Field) -> None:
    """「请选择」 instead of a row of dashes."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = field.empty_label and CHOOSE
    elif isinstance(field, forms.ChoiceField):
        field.choices = [(code, label if code else CHOOSE) for code, label in field.choices]


class ManagerField(forms.ModelChoiceField):
    """A colleague, shown with the department."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_label=CHOOSE, **kwargs)

    def label_from_instance(self, person):
        return f"{person.name}（{person.department}）"
