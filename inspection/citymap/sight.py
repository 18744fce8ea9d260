"""How a part of the map is looked at: which cells at which zoom, and which of them lie in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from inspection.geography.points import cells_over, centre
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_
from inspection.tickets.tallying import CITY, COARSE, FINE

BEIJING = (39.3, 115.3, 41.2, 117.7)
"""South, west, north, east: what lies beyond is never asked for."""
PARTS_FROM = 12.0
"""From this zoom on the fine cells of what is in sight are counted, before it the coarse ones of the whole city."""
TICKETS_FROM = 14.0
"""From this zoom on tickets themselves may be drawn, if there are few."""
CELLS = {
    True: ((8.0, 4), (9.5, 5), (PARTS_FROM, COARSE), (PARTS_FROM + 1, FINE - 1), (inf, FINE)),
    False: ((9.5, 5), (PARTS_FROM, COARSE), (inf, FINE)),
}
"""Whether they are circles: up to which zoom they are cells of which resolution."""
CLOSE_FROM, CLOSER_FROM = 15.0, 16.5
LOWEST, HIGHEST = 7.0, 20.0
SCREENS = 16
"""The largest screen in map tiles of 256 pixels: 4096 a side."""


class Mode(StrEnum):
    """How the map shows what it counts: 聚合, 热力, 区县着色."""

    CLUSTERS = "clusters"
    HEAT = "heat"
    DISTRICTS = "districts"


@dataclass(frozen=True)
class Box:
    """A part of the map, in WGS-84 degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lng: float) -> bool:
        """Whether a point lies in it."""
        return self.south <= lat <= self.north and self.west <= lng <= self.east


@dataclass(frozen=True)
class Sight:
    """A part of the map at a zoom, seen in a mode."""

    box: Box
    zoom: float
    mode: Mode

    @property
    def resolution(self) -> int:
        """Of the cells to show, as H3 has it: a finger apart for circles; the finest that are kept for heat."""
        return next(finest for upto, finest in CELLS[self.mode is Mode.CLUSTERS] if self.zoom < upto)

    @property
    def close(self) -> int | None:
        """The resolution of what is counted from the tickets themselves, where that is finer than any counter."""
        if self.zoom < CLOSE_FROM:
            return None
        return FINE + 1 if self.zoom < CLOSER_FROM else FINE + 2

    @property
    def frames(self) -> list[str]:
        """The frames of the counters that lie over it."""
        if self.zoom < PARTS_FROM:
            return [CITY]
        box = self.box
        return sorted(cells_over(box.south, box.west, box.north, box.east, COARSE))

    def shows(self, cell: str) -> bool:
        """Whether the middle of a cell lies in it; of the whole city all do."""
        if self.zoom < PARTS_FROM:
            return True
        middle = centre(cell)
        return self.box.holds(middle.lat, middle.lng)


def read(given: Mapping[str, str]) -> Sight:
    """The sight in an address: ``box=south,west,north,east``, ``zoom`` and ``mode``. Raises Invalid("box")."""
    try:
        south, west, north, east = (float(part) for part in given.get("box", "").split(","))
        zoom = float(given.get("zoom", ""))
    except ValueError as wrong:
        raise Invalid("box", N_("地图的范围看不懂，请刷新页面。")) from wrong
    if not (south < north and west < east and LOWEST <= zoom <= HIGHEST):
        raise Invalid("box", N_("地图的范围看不懂，请刷新页面。"))
    box = Box(*(_within(degrees, at) for at, degrees in enumerate((south, west, north, east))))
    return Sight(_no_wider_than_seen(box, zoom), zoom, mode(given))


def mode(given: Mapping[str, str]) -> Mode:
    """The mode in an address, else circles."""
    return Mode(given["mode"]) if given.get("mode") in set(Mode) else Mode.CLUSTERS


def _within(degrees: float, side: int) -> float:
    """A side's latitude or longitude, no farther out than Beijing's: what lies beyond holds nothing."""
    return min(max(degrees, BEIJING[side % 2]), BEIJING[side % 2 + 2])


def _no_wider_than_seen(box: Box, zoom: float) -> Box:
    """A box with no more of the city than a large screen shows at this zoom, cut at its far sides."""
    most = 360.0 * SCREENS / 2**zoom
    return Box(box.south, box.west, min(box.north, box.south + most), min(box.east, box.west + most))
