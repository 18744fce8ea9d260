"""A list of sites is taken in: looked at first, and then all of it or nothing (点位导入). Nothing commits but the job.

A row whose district and number are known changes that site, any other enters a new one, and nothing is removed. What
was looked at is what is done: if the sites have changed in between, nothing is, and the file is looked at again.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import ForeignKey, Text, insert, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from inspection.checks import site_checking, sites
from inspection.checks.models import Site
from inspection.checks.site_checking import Checked, Known, Line
from inspection.geography import service as geography
from inspection.kernel import audit, queue, reading
from inspection.kernel.db import Model, db, end_reading, writing
from inspection.kernel.errors import Conflict, NotFound, Refusal
from inspection.kernel.numbers import next_number
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right, Scope
from inspection.people.models import Person, Unit
from inspection.reports.catalogue import site_types

SERIES = "sites.import"
AT_ONCE = 2_000
"""So many rows are taken in while one waits; more are a job's."""
PORTION = 500
LONGEST_NAME = 120
PLACE = ("lat", "lng", "cell")
BLANK: Mapping[str, Any] = {"address": "", "note": "", "unit_id": None, "street_code": None, "photo_id": None}

Clock = Callable[[], datetime]
Thing = TypeVar("Thing")


class SiteImport(Model):
    """A file that was looked at and found in order, and what became of it."""

    __tablename__ = "site_import"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    fresh: Mapped[int]
    changed: Mapped[int]
    plan_hash: Mapped[str] = mapped_column(Text)
    """Of what was looked at: every row with the site that it changes, as that site then was."""
    looked_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    """When it was given to the worker."""
    moved_at: Mapped[datetime | None]
    """When the worker began."""
    imported_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """When the worker found that it could not be taken in any more."""

    @property
    def audit_ref(self) -> str:
        """How the audit chain names it."""
        return f"site_import:{self.id}"

    @property
    def file_key(self) -> str:
        """Where the file lies."""
        return f"imports/{self.id.hex[:2]}/{self.id.hex}-{self.sha256[:16]}"


