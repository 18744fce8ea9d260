"""Points on the earth: datums, distances and cells. Everything is kept in WGS-84 degrees; others are converted once.

China's maps are drawn in GCJ-02, which moves a point by some hundred metres, and Baidu's in BD-09, which moves it a
second time. Neither has a published inverse: both are undone by iteration, far below a receiver's accuracy.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import h3
from geopy.distance import geodesic

from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

CELL_RESOLUTION = 11
"""H3 resolution of the nearness index. Duplicates and sightings are sought within 30–100 m: at this resolution a cell
is 40–50 m across in Beijing, so a search reads 19 to 61 cells. A cell of the next coarser one holds seven times the
area, most of it too far away; with the next finer one a search would read seven times as many cells."""

SHORTEST_EDGE_M = 21.5
"""No side of a cell of that resolution is shorter than this in Beijing (21.8 m in the south-west)."""

_FINEST = 15
_MARGIN_DEG = 0.002
_REMEMBERED = 32_768
"""More than the cells of a city's map: the same ones are asked for again and again."""

_PRECISION_DEG = 1e-10
_MOST_ROUNDS = 30

_BEIJING = (39.4, 41.1, 115.4, 117.6)

_KRASOVSKY_A = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323
_GCJ_SOUTH, _GCJ_NORTH, _GCJ_WEST, _GCJ_EAST = 0.8293, 55.8271, 72.004, 137.8347
_GCJ_ORIGIN_LAT, _GCJ_ORIGIN_LNG = 35.0, 105.0

_BD_SHIFT_LAT, _BD_SHIFT_LNG = 0.006, 0.0065
_BD_WAVE = math.pi * 3000.0 / 180.0

Pair = tuple[float, float]


