"""What a plan above says of those below: named to who may open them, one sum to all others (A0)."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from accounts.tests.factories import make_customer
from planning import paper_reports
from planning.tests import reviewing
from planning.tests.factories import make_plan
from planning.tests.reviewing import fill, submitted
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db
SECRET, OWN = "隐秘银行绍兴支行", "本部门的客户单位"


@pytest.fixture
def scene():
    """An industry's plan above a customer of this department and two of the other; the annual plan
    above another industry's customer of the other department."""
    scene = reviewing.world()
    scene.above = make_plan("key_industry", author=scene.industry_manager)
    foreign = make_user(department=scene.there)
    scene.foreign = []
    for manager, name in ((scene.author, OWN), (foreign, SECRET), (foreign, SECRET + "二")):
        plan = make_plan(customer=make_customer(manager=manager, name=name))
        fill(plan)
        submitted(plan)
        scene.foreign += [plan] if manager == foreign else []
    return scene


def texts(client, user, plan) -> dict[str, str]:
    """{where: everything that it says to `user`}."""
    client.force_login(user)
    found = {
        name: client.get(f"/plans/{plan.pk}/{path}").content.decode()
        for name, path in (("version", "versions/1/"), ("review", "review/"))
    }
    for kind in ("pdf", "docx"):
        answer = client.post(f"/plans/{plan.pk}/exports/{kind}/", {"version": 1})
        assert answer.status_code == 200
        found[kind] = (said_by_pdf if kind == "pdf" else said_by_word)(answer.content)
    return found


def said_by_pdf(content: bytes) -> str:
    whole = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(whole.split())


def said_by_word(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.mark.parametrize("is_handed_in", [False, True])
def test_a_head_of_another_department_reads_a_sum_and_no_name(client, scene, is_handed_in):
    plan = scene.above
    if is_handed_in:
        fill(plan)
        submitted(plan)
    for where, text in texts(client, scene.head, plan).items():
        assert SECRET not in text, where
        assert not any(one.number in text for one in scene.foreign), where
        assert OWN in text and "其他2份计划" in "".join(text.split()), where
    for where, text in texts(client, scene.other_head, plan).items():
        assert SECRET in text and OWN not in text, where
    for where, text in texts(client, scene.director, plan).items():
        assert SECRET in text and OWN in text and "其他" not in text.split("汇总自下级")[1], where


def test_nor_in_the_annual_plan_of_the_branch(client, scene):
    annual = make_plan("annual_market", author=make_user("dept_head", department=scene.there))
    foreign = scene.foreign[0]
    type(foreign).objects.filter(pk=foreign.pk).update(parent=annual)
    for where, text in texts(client, scene.head, annual).items():
        assert SECRET not in text and foreign.number not in text, where


def below(plan, reader):
    paper = paper_reports.paper(plan.current, reader, timezone.now())
    [targets] = [s.targets for c in paper.chapters for s in c.sections if s.targets]
    return targets


def test_what_is_read_comes_to_the_same_for_everybody(scene):
    seen, whole = below(scene.above, scene.head), below(scene.above, scene.director)
    assert seen.total == whole.total
    [rest] = [row for row in seen.below.rows if row[1] == "其他 2 份计划" and row[3] == "增量"]
    assert rest[4:] == ["20.00", "40.00", "60.00", "80.00", "200.00"]


def test_the_number_of_queries_does_not_grow(client, scene):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            below(scene.above, scene.head)
        return len(found)

    count()
    before = count()
    for _ in range(3):
        plan = make_plan(customer=make_customer(manager=make_user(department=scene.there)))
        fill(plan)
        submitted(plan)
    assert count() == before


def test_kinds_below_stand_in_the_order_of_every_other_table():
    sums = {kind: ["1.00"] * 5 for kind in ("increment", "stock", "win_back")}
    told = {"number": "KP-1", "about": "某客户", "version": 1, "sums": sums}
    table = paper_reports._below({"rollup": [told]})
    assert [row[3] for row in table.rows] == ["存量", "增量", "策反"]
