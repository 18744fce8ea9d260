"""From a week to a signed notice (督查通报): draft, sign, render, withdraw. Nothing here commits, but for the job.

A draft can be drawn anew from the tables; once it is signed, its snapshot, its masthead and its numbers are sealed.
The signer is never the drafter. Both numbers are given in the transaction of the signature and never again.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select, tuple_, update

from inspection.kernel import audit, queue
from inspection.kernel.calendar import day_of, week_of
from inspection.kernel.db import db, end_reading, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from inspection.kernel.numbers import next_number
from inspection.kernel.storage import Storage
from inspection.kernel.text import N_
from inspection.notices import collect, compose, fonts, render_docx, render_pdf
from inspection.notices.content import Content, Masthead, masthead_from_json
from inspection.notices.models import Notice, NoticePhoto, NoticeState, file_key
from inspection.notices.snapshot import Snapshot, from_json
from inspection.people import access
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.settings import Settings

TOTAL_SERIES = "notice"
Key = tuple[date, uuid.UUID]


def draft(day: date, *, by: Person, now: datetime) -> Notice:
    """Draft the notice of the week that ``day`` is in, or draw its draft anew.

    Raises Invalid("week") for a week that has not begun, and Conflict for one that has a signed notice already.
    """
    access.require(by.role, Right.NOTICE_DRAFT)
    monday, sunday = week_of(day)
    if monday > day_of(now):
        raise Invalid("week", N_("这一周还没有开始。"))
    notice = _of_week(monday)
    if notice is not None and notice.state is NoticeState.SIGNED:
        raise Conflict(N_("这一周的通报已经签发，不能再起草；要改正请另发一期。"))
    week = collect.snapshot(monday, sunday, previous=_previous(monday), now=now)
    if notice is None:
        notice = Notice(week_start=monday, week_end=sunday, state=NoticeState.DRAFT, snapshot="", snapshot_hash="")
        db.session.add(notice)
    notice.snapshot, notice.snapshot_hash = week.to_json(), week.sha256
    notice.drafted_by, notice.drafted_at = by, now
    notice.rendered_at = notice.pdf_sha256 = notice.docx_sha256 = None
    db.session.flush()
    _show(notice, week)
    audit.record("notice.drafted", notice, by=by, at=now, week=monday, snapshot=notice.snapshot_hash)
    queue.enqueue("notices.render", notice.id, now=now)
    return notice


def sign(notice: Notice, *, settings: Settings, by: Person, now: datetime, seen: int | None = None) -> None:
    """Sign a draft (签发): year, issue and total are given here, in this transaction.

    Raises NotAllowed for its drafter and for whoever is no publisher, Conflict if it is no draft or has changed.
    """
    access.require(by.role, Right.NOTICE_SIGN)
    db.session.refresh(notice, with_for_update=True)
    if notice.state is not NoticeState.DRAFT:
        raise Conflict(N_("这一期已经签发过了。"))
    if seen is not None and seen != notice.version:
        raise Conflict(N_("刚才已有别人重新起草，请看过最新的样稿再签发。"), code="changed_meanwhile")
    if notice.drafted_by_id == by.id:
        raise NotAllowed(N_("起草人不能签发自己起草的通报。"))
    year = day_of(now).year
    notice.year = year
    notice.issue = next_number(f"{TOTAL_SERIES}:{year}")
    notice.total = next_number(TOTAL_SERIES, after=settings.total_issues_before)
    notice.state = NoticeState.SIGNED
    notice.signed_by, notice.signed_at = by, now
    notice.masthead = masthead(notice, settings).to_json()
    notice.rendered_at = notice.pdf_sha256 = notice.docx_sha256 = None
    db.session.flush()
    audit.record(
        "notice.signed",
        notice,
        by=by,
        at=now,
        year=year,
        issue=notice.issue,
        total=notice.total,
        snapshot=notice.snapshot_hash,
    )
    queue.enqueue("notices.render", notice.id, now=now)


def withdraw(notice: Notice, *, reason: str, by: Person, now: datetime) -> None:
    """Take a signed notice back; it keeps its numbers and says so (撤回)."""
    access.require(by.role, Right.NOTICE_SIGN)
    db.session.refresh(notice, with_for_update=True)
    if notice.state is not NoticeState.SIGNED:
        raise Conflict(N_("只有签发过的通报才能撤回。"))
    if not reason.strip():
        raise Invalid("reason", N_("请写明撤回的理由。"))
    notice.state = NoticeState.WITHDRAWN
    db.session.flush()
    audit.record("notice.withdrawn", notice, by=by, at=now, reason=reason.strip())


def render_files(notice_id: uuid.UUID, *, storage: Storage, settings: Settings, now: datetime) -> None:
    """Make the PDF and the DOCX of a notice. Safe to run twice: the same content gives the same bytes."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.rendered_at is not None:
        return
    seal = (notice.version, notice.snapshot_hash)
    said = content(notice, settings)
    kept = {str(photo.id): photo.copy_key("web") for photo in _photos(said)}
    end_reading()
    pictures = {photo_id: storage.read(key) for photo_id, key in kept.items()}
    files = {
        "pdf": render_pdf.pdf(said, pictures, fonts.found(settings.fonts_dir)),
        "docx": render_docx.docx(said, pictures),
    }
    hashes = {kind: hashlib.sha256(data).hexdigest() for kind, data in files.items()}
    for kind, data in files.items():
        storage.put_bytes(file_key(notice_id, kind, hashes[kind]), data)
    recorded = {f"{kind}_sha256": digest for kind, digest in hashes.items()}
    # Drafted anew or signed meanwhile, it has another seal and a job of its own. Its files are no change to a notice:
    # the version that a signer looks at stays, as it would not if the row were changed through its object.
    unchanged = (Notice.id == notice_id) & (Notice.version == seal[0]) & (Notice.snapshot_hash == seal[1])
    with writing():
        db.session.execute(update(Notice).where(unchanged).values(rendered_at=now, **recorded))


