"""The roster as a file: whom it holds today, and an empty one to fill in (花名册导出、导入模板).

Both are in the columns that the import reads, so that a file can go out, be worked on, and come back.
"""

import io
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

import xlsxwriter
from sqlalchemy import select

from inspection.geography import service as geography
from inspection.geography.areas import Atlas
from inspection.kernel import audit, sheets
from inspection.kernel.db import db
from inspection.kernel.sheets import Kind, Value
from inspection.people.access import KIND_NAMES
from inspection.people.models import Person, Profile, Unit
from inspection.roster import lists
from inspection.roster.checking import EXAMPLE as FIRST
from inspection.roster.checking import HEADINGS
from inspection.roster.lists import Filters

TITLE, KINDS_TITLE = "花名册", "督查员类别"
EXAMPLE: Sequence[Value] = (
    f"{FIRST}李文", "13900000000", "离退休老干部", "东城区", "东四街道", "某区某局", "西城区", "", 4, "", "", "",
)  # fmt: skip
WIDTHS = {"name": 22, "phone": 14, "kind": 16, "street": 18, "employer": 28, "unit": 32, "note": 32}


@dataclass(frozen=True)
class Column:
    """A column of the file."""

    code: str
    heading: str
    width: int


COLUMNS = tuple(Column(code, names[0], WIDTHS.get(code, 14)) for code, names in HEADINGS.items())

Units = Mapping[uuid.UUID, str]
Told = Callable[[Person, Profile, Atlas, Units], Value]
CELLS: dict[str, Told] = {
    "name": lambda person, *_: person.name,
    "phone": lambda person, *_: person.phone,
    "kind": lambda person, *_: KIND_NAMES[person.kind] if person.kind else None,
    "district": lambda person, _profile, atlas, _units: _district(atlas, person.district_code),
    "street": lambda _person, profile, atlas, _units: (
        atlas.street(profile.home_street_code).name if profile.home_street_code else None
    ),
    "employer": lambda _person, profile, *_: profile.employer,
    "employer_district": lambda _person, profile, atlas, _units: _district(atlas, profile.employer_district_code),
    "unit": lambda _person, profile, _atlas, units: (
        units.get(profile.employer_unit_id) if profile.employer_unit_id else None
    ),
    "most_visits": lambda _person, profile, *_: profile.most_visits,
    "away_from": lambda _person, profile, *_: profile.away_from,
    "away_until": lambda _person, profile, *_: profile.away_until,
    "note": lambda _person, profile, *_: profile.note,
}


def made(kind: Kind, asked: Filters, *, by: Person, today: date) -> tuple[BinaryIO, int]:
    """The file of those who are asked for, and how many it holds. Changes nothing; see ``note_made``."""
    out = io.BytesIO()
    rows = sheets.write(kind, out, TITLE, COLUMNS, _rows(lists.stream(asked, by=by, today=today)))
    out.seek(0)
    return out, rows


def note_made(kind: Kind, asked: Filters, rows: int, *, by: Person, now: datetime) -> None:
    """Write down that a file was handed out; the words that were looked for may be a name and stay out of it."""
    pairs = {name: value for name, value in asked.pairs.items() if name != "words"}
    audit.record("roster.exported", "roster:all", by=by, at=now, kind=kind.value, rows=rows, filter=pairs)


def template() -> BinaryIO:
    """An XLSX file with the headings, one row as an example, and the kinds that there are."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, sheets.PLAIN_STRINGS)
    bold = book.add_format({"bold": True, "bottom": 2})
    sheet, kinds = book.add_worksheet(TITLE), book.add_worksheet(KINDS_TITLE)
    sheet.freeze_panes(1, 0)
    for place, (column, example) in enumerate(zip(COLUMNS, EXAMPLE, strict=True)):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, bold)
        sheet.write(1, place, example)
    for place, name in enumerate([KINDS_TITLE, *KIND_NAMES.values()]):
        kinds.write_string(place, 0, name, bold if place == 0 else None)
    kinds.set_column(0, 0, 24)
    of_kind = next(place for place, column in enumerate(COLUMNS) if column.code == "kind")
    source = f"={KINDS_TITLE}!$A$2:$A${len(KIND_NAMES) + 1}"
    sheet.data_validation(1, of_kind, sheets.MOST_ROWS, of_kind, {"validate": "list", "source": source})
    book.close()
    out.seek(0)
    return out


def _rows(found: Iterator[tuple[Person, Profile | None]]) -> Iterator[Sequence[Value]]:
    atlas = geography.current_atlas()
    units = {unit_id: name for unit_id, name in db.session.execute(select(Unit.id, Unit.name))}  # noqa: C416 - rows
    nothing = Profile(employer="", note="")
    return (
        [CELLS[column.code](person, profile or nothing, atlas, units) for column in COLUMNS]
        for person, profile in found
    )


def _district(atlas: Atlas, code: str | None) -> Value:
    return atlas.district(code).name if code else None
