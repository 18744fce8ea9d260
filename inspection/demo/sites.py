"""The demo's places to check: lanes, crossings, estates, markets of every district, by the names that streets have."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from inspection.checks import sites
from inspection.checks.sites import Wanted
from inspection.demo.cast import STREET_CARE, STREET_TEAM, Member
from inspection.demo.places import Places
from inspection.geography import service as geography
from inspection.kernel.db import db, writing
from inspection.people import service as people
from inspection.people.models import Person

NOTE = "演示数据"
OF_SETTING = {"lane": ("lane", 10), "village": ("village", 1), "estate": ("compound", 8), "road": ("crossing", 2)}
"""Setting → type of site, and how many a district has at most."""
OF_STREETS = (("market", "{street}便民市场"), ("public_toilet", "{street}公共卫生间"))
"""Type of site, and what one is called after its street."""
CROSSING, STOP = re.compile(r".+?(?:路口|交叉口|交叉)"), "公交站"
WITHOUT_UNIT = 3
"""Every so many have no unit yet."""


def enter_sites(places: Places, officers: Mapping[str, Member], *, now: datetime) -> None:
    """Each district's officer enters the district's list."""
    for district in places.districts:
        with writing():
            by = db.session.get_one(Person, officers[district.code].id)
            for count, (type_code, street, name) in enumerate(_named(places, district.code), 1):
                sites.add(_wanted(places, type_code, street, name, held=count % WITHOUT_UNIT != 0), by=by, now=now)


def _named(places: Places, district: str) -> Iterator[tuple[str, str, str]]:
    for setting, (type_code, most) in OF_SETTING.items():
        for street, name in places.named(district, setting)[:most]:
            yield _of_road(street, name) if setting == "road" else (type_code, street, name)
    streets = [street for street in places.streets() if street.district_code == district]
    for one, (type_code, pattern) in zip(streets * 2, OF_STREETS, strict=False):
        yield type_code, one.code, pattern.format(street=one.name)


def _of_road(street: str, place: str) -> tuple[str, str, str]:
    """The crossing that a place on a road is named after, or its stop, or else the road."""
    if found := CROSSING.match(place):
        return "crossing", street, found[0]
    return "bus_stop" if STOP in place else "main_road", street, place


def _wanted(places: Places, type_code: str, street: str, name: str, *, held: bool) -> Wanted:
    district = geography.current_atlas().street(street).district_code
    duties = (STREET_TEAM, STREET_CARE)
    unit = people.find_unit(street_code=street, district_code=district, duties=duties) if held else None
    return Wanted(
        number="",
        type_code=type_code,
        name=name,
        district=district,
        street=street,
        point=places.point(street),
        unit=unit.id if unit else None,
        note=NOTE,
    )
