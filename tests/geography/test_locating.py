"""Locating: which district and streets a point lies in, and when that is doubtful."""

import json
import math
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inspection.geography import plane, sources
from inspection.geography.areas import DEFAULT_OVERRIDES, DEVELOPMENT_ZONE, atlas
from inspection.geography.points import Point, distance_m
from inspection.kernel.errors import Invalid

DAXING, TONGZHOU = "110115", "110112"
ZONE_SEAT = Point(39.812983, 116.527517)
YIZHUANG_SEAT = Point(39.798879, 116.475822)
HALF_WAY = Point(39.805931, 116.5016695)
"""Half way between the two: 2.3 km from each."""

WELL_KNOWN = {
    "天安门": (39.9087, 116.3975, "东城"),
    "西单": (39.9079, 116.3687, "西城"),
    "国贸": (39.9087, 116.4605, "朝阳"),
    "丰台站": (39.8497, 116.3028, "丰台"),
    "八宝山": (39.9074, 116.2352, "石景山"),
    "颐和园": (39.9999, 116.2755, "海淀"),
    "潭柘寺": (39.9057, 116.0283, "门头沟"),
    "周口店遗址": (39.6894, 115.9231, "房山"),
    "通州北苑": (39.9037, 116.6360, "通州"),
    "首都机场三号航站楼": (40.0533, 116.6112, "顺义"),
    "十三陵定陵": (40.2950, 116.2170, "昌平"),
    "黄村火车站": (39.7250, 116.3320, "大兴"),
    "红螺寺": (40.3740, 116.6240, "怀柔"),
    "平谷世纪广场": (40.1420, 117.1120, "平谷"),
    "密云水库": (40.4900, 116.8800, "密云"),
    "八达岭": (40.3597, 116.0200, "延庆"),
    "荣京东街站": (39.7929, 116.5125, "经开区"),
}
OUTSIDE = {"廊坊": (39.5380, 116.6837), "香河": (39.7614, 117.0063), "天津": (39.1256, 117.1903), "伦敦": (51.5, -0.12)}

FEATURES = json.loads(Path(sources.__file__).with_name("data").joinpath("districts.geojson").read_bytes())["features"]


def rings_of(feature):
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


RINGS = {feature["properties"]["adcode"]: rings_of(feature) for feature in FEATURES}


def crossings_say_inside(rings, lat, lng):
    """Whether a ray to the east leaves the rings an odd number of times."""
    odd = False
    for ring in rings:
        for (lng1, lat1), (lng2, lat2) in pairwise(ring):
            if (lat1 > lat) != (lat2 > lat) and lng < lng1 + (lat - lat1) / (lat2 - lat1) * (lng2 - lng1):
                odd = not odd
    return odd


def metres_to_rings(rings, lat, lng):
    """Metres to the nearest edge, on a plane that touches the earth at the point itself."""
    north, east = 111_035.0, 111_320.0 * math.cos(math.radians(lat)) * 1.0014
    nearest = math.inf
    for ring in rings:
        flat = [((x - lng) * east, (y - lat) * north) for x, y in ring]
        for (x1, y1), (x2, y2) in pairwise(flat):
            dx, dy = x2 - x1, y2 - y1
            along = max(0.0, min(1.0, -(x1 * dx + y1 * dy) / (dx * dx + dy * dy)))
            nearest = min(nearest, math.hypot(x1 + along * dx, y1 + along * dy))
    return nearest


def between(a, b, share):
    return Point(a.lat + (b.lat - a.lat) * share, a.lng + (b.lng - a.lng) * share)


@pytest.mark.parametrize(("lat", "lng", "short"), WELL_KNOWN.values(), ids=WELL_KNOWN)
def test_a_well_known_place_lies_in_its_district(lat, lng, short):
    location = atlas().locate(Point(lat, lng), 15)

    assert location.district.short == short


