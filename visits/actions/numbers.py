"""The next number of a branch, series and year, without gaps: 发文字号, 收文号, 感谢函编号."""

from django.db.models import Max

from staff.models import Branch
from visits.models import LetterNumber


def take_number(
    *, branch: Branch, year: int, series: str = LetterNumber.Series.OUT
) -> LetterNumber:
    """Take the next serial, in the transaction that uses it: a rollback gives it back (§4.6).

    PostgreSQL: the branch row makes the takers queue. SQLite: the write lock does.
    """
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    taken = LetterNumber.objects.filter(branch=branch, series=series, year=year)
    last = taken.aggregate(last=Max("serial"))["last"] or 0
    return LetterNumber.objects.create(branch=branch, series=series, year=year, serial=last + 1)
