"""The sites that a person may see, narrowed down, page by page, and what lies near a point (点位列表)."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from inspection.checks.models import Site
from inspection.geography import points
from inspection.geography.points import Point, distance_m
from inspection.kernel.db import db
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person

CODE = re.compile(r"[a-z0-9_]{1,40}")
LONGEST_WORDS = 80
NEAR_M, FARTHEST_M, MOST_NEAR = 100.0, 1_000.0, 20
RETIRED, WITHOUT_PLACE, WITHOUT_UNIT = "retired", "place", "unit"


@dataclass(frozen=True)
class Filters:
    """What is asked for; an empty one asks for nothing in particular."""

    district: str = ""
    type: str = ""
    street: str = ""
    words: str = ""
    """Each of them stands in the name or the number."""
    lacking: str = ""
    """``place`` or ``unit``: what nobody has said yet."""
    show: str = ""
    """``retired``: those that are out of use, instead of those in use."""

    def but(self, **others: str) -> "Filters":
        """The same with some of them set otherwise."""
        return replace(self, **others)

    @property
    def pairs(self) -> dict[str, Any]:
        """As an address carries them; those that are empty are left out."""
        return {name: value for name in NAMES if (value := getattr(self, name))}


NAMES = tuple(one.name for one in fields(Filters))
NOTHING = Filters()


@dataclass(frozen=True)
class Numbers:
    """How many sites are asked for, and how many of them lack something."""

    all: int
    without_place: int
    without_unit: int


@dataclass(frozen=True)
class Near:
    """A site, and how many metres away it is."""

    site: Site
    metres: float


def parse(given: Mapping[str, str]) -> Filters:
    """The filters of an address. Raises Invalid naming the first that cannot be read."""
    read = {name: text for name in NAMES if (text := given.get(name, "").strip())}
    words = read.get("words", "")
    if len(words) > LONGEST_WORDS or not words.isprintable():
        raise Invalid("words", N_("最多写 %(most)s 个字。"), most=LONGEST_WORDS)
    for name, text in read.items():
        if name != "words" and not CODE.fullmatch(text):
            raise Invalid(name, N_("这个条件看不懂，请重新选。"))
    return Filters(**read)


def within(person: Person) -> ColumnElement[bool]:
    """The condition on sites that a person may see."""
    allowed = access.scope(person.role, Right.SITE_READ)
    if allowed is Scope.ALL:
        return true()
    return Site.district_code == person.district_code if allowed is Scope.DISTRICT else false()


def visible(person: Person, site_id: uuid.UUID, *, lock: bool = False) -> Site:
    """One site, to change with ``lock``; raises NotFound for whoever may not see it, as for one that does not exist."""
    wanted = select(Site).where(Site.id == site_id, within(person))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(N_("没有这个点位，或不归您看。"))
    return found


def conditions(person: Person, asked: Filters) -> list[ColumnElement[bool]]:
    """The conditions on the sites that are asked for and that the person may see."""
    return [within(person), Site.active == (asked.show != RETIRED), *_asked(asked)]


def page(person: Person, asked: Filters, *, after: uuid.UUID | None = None, limit: int) -> Sequence[Site]:
    """The sites by name, from after one of them on, with their units."""
    where = conditions(person, asked)
    if after is not None:
        last = visible(person, after)
        where.append(tuple_(Site.name, Site.id) > (last.name, last.id))
    found = select(Site).where(*where).options(joinedload(Site.unit)).order_by(Site.name, Site.id)
    return db.session.scalars(found.limit(limit)).all()


def stream(person: Person, asked: Filters) -> Iterator[Site]:
    """All of them, by district and number, for a file."""
    found = select(Site).where(*conditions(person, asked)).options(joinedload(Site.unit))
    return iter(db.session.scalars(found.order_by(Site.district_code, Site.number)))


def numbers(person: Person, asked: Filters) -> Numbers:
    """How many there are."""
    counted = select(func.count(), func.sum(case((Site.cell == "", 1), else_=0)), func.count(Site.unit_id))
    every, nowhere, held = db.session.execute(counted.where(*conditions(person, asked))).one()
    return Numbers(every, int(nowhere or 0), every - held)


def in_use() -> Counter[tuple[str, str]]:
    """By district and type, how many sites there are in use: what a plan can be drawn from."""
    counted = select(Site.district_code, Site.type_code, func.count()).where(Site.active)
    rows = db.session.execute(counted.group_by(Site.district_code, Site.type_code))
    return Counter({(district, kind): number for district, kind, number in rows})


def near(point: Point, *, radius_m: float = NEAR_M, besides: uuid.UUID | None = None) -> list[Near]:
    """The sites in use within so many metres of a point, the nearest first; of no farther than a kilometre."""
    radius_m = min(radius_m, FARTHEST_M)
    there = select(Site).where(Site.cell.in_(points.cells_within(point, radius_m)), Site.active)
    found = (Near(site, distance_m(point, Point(site.lat, site.lng))) for site in db.session.scalars(there))
    close = [one for one in found if one.metres <= radius_m and one.site.id != besides]
    return sorted(close, key=lambda one: (one.metres, one.site.id))[:MOST_NEAR]


def _asked(asked: Filters) -> Iterator[ColumnElement[bool]]:
    same: dict[str, Any] = {"district": Site.district_code, "type": Site.type_code, "street": Site.street_code}
    for name, column in same.items():
        if value := getattr(asked, name):
            yield column == value
    for word in asked.words.split():
        yield _holds(word)
    if asked.lacking:
        yield {WITHOUT_PLACE: Site.cell == "", WITHOUT_UNIT: Site.unit_id.is_(None)}.get(asked.lacking, false())


def _holds(word: str) -> ColumnElement[bool]:
    """By the function that looks for a text as it is, which is many times faster than a pattern."""
    at = func.strpos if db.engine.dialect.name == "postgresql" else func.instr
    numbers = [at(Site.number, one) > 0 for one in sorted({word, word.upper()})]
    return or_(at(Site.name, word) > 0, *numbers)


def in_frame(south: float, west: float, north: float, east: float) -> ColumnElement[bool]:
    """That a site lies in a box of degrees, and that it is known where."""
    return and_(Site.lat.between(south, north), Site.lng.between(west, east), Site.cell != "")
