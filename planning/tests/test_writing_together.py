"""100 pairs write in one plan at the same time: no edit is lost, who comes late sees both."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from planning.actions import amending
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


def amended(plan):
    """The plan approved and opened again: edits are counted anew."""
    set_state(plan.current, "approved")
    amending.amend(version=plan.current, reason="年中调整", by=plan.author)
    plan.refresh_from_db()
    return plan.current


@pytest.mark.django_db
class TestAcrossVersions:
    """A tab stays open while the plan is approved and amended."""

    @pytest.mark.parametrize("edits_there", [0, 1, 2])  # 1: the same number as on the old page
    def test_a_section_begins_on_the_text_of_the_version_that_was_opened(self, edits_there):
        plan = make_plan()
        write(plan, "C2.1", "甲。")
        write(plan, "C2.1", "甲。乙的重要判断。")
        version = amended(plan)
        for number in range(edits_there):
            write(plan, "C2.1", "甲。乙的重要判断。" + "又一句。" * (number + 1))

        late = save_section(
            version=version, code="C2.1", text="甲。丙。", none_reason="", base_edit=1,
            base_number=1, by=make_plan().author,
        )  # fmt: skip

        assert isinstance(late, Conflict)
        assert late.base["text"] == "甲。"
        assert "乙的重要判断。" in PlanSection.objects.get(version=version, code="C2.1").text

    def test_what_does_not_touch_is_joined(self):
        plan = make_plan()
        write(plan, "C2.1", "甲。乙。")
        version = amended(plan)
        write(plan, "C2.1", "甲改。乙。")

        saved = save_section(
            version=version, code="C2.1", text="甲。乙。丙。", none_reason="", base_edit=1,
            base_number=1, by=plan.author,
        )  # fmt: skip

        assert (saved.row.text, saved.is_joined) == ("甲改。乙。丙。", True)

    def test_a_version_that_never_was_is_refused(self):
        plan = make_plan()
        with pytest.raises(PlanError, match="页面不完整"):
            save_section(
                version=plan.current, code="C2.1", text="甲。", none_reason="", base_edit=0,
                base_number=7, by=plan.author,
            )  # fmt: skip

    def test_a_row_is_the_one_that_was_copied(self):
        plan = make_plan()
        row = add_row(plan, "budget", kind="network", amount="1")
        place = {"version": amended(plan), "table": "budget", "pk": row.pk, "by": plan.author}
        copy = place["version"].rows.get()
        save_row(cells={"amount": "2"}, base_edit=0, **place | {"pk": copy.pk})

        assert save_row(cells={"note": "专线"}, base_edit=1, **place).row.pk == copy.pk
        late = save_row(cells={"amount": "3"}, base_edit=1, **place)
        assert (late.pk, late.current["amount"], late.mine["amount"]) == (copy.pk, "2", "3")
        assert isinstance(delete_row(base_edit=1, **place), Conflict)
        assert PlanRow.objects.filter(version=place["version"]).get().cells["amount"] == "2"

    def test_a_row_that_was_deleted_there_asks_only_when_something_was_typed(self):
        plan = make_plan()
        row = add_row(plan, "budget", kind="network", amount="1")
        place = {"version": amended(plan), "table": "budget", "by": plan.author}
        delete_row(pk=place["version"].rows.get().pk, base_edit=0, **place)
        # Another row in the same place is another row.
        save_row(pk=None, cells={"kind": "project", "amount": "9"}, base_edit=0, **place)

        assert save_row(pk=row.pk, cells={"amount": "1"}, base_edit=1, **place) is None
        assert save_row(pk=row.pk, cells={"amount": "5"}, base_edit=1, **place).current is None
        assert delete_row(pk=row.pk, base_edit=1, **place) is None
        assert place["version"].rows.get().cells["amount"] == "9"


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
