"""The files about Beijing's areas in ``data/``, as they are; where each comes from stands in ``data/LICENSES.md``.

Codes are those of the statistics bureau: 6 digits for a district (GB/T 2260), 9 for a street, 12 for a community.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from inspection.geography.points import Point

_DATA = Path(__file__).parent / "data"


def outlines_file() -> bytes:
    """The sixteen districts' outlines as GeoJSON in WGS-84."""
    return (_DATA / "districts.geojson").read_bytes()


def outlines() -> dict[str, BaseGeometry]:
    """The sixteen districts' outlines in degrees (lng, lat), by code. They share their borders without gaps."""
    return {
        feature["properties"]["adcode"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in json.loads(outlines_file())["features"]
    }


def districts() -> dict[str, str]:
    """The sixteen districts' names by code."""
    return {row["code"]: row["name"] for row in _rows("districts.csv")}


def streets() -> Iterator[tuple[str, str, str]]:
    """Code, name and district code of each street, town and special zone."""
    return ((row["code"], row["name"], row["areaCode"]) for row in _rows("streets.csv"))


def communities() -> Iterator[tuple[str, str, str]]:
    """Code, name and street code of each community and village."""
    return ((row["code"], row["name"], row["streetCode"]) for row in _rows("communities.csv"))


def seats() -> Iterator[tuple[str, str, Point]]:
    """Street code, name and place of the seats that are known; four of the codes are no longer in use."""
    return (
        (row["code"][:9], row["name"], Point(float(row["lat_wgs84"]), float(row["lng_wgs84"])))
        for row in _rows("street_points.csv")
    )


def aliases() -> Iterator[tuple[str, str]]:
    """Street code and the name that the civil affairs ministry uses."""
    return ((row["code"][:9], row["name"]) for row in _rows("street_aliases.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