def content(notice: Notice, settings: Settings) -> Content:
    """What the notice says: a signed one under the masthead it was signed with."""
    kept = masthead_from_json(notice.masthead) if notice.masthead else masthead(notice, settings)
    return compose.compose(from_json(notice.snapshot), kept)


def masthead(notice: Notice, settings: Settings) -> Masthead:
    """The fields around the text, as far as they are known."""
    return Masthead(
        name=settings.masthead,
        unit=settings.issuing_unit,
        year=notice.year,
        issue=notice.issue,
        total=notice.total,
        dated=day_of(notice.signed_at) if notice.signed_at else None,
        office=settings.issuing_unit,
        editor=notice.drafted_by.name,
        signer=notice.signed_by.name if notice.signed_by else "",
        phone=settings.hotline,
        report_to=settings.notice_report_to,
        send_to=settings.notice_send_to,
        issue_to=settings.notice_issue_to,
    )


def visible(person: Person, notice_id: uuid.UUID) -> Notice:
    """The notice, for whoever may read it: a draft only for those who draft or sign. Raises NotFound."""
    notice = db.session.get(Notice, notice_id)
    hidden = access.scope(person.role, Right.NOTICE_READ) is None
    if notice is None or hidden or (notice.state is NoticeState.DRAFT and person.role not in WORKSHOP):
        raise NotFound(N_("没有这一期通报，或还没有签发。"))
    return notice


WORKSHOP = {Role.CITY, Role.PUBLISHER}
"""Who sees drafts."""


def page(person: Person, *, before: Key | None = None, limit: int = 30) -> Sequence[Notice]:
    """The notices that the person may read, the latest week first."""
    access.require(person.role, Right.NOTICE_READ)
    chosen = select(Notice).order_by(Notice.week_start.desc(), Notice.id.desc()).limit(limit)
    if person.role not in WORKSHOP:
        chosen = chosen.where(Notice.state != NoticeState.DRAFT)
    if before:
        chosen = chosen.where(tuple_(Notice.week_start, Notice.id) < before)
    return db.session.scalars(chosen).all()


def file(notice: Notice, kind: str, storage: Storage) -> bytes:
    """The notice's PDF or DOCX; raises NotFound while it is being made."""
    key = notice.file_key(kind)
    if key is None:
        raise NotFound(N_("文件正在生成，请稍等一会儿。"))
    return storage.read(key)


FILE_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def shows(person: Person, photo_id: uuid.UUID) -> bool:
    """Whether the photo stands in a notice that the person may read."""
    if access.scope(person.role, Right.NOTICE_READ) is None:
        return False
    readable = select(Notice.id).join(NoticePhoto, NoticePhoto.notice_id == Notice.id)
    readable = readable.where(NoticePhoto.photo_id == photo_id)
    if person.role not in WORKSHOP:
        readable = readable.where(Notice.state != NoticeState.DRAFT)
    return db.session.scalars(readable.limit(1)).first() is not None


def _show(notice: Notice, week: Snapshot) -> None:
    db.session.execute(delete(NoticePhoto).where(NoticePhoto.notice_id == notice.id))
    db.session.add_all(NoticePhoto(notice_id=notice.id, photo_id=uuid.UUID(shown)) for shown in week.photo_ids)
    db.session.flush()


def _photos(said: Content) -> Sequence[Photo]:
    ids = [uuid.UUID(photo_id) for photo_id in said.photo_ids()]
    return db.session.scalars(select(Photo).where(Photo.id.in_(ids))).all()


def _of_week(monday: date) -> Notice | None:
    """The week's notice that counts: the draft or the signed one."""
    return db.session.scalars(
        select(Notice).where(Notice.week_start == monday, Notice.state != NoticeState.WITHDRAWN).with_for_update()
    ).one_or_none()


def _previous(monday: date) -> Snapshot | None:
    """What the last signed notice before this week named."""
    last = db.session.scalars(
        select(Notice)
        .where(Notice.week_start < monday, Notice.state == NoticeState.SIGNED)
        .order_by(Notice.week_start.desc())
        .limit(1)
    ).first()
    return from_json(last.snapshot) if last else None
