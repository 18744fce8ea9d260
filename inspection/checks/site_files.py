"""The list of sites as a file: what it holds today, and an empty one to fill in (点位导出、导入模板).

Both are in the columns that the import reads, so that a file can go out, be worked on, and come back.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import xlsxwriter

from inspection.checks import site_lists
from inspection.checks.models import Site
from inspection.checks.site_checking import DATUMS, HEADINGS
from inspection.checks.site_checking import EXAMPLE as FIRST
from inspection.checks.site_lists import Filters
from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.geography.points import Datum
from inspection.kernel import audit, sheets
from inspection.kernel.sheets import Kind, Value
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.catalogue import site_types

TITLE, TYPES_TITLE = "点位", "点位类型"
EXAMPLE: Sequence[Value] = (
    "DC-0001", "背街小巷", f"{FIRST}月牙胡同", "月牙胡同 5 号", "东城区", "东四街道",
    116.4178, 39.9289, DATUMS[Datum.WGS84][0], "", "",
)  # fmt: skip
WIDTHS = {"name": 28, "address": 32, "unit": 26, "street": 16, "note": 32}


@dataclass(frozen=True)
class Column:
    """A column of the file."""

    code: str
    heading: str
    width: int


COLUMNS = tuple(Column(code, names[0], WIDTHS.get(code, 12)) for code, names in HEADINGS.items())

Told = Callable[[Site, Atlas], Value]
CELLS: dict[str, Told] = {
    "number": lambda site, _atlas: site.number,
    "type": lambda site, _atlas: site_types().get(site.type_code, (site.type_code,))[0],
    "name": lambda site, _atlas: site.name,
    "address": lambda site, _atlas: site.address,
    "district": lambda site, atlas: atlas.district(site.district_code).name,
    "street": lambda site, atlas: atlas.street(site.street_code).name if site.street_code else None,
    "lng": lambda site, _atlas: site.lng if site.cell else None,
    "lat": lambda site, _atlas: site.lat if site.cell else None,
    "datum": lambda site, _atlas: DATUMS[Datum.WGS84][0] if site.cell else None,
    "unit": lambda site, _atlas: site.unit.name if site.unit else None,
    "note": lambda site, _atlas: site.note,
}


def made(kind: Kind, asked: Filters, *, by: Person) -> tuple[BinaryIO, int]:
    """The file of the sites that are asked for, and how many it holds. Changes nothing; see ``note_made``."""
    access.require(by.role, Right.SITE_READ)
    out = io.BytesIO()
    rows = sheets.write(kind, out, TITLE, COLUMNS, _rows(site_lists.stream(by, asked)))
    out.seek(0)
    return out, rows


def note_made(kind: Kind, asked: Filters, rows: int, *, by: Person, now: datetime) -> None:
    """Write down that a file was handed out."""
    audit.record("sites.exported", "sites:all", by=by, at=now, kind=kind.value, rows=rows, filter=asked.pairs)


def template() -> BinaryIO:
    """An XLSX file with the headings, one row as an example, and the types that a site can be of."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, sheets.PLAIN_STRINGS)
    book.set_properties(sheets.properties(TITLE))
    bold = book.add_format({"bold": True, "bottom": 2})
    sheet, types = book.add_worksheet(TITLE), book.add_worksheet(TYPES_TITLE)
    sheet.freeze_panes(1, 0)
    for place, (column, example) in enumerate(zip(COLUMNS, EXAMPLE, strict=True)):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, bold)
        sheet.write(1, place, example)
    names = [chinese for chinese, _english in site_types().values()]
    for place, name in enumerate([TYPES_TITLE, *names]):
        types.write_string(place, 0, name, bold if place == 0 else None)
    types.set_column(0, 0, 24)
    of_type = next(place for place, column in enumerate(COLUMNS) if column.code == "type")
    source = f"={TYPES_TITLE}!$A$2:$A${len(names) + 1}"
    sheet.data_validation(1, of_type, sheets.MOST_ROWS, of_type, {"validate": "list", "source": source})
    book.close()
    out.seek(0)
    return out


def _rows(found: Iterator[Site]) -> Iterator[Sequence[Value]]:
    atlas = geography.current_atlas()
    return ([CELLS[column.code](site, atlas) for column in COLUMNS] for site in found)
