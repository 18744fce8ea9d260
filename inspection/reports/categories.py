"""The catalogue's rows as an administrator changes them (问题类别): deadline, urgency, photos, whether in use.

Nothing here commits. What was filed keeps the limit that it was given: a row speaks for what is filed from now on. The
code, the names and the basis are the catalogue's own and stay.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.models import Category

LONGEST_LIMIT, MOST_PHOTOS = 366, 9
LIMIT_UNITS = ("hour", "workday", "day")
"""工作时, 工作日, 天: the codes of ``tickets.deadlines``, which stands above this room."""
SEVERITIES = ("urgent", "normal", "hard")


@dataclass(frozen=True)
class Wanted:
    """A row as it is to be: the limit in its unit, how urgent, how many photos at least, whether in use."""

    limit_amount: int
    limit_unit: str
    severity: str
    photos_min: int
    active: bool

    def check(self) -> None:
        """Raise Invalid naming what cannot be."""
        if not 1 <= self.limit_amount <= LONGEST_LIMIT:
            raise Invalid("limit_amount", N_("期限应在 1 到 %(most)s 之间。"), most=str(LONGEST_LIMIT))
        if self.limit_unit not in LIMIT_UNITS:
            raise Invalid("limit_unit", N_("请选期限的单位。"))
        if self.severity not in SEVERITIES:
            raise Invalid("severity", N_("请选缓急。"))
        if not 0 <= self.photos_min <= MOST_PHOTOS:
            raise Invalid("photos_min", N_("照片应在 0 到 %(most)s 张之间。"), most=str(MOST_PHOTOS))


def offered() -> Sequence[Category]:
    """The categories that can be chosen for what is new, in the catalogue's order."""
    return db.session.scalars(select(Category).where(Category.active).order_by(Category.position)).all()


def retired() -> Sequence[Category]:
    """Those that are out of use: what is known of them, for what was begun in one before."""
    return db.session.scalars(select(Category).where(Category.active.is_(False)).order_by(Category.position)).all()


def version(category: Category) -> str:
    """Which state of the row somebody looks at: changes with each change."""
    return category.changed_at.isoformat() if category.changed_at else ""


def change(code: str, wanted: Wanted, *, by: Person, now: datetime, seen: str) -> None:
    """Set a row; the event has what it was and what it is. The same values again change nothing.

    Raises NotFound, Conflict if somebody has changed it since it was ``seen``, and Invalid naming the field, also for
    the last category in use, without which nothing could be reported.
    """
    access.require(by.role, Right.CATALOGUE_EDIT)
    wanted.check()
    row = db.session.get(Category, code, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(N_("没有这个类别。"))
    if version(row) != seen:
        raise Conflict(N_("刚才已有别人改过这一类，请看过再改。"))
    after, before = asdict(wanted), {name: getattr(row, name) for name in asdict(wanted)}
    if after == before:
        return
    if not wanted.active and [one.code for one in offered()] == [code]:
        raise Invalid("active", N_("至少要留一个在用的类别。"))
    for name, value in after.items():
        setattr(row, name, value)
    row.changed_at = now
    db.session.flush()
    audit.record("category.changed", row, by=by, at=now, before=before, after=after)
