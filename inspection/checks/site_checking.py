"""Whether the rows of a list of sites can be taken over, and what is wrong with each that cannot (点位核对). Pure.

A position is taken with its datum only: a wrong one moves a point by half a kilometre. A column that is not in the file
leaves what is known as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspection.checks import placing
from inspection.checks.placing import Placed
from inspection.geography import points
from inspection.geography.areas import Atlas
from inspection.geography.points import Datum, Point
from inspection.kernel.errors import Invalid
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.reading import FIELD, Raw
from inspection.kernel.rows import Row, Wrong, headed, written
from inspection.kernel.text import N_

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (N_("编号"), "点位编号"),
    "type": (N_("类型"), "点位类型", "类别"),
    "name": (N_("名称"), "点位名称", "点位"),
    "address": (N_("地址"), "详细地址", "具体位置"),
    "district": (N_("区"), "所属区", "区县"),
    "street": (N_("街道（乡镇）"), "街道(乡镇)", "街道", "街道乡镇", "街乡镇"),
    "lng": (N_("经度"),),
    "lat": (N_("纬度"),),
    "datum": (N_("坐标系"),),
    "unit": (N_("责任单位"), "承办单位"),
    "note": (N_("备注"),),
}
"""What each column may be called; the first is the one that our own files write, in this order."""
NEEDED = ("number", "type", "name", "district")
LONGEST = {"number": 40, "name": 80, "address": 200, "note": 500}
DATUMS: Mapping[Datum, tuple[str, ...]] = {
    Datum.WGS84: ("WGS-84", "WGS84", "GPS"),
    Datum.CGCS2000: ("CGCS2000", "天地图", "国家2000"),
    Datum.GCJ02: ("GCJ-02", "GCJ02", "高德", "腾讯", "火星"),
    Datum.BD09: ("BD-09", "BD09", "百度"),
}
"""What each datum may be called; the first is the one that our own files write."""
FIELDS = {"place": "lat", "district": "district", "street": "street"}
"""Under which heading a refusal of ``placing`` is told."""
LONGEST_NAME = 40
EXAMPLE = "（示例，请删掉）"
"""So begins the name of the example in the file to fill in."""


@dataclass(frozen=True)
class Known:
    """What the rows may name: types by name, units by district and name, areas; and the one district, if it is one."""

    types: Mapping[str, str]
    units: Mapping[tuple[str, str], Any]
    atlas: Atlas
    own: str | None = None


@dataclass(frozen=True)
class Line:
    """A row that can be taken over: whose it is, and the columns of ``Site`` that it says something about."""

    row: int
    number: str
    placed: Placed
    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """By what a site is known again."""
        return self.placed.district_code, self.number

    @property
    def exact(self) -> bool:
        """Whether the row says where it is."""
        return bool(self.placed.cell)


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


def _line(row: _Row) -> Line | None:
    for code in NEEDED:
        if not row.has(code):
            row.refuse(code, N_("不能空着。"))
    texts = {code: row.text(code, most) for code, most in LONGEST.items()}
    if texts["name"].startswith(EXAMPLE):
        row.refuse("name", N_("这是示例，请删掉这一行。"))
    type_code, district = _type(row), _district(row)
    placed = _placed(row, district) if district else None
    values: dict[str, Any] = {"type_code": type_code, "name": texts["name"]}
    values |= {code: texts[code] for code in ("address", "note") if code in row.cells}
    if "unit" in row.cells and district:
        values["unit_id"] = _unit(row, district)
    if "street" in row.cells and placed:
        values["street_code"] = placed.street_code
    return Line(row.number, texts["number"], placed, values) if placed else None


def _type(row: _Row) -> str:
    name = row.text("type")
    if name and name not in row.known.types:
        row.refuse("type", N_("没有“%(name)s”这种点位。"), name=name[:LONGEST_NAME])
    return row.known.types.get(name, "")


def _district(row: _Row) -> str:
    name = row.text("district")
    for one in row.known.atlas.districts:
        if name in {one.name, one.short, one.code}:
            if row.known.own not in {None, one.code}:
                row.refuse("district", N_("%(district)s的点位不归您管。"), district=one.name)
            return one.code
    if name:
        row.refuse("district", N_("没有“%(name)s”这个区。"), name=name[:LONGEST_NAME])
    return ""


def _unit(row: _Row, district: str) -> Any:
    name = row.text("unit")
    if name and (district, name) not in row.known.units:
        row.refuse("unit", N_("这个区没有单位“%(name)s”，请先在系统里建好。"), name=name[:LONGEST_NAME])
    return row.known.units.get((district, name))


def _placed(row: _Row, district: str) -> Placed | None:
    name = row.text("street")
    street = row.known.atlas.find_street(district, name) if name else None
    if name and street is None:
        row.refuse("street", N_("这个区没有“%(name)s”。"), name=name[:LONGEST_NAME])
    wrong_before = len(row.wrong)
    try:
        point = _point(row)
        if len(row.wrong) > wrong_before:
            return None
        return placing.place(row.known.atlas, point, district=district, street=street.code if street else "")
    except Invalid as refusal:
        row.refuse(FIELDS[refusal.field], refusal.message, **refusal.params)
        return None


def _point(row: _Row) -> Point | None:
    if not row.has("lat") and not row.has("lng"):
        return None
    try:
        lat, lng = (float(written(row.cells.get(code) or "")) for code in ("lat", "lng"))
    except ValueError:
        row.refuse("lat", N_("经度和纬度要一起写，都是小数。"))
        return None
    name = row.text("datum").upper()
    datum = next((datum for datum, names in DATUMS.items() if name in names), None)
    if datum is None:
        row.refuse("datum", N_("写明坐标系：%(names)s。"), names=Listing(names[0] for names in DATUMS.values()))
        return None
    return points.to_wgs84(lat, lng, datum)


def _twice(lines: Sequence[Line]) -> Iterator[Wrong]:
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.key in first:
            why = Phrase(N_("和第 %(row)s 行的编号相同。"), {"row": first[line.key]})
            yield Wrong(line.row, HEADINGS["number"][0], why)
        first.setdefault(line.key, line.row)
