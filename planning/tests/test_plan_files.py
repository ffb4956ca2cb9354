"""A plan as PDF and Word: whole, numbered, marked, in scope, written down."""

import io
import re
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from weasyprint import HTML

from accounts.models import Customer
from core.models import AuditEvent
from planning.actions import moving, starting
from planning.models import PlanAllotment, PlanRow
from planning.outline_rules import CHAPTERS, KEY_CUSTOMER
from planning.paper_reports import paper
from planning.tests import reviewing
from staff.tests.factories import make_branch, make_user

pytestmark = pytest.mark.django_db
RARE = "与𠮷田（Ｂ）・䶮先生确认"
LONG = "专线质量和双路由备份是主要卖点，同时带入网点无线备份与灾备机房。" * 12


@pytest.fixture
def scene():
    scene = reviewing.world()
    section = scene.version.sections.get(code="C2.1")
    section.text = f"{LONG}\n{RARE}\n<b>不是标签</b>"
    section.save()
    row = scene.version.rows.filter(table="measures").first()
    for number in range(10):
        row.pk, row.position, row.cells = None, 10 + number, row.cells | {"text": LONG}
        row.save()
    return scene


def take(client, user, scene, kind="pdf", version=1):
    client.force_login(user)
    return client.post(f"/plans/{scene.plan.pk}/exports/{kind}/", {"version": version})


def reader_of(answer) -> PdfReader:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return PdfReader(io.BytesIO(answer.content))


def test_the_pdf_holds_everything_and_names_the_right_pages_and_no_person(client, scene):
    document = reader_of(take(client, scene.author, scene))
    texts = [page.extract_text() for page in document.pages]
    whole = "".join(texts)
    words = (scene.plan.number, "密级：普通商密", "第 1 版", scene.author.name, "版本与审核")
    for word in (*words, *(CHAPTERS[code] for code in ("C1", "C2", "C3"))):
        assert word in whole, word
    for section in KEY_CUSTOMER:
        found = re.search(rf"{re.escape(section.code)}\s*{section.title}[ .]*(\d+)", texts[1])
        assert found, section.code
        there = texts[int(found.group(1)) - 1]
        assert re.search(rf"{re.escape(section.code)}\s*{section.title}", there), section.code
    assert RARE in whole and "<b>不是标签</b>" in whole
    for number, text in enumerate(texts[1:], 2):
        assert f"第 {number} 页，共 {len(texts)} 页" in text
        assert scene.plan.number in text and "普通商密" in text and "导出" in text
    # The long table goes over several pages and says its columns on each of them.
    assert sum("所需费用（万元）" in text for text in texts) >= 3
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "zh-CN"
    assert "pdfuaid" in document.xmp_metadata.stream.get_data().decode()
    assert document.metadata.author == str(scene.plan.branch)
    assert "/EmbeddedFiles" not in str(root.get("/Names", ""))


def test_what_was_handed_in_is_printed_whatever_happens_afterwards(client, scene):
    moving.submit(version=scene.version, by=scene.author)
    Customer.objects.filter(pk=scene.plan.customer_id).update(name="后来改的名字")
    whole = "".join(
        page.extract_text() for page in reader_of(take(client, scene.head, scene)).pages
    )
    assert "后来改的名字" not in whole and RARE in whole and "内容为提交时的原文" in whole


def test_word_has_the_same_content_with_styles_contents_and_repeated_heads(client, scene):
    answer = take(client, scene.author, scene, "docx")
    document = Document(io.BytesIO(answer.content))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert [f"{s.code}　{s.title}" for s in KEY_CUSTOMER] == heads[:-1]
    assert RARE in "\n".join(p.text for p in document.paragraphs)
    grids = [t for t in document.tables if t.style.name == "Table Grid"]
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in grids)
    assert any(len(table.rows) > 10 for table in grids)
    assert "TOC" in document.element.xml
    total = next(row for t in grids for row in t.rows if row.cells[0].text == "合计")
    assert total.cells[5].text == "200.00"  # two lines of 数据: 10 + 20 + 30 + 40
    assert AuditEvent.objects.get(verb="plan.exported").changes["格式"] == ["", "Word"]


def test_the_annual_plan_is_a_core_secret_and_no_managers_matter(client, scene):
    plan = starting.start_plan(kind="annual_market", year=2027, by=scene.head)
    scene.plan = plan
    text = reader_of(take(client, scene.director, scene)).pages[0].extract_text()
    assert "密级：核心商密" in text and "2027 年度市场营销计划" in text
    assert take(client, scene.author, scene).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_who_does_not_see_the_plan_gets_404_and_leaves_no_trace(client, scene, kind):
    far = make_user("branch_director", branch=make_branch())
    for user in (scene.colleague, scene.other_head, far):
        assert take(client, user, scene, kind).status_code == 404
    assert take(client, make_user("back_office"), scene, kind).status_code == 403
    client.force_login(scene.author)
    assert client.get(f"/plans/{scene.plan.pk}/exports/{kind}/").status_code == 405
    assert not AuditEvent.objects.filter(verb="plan.exported").exists()


def test_a_version_that_is_none_stands_at_its_field(client, scene):
    answer = take(client, scene.author, scene, version=9)
    assert answer.status_code == 422 and "第 1 版" in answer.content.decode()


def test_the_schedule_stands_by_quarter_and_day_on_paper_and_on_the_page(client, scene):
    PlanRow.objects.filter(version=scene.version, table="schedule").delete()
    days = [("q3", "2027-08-01"), ("q1", ""), ("", ""), ("q1", "2027-02-01"), ("q1", "2027-01-05")]
    for number, (quarter, day) in enumerate(days):
        cells = {"quarter": quarter, "work": f"事{number}", "owner": "李", "done_by": day}
        PlanRow.objects.create(
            version=scene.version, table="schedule", position=number, cells=cells
        )
    wanted = ["事4", "事3", "事1", "事0", "事2"]
    made = paper(scene.version, scene.author, scene.plan.created_at)
    (section,) = [s for chapter in made.chapters for s in chapter.sections if s.code == "C3.2"]
    assert [row[1] for row in section.tables[0].rows] == wanted
    client.force_login(scene.author)
    page = client.get(f"/plans/{scene.plan.pk}/sections/C3.2/").content.decode()
    assert re.findall(r"事\d", page) == wanted


def test_what_was_handed_down_stands_in_the_order_of_the_kinds(scene):
    for kind in ("win_back", "increment", "stock"):
        PlanAllotment.objects.create(
            plan=scene.plan, kind=kind, q1=1, issued_by=scene.head, issued_at=scene.plan.created_at
        )
    made = paper(scene.version, scene.author, scene.plan.created_at)
    targets = next(s.targets for chapter in made.chapters for s in chapter.sections if s.targets)
    assert [row[0] for row in targets.allotted.rows] == ["存量", "增量", "策反"]


def test_the_running_head_names_the_chapter_that_a_page_goes_on_with():
    css = Path("planning/pdf_assets/plan-document.css").read_text()
    text = "".join(f"<p>第 {number} 行</p>" for number in range(60))
    chapters = f"<h2>甲章</h2>{text}<h2>乙章</h2><p>乙</p><h2>丙章</h2>"
    document = HTML(string=f"<style>{css}</style>{chapters}").write_pdf()
    last = PdfReader(io.BytesIO(document)).pages[-1].extract_text()
    assert "甲章" in last and last.count("乙章") == last.count("丙章") == 1
