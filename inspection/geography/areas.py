"""Which district and street a point lies in (区、街道), and how sure that is.

Sixteen districts have outlines. The seventeenth, 经开区, has none: it is a list of streets taken over from the others
(the overrides), and of streets only the seats are known. Inside the outline of a district that has given streets away
a point belongs to whoever holds the street with the nearest seat. Such a border is an estimate and treated so.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from inspection.geography import borders, plane, sources
from inspection.geography.points import Point, distance_m
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

DEVELOPMENT_ZONE = "110199"
"""Our code for 经开区. GB/T 2260 keeps 81–99 for county-level cities, of which Beijing has none."""

DEFAULT_OVERRIDES: frozenset[tuple[str, str]] = frozenset(
    {
        ("110115012", DEVELOPMENT_ZONE),  # 荣华街道
        ("110115013", DEVELOPMENT_ZONE),  # 博兴街道
        ("110115403", DEVELOPMENT_ZONE),  # 北京经济技术开发区, the zone's code before it had streets
    }
)
"""Pairs of street code and the district that holds the street in place of its own."""

ESTIMATE_MARGIN_M = 2000.0
"""Within this distance of an estimated border anything is doubtful. Chosen, for nothing shows how good the estimate is:
the seats of 经开区 and of its neighbour 亦庄, 4.7 km apart, are just not doubtful themselves."""

NEAREST_STREETS = 3

_SHORT_AND_LETTERS = {
    "110101": ("东城", "DC"),
    "110102": ("西城", "XC"),
    "110105": ("朝阳", "CY"),
    "110106": ("丰台", "FT"),
    "110107": ("石景山", "SJ"),
    "110108": ("海淀", "HD"),
    "110109": ("门头沟", "MT"),
    "110111": ("房山", "FS"),
    "110112": ("通州", "TZ"),
    "110113": ("顺义", "SY"),
    "110114": ("昌平", "CP"),
    "110115": ("大兴", "DX"),
    "110116": ("怀柔", "HR"),
    "110117": ("平谷", "PG"),
    "110118": ("密云", "MY"),
    "110119": ("延庆", "YQ"),
    DEVELOPMENT_ZONE: ("经开区", "JK"),
}
_DEVELOPMENT_ZONE_NAME = "北京经济技术开发区"

_KIND_OF_STREET = re.compile(r"(?:回族|满族|蒙古族)*(?:街道|地区|镇|乡)(?:办事处)?$")
_SHORTEST_NAME = 2


MAP_TOLERANCE_DEGREES = 0.001
"""How much a border may lose for the map (Visvalingam's area, as its root): about a hundred metres."""
_RESTS = re.compile(r"(\d+\.\d{4})\d+")


@dataclass(frozen=True, slots=True)
class District:
    """One of the seventeen: code, full name, the name people say, and two capitals for ticket numbers."""

    code: str
    name: str
    short: str
    letters: str


@dataclass(frozen=True, slots=True)
class Street:
    """A street, town or special zone, the district that holds it, and where its office is, if known."""

    code: str
    name: str
    district_code: str
    seat: Point | None


@dataclass(frozen=True, slots=True)
class NearStreet:
    """A street and the metres to its office: near does not mean inside, for streets have no outlines here."""

    street: Street
    distance_m: float


@dataclass(frozen=True, slots=True)
class Location:
    """What is known of a point.

    ``district`` is None outside Beijing. ``streets`` are the nearest three of the district by their offices.
    ``border_m`` is the distance to the nearest border of a district. ``estimated``: a border that is only an estimate
    is so near that the district itself is one. ``doubtful``: a border is nearer than the accuracy, or ``estimated``.
    """

    district: District | None
    streets: tuple[NearStreet, ...]
    border_m: float
    doubtful: bool
    estimated: bool


class Atlas:
    """The districts and streets of Beijing under one list of overrides. Never changes; made by ``atlas()``."""

    def __init__(self, overrides: frozenset[tuple[str, str]]) -> None:
        native = {street.code: street for street in _native_streets()}
        self._districts = {district.code: district for district in _all_districts()}
        self._streets = _handed_over(native, dict(overrides), self._districts)
        self._of_district = _by_district(self._streets.values())
        self._names = {code: _names(self.streets(code)) for code in self._districts}
        self._seats = {code: _Seats(self.streets(code)) for code in self._districts}
        self._outlines = dict(sorted(sources.outlines().items()))
        self._tree = shapely.STRtree(list(self._outlines.values()))
        flat = {code: shapely.transform(outline, plane.flat) for code, outline in self._outlines.items()}
        self._given = {code: _given_away(code, flat[code], native, self._streets) for code in flat}
        self._surveyed, self._estimated = borders.surveyed(flat, self._given), borders.estimated(flat, self._given)
        shapely.prepare(
            [*self._outlines.values(), *(area for given in self._given.values() for area in given.values())]
        )

    @property
    def districts(self) -> tuple[District, ...]:
        """All seventeen, by code."""
        return tuple(self._districts.values())

    def district(self, code: str) -> District:
        """The district with this code; raises KeyError if there is none."""
        return self._districts[code]

    def streets(self, district_code: str) -> tuple[Street, ...]:
        """The streets that a district holds, by code; none for a code that is no district's."""
        return self._of_district.get(district_code, ())

    def street(self, code: str) -> Street:
        """The street with this code; raises KeyError if there is none."""
        return self._streets[code]

    def find_street(self, district_code: str, text: str) -> Street | None:
        """The district's street of this name: today's, the ministry's, or one of them without 街道, 地区, 镇, 乡."""
        return self._names.get(district_code, {}).get(_squeezed(text))

    def nearest_street(self, district_code: str, point: Point) -> Street | None:
        """Of a district's streets the one whose office is nearest; None where none has a known office."""
        near = self._seats[district_code].nearest(shapely.points(*plane.flat((point.lng, point.lat))))
        return near[0].street if near else None

    def outlines(self) -> bytes:
        """The sixteen outlines as GeoJSON for a map (properties ``adcode``, ``name``); 经开区 has none."""
        return _outlines_for_maps()

    def locate(self, point: Point, accuracy_m: float) -> Location:
        """The district and the nearest streets of a point that is known to ``accuracy_m``, and how sure that is.

        Raises Invalid("accuracy_m", …) when that is not a length.
        """
        if not accuracy_m >= 0:
            raise Invalid("accuracy_m", N_("定位精度必须是不小于 0 的数"))
        if not plane.shows(point.lat, point.lng):
            border_m = self._far_m(point)
            return Location(None, (), border_m, doubtful=border_m < accuracy_m, estimated=False)
        here = shapely.points(*plane.flat((point.lng, point.lat)))
        district = self._district_of(point, here)
        surveyed_m, estimated_m = self._surveyed.nearest_m(here), self._estimated.nearest_m(here)
        border_m = min(surveyed_m, estimated_m)
        estimated = district is not None and estimated_m < max(accuracy_m, ESTIMATE_MARGIN_M)
        streets = self._seats[district.code].nearest(here) if district else ()
        return Location(district, streets, border_m, border_m < accuracy_m or estimated, estimated)

    def _district_of(self, point: Point, here: BaseGeometry) -> District | None:
        there = shapely.points(point.lng, point.lat)
        codes, outlines = list(self._outlines), list(self._outlines.values())
        for index in sorted(self._tree.query(there)):
            if outlines[index].intersects(there):
                return self._districts[self._holder(codes[index], here)]
        return None

    def _holder(self, code: str, here: BaseGeometry) -> str:
        return next((holder for holder, area in self._given[code].items() if area.intersects(here)), code)

    def _far_m(self, point: Point) -> float:
        there = shapely.points(point.lng, point.lat)
        nearest = self._tree.geometries[self._tree.nearest(there)]
        lng, lat = shapely.get_coordinates(shapely.shortest_line(nearest, there))[0]
        return distance_m(point, Point(float(lat), float(lng)))


def atlas(overrides: frozenset[tuple[str, str]] = DEFAULT_OVERRIDES) -> Atlas:
    """The atlas under these overrides, made once (about a tenth of a second).

    Raises ValueError for a street or district that does not exist.
    """
    return _made(overrides)


@lru_cache(maxsize=8)
def _made(overrides: frozenset[tuple[str, str]]) -> Atlas:
    return Atlas(overrides)


class _Seats:
    """The offices of some streets, on the flat map."""

    def __init__(self, streets: Iterable[Street]) -> None:
        self._streets = [street for street in streets if street.seat]
        degrees = [(street.seat.lng, street.seat.lat) for street in self._streets if street.seat]
        self._places = plane.flat(np.reshape(degrees, (-1, 2)))

    def nearest(self, here: BaseGeometry) -> tuple[NearStreet, ...]:
        metres = np.hypot(*(self._places - shapely.get_coordinates(here)[0]).T)
        return tuple(NearStreet(self._streets[i], float(metres[i])) for i in np.argsort(metres)[:NEAREST_STREETS])


@lru_cache(maxsize=1)
def _outlines_for_maps() -> bytes:
    """Simplified together, so that neighbours still share their borders: some 180 kB instead of 480."""
    outlines = sources.outlines()
    names = sources.districts()
    simple = shapely.coverage_simplify(list(outlines.values()), MAP_TOLERANCE_DEGREES)
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": code, "name": names[code]},
            "geometry": json.loads(_RESTS.sub(r"\1", shapely.to_geojson(outline))),
        }
        for code, outline in zip(outlines, simple, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _all_districts() -> Iterator[District]:
    names = sources.districts() | {DEVELOPMENT_ZONE: _DEVELOPMENT_ZONE_NAME}
    return (District(code, names[code], *_SHORT_AND_LETTERS[code]) for code in sorted(names))


def _native_streets() -> list[Street]:
    """Every street under the district of its code, with its seat: that of its code, else that of its name."""
    by_code, by_name = {}, {}
    for code, name, seat in sources.seats():
        by_code[code] = by_name[code[:6], _short(name)] = seat
    return [
        Street(code, name, district_code, by_code.get(code) or by_name.get((district_code, _short(name))))
        for code, name, district_code in sources.streets()
    ]


def _handed_over(
    native: Mapping[str, Street], overrides: Mapping[str, str], districts: Mapping[str, District]
) -> dict[str, Street]:
    if wrong := (overrides.keys() - native.keys()) | (set(overrides.values()) - districts.keys()):
        raise ValueError(f"no street or district has this code: {', '.join(sorted(wrong))}")
    return {
        code: replace(street, district_code=overrides.get(code, street.district_code))
        for code, street in sorted(native.items())
    }


def _by_district(streets: Iterable[Street]) -> dict[str, tuple[Street, ...]]:
    found: dict[str, list[Street]] = defaultdict(list)
    for street in streets:
        found[street.district_code].append(street)
    return {code: tuple(held) for code, held in found.items()}


def _given_away(
    code: str, outline: BaseGeometry, native: Mapping[str, Street], held: Mapping[str, Street]
) -> dict[str, BaseGeometry]:
    seats = [
        (shapely.points(*plane.flat((street.seat.lng, street.seat.lat))), held[street.code].district_code)
        for street in native.values()
        if street.seat and street.district_code == code
    ]
    return borders.nearest_to_others(seats, code, outline)


def _names(streets: Iterable[Street]) -> dict[str, Street]:
    """What a district's streets are called: of two that could be meant, the one whose fuller name it is comes first."""
    ministry = dict(sources.aliases())
    todays = [(street.name, street) for street in streets]
    others = [(ministry[street.code], street) for _, street in todays if street.code in ministry]
    shortened = [(_short(name), street) for name, street in todays + others]
    named: dict[str, Street] = {}
    for name, street in todays + others + shortened:
        named.setdefault(name, street)
    return named


def _short(name: str) -> str:
    short = _KIND_OF_STREET.sub("", name)
    return short if len(short) >= _SHORTEST_NAME else name


def _squeezed(text: str) -> str:
    return "".join(text.split())
