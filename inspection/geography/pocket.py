"""Beijing in a pocket (随身区划): enough to name district and street on a phone without a network. Pure.

The borders are simplified, so a point within some hundred metres of one may be named wrongly; the server decides.
"""

import json
from functools import lru_cache
from itertools import pairwise
from typing import Any

import shapely

from inspection.geography import areas, sources

TOLERANCE_DEGREES = 0.002
"""How much a border may lose (Visvalingam's area, as its root): about two hundred metres."""
SCALE = 10_000
"""Degrees are whole ten-thousandths, about ten metres."""


@lru_cache(maxsize=1)
def pocket_map() -> bytes:
    """JSON: ``districts`` [{code, name}],
    ``streets`` [[code, name, district, lat, lng]], ``outlines`` [[district, ring]].

    ``district`` is an index into ``districts``; a ring is ``[lng, lat, …]``, the first corner and then the steps to
    the next, all in ten-thousandths of a degree (WGS-84). A street whose office is not known has no lat and lng.
    """
    atlas = areas.atlas()
    districts = [{"code": district.code, "name": district.name} for district in atlas.districts]
    index = {district["code"]: at for at, district in enumerate(districts)}
    streets = [
        [street.code, street.name, index[street.district_code], *_seat(street)]
        for district in atlas.districts
        for street in atlas.streets(district.code)
    ]
    told = {"scale": SCALE, "districts": districts, "streets": streets, "outlines": _outlines(index)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _seat(street: areas.Street) -> list[int]:
    return [round(street.seat.lat * SCALE), round(street.seat.lng * SCALE)] if street.seat else []


def _outlines(index: dict[str, int]) -> list[list[Any]]:
    outlines = sources.outlines()
    simple = shapely.coverage_simplify(list(outlines.values()), TOLERANCE_DEGREES)
    return [
        [index[code], _steps(shapely.get_coordinates(part.exterior).tolist())]
        for code, outline in zip(outlines, simple, strict=True)
        for part in getattr(outline, "geoms", [outline])
    ]


def _steps(corners: list[list[float]]) -> list[int]:
    whole = [(round(lng * SCALE), round(lat * SCALE)) for lng, lat in corners]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(whole)]
    return [number for pair in [whole[0], *steps] for number in pair]
