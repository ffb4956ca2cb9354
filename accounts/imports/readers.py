"""An uploaded xlsx or CSV as a table of raw cells. Nothing is calculated, nothing is guessed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accounts.imports.cells import Cell, is_blank

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELL = 2_000
BOM = "\ufeff"
ZEROS = re.compile(r"^0+$")
SEPARATORS = ",;\t"


class Unreadable(Exception):
    """The file as a whole cannot be taken; the message is for the person who sent it."""


@dataclass(frozen=True)
class Table:
    """`rows`: (number in the file, cells), the header apart; blank rows are left out."""

    header: list[str]
    rows: list[tuple[int, list[Cell]]]


def read(file: IO[bytes], name: str) -> Table:
    """The first sheet of an xlsx, or a CSV in UTF-8, GB18030 (GBK) or UTF-16 with BOM."""
    lines = _xlsx_lines(file) if name.lower().endswith(".xlsx") else _csv_lines(file)
    filled = ((number, cells) for number, cells in lines if not all(map(is_blank, cells)))
    _, header = next(filled, (0, []))
    if not header:
        raise Unreadable("文件里没有内容。请先下载模板，按模板填写。")
    rows = []
    for number, cells in filled:
        if len(rows) >= MOST_ROWS:
            raise Unreadable(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。")
        rows.append((number, cells))
    if not rows:
        raise Unreadable("表头下面没有数据行。")
    return Table([str(cell or "").strip() for cell in header], rows)


def _xlsx_lines(file) -> Iterator[tuple[int, list[Cell]]]:
    try:
        # Formulas come as their text: data_only would hand out numbers that nobody has checked.
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong, or a million rows
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            yield number, _trimmed([_xlsx_cell(cell) for cell in row])
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError,
            SyntaxError) as error:  # fmt: skip
        raise Unreadable("文件打不开，可能已损坏。请在 Excel 里另存为 xlsx 后再试。") from error


def _xlsx_cell(cell) -> Cell:
    value = cell.value
    if isinstance(value, str):
        return value[:MOST_CELL]
    if value is not None and not isinstance(value, (int, float, date)):
        return str(getattr(value, "text", value))  # the text of an array formula; a bare hour
    if isinstance(value, int) and not isinstance(value, bool):
        shape = cell.number_format
        # 「000000」 shows 012345 where the file stores 12345: what is shown was meant.
        return str(value).zfill(len(shape)) if ZEROS.match(shape) and len(shape) > 1 else value
    return value


def _csv_lines(file) -> Iterator[tuple[int, list[Cell]]]:
    plain = decoded(file.read())
    first = plain.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=separator)
    try:
        for cells in reader:
            short = [cell[:MOST_CELL] for cell in cells[:MOST_COLUMNS]]
            yield reader.line_num - sum(cell.count("\n") for cell in cells), _trimmed(short)
    except csv.Error as error:
        raise Unreadable("CSV 文件的格式不对，请在 Excel 里重新另存。") from error


def decoded(content: bytes) -> str:
    """UTF-8 with or without BOM; else GB18030, of which GBK and GB2312 are parts."""
    for encoding in _encodings(content):
        try:
            return content.decode(encoding).removeprefix(BOM)
        except UnicodeDecodeError:
            continue
    raise Unreadable("认不出文件的编码。请另存为「CSV UTF-8」后再试。")


def _encodings(content: bytes) -> Iterable[str]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    return ("utf-8", "gb18030")


def _trimmed(cells: list[Cell]) -> list[Cell]:
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells
