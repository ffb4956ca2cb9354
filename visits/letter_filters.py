"""The filter sets that own the lists of thank-you letters and customer letters."""

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from accounts.models import Customer
from reminders.models import DutyKind, Obligation
from visits.filters import day_input, people_in_scope
from visits.models import InboundLetter, ThankYouLetter

LATE = Obligation.State.DONE_LATE


def _late(model, kind, now):
    """Rows of `model` whose duty was ended late, or is still open past its time."""
    duties = Obligation.objects.filter(
        Q(state=LATE) | Q(state=Obligation.State.OPEN, due_at__lt=now),
        kind=kind,
        content_type=ContentType.objects.get_for_model(model),
    )
    return Q(pk__in=duties.values("object_id"))


THANKS_TABS = {"to_send": "待送出", "sent": "已送出", "late": "逾期", "waived": "已豁免"}


class ThankYouFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_customer", label="客户")
    owner = django_filters.ModelChoiceFilter(
        "visit__owner", queryset=people_in_scope, label="拜访人", empty_label="全部人员"
    )

    class Meta:
        model = ThankYouLetter
        fields = []

    def filter_customer(self, queryset, name, value):
        return queryset.filter(visit__customer__in=Customer.objects.search(value))


def thanks_of_tab(queryset, tab: str, now):
    """The letters of one tab of THANKS_TABS; an unknown tab is the first."""
    if tab == "late":
        return queryset.filter(_late(ThankYouLetter, DutyKind.THANK_YOU_LETTER, now))
    states = {"sent": ["sent"], "waived": ["waived"]}.get(tab, ["pending", "drafted"])
    return queryset.filter(state__in=states)


LETTER_TABS = {"to_answer": "待答复", "late": "逾期", "answered": "已答复", "all": "全部"}
ANSWERED = ("replied", "closed")


class LetterFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_words", label="客户或标题")
    category = django_filters.ChoiceFilter(
        choices=InboundLetter.Category.choices, label="类别", empty_label="全部类别"
    )
    owner = django_filters.ModelChoiceFilter(
        queryset=people_in_scope, label="责任人", empty_label="全部人员"
    )
    since = django_filters.DateFilter(
        "received_at", lookup_expr="date__gte", label="收到从", widget=day_input()
    )
    until = django_filters.DateFilter(
        "received_at", lookup_expr="date__lte", label="到", widget=day_input()
    )

    class Meta:
        model = InboundLetter
        fields = []

    def filter_words(self, queryset, name, value):
        customers = Customer.objects.search(value)
        return queryset.filter(
            Q(customer__in=customers) | Q(subject__icontains=value) | Q(customer_ref=value)
        )


def letters_of_tab(queryset, tab: str, now):
    """The letters of one tab of LETTER_TABS; an unknown tab is the first."""
    if tab == "late":
        return queryset.filter(_late(InboundLetter, DutyKind.LETTER_REPLY, now))
    if tab == "answered":
        return queryset.filter(state__in=ANSWERED)
    if tab == "all":
        return queryset
    return queryset.exclude(state__in=ANSWERED)
