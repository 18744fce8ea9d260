"""Whether the rows of a list of inspectors can be taken over, and what is wrong with each that cannot. Pure.

There are no passwords in such a file: whoever is new gets an invitation. A column that is not in the file leaves what
is known as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from inspection.geography.areas import Atlas
from inspection.kernel.errors import Invalid
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.reading import FIELD, Raw
from inspection.kernel.rows import Row, Wrong, headed
from inspection.kernel.text import N_
from inspection.people.access import KIND_NAMES, Kind

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (N_("姓名"),),
    "phone": (N_("手机号"), "手机", "电话", "联系电话", "手机号码"),
    "kind": (N_("类别"), "督查员类别", "身份"),
    "district": (N_("居住区"), "所住区", "居住地（区）", "区"),
    "street": (N_("居住街道（乡镇）"), "居住街道(乡镇)", "居住街道", "街道"),
    "employer": (N_("工作单位"), "单位", "原工作单位"),
    "employer_district": (N_("单位所在区"),),
    "unit": (N_("单位就是承办单位的，写它的名称"), "承办单位"),
    "most_visits": (N_("最多同时几处暗访"), "最多几处"),
    "away_from": (N_("请假从"), "请假开始"),
    "away_until": (N_("请假到"), "请假结束"),
    "note": (N_("备注"),),
}
"""What each column may be called; the first is the one that our own files write, in this order."""
NEEDED = ("name", "phone", "kind")
LONGEST = {"name": 30, "phone": 20, "employer": 60, "note": 300}
MOBILE = re.compile(r"1[3-9]\d{9}")
WHOLE = re.compile(r"\d{1,2}")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
MOST_VISITS = 60
LONGEST_GIVEN = 40
EXAMPLE = "（示例，请删掉）"
"""So begins the name of the example in the file to fill in."""


@dataclass(frozen=True)
class Known:
    """What the rows may name: units by district and name, areas; and the numbers of staff and of closed accounts."""

    units: Mapping[tuple[str, str], Any]
    atlas: Atlas
    staff: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A row that can be taken over: whose it is, and the columns of account and profile that it speaks of."""

    row: int
    phone: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Checked:
    """What a file comes to."""

    lines: tuple[Line, ...]
    wrong: tuple[Wrong, ...]
    unused: tuple[str, ...] = ()
    """Headings that nothing was read from."""


@dataclass
class _Row(Row):
    """A row while it is looked at, with what it may name."""

    known: Known
    line: Line | None = None


def check(rows: Sequence[Raw], known: Known) -> Checked:
    """Every row, or what is wrong with it. Raises Invalid("file") without the headings that are needed."""
    head, columns, unused = headed(rows, HEADINGS, NEEDED)
    below = [row for row in rows if row.number > head]
    if not below:
        raise Invalid(FIELD, N_("表头下面没有内容。"))
    looked = [_looked(row, columns, known) for row in below]
    lines = [row.line for row in looked if row.line is not None]
    wrong = [one for row in looked for one in row.wrong] + list(_twice(lines))
    return Checked(tuple(lines), tuple(sorted(wrong, key=lambda one: one.row)), unused)


def _looked(raw: Raw, columns: Mapping[str, int], known: Known) -> _Row:
    cells = {code: raw.cells[place] if place < len(raw.cells) else None for code, place in columns.items()}
    row = _Row(raw.number, cells, HEADINGS, known)
    row.refuse_formulas()
    if not row.wrong:
        line = _line(row)
        row.line = None if row.wrong else line
    return row


def _line(row: _Row) -> Line:
    for code in NEEDED:
        if not row.has(code):
            row.refuse(code, N_("不能空着。"))
    texts = {code: row.text(code, most) for code, most in LONGEST.items()}
    if texts["name"].startswith(EXAMPLE):
        row.refuse("name", N_("这是示例，请删掉这一行。"))
    values: dict[str, Any] = {"name": texts["name"], "kind": _kind(row)}
    values |= {code: texts[code] for code in ("employer", "note") if code in row.cells}
    values |= _home(row) | _work(row) | _leave(row)
    if "most_visits" in row.cells:
        values["most_visits"] = _most_visits(row)
    return Line(row.number, _phone(row, texts["phone"]), values)


