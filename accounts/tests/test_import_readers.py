"""Files as they come: xlsx, CSV in several encodings, formulas, leading zeros, broken ones."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from accounts.imports import readers, sheets, workbooks
from accounts.imports.kinds import KINDS
from accounts.imports.readers import Unreadable
from accounts.tests.sheets import csv_file, xlsx

ROWS = [
    ["客户编码", "客户名称", "邮编"],
    ["N1", "绍兴兰亭，纸业", "012000"],
    ["N2", "=1+1", "312000"],
]


def read(upload):
    upload.seek(0)
    return readers.read(upload, upload.name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_usual_encoding(encoding):
    table = read(csv_file(ROWS, encoding))

    assert table.header == ROWS[0]
    assert table.rows == [(2, ROWS[1]), (3, ROWS[2])]


def test_characters_beyond_gbk_come_through_gb18030():
    assert read(csv_file([["名"], ["𠮷"]], "gb18030")).rows == [(2, ["𠮷"])]


def test_a_formula_is_text_and_is_never_calculated():
    book = Workbook()
    book.active.append(["客户编码", "客户名称"])
    book.active.append(["N1", '=HYPERLINK("http://evil","x")'])
    out = io.BytesIO()
    book.save(out)

    assert load_workbook(out).active["B2"].data_type == "f"
    assert readers.read(out, "x.xlsx").rows[0][1][1].startswith("=HYPERLINK")


def test_types_of_a_sheet_are_kept():
    row = ["012345678901234567890", 13800138000, 46349, datetime(2026, 11, 23), True, 1.5]

    assert read(xlsx([["a"], row])).rows == [(2, row)]


def test_zeros_that_a_format_shows_are_meant():
    book = Workbook()
    book.active.append(["邮编"])
    book.active.append([12000])
    book.active["A2"].number_format = "000000"
    out = io.BytesIO()
    book.save(out)

    assert readers.read(out, "x.xlsx").rows == [(2, ["012000"])]


def test_blank_rows_keep_the_numbers_of_the_others():
    table = read(xlsx([["a"], [None], ["x"], ["", " "], ["y"]]))

    assert [number for number, _ in table.rows] == [3, 5]


def test_line_breaks_inside_a_csv_cell_keep_the_row_number():
    assert [n for n, _ in read(csv_file([["a", "b"], ["1", "x\ny"], ["2", "z"]])).rows] == [2, 4]


@pytest.mark.parametrize(
    ("rows", "says"), [([], "没有内容"), ([["编码"]], "没有数据行"), ([[""], [" "]], "没有内容")]
)
def test_an_empty_table_is_refused_in_words(rows, says):
    with pytest.raises(Unreadable, match=says):
        read(xlsx(rows))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(readers, "MOST_ROWS", 2)
    with pytest.raises(Unreadable, match="一次最多导入 2 行"):
        read(xlsx([["a"], ["1"], ["2"], ["3"]]))


def test_a_broken_file_is_refused():
    with pytest.raises(Unreadable, match="打不开"):
        readers.read(io.BytesIO(b"PK\x03\x04broken"), "x.xlsx")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_a_template_as_it_is_imports_nothing_and_knows_all_its_columns(kind):
    content = workbooks.template(kind, {"industry": ["金融", "政府"]})

    with pytest.raises(Unreadable, match="示例"):
        sheets.lines_of(readers.read(io.BytesIO(content), "x.xlsx"), kind)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [kind.label, "填写说明", "选项"]
    assert [cell.value for cell in book.worksheets[0][1]] == [c.label for c in kind.columns]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_sample_of_a_template_is_itself_without_fault():
    for kind in KINDS.values():
        where = sheets.heading([c.label for c in kind.columns], kind.columns)
        line = sheets.parse(2, [c.sample for c in kind.columns], where)
        faults = [fault for fault in line.faults if fault.column not in ("客户编码", "合同编号")]
        assert faults == []


def test_choices_of_a_template_are_lists_in_the_sheet():
    book = load_workbook(io.BytesIO(workbooks.template(KINDS["customers"], {"industry": ["金融"]})))
    rules = book.worksheets[0].data_validations.dataValidation

    assert len(rules) == 9
    assert all(rule.type == "list" and rule.sqref for rule in rules)


def test_the_error_file_can_be_corrected_and_sent_again():
    kind = KINDS["customers"]
    table = readers.Table(["客户编码", "邮编", "备注"], [(7, ["N1", "12", date(2026, 1, 2)])])
    lines, _ = sheets.lines_of(table, kind)
    again = readers.read(io.BytesIO(workbooks.bad_rows(table.header, lines)), "x.xlsx")

    assert again.rows[0][1][3] == "原第 7 行：邮编：邮编是 6 位数字。"
    assert sheets.lines_of(again, kind)[1].unknown == ("备注",)
