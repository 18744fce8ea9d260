"""The list of sites at 20,000: a page, a search, what is near, the map from far and near (a page: 20 ms)."""

import uuid
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from inspection.checks import placing, site_lists, site_map
from inspection.checks.models import Site
from inspection.checks.site_lists import NOTHING, Filters
from inspection.checks.site_map import Frame
from inspection.geography import areas
from inspection.geography.points import Point, cell
from inspection.kernel.db import db, writing
from inspection.people.models import Unit
from inspection.reports.catalogue import site_types

SITES = 20_000
PAGE_MS, NEAR_MS = 20, 5
DISTRICT = "110105"
CENTRE = (39.915, 116.404)
APART_DEG = 0.02
"""A street's sites lie about so far from its office."""


def fill(number: int, *, now: datetime, seed: int = 31) -> None:
    """So many sites, around the offices of all streets; every tenth without a unit, every fiftieth without a place."""
    rng, atlas = Random(seed), areas.atlas()
    streets = [one for district in atlas.districts for one in atlas.streets(district.code) if one.seat]
    units: dict[str, list[uuid.UUID]] = {}
    for unit_id, code in db.session.execute(select(Unit.id, Unit.district_code)):
        units.setdefault(code, []).append(unit_id)
    types = list(site_types())
    rows = [_row(at, streets[at % len(streets)], types[at % 7], units, rng, now) for at in range(number)]
    with writing():
        for start in range(0, number, 1_000):
            db.session.execute(insert(Site), rows[start : start + 1_000])


def figures(office: Any) -> list[Any]:
    """Its measures; ``office`` is the bench's. The sites are entered first, where there are none."""
    if not db.session.scalar(select(func.count()).select_from(Site)):
        fill(SITES, now=office.moment)
    after = db.session.scalars(select(Site.id).order_by(Site.name, Site.id).offset(SITES // 2).limit(1)).first()
    lists = {
        "全市": NOTHING,
        "一个区": Filters(district=DISTRICT),
        "一类": Filters(type="lane"),
        "一个区、一类": Filters(district=DISTRICT, type="lane"),
        "名称里有字": Filters(words="胡同 77"),
        "名称里没有的字": Filters(words="无此地"),
        "没有责任单位": Filters(lacking="unit"),
        "没有标位置": Filters(lacking="place"),
    }
    frames = {"全市（8 级）": (8.5, 2.0), "一片（12 级）": (12.0, 0.2), "近处（15 级）": (15.0, 0.02)}
    return [
        *(office.figure(f"点位一页 100，{name}", _page(office, asked), PAGE_MS) for name, asked in lists.items()),
        office.figure("点位一页 100，全市，最深处", _page(office, NOTHING, after), PAGE_MS),
        office.figure("点位附近", lambda: site_lists.near(Point(*CENTRE)), NEAR_MS),
        office.figure("点位计数，全市", _asking(office, site_lists.numbers, NOTHING), PAGE_MS),
        *(
            office.figure(f"点位图，{name}", _asking(office, site_map.look, NOTHING, _frame(*seen)), PAGE_MS)
            for name, seen in frames.items()
        ),
    ]


def _page(office: Any, asked: Filters, after: uuid.UUID | None = None) -> Any:
    return _asking(office, site_lists.page, asked, after=after, limit=100)


def _asking(office: Any, question: Any, *given: Any, **more: Any) -> Any:
    """A question of the city's, without a moment."""
    return office.ask(
        lambda person, *rest, now, **others: question(person, *rest, **others), office.chief, *given, **more
    )


def _frame(zoom: float, height: float) -> Frame:
    lat, lng = CENTRE
    return Frame(lat - height / 2, lng - height, lat + height / 2, lng + height, zoom)


def _row(at: int, street: Any, kind: str, units: dict[str, list[uuid.UUID]], rng: Random, now: datetime) -> Any:
    lat = round(street.seat.lat + rng.gauss(0, APART_DEG), placing.DIGITS)
    lng = round(street.seat.lng + rng.gauss(0, APART_DEG), placing.DIGITS)
    held = units.get(street.district_code)
    return {
        "id": uuid.UUID(int=rng.getrandbits(128), version=4),
        "number": f"B-{at:05d}",
        "type_code": kind,
        "name": f"{street.name[:2]}{'胡同' if kind == 'lane' else '点'} {at}",
        "address": f"{street.name} {at % 300} 号",
        "district_code": street.district_code,
        "street_code": street.code,
        "lat": lat,
        "lng": lng,
        "cell": cell(Point(lat, lng)) if at % 50 else "",
        "unit_id": rng.choice(held) if held and at % 10 else None,
        "photo_id": None,
        "note": "",
        "active": True,
        "created_at": now,
        "changed_at": now,
    }
