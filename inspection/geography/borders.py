"""The geometry of borders on the flat map: sharing out an outline among seats, and distances to lines, in metres."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_TOUCH_M = 0.5


class Lines:
    """Borders that can be asked for the nearest one."""

    def __init__(self, lines: Iterable[BaseGeometry]) -> None:
        parts = shapely.get_parts(shapely.get_parts(list(lines)))
        parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
        corners, part = shapely.get_coordinates(parts, return_index=True)
        joined = np.flatnonzero(part[1:] == part[:-1])
        segments = np.stack((corners[joined], corners[joined + 1]), axis=1)
        self._tree = shapely.STRtree(shapely.get_parts(shapely.linestrings(segments)))

    def nearest_m(self, here: BaseGeometry) -> float:
        """Metres from ``here`` to the nearest line; infinite if there is none."""
        if not len(self._tree):
            return math.inf
        _, distances = self._tree.query_nearest(here, return_distance=True, all_matches=False)
        return float(distances[0])


def nearest_to_others(
    seats: Sequence[tuple[BaseGeometry, str]], own: str, around: BaseGeometry
) -> dict[str, BaseGeometry]:
    """By holder other than ``own``: where in and around an outline one of its seats is the nearest of all.

    ``seats`` are points with the code of whoever holds them.
    """
    if len(seats) < 2 or all(holder == own for _, holder in seats):
        return {}
    points = shapely.multipoints([point for point, _ in seats])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=around, ordered=True))
    by_holder: dict[str, list[BaseGeometry]] = defaultdict(list)
    for cell, (_, holder) in zip(cells, seats, strict=True):
        by_holder[holder].append(cell)
    return {holder: shapely.union_all(parts) for holder, parts in by_holder.items() if holder != own}


def estimated(outlines: Mapping[str, BaseGeometry], given: Mapping[str, Mapping[str, BaseGeometry]]) -> Lines:
    """The borders that run between seats: the edges, inside each outline, of what was ``given`` away from it."""
    return Lines(
        shapely.intersection(shapely.boundary(area), outlines[code])
        for code, areas in given.items()
        for area in areas.values()
    )


def surveyed(outlines: Mapping[str, BaseGeometry], given: Mapping[str, Mapping[str, BaseGeometry]]) -> Lines:
    """The outlines' own borders, without those on whose both sides the same district is by now."""
    lines = [shapely.boundary(outline) for outline in outlines.values()]
    for parts in _parts_of_holders(outlines, given).values():
        if len(parts) > 1:
            grown = shapely.union_all([shapely.buffer(part, _TOUCH_M) for part in parts])
            inside = shapely.buffer(grown, -2 * _TOUCH_M)
            lines = [shapely.difference(line, inside) for line in lines]
    return Lines(lines)


def _parts_of_holders(
    outlines: Mapping[str, BaseGeometry], given: Mapping[str, Mapping[str, BaseGeometry]]
) -> dict[str, list[BaseGeometry]]:
    parts: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, outline in outlines.items():
        for holder, area in given.get(code, {}).items():
            parts[holder].append(shapely.intersection(outline, area))
            outline = shapely.difference(outline, area)
        parts[code].append(outline)
    return parts
