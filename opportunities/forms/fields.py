"""Small pieces that the forms of this app share."""

from django import forms

from staff.models import User

CHOOSE = "请选择"
CHOICE = {"invalid_choice": "请从列表中选择。"}
MOST_MONEY = 10**12 - 1
FRONT = (User.Role.ACCOUNT_MANAGER, User.Role.INDUSTRY_MANAGER, User.Role.DEPT_HEAD)
CREW = (*FRONT, User.Role.SOLUTION_ENGINEER, User.Role.BACK_OFFICE)
LONGEST_KEY = 18


class WordsField(forms.CharField):
    """A text whose length is refused in plain words."""

    default_error_messages = {
        "min_length": "请至少写 %(limit_value)d 个字，现在是 %(show_value)d 个字。",
        "max_length": "请写在 %(limit_value)d 个字以内，现在是 %(show_value)d 个字。",
    }


class DayField(forms.DateField):
    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        kwargs.setdefault("error_messages", {"invalid": "请按「年-月-日」填写。"})
        super().__init__(widget=widget, **kwargs)


class MoneyField(forms.DecimalField):
    """元, to the cent, never negative."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 14, "decimal_places": 2, "min_value": 0} | kwargs
        super().__init__(**kwargs)


class PersonField(forms.ModelChoiceField):
    """A colleague, shown with the department."""

    def __init__(self, *args, **kwargs):
        kwargs = {"empty_label": CHOOSE, "error_messages": CHOICE} | kwargs
        super().__init__(*args, **kwargs)

    def label_from_instance(self, person):
        return f"{person.name}（{person.department or person.branch.name}）"


def text_area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def colleagues(user: User, roles) -> "forms.models.QuerySet":
    """Active people of the branch with one of these roles: a team crosses departments (R27)."""
    found = User.objects.active().filter(branch=user.branch_id, role__in=roles)
    return found.select_related("department", "branch").order_by("department__path", "username")


def engineers(user: User):
    return colleagues(user, (User.Role.SOLUTION_ENGINEER,))


def usable_keys(texts) -> list[int]:
    """Primary keys that a form sent; what cannot be one is left out."""
    return [int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) <= LONGEST_KEY]
