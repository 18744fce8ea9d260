"""Loading: areas and overrides in the database, on both engines."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from inspection.geography import service
from inspection.geography.areas import DEFAULT_OVERRIDES, DEVELOPMENT_ZONE
from inspection.geography.models import Area, AreaLevel, AreaOverride
from inspection.geography.points import Point
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Invalid

ZONE_SEAT = Point(39.812983, 116.527517)


@pytest.fixture
def loaded(app: Flask) -> None:
    """A database with the areas in it, as every one is set up."""


@pytest.fixture
def tables(app: Flask) -> None:
    """The same with nothing in the tables."""
    with writing():
        db.session.execute(delete(AreaOverride))
        db.session.execute(delete(Area))


def test_the_first_load_writes_every_area_and_the_default_overrides(tables):
    with writing():
        added = service.load_areas()

    counts = dict(db.session.execute(select(Area.level, func.count()).group_by(Area.level)).all())
    assert counts == {AreaLevel.DISTRICT: 17, AreaLevel.STREET: 349, AreaLevel.COMMUNITY: 7535}
    assert added == 17 + 349 + 7535
    assert {(o.street_code, o.district_code) for o in db.session.scalars(select(AreaOverride))} == DEFAULT_OVERRIDES


def test_an_area_stands_under_the_one_that_its_code_names(loaded):
    community = db.session.get(Area, "110101001001")

    assert (community.name, community.parent_code) == ("多福巷社区居委会", "110101001")
    assert db.session.get(Area, "110101001").parent_code == "110101"
    assert db.session.get(Area, DEVELOPMENT_ZONE).parent_code is None


def test_a_second_load_changes_nothing(loaded):
    with writing():
        assert service.load_areas() == 0

    assert db.session.scalar(select(func.count()).select_from(Area)) == 17 + 349 + 7535


def test_a_load_adds_what_is_missing_and_corrects_names(loaded):
    with writing():
        db.session.execute(delete(Area).where(Area.code == "110101001001"))
        db.session.execute(update(Area).where(Area.code == "110101001").values(name="旧名街道"))

    with writing():
        assert service.load_areas() == 2

    assert db.session.get(Area, "110101001001").name == "多福巷社区居委会"
    assert db.session.get(Area, "110101001").name == "东华门街道"


def test_an_override_that_was_taken_back_is_not_loaded_again(loaded):
    with writing():
        db.session.execute(delete(AreaOverride).where(AreaOverride.street_code == "110115403"))

    with writing():
        service.load_areas()

    assert db.session.get(AreaOverride, "110115403") is None


def test_an_override_of_an_unknown_street_is_refused_by_the_database(loaded):
    with pytest.raises(IntegrityError), writing():
        db.session.add(AreaOverride(street_code="110115999", district_code=DEVELOPMENT_ZONE))


def test_a_point_is_located_under_the_overrides_of_the_database(loaded):
    before = service.locate(ZONE_SEAT, 15).district.short

    with writing():
        db.session.execute(delete(AreaOverride))

    assert (before, service.locate(ZONE_SEAT, 15).district.short) == ("经开区", "大兴")


def test_a_point_outside_beijing_is_refused_in_words(loaded):
    with pytest.raises(Invalid, match="不在北京市内") as refused:
        service.require_beijing(Point(39.5380, 116.6837))

    assert refused.value.field == "place"


def test_a_point_in_beijing_is_let_in_with_its_location(loaded):
    assert service.require_beijing(Point(39.9087, 116.3975), 15).district.short == "东城"
