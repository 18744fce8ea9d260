"""A foreign file as rows of cells: XLSX or CSV, and nothing that only looks like them (表格读取). Pure.

The file comes from outside: it is measured before it is opened, unpacked no further than its directory says, its XML
may declare no entities (defusedxml, which openpyxl uses by itself), and formulas are told apart from what they show.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import openpyxl

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
MOST_UNPACKED_BYTES = 50 * MIB
MOST_PARTS = 1_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000
FIELD = "file"

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK, MACROS = "xl/workbook.xml", "vbaproject"
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", "\t", ";")
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, IndexError, AttributeError, TypeError, ValueError,
    SyntaxError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl and its parsers raise over a file that is not what it says."""

NO_TABLE = N_("这个文件打不开，请交 Excel（.xlsx）或 CSV 文件。")
TOO_LARGE = N_("文件太大，最多 %(most)s MB，请分几次导入。")
TOO_MANY = N_("行数太多，一次最多 %(most)s 行，请分几次导入。")

if not openpyxl.DEFUSEDXML:
    raise RuntimeError("openpyxl reads foreign files only beside defusedxml")


class Formula(str):
    """The text of a formula: never what it would come to."""

    __slots__ = ()


Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Raw:
    """One row as it stands in the file; ``number`` is the one that a spreadsheet shows."""

    number: int
    cells: Sequence[Cell]


def read(data: bytes) -> list[Raw]:
    """The rows that have anything in them. Raises Invalid("file", …) saying what is wrong with the file."""
    if len(data) > MOST_BYTES:
        raise Invalid(FIELD, TOO_LARGE, most=MOST_BYTES // MIB)
    if not data.strip():
        raise Invalid(FIELD, N_("文件是空的。"))
    if data.startswith(OLE):
        raise Invalid(FIELD, N_("这是旧式 .xls 或加了密码的文件，请在 Excel 里另存为不加密码的 .xlsx 再交。"))
    rows = _from_xlsx(data) if data.startswith(ZIP) else _from_csv(_decoded(data))
    return list(_filled(rows))


def _filled(rows: Iterable[Raw]) -> Iterator[Raw]:
    seen = 0
    for row in rows:
        if any(cell not in {None, ""} for cell in row.cells):
            seen += 1
            if seen > MOST_ROWS + 1:
                raise Invalid(FIELD, TOO_MANY, most=MOST_ROWS)
            yield row


def _from_xlsx(data: bytes) -> list[Raw]:
    try:
        _require_a_workbook(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS)
        return list(_filled(Raw(number, [_cell(one) for one in row]) for number, row in enumerate(rows, 1)))
    except Invalid:
        raise
    except BROKEN as wrong:
        raise Invalid(FIELD, NO_TABLE) from wrong


def _require_a_workbook(data: bytes) -> None:
    """Look at the directory before anything is unpacked: what it says is the most that is ever read of a part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise Invalid(FIELD, N_("文件展开以后太大，没有打开。"))
    names = {part.filename.lower() for part in parts}
    if WORKBOOK not in names or any(part.flag_bits & 1 for part in parts):
        raise Invalid(FIELD, NO_TABLE)
    if any(MACROS in name for name in names):
        raise Invalid(FIELD, N_("文件里有宏，没有打开。请另存为不带宏的 .xlsx 再交。"))


def _cell(cell: object) -> Cell:
    value: Cell = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "f":
        return Formula(value)
    if isinstance(value, str):
        return _text(value)
    return value if isinstance(value, int | float | date) else None if value is None else _text(str(value))


def _text(text: str) -> str:
    return text.strip()[: LONGEST_CELL + 1]


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid(FIELD, NO_TABLE)


def _from_csv(text: str) -> Iterator[Raw]:
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            yield Raw(number, [_from_text(cell) for cell in row[:MOST_COLUMNS]])
    except csv.Error as wrong:
        raise Invalid(FIELD, NO_TABLE) from wrong


def _from_text(cell: str) -> Cell:
    text = _text(cell)
    return Formula(text) if text.startswith("=") else text
