"""What a map of sites shows: the sites themselves where few are in the frame, else how many lie in each cell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from inspection.checks import site_lists
from inspection.checks.models import Site
from inspection.checks.site_lists import Filters
from inspection.geography.points import parent
from inspection.kernel.db import db
from inspection.people.models import Person

FEW = 600
"""So many are drawn one by one."""
ONE_BY_ONE_FROM = 11.0
CELLS = ((8.0, 4), (9.5, 5), (11.5, 6), (13.0, 7), (14.5, 8), (99.0, 9))
"""Up to which zoom the sites are counted in cells of which resolution."""
PREFIX, OF_PREFIX = 9, 7
"""Cells that begin with the same nine digits have one parent of resolution 7: 60 − 4·9 = 45 − 3·7 bits follow."""


@dataclass(frozen=True)
class Frame:
    """A part of a map in WGS-84 degrees, and how near it is looked at."""

    south: float
    west: float
    north: float
    east: float
    zoom: float


@dataclass(frozen=True)
class Look:
    """What is in the frame: either cells with how many lie in each, or the sites by name."""

    number: int
    cells: Mapping[str, int]
    sites: Sequence[Site]


def look(person: Person, asked: Filters, frame: Frame) -> Look:
    """The sites that are asked for, as far as they lie in a frame."""
    there = site_lists.in_frame(frame.south, frame.west, frame.north, frame.east)
    where = [*site_lists.conditions(person, asked), there]
    if frame.zoom >= ONE_BY_ONE_FROM:
        some = db.session.scalars(select(Site).where(*where).limit(FEW + 1)).all()
        if len(some) <= FEW:
            return Look(len(some), {}, sorted(some, key=lambda site: (site.name, site.id)))
    resolution = next(finest for upto, finest in CELLS if frame.zoom < upto)
    cells = _counted(where, resolution)
    return Look(sum(cells.values()), cells, ())


def _counted(where: Sequence[ColumnElement[bool]], resolution: int) -> Mapping[str, int]:
    digits = PREFIX if resolution <= OF_PREFIX else 99
    group = func.substr(Site.cell, 1, digits)
    found: Counter[str] = Counter()
    for cell, number in db.session.execute(select(func.min(Site.cell), func.count()).where(*where).group_by(group)):
        found[parent(cell, resolution)] += number
    return found
