"""Tables that leave the house: xlsx and CSV in which no cell is ever a formula.

Text stays text: a name that begins with "=" is written as a string cell in xlsx, and with a leading
apostrophe in CSV, where a spreadsheet program would otherwise run it. Numbers and dates stay such.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
BOM = "\ufeff"
# What makes a spreadsheet program take a text for a formula or a command, full width as well.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MAX_CELL = 32_767
NARROW, WIDE = 10, 40

Value = str | int | Decimal | date | datetime | bool | None


def csv_cell(value: Value) -> str:
    """As CSV text; a text that could be run gets a leading apostrophe."""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, str):
        text = NOT_IN_XML.sub("", plain)
        return f"'{text}" if plain.lstrip(" \u3000").startswith(DANGEROUS) else text
    return f"{plain:%Y-%m-%d}" if isinstance(plain, date) else str(plain)


def csv_lines(header: list[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """UTF-8 with BOM, so that Excel reads Chinese; a line at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield BOM
    for row in _chained(header, rows):
        writer.writerow([csv_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx_bytes(
    title: str, header: list[str], rows: Iterable[Iterable[Value]], note: str = ""
) -> bytes:
    """One sheet with a frozen, bold header. Every text cell is of type string.

    `note` is a remark on the first cell and stands on top of every printed page: a line of its
    own would be taken for the header when the file is imported again.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "", title)[:31] or "Sheet1")
    sheet.freeze_panes = "A2"
    for number, label in enumerate(header, 1):
        width = min(max(NARROW, 2 * len(label) + 4), WIDE)
        sheet.column_dimensions[get_column_letter(number)].width = width
    bold = Font(bold=True)
    head = [_xlsx_cell(sheet, label, font=bold) for label in header]
    if note:
        head[0].comment = Comment(note, "")
        sheet.oddHeader.right.text = note
    sheet.append(head)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet, value: Value, font: Font | None = None):
    plain = _plain(value)
    if plain is None or not isinstance(plain, str):
        return plain  # openpyxl writes numbers and dates as they are
    text = NOT_IN_XML.sub("", plain)[:MAX_CELL]
    if font is None and text[:1] not in ("=", "#"):
        return text  # openpyxl takes nothing else for a formula or an error value
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell


def _plain(value: Value) -> str | int | float | Decimal | date | None:
    """Yes and no as words, moments as Shanghai text to the minute; the rest as it is."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    if value is None or isinstance(value, (int, Decimal, date)):
        return value
    return str(value)


def _chained(header, rows):
    yield header
    yield from rows


def xlsx_response(name: str, header: list[str], rows: Iterable, note: str = "") -> HttpResponse:
    """`name` without its ending; also the title of the sheet. `note`: see xlsx_bytes."""
    response = HttpResponse(xlsx_bytes(name, header, rows, note), content_type=XLSX_TYPE)
    return as_attachment(response, f"{name}.xlsx")


def csv_response(name: str, header: list[str], rows: Iterable) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(header, rows), content_type=CSV_TYPE)
    return as_attachment(response, f"{name}.csv")


def as_attachment(response, name: str):
    """A download under a Chinese `name`."""
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
