"""Where a site lies: the district that its point is in, the street that it is said to be in (点位定位). Pure.

Near a border, and wherever a border is an estimate, the office's own word decides between the districts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from inspection.geography import points
from inspection.geography.areas import Atlas, District, NearStreet
from inspection.geography.points import Point
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

BORDER_M = 100.0
"""[D] So near to a border either district may be right."""
DIGITS = 6
"""Of a degree: a tenth of a metre, so that a file gives back the very point that it was given."""


@dataclass(frozen=True)
class Placed:
    """Where a site lies, and in which cell; in none where only its street or district is known."""

    district_code: str
    street_code: str | None
    lat: float
    lng: float
    cell: str


@dataclass(frozen=True)
class Around:
    """What can be said of a point: its district, whether another may be right too, and the nearest streets."""

    district: District
    doubtful: bool
    streets: Sequence[NearStreet]


def around(atlas: Atlas, point: Point) -> Around:
    """The district of a point. Raises Invalid("place") outside Beijing."""
    location = atlas.locate(point, BORDER_M)
    if location.district is None:
        raise Invalid("place", N_("这个位置不在北京市内，请检查经纬度和坐标系。"))
    return Around(location.district, location.doubtful, location.streets)


def place(atlas: Atlas, point: Point | None, *, district: str, street: str) -> Placed:
    """Where a site lies by its point, or without one by its street or district.

    ``district`` and ``street`` are what it is said to be in, or nothing. Raises Invalid naming "place", "district" or
    "street" where they do not agree.
    """
    if district and district not in {one.code for one in atlas.districts}:
        raise Invalid("district", N_("请选一个区。"))
    code = _district(atlas, point, district) if point else district
    if not code:
        raise Invalid("place", N_("请在地图上标出位置，或者先选区。"))
    if street and street not in {one.code for one in atlas.streets(code)}:
        raise Invalid("street", N_("这个街道不在%(district)s，请重新选。"), district=atlas.district(code).name)
    stands = point or _office(atlas, code, street)
    lat, lng = round(stands.lat, DIGITS), round(stands.lng, DIGITS)
    return Placed(code, street or None, lat, lng, points.cell(Point(lat, lng)) if point else "")


def _district(atlas: Atlas, point: Point, said: str) -> str:
    found = around(atlas, point)
    if said in {"", found.district.code}:
        return found.district.code
    if found.doubtful:
        return said
    raise Invalid(
        "district",
        N_("按位置在%(found)s，不在%(said)s，请改位置或者改区。"),
        found=found.district.name,
        said=atlas.district(said).name,
    )


def _office(atlas: Atlas, district: str, street: str) -> Point:
    """The street's office, or the middle of the district's offices."""
    if street and (seat := atlas.street(street).seat):
        return seat
    seats = [one.seat for one in atlas.streets(district) if one.seat]
    return Point(sum(one.lat for one in seats) / len(seats), sum(one.lng for one in seats) / len(seats))
