"""What an author adds to a report until somebody decides on it: a note, photos (补充). Nothing here commits."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.text import N_
from inspection.people.models import Person
from inspection.photos import service as photos
from inspection.photos.images import Facts
from inspection.photos.models import Manifest, ManifestKind, Photo
from inspection.photos.service import Announced
from inspection.reports import service as reports
from inspection.reports.models import Report, ReportState, Supplement
from inspection.reports.service import ID_TAKEN

UNDECIDED = frozenset({ReportState.INCOMPLETE, ReportState.RECEIVED})
MOST = 10
"""[D] So many supplements to one report."""
LONGEST_NOTE = 2000

Shown = Sequence[tuple[Announced, Facts]]
"""Photos that lie in the store already."""


def add(
    supplement_id: uuid.UUID, report_id: uuid.UUID, *, note: str, shown: Shown, by: Person, now: datetime
) -> Supplement:
    """Add to one's own report. The same again changes nothing.

    Raises Conflict once somebody has decided on the report or it was withdrawn, Invalid naming the field.
    """
    report = reports.own(by, report_id)
    db.session.refresh(report, with_for_update=True)
    kept = db.session.get(Supplement, supplement_id)
    if kept is None:
        _require_undecided(report)
        _check(report, note, shown)
    if kept and kept.report_id != report.id:
        raise Conflict(ID_TAKEN, code="id_taken")
    supplement = keep(supplement_id, report, note=note, shown=shown, now=now)
    if not kept:
        audit.record("report.supplemented", report, by=audit.AUTHOR, at=now, photos=len(shown))
    return supplement


def keep(supplement_id: uuid.UUID, report: Report, *, note: str, shown: Shown, now: datetime) -> Supplement:
    """Put a note and photos to a report, whatever its state. The same again changes nothing.

    Raises Conflict when something else has the id, or was given under it.
    """
    kept = db.session.get(Supplement, supplement_id)
    if kept is None and db.session.get(Manifest, supplement_id) is not None:
        raise Conflict(ID_TAKEN, code="id_taken")
    announced = [one for one, _ in shown]
    content = {"note": note.strip(), "photos": [one.sha256 for one in announced], "report": str(report.id)}
    manifest, created = photos.announce(supplement_id, ManifestKind.SUPPLEMENT, content, announced, now=now)
    if kept and not created:
        return kept
    supplement = Supplement(id=manifest.id, manifest=manifest, report_id=report.id, note=note.strip(), at=now)
    db.session.add(supplement)
    for one, facts in shown:
        photos.arrived(manifest.id, one.sha256, facts, now=now)
    manifest.completed_at = manifest.completed_at or now
    db.session.flush()
    return supplement


def of_reports(report_ids: Collection[uuid.UUID]) -> Sequence[Supplement]:
    """What was added to these reports, in order."""
    return db.session.scalars(
        select(Supplement).where(Supplement.report_id.in_(report_ids)).order_by(Supplement.at, Supplement.id)
    ).all()


def pictures_of(report_ids: Collection[uuid.UUID]) -> list[Photo]:
    """The photos among them."""
    return [photo for supplement in of_reports(report_ids) for photo in supplement.manifest.photos]


def _require_undecided(report: Report) -> None:
    if report.state is ReportState.WITHDRAWN:
        raise Conflict(N_("这条线索您已经撤回，不能再补充。"))
    if report.state not in UNDECIDED:
        raise Conflict(N_("这条线索已经有了处理结果，不能再补充。有新情况，请打电话给联络员。"))


def _check(report: Report, note: str, shown: Shown) -> None:
    if not note.strip() and not shown:
        raise Invalid("note", N_("请写一句，或选一张照片。"))
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", N_("太长了。"))
    if "\x00" in note:
        raise Invalid("note", N_("里面有看不见的字符。"))
    counted = select(func.count()).select_from(Supplement).where(Supplement.report_id == report.id)
    if (db.session.scalar(counted) or 0) >= MOST:
        raise Invalid("note", N_("补充得够多了（最多 %(most)s 次）。还有要说的，请打电话给联络员。"), most=str(MOST))
