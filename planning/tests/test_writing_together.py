"""100 pairs write in one plan at the same time: no edit is lost, who comes late sees both."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from planning.actions.errors import PlanError
from planning.actions.writing import Conflict, delete_row, save_row, save_section
from planning.models import PlanRow, PlanSection
from planning.tests.factories import add_row, make_plan, set_state, write

CODES = ("C1.1", "C1.2", "C2.1", "C2.2", "C2.6")
PAIRS = {"postgresql": 100, "sqlite": 10}


def at_once(*calls):
    """Both begin at the same moment, each on its own connection."""
    start = Barrier(len(calls))

    def run(call):
        start.wait(10)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(60) for future in [pool.submit(run, call) for call in calls]]


@pytest.mark.django_db(transaction=True)
def test_pairs_lose_no_word():
    plan = make_plan()
    author, colleague = plan.author, make_plan().author
    written = []
    for number in range(PAIRS[connection.vendor]):
        code = CODES[number % len(CODES)]
        section = PlanSection.objects.get(version=plan.current, code=code)
        words = [f"第 {number} 对甲写的。", f"第 {number} 对乙写的。"]
        mine = section.text if number % 2 else f"{section.text}"

        def save(who, text, code=code, edit=section.edit):
            return save_section(
                version=plan.current, code=code, text=text, none_reason="", base_edit=edit, by=who
            )

        if number % 2:  # at one place: at the end, both
            texts = [mine + word for word in words]
        else:  # at two places: before and behind what is there
            texts = [words[0] + mine, mine + words[1]] if mine else [words[0], words[0]]
            words = words if mine else words[:1]
        results = at_once(lambda t=texts[0]: save(author, t), lambda t=texts[1]: save(colleague, t))
        late = [(n, one) for n, one in enumerate(results) if isinstance(one, Conflict)]
        for n, conflict in late:
            assert conflict.mine["text"] == texts[n]
            assert conflict.current["text"] == texts[1 - n]
            assert all(word in conflict.joined.fields["text"] for word in words)
            who = (author, colleague)[n]
            again = save(who, conflict.joined.fields["text"], edit=conflict.edit)
            assert not isinstance(again, Conflict)
        assert len(late) < 2
        written += [(code, word) for word in words]
    texts = dict(PlanSection.objects.filter(version=plan.current).values_list("code", "text"))
    assert [(code, word) for code, word in written if word not in texts[code]] == []


@pytest.mark.django_db(transaction=True)
def test_two_in_one_row_keep_both_cells():
    plan = make_plan()
    row = add_row(plan, "budget", kind="network", amount="1")

    def save(**cells):
        return save_row(
            version=plan.current, table="budget", pk=row.pk, cells=cells, base_edit=1,
            by=plan.author,
        )  # fmt: skip

    at_once(lambda: save(amount="2"), lambda: save(note="专线"))

    row.refresh_from_db()
    assert row.cells == {"kind": "network", "amount": "2", "note": "专线"}


class TestRows:
    pytestmark = pytest.mark.django_db

    def test_the_late_one_sees_both_and_nothing_is_saved(self):
        plan = make_plan()
        row = add_row(plan, "budget", kind="network", amount="1")
        place = {"version": plan.current, "table": "budget", "pk": row.pk, "by": plan.author}
        save_row(cells={"amount": "2"}, base_edit=1, **place)

        late = save_row(cells={"amount": "3"}, base_edit=1, **place)

        assert (late.base["amount"], late.current["amount"], late.mine["amount"]) == ("1", "2", "3")
        assert PlanRow.objects.get().cells["amount"] == "2"

    def test_a_row_that_changed_is_not_deleted(self):
        plan = make_plan()
        row = add_row(plan, "budget", kind="network", amount="1")
        place = {"version": plan.current, "table": "budget", "pk": row.pk, "by": plan.author}
        save_row(cells={"amount": "2"}, base_edit=1, **place)

        assert isinstance(delete_row(base_edit=1, **place), Conflict)
        assert delete_row(base_edit=2, **place) is None
        gone = save_row(cells={"amount": "9"}, base_edit=2, **place)
        assert gone.current is None and gone.mine == {"amount": "9"}

    def test_nothing_is_written_into_a_plan_that_was_handed_in(self):
        plan = make_plan()
        section = write(plan, "C2.1", "一句。")
        set_state(plan.current, "submitted")

        with pytest.raises(PlanError, match="已提交"):
            write(plan, "C2.1", "又一句。")
        section.refresh_from_db()
        assert section.text == "一句。"
