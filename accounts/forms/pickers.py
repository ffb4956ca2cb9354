"""Choices of people; each starts from those whom the user answers for."""

from django import forms

from staff.models import User

MANAGING = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER)


def managers_for(user: User):
    """Living colleagues whom `user` may make responsible for a customer (R1)."""
    people = User.objects.overseen_by(user).active().filter(role__in=MANAGING)
    return people.select_related("department").order_by("department__path", "username")


class ManagerField(forms.ModelChoiceField):
    """A colleague, shown with the department."""

    def label_from_instance(self, person):
        return f"{person.name}（{person.department}）"
