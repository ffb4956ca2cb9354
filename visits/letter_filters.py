"""The filter sets that own the lists of thank-you letters and customer letters."""

import re

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from accounts.models import Customer
from reminders.models import DutyKind, Obligation
from staff.filters import PersonFilter
from visits.filters import day_input, people_in_scope
from visits.models import InboundLetter, LetterNumber, ThankYouLetter
from visits.register_reports import SERIES

WHOLE = re.compile(r"〔\s*([0-9]{4})\s*〕\s*([0-9]{1,8})")
SERIAL = re.compile(r"(?:^|〕)\s*([0-9]{1,8})\s*号?\s*$")

LATE = Obligation.State.DONE_LATE


def _numbered(path: str, text: str) -> Q:
    """Rows whose own number is 「绍电政收〔2026〕5号」; of a bare figure nothing is said."""
    match = WHOLE.search(text)
    if not match:
        return Q(pk__in=[])
    year, serial = (int(part) for part in match.groups())
    return Q(**{f"{path}__year": year, f"{path}__serial": serial})


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
    owner = PersonFilter(
        "visit__owner", queryset=people_in_scope, label="拜访人", empty_label="全部人员"
    )

    class Meta:
        model = ThankYouLetter
        fields = []

    def filter_customer(self, queryset, name, value):
        found = Q(visit__customer__in=Customer.objects.search(value))
        return queryset.filter(found | _numbered("number", value))


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
    owner = PersonFilter(queryset=people_in_scope, label="责任人", empty_label="全部人员")
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
            Q(customer__in=customers)
            | Q(subject__icontains=value)
            | Q(customer_ref=value)
            | _numbered("number", value)
            | Q(
                pk__in=InboundLetter.objects.filter(_numbered("replies__number", value)).values(
                    "pk"
                )
            )
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


class RegisterFilter(django_filters.FilterSet):
    """The register of one series; `series` tells where the letter of a number stands."""

    q = django_filters.CharFilter(method="filter_words", label="编号、标题或客户")
    year = django_filters.NumberFilter(label="年份")
    person = PersonFilter(
        queryset=people_in_scope, label="经办人", empty_label="全部人员", method="filter_person"
    )
    first = django_filters.NumberFilter("serial", lookup_expr="gte", label="编号从")
    last = django_filters.NumberFilter("serial", lookup_expr="lte", label="到")

    class Meta:
        model = LetterNumber
        fields = []

    def __init__(self, *args, series, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = SERIES[series]
        for name, most in (("year", 2100), ("first", 10**8), ("last", 10**8)):
            self.filters[name].extra |= {"min_value": 1, "max_value": most}

    def filter_person(self, queryset, name, value):
        return queryset.filter(**{f"{self.kind.person}__in": value})

    def filter_words(self, queryset, name, value):
        """「5」, 「绍电政函〔2026〕5号」, words of the subject, or a customer."""
        customers = Customer.objects.search(value)
        found = Q(**{f"{self.kind.customer}__in": customers})
        found |= Q(**{f"{self.kind.subject}__icontains": value})
        if match := SERIAL.search(value):
            found |= Q(serial=int(match.group(1)))
        return queryset.filter(found)
