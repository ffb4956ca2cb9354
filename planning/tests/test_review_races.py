"""Many at once: one decision, and a snapshot that is what the last writer left. PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, connections

from planning.actions import moving
from planning.actions.errors import PlanError
from planning.actions.snapshots import differs, snapshot_of
from planning.models import PlanReview, PlanRow, PlanSection, PlanVersion
from planning.tests import reviewing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]
ROUNDS = 8


def at_once(*calls):
    """True for each that succeeded; the others were refused."""
    start = Barrier(len(calls))

    def run(call):
        start.wait(20)
        try:
            call()
        except (PlanError, DatabaseError):
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(60) for future in [pool.submit(run, call) for call in calls]]


def fresh(version):
    return PlanVersion.objects.select_related("plan").get(pk=version.pk)


def test_of_many_decisions_one_counts():
    w = reviewing.world()
    reviewing.submitted(w.plan)
    approve = [
        lambda: moving.approve(version=fresh(w.version), seen_sha256=w.version.sha256, by=w.head)
    ] * 3
    send_back = [
        lambda: moving.return_(version=fresh(w.version), comments={"C1.1": "改"}, by=w.head)
    ] * 3
    recall = [lambda: moving.recall(version=fresh(w.version), by=w.author)] * 2

    assert sum(at_once(*approve, *send_back, *recall)) == 1
    state = fresh(w.version).state
    assert PlanReview.objects.count() == (0 if state == "drafting" else 1)


def test_who_writes_while_it_is_handed_in_is_in_it_or_refused():
    w = reviewing.world()
    for number in range(ROUNDS):
        sections = PlanSection.objects.filter(version=w.version, code="C2.1")
        rows = PlanRow.objects.filter(version=w.version, table="budget")
        text = f"第 {number} 次写的。"
        _, wrote, filled = at_once(
            lambda: moving.submit(version=fresh(w.version), by=w.author),
            lambda text=text, sections=sections: sections.update(text=text),
            lambda text=text, rows=rows: rows.update(cells={"kind": "network", "note": text}),
        )
        version = fresh(w.version)
        assert version.state == "submitted"
        assert differs(version.snapshot, snapshot_of(version)) == []
        assert (sections.get().text == text) is wrote
        assert (rows.get().cells.get("note") == text) is filled
        moving.recall(version=version, by=w.author)
