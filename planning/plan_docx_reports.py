"""A plan as a Word file for those who must send it on: real styles, contents, repeated heads."""

import io

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from core.exports import NOT_IN_XML
from core.templatetags.fmt import clock, day
from planning.outline_rules import QUARTERS
from planning.paper_reports import Chapter, Paper, Section, Targets
from planning.paper_tables import Table, number, wordy

FONT_OF_WORD = "微软雅黑"
TEAL, RED = RGBColor(0x0E, 0x5C, 0x60), RGBColor(0xB0, 0x30, 0x1F)
SIZES = {"Normal": 10.5, "Title": 24, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11}
TARGET_HEADS = (
    wordy("业务"), *(number(label) for label in (*QUARTERS.values(), "全年", "上年实际")),
)  # fmt: skip


def docx(paper: Paper) -> bytes:
    """The same content as the PDF, without the drawing of quarters."""
    document = Document()
    _set_up(document, paper)
    _cover(document, paper)
    _contents(document)
    for chapter in paper.chapters:
        _chapter(document, chapter)
    _afterwards(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document, paper: Paper) -> None:
    for name, size in SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT_OF_WORD, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT_OF_WORD)
        if name != "Normal":
            style.font.color.rgb, style.font.bold = TEAL, True
    page = document.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    properties = document.core_properties
    properties.title = f"{paper.title} {paper.about}"
    properties.author = str(paper.plan.branch)
    properties.subject, properties.language = paper.level, "zh-CN"
    properties.created = properties.modified = paper.made_at.replace(tzinfo=None)
    head = page.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    head.add_run(paper.level).font.color.rgb = RED
    _footer(page.footer.paragraphs[0], paper)


def _footer(paragraph, paper: Paper) -> None:
    moment = f"{day(paper.made_at)} {clock(paper.made_at)}"
    paragraph.add_run(f"{paper.footer}，{_clean(paper.made_by)} {moment} 导出　第 ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" 页，共 ")
    _field(paragraph, "NUMPAGES")
    paragraph.add_run(" 页")
    for run in paragraph.runs:
        run.font.size = Pt(8)


def _cover(document, paper: Paper) -> None:
    for _ in range(5):
        document.add_paragraph()
    level = document.add_paragraph()
    level.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = level.add_run(f"密级：{paper.level}")
    run.bold, run.font.color.rgb = True, RED
    document.add_paragraph(_clean(paper.title), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    about = document.add_paragraph()
    about.alignment = WD_ALIGN_PARAGRAPH.CENTER
    about.add_run(_clean(paper.about)).font.size = Pt(16)
    document.add_paragraph()
    table = document.add_table(rows=0, cols=2)
    for what, value in paper.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = what, _clean(value)
        cells[0].width, cells[1].width = Mm(35), Mm(125)
    said = "内容为提交时的原文。" if paper.is_sealed else "尚未提交，内容为导出时的草稿。"
    document.add_paragraph(said)
    _break(document)


def _contents(document) -> None:
    title = document.add_paragraph()
    run = title.add_run("目录")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(16), TEAL
    _field(document.add_paragraph(), 'TOC \\o "1-2" \\h \\z', "打开后按 F9 更新目录。")
    _break(document)


def _chapter(document, chapter: Chapter) -> None:
    document.add_heading(f"{chapter.code}　{chapter.title}", level=1)
    for section in chapter.sections:
        if section.code != chapter.code:
            document.add_heading(f"{section.code}　{section.title}", level=2)
        _section(document, section)


def _section(document, section: Section) -> None:
    for line in section.paragraphs:
        document.add_paragraph(_clean(line))
    if section.none_reason:
        document.add_paragraph(f"无。原因：{_clean(section.none_reason)}")
    if section.targets:
        _targets(document, section.targets)
    for table in section.tables:
        _table(document, table)
    if section.is_empty:
        document.add_paragraph("尚未填写。")


def _targets(document, targets: Targets) -> None:
    if targets.allotted:
        _table(document, targets.allotted)
    rows, bold = [], set()
    for name, lines, sums in targets.groups:
        rows += [[f"{name} {line[0]}", *line[1:]] for line in lines]
        bold.add(len(rows))
        rows.append([f"{name}小计", *sums])
    bold.add(len(rows))
    rows.append(["合计", *targets.total])
    _table(document, Table("目标（万元）", TARGET_HEADS, rows), bold)
    if targets.below:
        _table(document, targets.below)


def _table(document, table: Table, bold: frozenset | set = frozenset()) -> None:
    document.add_heading(_clean(table.title), level=3)
    grid = document.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    for cell, head in zip(grid.rows[0].cells, table.heads, strict=True):
        _write(cell, head.label, head.is_number, True)
    _mark(grid.rows[0], "w:tblHeader")
    for place, row in enumerate(table.rows):
        line = grid.add_row()
        _mark(line, "w:cantSplit")
        for cell, head, text in zip(line.cells, table.heads, row, strict=True):
            _write(cell, text, head.is_number, place in bold)
    document.add_paragraph()


def _write(cell, text: str, is_number: bool, is_bold: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(_clean(text))
    run.font.size, run.bold = Pt(8.5), is_bold
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _afterwards(document, paper: Paper) -> None:
    document.add_heading("版本与审核", level=1)
    _table(document, paper.versions)
    document.add_heading("审核记录", level=2)
    if not paper.reviews:
        document.add_paragraph("还没有审核。")
    for one in paper.reviews:
        head = document.add_paragraph()
        head.add_run(f"{one.step}{one.decision}（第 {one.version} 版）").bold = True
        head.add_run(f"　{_clean(one.reviewer)}　{one.at}")
        for text in (one.note, *(f"{section}：{text}" for section, text in one.sections)):
            if text:
                document.add_paragraph(_clean(text))


def _break(document) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _mark(row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _field(paragraph, code: str, shown: str = "1") -> None:
    """A field that Word fills in itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.set(qn("w:dirty"), "true")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", text)
