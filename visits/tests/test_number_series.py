"""Every letter in, reply out and thank-you letter has a number; no series has a hole (§4.6)."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from staff.tests.factories import make_branch
from visits.actions import thanks
from visits.actions.numbers import take_number
from visits.models import LetterNumber
from visits.tests.letter_factories import make_inbound, make_issued, make_thank_you, shanghai

Series = LetterNumber.Series


def serials(series):
    found = LetterNumber.objects.filter(series=series).order_by("serial")
    return list(found.values_list("serial", flat=True))


@pytest.mark.django_db
def test_the_three_series_count_each_for_itself():
    branch = make_branch()
    taken = [take_number(branch=branch, year=2026, series=series) for series in Series.values]
    assert [str(number) for number in taken] == [
        "绍电政函〔2026〕1号",
        "绍电政收〔2026〕1号",
        "绍电政谢函〔2026〕1号",
    ]


@pytest.mark.django_db
def test_a_letter_is_numbered_at_registration_in_the_year_of_its_receipt():
    first = make_inbound(received_at=shanghai(2025, 12, 31, 23, 59))
    second = make_inbound(customer=first.customer, received_at=shanghai(2026, 1, 1, 0, 1))
    assert (first.number.year, second.number.year) == (2025, 2026)
    assert (first.number.serial, second.number.serial) == (1, 1)


def write(letter, body="您好！\n感谢接待。"):
    thanks.save_draft(
        letter=letter,
        contacts=letter.visit.contacts.all(),
        salutation="尊敬的王主任",
        body=body,
        letter_on=timezone.localdate(),
        by=letter.visit.owner,
    )


@pytest.mark.django_db
def test_a_thank_you_letter_is_numbered_once_when_its_text_is_first_kept():
    letter = make_thank_you()
    assert letter.number is None
    write(letter)
    write(letter, "改过")
    letter.refresh_from_db()
    assert (letter.number.serial, serials("thanks")) == (1, [1])


@pytest.mark.django_db
def test_a_waived_letter_keeps_its_number():
    letter = make_thank_you()
    write(letter)
    thanks.waive_letter(letter=letter, reason="客户不要", by=letter.visit.owner)
    letter.refresh_from_db()
    assert letter.number.serial == 1


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    branch = make_branch()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_number(branch=branch, year=2026, series="in")
        1 / 0  # noqa: B018
    assert take_number(branch=branch, year=2026, series="in").serial == 1


@pytest.mark.django_db(transaction=True)
def test_40_parallel_takers_leave_no_hole_though_some_roll_back():
    branch, start, errors = make_branch(), threading.Barrier(50), []

    def take(number):
        try:
            start.wait()
            with transaction.atomic():
                take_number(branch=branch, year=2026, series="in")
                if number >= 40:
                    raise InterruptedError
        except InterruptedError:
            pass
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[number]) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert serials("in") == list(range(1, 41))


@pytest.mark.django_db
def test_a_reply_and_its_letter_stand_in_different_series():
    reply = make_issued()
    assert (reply.number.series, reply.letter.number.series) == ("out", "in")