class Datum(StrEnum):
    """In what a pair of degrees is measured. CGCS2000 (天地图) equals WGS-84 within a metre and is treated as such."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CGCS2000 = "cgcs2000"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS-84 degrees. Raises Invalid("place", …) for a pair that can be no place."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        _require_possible(self.lat, self.lng)


def to_wgs84(lat: float, lng: float, datum: Datum) -> Point:
    """The point that is written ``lat, lng`` in ``datum``; off by less than 0.5 m.

    Raises Invalid("place", …) for a pair that can be no place.
    """
    _require_possible(lat, lng)
    if datum is Datum.BD09:
        lat, lng = _undo(_bd09_from_gcj02, (lat, lng))
    if datum in (Datum.BD09, Datum.GCJ02):
        lat, lng = _undo(_gcj02_from_wgs84, (lat, lng))
    return Point(lat, lng)


def from_wgs84(point: Point, datum: Datum) -> Pair:
    """Latitude and longitude of ``point`` as they are written in ``datum``, in degrees."""
    pair = (point.lat, point.lng)
    if datum in (Datum.BD09, Datum.GCJ02):
        pair = _gcj02_from_wgs84(pair)
    if datum is Datum.BD09:
        pair = _bd09_from_gcj02(pair)
    return pair


def distance_m(a: Point, b: Point) -> float:
    """Metres between two points along the WGS-84 ellipsoid."""
    return float(geodesic((a.lat, a.lng), (b.lat, b.lng)).meters)


def cell(point: Point) -> str:
    """The H3 cell that holds ``point``, as 15 hexadecimal digits."""
    return str(h3.latlng_to_cell(point.lat, point.lng, CELL_RESOLUTION))


def resolution(cell: str) -> int:
    """How fine a cell is, as H3 counts it."""
    return int(cell, 16) >> 52 & 0xF


@lru_cache(maxsize=_REMEMBERED)
def parent(cell: str, resolution: int) -> str:
    """The cell of a coarser ``resolution`` that a cell belongs to, by the bits of an H3 index.

    Four bits from the 52nd on are the resolution; three for each finer one are all set (h3geo.org, "Bit layout").
    The library's own function is some ten times slower, and thousands are asked for at once.
    """
    finer = 3 * (_FINEST - resolution)
    bits = int(cell, 16) & ~(0xF << 52) & ~((1 << finer) - 1)
    return f"{bits | resolution << 52 | (1 << finer) - 1:x}"


def span(cell: str, finer: int) -> tuple[str, str]:
    """The first and the last cell of a ``finer`` resolution that a cell is the parent of: all others lie between."""
    first = int(h3.cell_to_center_child(cell, finer), 16)
    sixes = sum(6 << 3 * (_FINEST - one) for one in range(resolution(cell) + 1, finer + 1))
    return f"{first:x}", f"{first | sixes:x}"


@lru_cache(maxsize=_REMEMBERED)
def centre(cell: str) -> Point:
    """The middle of a cell."""
    return Point(*h3.cell_to_latlng(cell))


def ring(cell: str) -> list[tuple[float, float]]:
    """The corners of a cell, latitude and longitude in degrees."""
    return list(h3.cell_to_boundary(cell))


def cells_over(south: float, west: float, north: float, east: float, resolution: int) -> list[str]:
    """The cells of a ``resolution`` that lie over a box of degrees no wider than a district, in part or whole.

    The library's sides are great circles, which leave a parallel by metres: the box is made a little wider.
    """
    south, west, north, east = south - _MARGIN_DEG, west - _MARGIN_DEG, north + _MARGIN_DEG, east + _MARGIN_DEG
    box = h3.LatLngPoly([(south, west), (south, east), (north, east), (north, west)])
    return list(h3.h3shape_to_cells_experimental(box, resolution, contain="overlap"))


def cells_within(point: Point, radius_m: float) -> list[str]:
    """Cells that together hold everything within ``radius_m`` of ``point`` in Beijing, and something more.

    Between any point of a cell with side s and the outside of the k rings around it lie at least (1.5 k − 0.5) s.
    """
    rings = math.ceil((radius_m / SHORTEST_EDGE_M + 0.5) / 1.5)
    return [str(found) for found in h3.grid_disk(cell(point), rings)]


def _require_possible(lat: float, lng: float) -> None:
    if not (math.isfinite(lat) and math.isfinite(lng)):
        raise Invalid("place", N_("纬度和经度必须是数"))
    if _in_beijing(lng, lat):
        raise Invalid("place", N_("纬度和经度写反了：北京的纬度约 40，经度约 116"))
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise Invalid("place", N_("没有这样的位置：纬度在 −90 到 90 之间，经度在 −180 到 180 之间"))


def _in_beijing(lat: float, lng: float) -> bool:
    south, north, west, east = _BEIJING
    return south <= lat <= north and west <= lng <= east


def _undo(shift: Callable[[Pair], Pair], shifted: Pair) -> Pair:
    """The pair that ``shift`` moves onto ``shifted``: guess, look where it lands, correct by what is missing."""
    lat, lng = shifted
    for _ in range(_MOST_ROUNDS):
        reached = shift((lat, lng))
        missing_lat, missing_lng = shifted[0] - reached[0], shifted[1] - reached[1]
        lat, lng = lat + missing_lat, lng + missing_lng
        if max(abs(missing_lat), abs(missing_lng)) < _PRECISION_DEG:
            break
    return lat, lng


def _gcj02_from_wgs84(pair: Pair) -> Pair:
    lat, lng = pair
    if not (_GCJ_SOUTH <= lat <= _GCJ_NORTH and _GCJ_WEST <= lng <= _GCJ_EAST):
        return pair
    north_m, east_m = _gcj02_offset_m(lat - _GCJ_ORIGIN_LAT, lng - _GCJ_ORIGIN_LNG)
    sine = math.sin(math.radians(lat))
    squeeze = 1 - _KRASOVSKY_EE * sine * sine
    meridian_radius = _KRASOVSKY_A * (1 - _KRASOVSKY_EE) / (squeeze * math.sqrt(squeeze))
    parallel_radius = _KRASOVSKY_A / math.sqrt(squeeze) * math.cos(math.radians(lat))
    return lat + math.degrees(north_m / meridian_radius), lng + math.degrees(east_m / parallel_radius)


def _gcj02_offset_m(y: float, x: float) -> Pair:
    """Metres north and east by which GCJ-02 moves a point ``y, x`` degrees from its origin."""
    root = math.sqrt(abs(x))
    short = 20 * _wave(6 * x) + 20 * _wave(2 * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (short + 20 * _wave(y) + 40 * _wave(y / 3) + 160 * _wave(y / 12) + 320 * _wave(y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (short + 20 * _wave(x) + 40 * _wave(x / 3) + 150 * _wave(x / 12) + 300 * _wave(x / 30)) * 2 / 3
    return north, east


def _wave(half_turns: float) -> float:
    return math.sin(half_turns * math.pi)


def _bd09_from_gcj02(pair: Pair) -> Pair:
    lat, lng = pair
    length = math.hypot(lat, lng) + 0.00002 * math.sin(lat * _BD_WAVE)
    angle = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _BD_WAVE)
    return length * math.sin(angle) + _BD_SHIFT_LAT, length * math.cos(angle) + _BD_SHIFT_LNG
