"""The ledger as a file: at once, or by a job that tells how far it is (导出). Nothing here commits, but for the job.

A file holds what its owner may see when it is written, in the columns and the order that they asked for.
"""

import io
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from sqlalchemy import select, update

from inspection.geography import service as geography
from inspection.kernel import audit, queue, sheets
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import NotFound
from inspection.kernel.holidays import work_calendar
from inspection.kernel.sheets import Kind, Row
from inspection.kernel.storage import CHUNK, Storage
from inspection.kernel.text import N_
from inspection.ledger import service as ledger
from inspection.ledger.columns import Column, Line, Sight, known
from inspection.ledger.models import Export, Order, file_key
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.tickets import filters
from inspection.tickets.filters import Filters

AT_ONCE = 5_000
"""So many rows are written while one waits; more are a job's."""
STEP = 1_000
"""After so many rows a job notes how far it is."""
KEPT = timedelta(days=7)
"""[D] How long a file is kept; it can always be made again."""
LISTED = 10
TITLE = "台账"
"""Of the files: the office's document, so Chinese whoever asks for it."""

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Wanted:
    """What a file is to hold."""

    kind: Kind
    filters: Filters
    order: Order
    columns: tuple[Column, ...]


def takes_long(person: Person, asked: Filters, *, now: datetime) -> bool:
    """Whether there are more rows than are written at once."""
    return ledger.count(person, asked, now=now, cap=AT_ONCE).more


def made(wanted: Wanted, *, by: Person, now: datetime) -> tuple[BinaryIO, int]:
    """The file, and how many rows it has: for no more than are written at once. Changes nothing; see ``note_made``."""
    access.require(by.role, Right.TICKET_READ)
    out = io.BytesIO()
    lines = ledger.stream(by, wanted.filters, wanted.order, now=now)
    rows = sheets.write(wanted.kind, out, TITLE, wanted.columns, _rows(lines, wanted.columns, _sight(now)))
    out.seek(0)
    return out, rows


def note_made(wanted: Wanted, rows: int, *, by: Person, now: datetime) -> Export:
    """Write down that a file was made and handed out."""
    export = _asked(wanted, by, now)
    export.written, export.finished_at = rows, now
    db.session.flush()
    _record(export, by, now)
    return export


def ask(wanted: Wanted, *, by: Person, now: datetime) -> Export:
    """Have a job write the file."""
    access.require(by.role, Right.TICKET_READ)
    export = _asked(wanted, by, now)
    db.session.flush()
    audit.record("ledger.export_asked", export, by=by, at=now, filter=export.query, kind=export.kind.value)
    queue.enqueue("ledger.export", export.id, now=now)
    return export


def write_file(export_id: uuid.UUID, *, storage: Storage, now: Clock) -> None:
    """The job: write the file into the store and note that it is done. Does nothing for one that is, or has no owner.

    Every note of the progress renews the job's lease, so that a million rows are not begun again and again.
    """
    export = db.session.get(Export, export_id)
    if export is None or export.finished_at is not None:
        return
    owner = db.session.get_one(Person, export.person_id)
    if owner.disabled_at is not None:
        return
    wanted, owner_id = _wanted(export), owner.id
    lines = ledger.stream(owner, wanted.filters, wanted.order, now=now())
    noted = _noted(_rows(lines, wanted.columns, _sight(now())), export_id, now)
    end_reading()
    sha256, rows = _stored(export_id, wanted, noted, storage)
    with writing():
        export = db.session.get_one(Export, export_id)
        export.written, export.finished_at, export.moved_at, export.sha256 = rows, now(), now(), sha256
        _record(export, db.session.get_one(Person, owner_id), now())
    _clear_away(owner_id, storage=storage, now=now())


def visible(person: Person, export_id: uuid.UUID) -> Export:
    """One of the person's own; raises NotFound for anyone else's."""
    export = db.session.get(Export, export_id)
    if export is None or export.person_id != person.id:
        raise NotFound(N_("没有这个导出，或不是您的。"))
    return export


def file(export: Export, storage: Storage) -> BinaryIO:
    """The file, to read and close; raises NotFound while it is being written and when it is no longer kept."""
    if export.file_key is None:
        raise NotFound(N_("文件还没写好，或者已经过期，请重新导出。"))
    return storage.open(export.file_key)


def latest(person: Person) -> Sequence[Export]:
    """The person's last files that are kept or still being written, the newest first."""
    kept = Export.finished_at.is_(None) | Export.sha256.is_not(None)
    mine = select(Export).where(Export.person_id == person.id, kept)
    return db.session.scalars(mine.order_by(Export.asked_at.desc(), Export.id.desc()).limit(LISTED)).all()


def _asked(wanted: Wanted, by: Person, now: datetime) -> Export:
    export = Export(
        id=uuid.uuid4(),
        person_id=by.id,
        kind=wanted.kind,
        query=filters.query(wanted.filters),
        order=wanted.order,
        columns=" ".join(column.code for column in wanted.columns),
        asked_at=now,
        moved_at=now,
    )
    db.session.add(export)
    return export


def _wanted(export: Export) -> Wanted:
    return Wanted(export.kind, filters.parse_query(export.query), export.order, known(export.columns.split()))


def _record(export: Export, by: Person, now: datetime) -> None:
    audit.record(
        "ledger.exported", export, by=by, at=now, filter=export.query, rows=export.written, kind=export.kind.value
    )


def _sight(now: datetime) -> Sight:
    return Sight(now, work_calendar(), geography.current_atlas())


def _rows(lines: Iterator[Line], columns: Sequence[Column], sight: Sight) -> Iterator[Row]:
    return ([column.value(line, sight) for column in columns] for line in lines)


def _noted(rows: Iterator[Row], export_id: uuid.UUID, now: Clock) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % STEP == 0:
            with writing():
                db.session.execute(update(Export).where(Export.id == export_id).values(written=number, moved_at=now()))


def _stored(export_id: uuid.UUID, wanted: Wanted, rows: Iterator[Row], storage: Storage) -> tuple[str, int]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        with path.open("wb") as out:
            number = sheets.write(wanted.kind, out, TITLE, wanted.columns, rows)
        with path.open("rb") as written, storage.incoming() as incoming:
            while chunk := written.read(CHUNK):
                incoming.write(chunk)
            sha256 = incoming.sha256
            incoming.seal(file_key(export_id, wanted.kind, sha256))
    return sha256, number


def _clear_away(owner_id: uuid.UUID, *, storage: Storage, now: datetime) -> None:
    """Remove the owner's files that have been kept long enough; the note of them stays."""
    old = select(Export).where(Export.person_id == owner_id, Export.asked_at < now - KEPT, Export.sha256.is_not(None))
    keys = {export.id: export.file_key for export in db.session.scalars(old)}
    end_reading()
    for key in filter(None, keys.values()):
        storage.delete(key)
    if keys:
        with writing():
            db.session.execute(update(Export).where(Export.id.in_(keys)).values(sha256=None))