@dataclass(frozen=True)
class Step:
    """What one row comes to: a new site, or what changes at one that is known (nothing, perhaps)."""

    line: Line
    site: Site | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What a file would come to."""

    checked: Checked
    steps: Sequence[Step]

    @property
    def fresh(self) -> list[Step]:
        """The sites that are new."""
        return [step for step in self.steps if step.site is None]

    @property
    def changed(self) -> list[Step]:
        """Those that change."""
        return [step for step in self.steps if step.site is not None and step.values]

    @property
    def hash(self) -> str:
        """Another one whenever the same file would come to something else."""
        seen = (
            f"{step.line.row}|{step.line.key}|{step.site.id if step.site else ''}|"
            f"{sites.version(step.site) if step.site else ''}"
            for step in self.steps
        )
        return sha256("\n".join(seen).encode()).hexdigest()


def look_at(data: bytes, *, by: Person) -> Plan:
    """What the file would come to (试导入). Changes nothing; raises Invalid("file") for what is no such list."""
    known = _known(by)
    checked = site_checking.check(reading.read(data), known)
    return Plan(checked, [] if checked.wrong else _steps(checked.lines))


def new(data: bytes, plan: Plan, *, file_name: str, by: Person, now: datetime) -> SiteImport:
    """A file that is in order, before it is kept; its bytes belong under ``file_key``."""
    return SiteImport(
        id=uuid.uuid4(),
        by_id=by.id,
        file_name=file_name[:LONGEST_NAME],
        sha256=sha256(data).hexdigest(),
        fresh=len(plan.fresh),
        changed=len(plan.changed),
        plan_hash=plan.hash,
        looked_at=now,
    )


def keep(file: SiteImport, *, by: Person) -> None:
    """Remember a file whose bytes lie in the store, so that it can be taken in."""
    access.require(by.role, Right.SITE_EDIT)
    db.session.add(file)
    db.session.flush()
    audit.record("sites.import_looked_at", file, by=by, at=file.looked_at, fresh=file.fresh, changed=file.changed)


def visible(person: Person, import_id: uuid.UUID) -> SiteImport:
    """One of the person's own files; raises NotFound for anyone else's."""
    access.require(person.role, Right.SITE_EDIT)
    file = db.session.get(SiteImport, import_id)
    if file is None or file.by_id != person.id:
        raise NotFound(N_("没有这个文件，或不是您交的。"))
    return file


def takes_long(file: SiteImport) -> bool:
    """Whether it has more rows to write than one waits for."""
    return file.fresh + file.changed > AT_ONCE


def ask(file: SiteImport, *, by: Person, now: datetime) -> None:
    """Have a job take it in. Does nothing for one that was given to it before."""
    access.require(by.role, Right.SITE_EDIT)
    db.session.refresh(file, with_for_update=True)
    if file.asked_at is None and file.imported_at is None:
        file.asked_at = now
        db.session.flush()
        queue.enqueue("sites.import", file.id, now=now)


def take_in(file: SiteImport, checked: Checked, *, by: Person, now: datetime) -> None:
    """Do what was looked at. Raises Conflict, and does nothing, if it comes to something else by now.

    Imports go one after the other.
    """
    access.require(by.role, Right.SITE_EDIT)
    next_number(SERIES)
    db.session.refresh(file)
    if file.imported_at is not None:
        raise Conflict(N_("这个文件已经导入过了。"))
    for district in sorted({line.placed.district_code for line in checked.lines}):
        sites.hold_numbers(district)
    plan = Plan(checked, _steps(checked.lines))
    if checked.wrong or plan.hash != file.plan_hash:
        raise Conflict(N_("刚才点位又有变动，一处也没有导入，请重新核对。"))
    file.imported_at = now
    audit.record("sites.imported", file, by=by, at=now, fresh=file.fresh, changed=file.changed, sha256=file.sha256)
    _enter(plan.fresh, by, now)
    _rewrite(plan.changed, by, now)


def work_off(import_id: uuid.UUID, *, storage: Storage, now: Clock) -> None:
    """The job: take in a file that was given to it, or note that it cannot be any more. Does nothing for one that is.

    The owner's rights are those of now.
    """
    file = db.session.get(SiteImport, import_id)
    if file is None or file.imported_at is not None or file.refused_at is not None:
        return
    key, owner = file.file_key, file.by_id
    with writing():
        db.session.get_one(SiteImport, import_id).moved_at = now()
    try:
        by = db.session.get_one(Person, owner)
        if by.disabled_at is not None:
            raise Conflict(N_("交文件的人已经停用。"))
        checked = look_at(storage.read(key), by=by).checked
        end_reading()
        with writing():
            file, by = db.session.get_one(SiteImport, import_id), db.session.get_one(Person, owner)
            take_in(file, checked, by=by, now=now())
    except Refusal:
        with writing():
            db.session.get_one(SiteImport, import_id).refused_at = now()


def _known(by: Person) -> Known:
    whole = access.require(by.role, Right.SITE_EDIT) is Scope.ALL
    own = None if whole else by.district_code
    units = select(Unit.district_code, Unit.name, Unit.id)
    return Known(
        types={name: code for code, (chinese, _english) in site_types().items() for name in (code, chinese)},
        units={(district, name): unit_id for district, name, unit_id in db.session.execute(units)},
        atlas=geography.current_atlas(),
        own=own,
    )


def _steps(lines: Sequence[Line]) -> list[Step]:
    there = _there(lines)
    return [_step(line, there.get(line.key)) for line in lines]


def _step(line: Line, site: Site | None) -> Step:
    place = {name: getattr(line.placed, name) for name in PLACE}
    if site is None:
        named = {"number": line.number, "district_code": line.placed.district_code}
        return Step(line, None, {**BLANK, **named, **place, **line.values})
    street = line.values.get("street_code", site.street_code)
    moves = line.exact or (not site.cell and street != site.street_code)
    wanted = {**line.values, **(place if moves else {})}
    return Step(line, site, {name: value for name, value in wanted.items() if getattr(site, name) != value})


def _there(lines: Sequence[Line]) -> dict[tuple[str, str], Site]:
    """The sites that the rows name."""
    numbers: dict[str, list[str]] = {}
    for line in lines:
        numbers.setdefault(line.placed.district_code, []).append(line.number)
    found: dict[tuple[str, str], Site] = {}
    for district, every in numbers.items():
        for some in _portions(every):
            known = select(Site).where(Site.district_code == district, Site.number.in_(some))
            rows = db.session.scalars(known.options(joinedload(Site.unit)).execution_options(populate_existing=True))
            found |= {(district, site.number): site for site in rows}
    return found


def _enter(steps: Sequence[Step], by: Person, now: datetime) -> None:
    rows = [
        {"id": uuid.uuid4(), "active": True, "created_at": now, "changed_at": now} | dict(step.values) for step in steps
    ]
    for some in _portions(rows):
        db.session.execute(insert(Site), some)
    sites.pass_by(step.line.number for step in steps)
    for row, step in zip(rows, steps, strict=True):
        audit.record("site.added", f"site:{row['id']}", by=by, at=now, **sites.told(step.values))


def _rewrite(steps: Sequence[Step], by: Person, now: datetime) -> None:
    for step in steps:
        site = step.site
        if site is not None:
            for name, value in step.values.items():
                setattr(site, name, value)
            site.changed_at = now
            audit.record("site.changed", site, by=by, at=now, **sites.told(step.values))
    db.session.flush()


def _portions(things: Sequence[Thing]) -> Iterator[list[Thing]]:
    """So many at a time as one statement takes."""
    return (list(things[start : start + PORTION]) for start in range(0, len(things), PORTION))
