"""Areas in the database, and where a point lies under the overrides that stand there."""

from collections.abc import Iterator

from sqlalchemy import insert, select, update

from inspection.geography import areas, sources
from inspection.geography.areas import Atlas, Location
from inspection.geography.models import Area, AreaLevel, AreaOverride
from inspection.geography.points import Point
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid
from inspection.kernel.text import N_

Row = dict[str, str | None]


def load_areas() -> int:
    """Bring the tables up to the files of the package; the number of areas that were added or renamed.

    The default overrides are written with the first load only: one that the office takes back stays away.
    """
    known = dict(db.session.execute(select(Area.code, Area.name)).all())
    changed = sum(_load(rows, known) for rows in (list(_districts()), list(_streets()), list(_communities())))
    if areas.DEVELOPMENT_ZONE not in known:
        overrides = [{"street_code": s, "district_code": d} for s, d in sorted(areas.DEFAULT_OVERRIDES)]
        db.session.execute(insert(AreaOverride), overrides)
    return changed


def current_atlas() -> Atlas:
    """The atlas under the overrides in the database."""
    rows = db.session.execute(select(AreaOverride.street_code, AreaOverride.district_code))
    return areas.atlas(frozenset((street, district) for street, district in rows))


def locate(point: Point, accuracy_m: float) -> Location:
    """The district, the nearest streets and the doubts about a point known to ``accuracy_m``."""
    return current_atlas().locate(point, accuracy_m)


def require_beijing(point: Point, accuracy_m: float = 0.0) -> Location:
    """As ``locate``; raises Invalid("place", …) for a point outside Beijing."""
    location = locate(point, accuracy_m)
    if location.district is None:
        raise Invalid("place", N_("这个位置不在北京市内，请检查定位或在地图上重新选点"))
    return location


def _load(rows: list[Row], known: dict[str, str]) -> int:
    missing = [row for row in rows if row["code"] not in known]
    renamed = [
        {"code": row["code"], "name": row["name"]}
        for row in rows
        if row["code"] in known and known[row["code"]] != row["name"]
    ]
    if missing:
        db.session.execute(insert(Area), missing)
    if renamed:
        db.session.execute(update(Area), renamed)
    return len(missing) + len(renamed)


def _districts() -> Iterator[Row]:
    for district in areas.atlas().districts:
        yield {"code": district.code, "level": AreaLevel.DISTRICT, "name": district.name, "parent_code": None}


def _streets() -> Iterator[Row]:
    for code, name, district in sources.streets():
        yield {"code": code, "level": AreaLevel.STREET, "name": name, "parent_code": district}


def _communities() -> Iterator[Row]:
    for code, name, street in sources.communities():
        yield {"code": code, "level": AreaLevel.COMMUNITY, "name": name, "parent_code": street}