def _phone(row: _Row, text: str) -> str:
    phone = "".join(text.replace("-", "").split())
    if text and not MOBILE.fullmatch(phone):
        row.refuse("phone", N_("手机号应为 11 位数字。"))
    elif phone in row.known.staff:
        row.refuse("phone", N_("这个手机号是工作人员的账号，不能当督查员。"))
    elif phone in row.known.closed:
        row.refuse("phone", N_("这个人已经离队，请先在花名册里恢复。"))
    return phone


def _kind(row: _Row) -> Kind | None:
    name = row.text("kind")
    names = {written: kind for kind, chinese in KIND_NAMES.items() for written in (chinese, kind.value)}
    if name and name not in names:
        row.refuse("kind", N_("类别写这四种之一：%(names)s。"), names=Listing(KIND_NAMES.values()))
    return names.get(name)


def _home(row: _Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    district = _district(row, "district")
    if "district" in row.cells:
        values["district_code"] = district
    if "street" in row.cells:
        name = row.text("street")
        street = row.known.atlas.find_street(district, name) if name and district else None
        if name and not row.has("district"):
            row.refuse("street", N_("写了街道，也要写居住区。"))
        elif name and district and street is None:
            row.refuse("street", N_("这个区没有“%(name)s”。"), name=name[:LONGEST_GIVEN])
        values["home_street_code"] = street.code if street else None
    elif "district" in row.cells:
        values["home_street_code"] = None
    return values


def _work(row: _Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    district = _district(row, "employer_district")
    if "employer_district" in row.cells:
        values["employer_district_code"] = district
    if "unit" in row.cells:
        name = row.text("unit")
        if name and not row.has("employer_district"):
            row.refuse("unit", N_("写了承办单位，也要写单位所在区。"))
        elif name and district and (district, name) not in row.known.units:
            row.refuse("unit", N_("这个区没有单位“%(name)s”，请先在系统里建好。"), name=name[:LONGEST_GIVEN])
        values["employer_unit_id"] = row.known.units.get((district, name)) if name and district else None
    elif "employer_district" in row.cells:
        values["employer_unit_id"] = None
    return values


def _district(row: _Row, code: str) -> str | None:
    name = row.text(code)
    for one in row.known.atlas.districts:
        if name in {one.name, one.short, one.code}:
            return one.code
    if name:
        row.refuse(code, N_("没有“%(name)s”这个区。"), name=name[:LONGEST_GIVEN])
    return None


def _leave(row: _Row) -> dict[str, Any]:
    values = {code: _day(row, code) for code in ("away_from", "away_until") if code in row.cells}
    first, last = values.get("away_from"), values.get("away_until")
    if first and last and last < first:
        row.refuse("away_until", N_("不能早于开始那天。"))
    return values


def _day(row: _Row, code: str) -> date | None:
    cell = row.cells.get(code)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = row.text(code)
    found = DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        found = None
    if text:
        row.refuse(code, N_("日期写成 2026-11-30 这样。"))
    return None


def _most_visits(row: _Row) -> int | None:
    text = row.text("most_visits")
    if text and not (text.isascii() and WHOLE.fullmatch(text) and int(text) <= MOST_VISITS):
        row.refuse("most_visits", N_("应是 0 到 %(most)s 之间的整数。"), most=MOST_VISITS)
        return None
    return int(text) if text else None


def _twice(lines: Sequence[Line]) -> Iterator[Wrong]:
    first: dict[str, int] = {}
    for line in lines:
        if line.phone in first:
            why = Phrase(N_("和第 %(row)s 行的手机号相同。"), {"row": first[line.phone]})
            yield Wrong(line.row, HEADINGS["phone"][0], why)
        first.setdefault(line.phone, line.row)
