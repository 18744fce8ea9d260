"""Rows as a file: XLSX by XlsxWriter, row by row in constant memory, or CSV for everything else (导出). Pure.

The file is the office's document, so its words are Chinese whoever asks for it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol

import xlsxwriter

from inspection.kernel.cells import harmless
from inspection.kernel.phrases import Phrase

MOST_ROWS = 1_000_000
"""Of one worksheet, which ends at 1,048,576; what is more goes on in the next."""
DAY_FORMAT = "yyyy-mm-dd"
NO_TIME = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands for no moment, as in the members of a zip file."""
PLAIN_STRINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Kind(StrEnum):
    """What a file can be."""

    XLSX = "xlsx"
    CSV = "csv"


TYPES: Mapping[Kind, str] = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv; charset=utf-8",
}

Value = str | int | float | date | Phrase | None
Row = Sequence[Value]


class Column(Protocol):
    """What a file must know of a column: its heading, and how many characters wide it is in a spreadsheet."""

    @property
    def heading(self) -> str:
        """In Chinese."""

    @property
    def width(self) -> int:
        """In characters."""


def write(kind: Kind, out: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the headings and the rows, and say how many rows there were. ``out`` stays open."""
    if kind is Kind.CSV:
        return _write_csv(out, columns, rows)
    return _write_xlsx(out, title, columns, rows)


def _write_csv(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """With a byte order mark, or Excel would take UTF-8 for the machine's own code page."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    number = 0
    for number, row in enumerate(rows, 1):  # noqa: B007 - the last one is how many there were
        writer.writerow([_csv_cell(value) for value in row])
    text.detach()
    return number


def _write_xlsx(out: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    book = xlsxwriter.Workbook(out, {"constant_memory": True} | PLAIN_STRINGS)
    book.set_properties(properties(title))
    formats = {"head": book.add_format({"bold": True, "bottom": 2}), "day": book.add_format({"num_format": DAY_FORMAT})}
    sheet, number = None, 0
    for number, (place, row) in enumerate(_placed(rows), 1):  # noqa: B007 - as above
        if sheet is None or place == 1:
            sheet = _sheet(book, title, columns, formats["head"])
        _write_row(sheet, place, row, formats["day"])
    if sheet is None:
        _sheet(book, title, columns, formats["head"])
    book.close()
    return number


def properties(title: str) -> dict[str, Any]:
    """What a spreadsheet says of itself: its title, and neither who made it nor when."""
    return {"title": title, "created": NO_TIME}


def _placed(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """Each row with its place on its worksheet, below the headings."""
    return ((index % MOST_ROWS + 1, row) for index, row in enumerate(rows))


def _sheet(book: Any, title: str, columns: Sequence[Column], bold: Any) -> Any:
    more = len(book.worksheets())
    sheet = book.add_worksheet(f"{title} {more + 1}" if more else title)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, bold)
    return sheet


def _write_row(sheet: Any, place: int, row: Row, day: Any) -> None:
    for index, value in enumerate(row):
        if isinstance(value, date):
            sheet.write_datetime(place, index, value, day)
        elif isinstance(value, int | float):
            sheet.write_number(place, index, value)
        elif value:
            sheet.write_string(place, index, str(value))


def _csv_cell(value: Value) -> str | int | float:
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return harmless(str(value)) if isinstance(value, Phrase) or value else ""
