"""发文字号: gap-free per branch and year, also when many are issued at once (§4.6)."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from staff.tests.factories import make_branch
from visits.actions import replying
from visits.actions.errors import VisitError
from visits.actions.numbers import take_number
from visits.models import LetterNumber
from visits.tests.letter_factories import make_inbound, make_issued, make_reply


def serials():
    return list(
        LetterNumber.objects.filter(series="out")
        .order_by("serial")
        .values_list("serial", flat=True)
    )


@pytest.mark.django_db
def test_numbers_follow_each_other_and_begin_again_each_year():
    branch = make_branch()
    taken = [take_number(branch=branch, year=year) for year in (2026, 2026, 2027)]
    texts = [str(number) for number in taken]
    assert texts == ["绍电政函〔2026〕1号", "绍电政函〔2026〕2号", "绍电政函〔2027〕1号"]


@pytest.mark.django_db
def test_each_branch_counts_for_itself():
    first, second = make_branch(), make_branch()
    assert [take_number(branch=b, year=2026).serial for b in (first, second)] == [1, 1]


@pytest.mark.django_db
def test_a_refused_issue_gives_its_number_back():
    letter = make_inbound()
    reply = make_reply(letter)
    stale = type(reply).objects.select_related("letter__customer__branch").get(pk=reply.pk)
    replying.draft_reply(
        letter=letter, kind="final", title="改过", addressee="某局", body="改过", by=letter.owner
    )
    with pytest.raises(VisitError):
        replying.issue_reply(reply=stale, by=letter.owner)
    assert serials() == []
    make_issued(make_inbound(customer=letter.customer))
    assert serials() == [1]


@pytest.mark.django_db
def test_the_database_refuses_the_same_number_twice():
    branch = make_branch()
    LetterNumber.objects.create(branch=branch, year=2026, serial=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterNumber.objects.create(branch=branch, year=2026, serial=1)


@pytest.mark.django_db(transaction=True)
def test_20_replies_issued_at_once_get_20_consecutive_numbers():
    customer = make_inbound().customer
    replies = [make_reply(make_inbound(customer=customer)) for _ in range(20)]
    start, errors = threading.Barrier(20), []

    def issue(reply):
        try:
            start.wait()
            replying.issue_reply(reply=reply, by=reply.written_by, on=date(2026, 11, 30))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=[reply]) for reply in replies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert serials() == list(range(1, 21))