@pytest.mark.parametrize(("lat", "lng"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_place_outside_beijing_has_no_district_and_no_streets(lat, lng):
    location = atlas().locate(Point(lat, lng), 15)

    assert (location.district, location.streets) == (None, ())
    assert not location.doubtful and not location.estimated


def test_far_away_the_border_is_as_far_as_the_city():
    london = Point(51.5, -0.12)

    border_m = atlas().locate(london, 15).border_m

    assert atlas().locate(london, border_m + 1).doubtful
    assert border_m == pytest.approx(distance_m(london, Point(40.2, 115.4)), rel=0.02)


@given(st.sampled_from(sorted(RINGS)), st.randoms(use_true_random=False))
def test_a_point_inside_an_outline_gets_that_district_or_the_development_zone(code, chance):
    corners = [corner for ring in RINGS[code] for corner in ring]
    lng, lat = (chance.uniform(min(axis), max(axis)) for axis in zip(*corners, strict=True))
    assume(crossings_say_inside(RINGS[code], lat, lng))

    found = atlas().locate(Point(lat, lng), 10).district.code

    assert found == code or (code, found) == (DAXING, DEVELOPMENT_ZONE)


@given(st.floats(39.3, 41.2), st.floats(115.3, 117.7))
def test_a_point_inside_no_outline_gets_no_district(lat, lng):
    inside = any(crossings_say_inside(rings, lat, lng) for rings in RINGS.values())

    assert (atlas().locate(Point(lat, lng), 10).district is not None) == inside


@pytest.mark.parametrize("seed", range(12))
def test_the_border_is_as_far_as_an_edge_by_edge_measurement_says(seed):
    chance = random.Random(seed)
    lat, lng = chance.uniform(39.85, 40.05), chance.uniform(116.2, 116.6)

    by_hand = min(metres_to_rings(rings, lat, lng) for rings in RINGS.values())

    assert atlas(frozenset()).locate(Point(lat, lng), 10).border_m == pytest.approx(by_hand, rel=0.005, abs=0.1)


@given(st.floats(39.4, 41.1), st.floats(115.4, 117.6), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_the_flat_map_keeps_lengths_to_two_in_ten_thousand(lat, lng, up, right):
    here, there = Point(lat, lng), Point(lat + up, lng + right)

    flat = math.dist(plane.flat((here.lng, here.lat)), plane.flat((there.lng, there.lat)))

    assert flat == pytest.approx(distance_m(here, there), rel=2e-4, abs=0.001)


def test_a_border_nearer_than_the_accuracy_makes_a_place_doubtful():
    tiananmen = Point(39.9087, 116.3975)

    border_m = atlas().locate(tiananmen, 0).border_m

    assert 600 < border_m < 800
    assert not atlas().locate(tiananmen, border_m - 1).doubtful
    assert atlas().locate(tiananmen, border_m + 1).doubtful


def test_a_place_just_outside_beijing_is_doubtful_too():
    lng, lat = min(corner for ring in RINGS["110109"] for corner in ring)

    location = atlas().locate(Point(lat, lng - 0.0001), 30)

    assert location.district is None
    assert location.border_m < 10 and location.doubtful and not location.estimated


@pytest.mark.parametrize("accuracy_m", [-1.0, math.nan])
def test_an_accuracy_that_is_no_length_is_refused(accuracy_m):
    with pytest.raises(Invalid) as refused:
        atlas().locate(ZONE_SEAT, accuracy_m)

    assert refused.value.field == "accuracy_m"


def test_nearest_streets_are_those_of_the_district_and_come_with_their_distances():
    here = Point(39.9087, 116.3975)

    streets = atlas().locate(here, 15).streets

    assert [near.street.name for near in streets] == ["东华门街道", "景山街道", "天坛街道"]
    assert [near.distance_m for near in streets] == pytest.approx(
        [distance_m(here, near.street.seat) for near in streets], rel=3e-4
    )


def test_the_development_zone_takes_precedence_over_daxing():
    assert atlas().locate(ZONE_SEAT, 15).district.short == "经开区"
    assert atlas(frozenset()).locate(ZONE_SEAT, 15).district.short == "大兴"


def test_between_two_seats_the_estimated_border_runs_half_way():
    locate = atlas().locate

    assert locate(HALF_WAY, 5).border_m < 2
    assert locate(between(HALF_WAY, ZONE_SEAT, 0.01), 5).district.short == "经开区"
    assert locate(between(HALF_WAY, YIZHUANG_SEAT, 0.01), 5).district.short == "大兴"


def test_near_an_estimated_border_even_an_exact_place_is_doubtful():
    metres = distance_m(HALF_WAY, YIZHUANG_SEAT)
    inside_margin = atlas().locate(between(HALF_WAY, YIZHUANG_SEAT, 1950 / metres), 1)
    beyond_margin = atlas().locate(between(HALF_WAY, YIZHUANG_SEAT, 2050 / metres), 1)

    assert inside_margin.doubtful and inside_margin.estimated
    assert not beyond_margin.doubtful and not beyond_margin.estimated


def test_a_poor_fix_reaches_an_estimated_border_from_farther_off():
    assert not atlas().locate(YIZHUANG_SEAT, 300).estimated
    assert atlas().locate(YIZHUANG_SEAT, 2500).estimated


def test_the_border_between_two_parts_of_one_district_is_none():
    between_the_parts = Point(39.7677, 116.55142)  # a corner that 大兴 and 通州 share
    towns_of_tongzhou = {("110112109", DEVELOPMENT_ZONE), ("110112114", DEVELOPMENT_ZONE)}

    as_now = atlas().locate(between_the_parts, 5)
    with_towns = atlas(DEFAULT_OVERRIDES | towns_of_tongzhou).locate(between_the_parts, 5)

    assert as_now.border_m < 0.1 and as_now.doubtful
    assert with_towns.district.short == "经开区" and with_towns.border_m > 2000 and not with_towns.doubtful
