"""What the list of duties and the list of messages can be asked."""

import django_filters
from django.db.models import Q

from core import clock
from core.rules import SHANGHAI
from reminders.models import Delivery, DutyKind, Obligation
from staff.filters import PersonFilter
from staff.models import User

STATES = [
    ("open", "未完成"),
    ("overdue", "已逾期"),
    ("today", "今天到期"),
    ("done", "已完成"),
    ("late", "逾期完成"),
    ("ended", "豁免或取消"),
    ("all", "全部"),
]


def _people(request):
    return User.objects.overseen_by(request.user).order_by("username")


class DutyFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label="状态", choices=STATES, method="in_state", empty_label=None
    )
    kind = django_filters.ChoiceFilter(
        label="类别", choices=DutyKind.choices, empty_label="全部类别"
    )
    owner = PersonFilter(label="责任人", queryset=_people, empty_label="全部责任人")

    class Meta:
        model = Obligation
        fields = ["state", "kind", "owner"]

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy() if data is not None else {}
        if not data.get("state"):
            data["state"] = "open"
        super().__init__(data, *args, **kwargs)

    def in_state(self, queryset, name, value):
        now = clock.now()
        midnight = now.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59)
        done = Obligation.State.DONE, Obligation.State.DONE_LATE
        conditions = {
            "open": Q(state=Obligation.State.OPEN),
            "overdue": Q(state=Obligation.State.OPEN, due_at__lt=now),
            "today": Q(state=Obligation.State.OPEN, due_at__gte=now, due_at__lte=midnight),
            "done": Q(state__in=done),
            "late": Q(state=Obligation.State.DONE_LATE),
            "ended": Q(state__in=[Obligation.State.WAIVED, Obligation.State.CANCELLED]),
            "all": Q(),
        }
        return queryset.filter(conditions[value])


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label="状态", choices=Delivery.State.choices, empty_label="全部状态"
    )

    class Meta:
        model = Delivery
        fields = ["state"]
