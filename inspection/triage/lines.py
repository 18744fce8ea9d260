"""The routing table as an administrator keeps it (派遣规则表). Nothing here commits."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from inspection.geography import service as geography
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.phrases import Listing, Phrase
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person, Unit
from inspection.reports.catalogue import site_types
from inspection.reports.models import Category
from inspection.tickets.deadlines import Limit
from inspection.triage.models import RoutingLine
from inspection.triage.routing import Line

MOST_LINES = 2_000
SEVERITIES = ("urgent", "normal", "hard")


@dataclass(frozen=True)
class Wanted:
    """A line as it is written down: what it asks for (None: any), and what it then says (None: as the catalogue)."""

    category: str | None = None
    district: str | None = None
    street: str | None = None
    site_type: str | None = None
    unit: uuid.UUID | None = None
    duty: str | None = None
    limit: Limit | None = None
    severity: str | None = None


def rows() -> Sequence[RoutingLine]:
    """The table in its order."""
    return db.session.scalars(select(RoutingLine).order_by(RoutingLine.position, RoutingLine.id)).all()


def table() -> list[Line]:
    """The table as the pure rules read it."""
    return [_line(row) for row in rows()]


def row(line_id: uuid.UUID) -> RoutingLine:
    """One line; raises NotFound."""
    found = db.session.get(RoutingLine, line_id)
    if found is None:
        raise NotFound(N_("没有这条派遣规则。"))
    return found


def told(line: RoutingLine) -> Phrase:
    """What a line asks for, in words: 第 2 条（私装地锁、东四街道）."""
    asked = Listing(filter(None, _asked(line)))
    number = db.session.scalar(select(func.count()).where(RoutingLine.position <= line.position)) or 0
    return Phrase(N_("第 %(number)s 条（%(asked)s）"), {"number": number, "asked": asked or N_("所有问题")})


def add(wanted: Wanted, *, by: Person, now: datetime) -> RoutingLine:
    """Add a line at the end. Raises Invalid naming the field."""
    access.require(by.role, Right.ROUTING_EDIT)
    _check(wanted)
    last = db.session.scalar(select(func.max(RoutingLine.position)))
    if (db.session.scalar(select(func.count()).select_from(RoutingLine)) or 0) >= MOST_LINES:
        raise Invalid("category", N_("派遣规则最多 %(most)s 条。"), most=str(MOST_LINES))
    line = RoutingLine(id=uuid.uuid4(), position=(last or 0) + 1, changed_at=now)
    _write(line, wanted)
    db.session.add(line)
    db.session.flush()
    audit.record("routing_line.added", line, by=by, at=now, **_told(wanted))
    return line


def change(line_id: uuid.UUID, wanted: Wanted, *, by: Person, now: datetime, seen: int | None = None) -> RoutingLine:
    """Change a line; cases that are filed already stay as they were routed."""
    line = _held(line_id, by, seen)
    _check(wanted)
    _write(line, wanted)
    line.changed_at = now
    db.session.flush()
    audit.record("routing_line.changed", line, by=by, at=now, **_told(wanted))
    return line


def move(line_id: uuid.UUID, *, up: bool, by: Person, now: datetime) -> None:
    """Let a line come earlier or later by one: the first that fits decides."""
    line = _held(line_id, by, None)
    ordered = [one.id for one in rows()]
    at = ordered.index(line.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(ordered):
        return
    ordered[at], ordered[other] = ordered[other], ordered[at]
    for position, one in enumerate(ordered, 1):
        db.session.execute(update(RoutingLine).where(RoutingLine.id == one).values(position=position))
    audit.record("routing_line.moved", line, by=by, at=now, position=other + 1)


def remove(line_id: uuid.UUID, *, by: Person, now: datetime, seen: int | None = None) -> None:
    """Take a line out; what it said stays in the audit chain."""
    line = _held(line_id, by, seen)
    audit.record("routing_line.removed", line, by=by, at=now, **_told(_wanted(line)))
    db.session.delete(line)
    db.session.flush()


def _asked(line: RoutingLine) -> Iterator[str | None]:
    atlas = geography.current_atlas()
    yield db.session.get_one(Category, line.category_code).name if line.category_code else None
    yield atlas.district(line.district_code).name if line.district_code and not line.street_code else None
    yield atlas.street(line.street_code).name if line.street_code else None
    yield site_types().get(line.site_type or "", (line.site_type,))[0]


def _held(line_id: uuid.UUID, by: Person, seen: int | None) -> RoutingLine:
    access.require(by.role, Right.ROUTING_EDIT)
    line = row(line_id)
    db.session.refresh(line, with_for_update=True)
    if seen is not None and seen != line.version:
        raise Conflict(N_("刚才已有别人改过这一条，请看过最新情况再改。"), code="changed_meanwhile")
    return line


def _check(wanted: Wanted) -> None:
    atlas = geography.current_atlas()
    districts = {district.code for district in atlas.districts}
    if wanted.category and db.session.get(Category, wanted.category) is None:
        raise Invalid("category", N_("没有“%(given)s”这个类别。"), given=wanted.category)
    if wanted.district and wanted.district not in districts:
        raise Invalid("district", N_("请选一个区。"))
    if wanted.street and wanted.street not in {street.code for street in atlas.streets(wanted.district or "")}:
        raise Invalid("street", N_("请先选区，再选这个区的街道。"))
    if wanted.site_type and wanted.site_type not in site_types():
        raise Invalid("site_type", N_("没有“%(given)s”这种点位。"), given=wanted.site_type)
    if wanted.severity and wanted.severity not in SEVERITIES:
        raise Invalid("severity", N_("请选缓急。"))
    _check_unit(wanted)
    if not (wanted.unit or wanted.duty or wanted.limit or wanted.severity):
        raise Invalid("unit", N_("这一条什么也没有说：请至少写明单位、期限或缓急之一。"))


def _check_unit(wanted: Wanted) -> None:
    if wanted.unit is None:
        return
    unit = db.session.get(Unit, wanted.unit)
    if unit is None:
        raise Invalid("unit", N_("没有这个单位。"))
    if unit.district_code != wanted.district:
        raise Invalid("unit", N_("指定单位时，区要选这个单位所在的区。"))


def _write(line: RoutingLine, wanted: Wanted) -> None:
    line.category_code, line.district_code = wanted.category, wanted.district
    line.street_code, line.site_type = wanted.street, wanted.site_type
    line.unit_id, line.duty, line.severity = wanted.unit, (wanted.duty or "").strip() or None, wanted.severity
    line.limit_amount = wanted.limit.amount if wanted.limit else None
    line.limit_unit = wanted.limit.unit if wanted.limit else None


def _wanted(line: RoutingLine) -> Wanted:
    return Wanted(
        line.category_code,
        line.district_code,
        line.street_code,
        line.site_type,
        line.unit_id,
        line.duty,
        _limit(line),
        line.severity,
    )


def _line(line: RoutingLine) -> Line:
    return Line(id=line.id, **{name: getattr(_wanted(line), name) for name in Wanted.__dataclass_fields__})


def _limit(line: RoutingLine) -> Limit | None:
    return Limit(line.limit_amount, line.limit_unit) if line.limit_amount and line.limit_unit else None


def _told(wanted: Wanted) -> dict[str, object]:
    return {name: value for name, value in asdict(wanted).items() if value is not None}
