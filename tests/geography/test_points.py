"""Points: datums, impossible places, distances and cells."""

import math

import h3
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from inspection.geography.points import (
    Datum,
    Point,
    cell,
    cells_over,
    cells_within,
    distance_m,
    from_wgs84,
    parent,
    resolution,
    span,
    to_wgs84,
)
from inspection.kernel.errors import Invalid

in_beijing = st.builds(Point, st.floats(39.4, 41.1), st.floats(115.4, 117.6))
shifted = st.sampled_from([Datum.GCJ02, Datum.BD09])

# Widely published pairs: WGS-84 and GCJ-02 of the eviltransform test suite, GCJ-02 and BD-09 of coordtransform's.
WGS84_AND_GCJ02 = [
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.915, 116.404), (39.91640428150164, 116.41024449916938)),
]
GCJ02_AND_BD09 = ((39.915, 116.404), (39.92133699351021, 116.41036949371029))


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_AND_GCJ02)
def test_a_point_is_written_in_gcj02_as_published(wgs84, gcj02):
    assert from_wgs84(Point(*wgs84), Datum.GCJ02) == pytest.approx(gcj02, abs=1e-9)


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_AND_GCJ02)
def test_a_published_gcj02_pair_is_brought_back(wgs84, gcj02):
    assert distance_m(to_wgs84(*gcj02, Datum.GCJ02), Point(*wgs84)) < 0.5


def test_a_published_bd09_pair_is_the_same_point_as_its_gcj02_twin():
    gcj02, bd09 = GCJ02_AND_BD09

    assert distance_m(to_wgs84(*bd09, Datum.BD09), to_wgs84(*gcj02, Datum.GCJ02)) < 0.01
    assert from_wgs84(to_wgs84(*gcj02, Datum.GCJ02), Datum.BD09) == pytest.approx(bd09, abs=1e-7)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_wgs84_and_cgcs2000_are_taken_as_they_are(datum):
    assert to_wgs84(39.9087, 116.3975, datum) == Point(39.9087, 116.3975)
    assert from_wgs84(Point(39.9087, 116.3975), datum) == (39.9087, 116.3975)


def test_outside_china_gcj02_moves_nothing():
    assert to_wgs84(51.5, -0.12, Datum.GCJ02) == Point(51.5, -0.12)


@given(in_beijing, shifted)
def test_there_and_back_is_less_than_half_a_metre(point, datum):
    assert distance_m(to_wgs84(*from_wgs84(point, datum), datum), point) < 0.5


@given(in_beijing)
def test_a_wrong_datum_moves_a_point_by_half_a_kilometre_or_more(point):
    assert 500 < distance_m(point, Point(*from_wgs84(point, Datum.GCJ02))) < 620
    assert 1250 < distance_m(point, Point(*from_wgs84(point, Datum.BD09))) < 1450


@given(st.floats(39.7, 40.1), st.floats(116.1, 116.7))
def test_in_the_city_a_wrong_datum_moves_a_point_by_506_to_564_metres(lat, lng):
    assert 506 < distance_m(Point(lat, lng), Point(*from_wgs84(Point(lat, lng), Datum.GCJ02))) < 564


@pytest.mark.parametrize("datum", Datum)
@pytest.mark.parametrize(
    ("lat", "lng", "words"),
    [
        (math.nan, 116.4, "必须是数"),
        (39.9, math.inf, "必须是数"),
        (90.5, 10.0, "没有这样的位置"),
        (39.9, 180.5, "没有这样的位置"),
        (-91.0, -181.0, "没有这样的位置"),
        (116.4, 39.9, "写反了"),
    ],
)
def test_an_impossible_pair_is_refused_in_words(lat, lng, words, datum):
    with pytest.raises(Invalid, match=words) as refused:
        to_wgs84(lat, lng, datum)

    assert refused.value.field == "place"


def test_no_point_can_be_made_of_an_impossible_pair():
    with pytest.raises(Invalid):
        Point(math.nan, 116.4)


def test_any_possible_pair_is_a_point():
    assert {Point(90, 180).lat, Point(-90, -180).lat, Point(0, 0).lat} == {90, -90, 0}


def test_a_degree_of_latitude_at_forty_north_is_111_km():
    """Half way between 39.5 and 40.5 the meridian's radius of curvature is 6,361.8 km: π/180 of it is 111,035 m."""
    assert distance_m(Point(39.5, 116.4), Point(40.5, 116.4)) == pytest.approx(111_035, abs=2)


def test_a_cell_is_named_in_fifteen_digits_and_holds_its_point():
    name = cell(Point(39.9087, 116.3975))

    assert len(name) == 15 and h3.get_resolution(name) == 11
    assert distance_m(Point(*h3.cell_to_latlng(name)), Point(39.9087, 116.3975)) < 30


@given(in_beijing, st.floats(1, 150), st.floats(0, 360), st.floats(0, 1))
def test_nothing_within_the_radius_lies_outside_the_cells(point, radius_m, bearing, share):
    there = geodesic(meters=radius_m * share).destination((point.lat, point.lng), bearing)

    assert cell(Point(there.latitude, there.longitude)) in cells_within(point, radius_m)


@given(in_beijing, st.sampled_from([30.0, 100.0]), st.integers(0, 5))
def test_nor_does_anything_seen_from_a_corner_of_a_cell(point, radius_m, corner):
    corners = h3.cell_to_boundary(cell(point))
    middle = h3.cell_to_latlng(cell(point))
    edge = Point(*(c + (m - c) * 1e-4 for c, m in zip(corners[corner], middle, strict=True)))

    found = cells_within(edge, radius_m)

    for bearing in range(0, 360, 5):
        there = geodesic(meters=radius_m).destination((edge.lat, edge.lng), bearing)
        assert cell(Point(there.latitude, there.longitude)) in found


@pytest.mark.parametrize(("radius_m", "cells"), [(30, 19), (50, 19), (100, 61)])
def test_a_search_reads_few_cells(radius_m, cells):
    assert len(set(cells_within(Point(39.9087, 116.3975), radius_m))) == cells


@given(in_beijing, st.integers(0, 11))
def test_a_coarser_cell_is_the_one_that_the_library_names(point, coarser):
    here = cell(point)

    assert parent(here, coarser) == h3.cell_to_parent(here, coarser)
    assert resolution(parent(here, coarser)) == coarser


@given(in_beijing, st.integers(8, 11))
def test_all_finer_cells_of_a_cell_lie_between_the_first_and_the_last(point, coarser):
    holder = parent(cell(point), coarser)
    children = h3.cell_to_children(holder, 11)

    assert span(holder, 11) == (min(children), max(children))


@given(in_beijing)
def test_the_cells_over_a_box_hold_every_point_of_it(point):
    box = (point.lat - 0.02, point.lng - 0.03, point.lat + 0.04, point.lng + 0.01)

    over = cells_over(*box, 8)

    corners = [Point(lat, lng) for lat in (box[0], box[2]) for lng in (box[1], box[3])]
    assert {parent(cell(one), 8) for one in (point, *corners)} <= set(over)
    assert len(over) < 200
