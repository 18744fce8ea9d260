"""Checklists through their versions (检查单): drafted, published and never changed again, out of use. Nothing commits.

Only the city office and the auditor see them. Their standards are public ones, but a checklist that is being written,
or a version that has just come out, would tell those who are inspected that a plan is near and what it looks at.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from inspection.checks import wording
from inspection.checks.content import Content, Item, ItemKind, Section, dump, load
from inspection.checks.models import Checklist, ChecklistVersion, VersionState
from inspection.kernel import audit
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access
from inspection.people.access import Right
from inspection.people.models import Person
from inspection.reports.catalogue import site_types
from inspection.reports.models import Category

MOST_CHECKLISTS = 300
LONGEST_NAME = 40
LARGEST = 200_000
"""Characters of a content: far more than the most items with the longest texts."""


def every() -> Sequence[Checklist]:
    """All checklists with their versions, by type of place and name: some dozens."""
    statement = select(Checklist).options(selectinload(Checklist.versions))
    return db.session.scalars(statement.order_by(Checklist.type_code, Checklist.name)).all()


def one(checklist_id: uuid.UUID) -> Checklist:
    """A checklist; raises NotFound."""
    found = db.session.get(Checklist, checklist_id)
    if found is None:
        raise NotFound(N_("没有这份检查单。"))
    return found


def version(version_id: uuid.UUID) -> ChecklistVersion:
    """A version; raises NotFound."""
    found = db.session.get(ChecklistVersion, version_id)
    if found is None:
        raise NotFound(N_("没有这一版检查单，或草稿已经丢弃。"))
    return found


def newest(checklist: Checklist) -> ChecklistVersion | None:
    """The version that new plans take: of the published ones the last."""
    published = [version for version in checklist.versions if version.state is VersionState.PUBLISHED]
    return published[-1] if published else None


def draft_of(checklist: Checklist) -> ChecklistVersion | None:
    """The draft; there is at most one."""
    return next((version for version in checklist.versions if version.state is VersionState.DRAFT), None)


def is_default(version: ChecklistVersion) -> bool:
    """Whether it is as it was delivered (默认值): nobody of the office has published it."""
    return version.checklist.key is not None and version.published_at is not None and version.published_by_id is None


def new_key() -> str:
    """The key of a new section or item."""
    return f"k{uuid.uuid4().hex[:10]}"


def empty_item() -> Item:
    """What a new item begins as."""
    return Item(key=new_key(), text="", kind=ItemKind.YES_NO, points=10)


def create(name: str, type_code: str, *, by: Person, now: datetime) -> ChecklistVersion:
    """A new checklist with an empty draft. Raises Invalid naming the field."""
    access.require(by.role, Right.CHECKLIST_EDIT)
    name = _name(name)
    if type_code not in site_types():
        raise Invalid("type", N_("请选一种地方。"))
    if (db.session.scalar(select(func.count()).select_from(Checklist)) or 0) >= MOST_CHECKLISTS:
        raise Invalid("name", N_("检查单最多 %(most)s 份。"), most=str(MOST_CHECKLISTS))
    checklist = Checklist(id=uuid.uuid4(), type_code=type_code, name=name)
    content = Content((Section(new_key(), "", (empty_item(),)),))
    draft = ChecklistVersion(
        id=uuid.uuid4(),
        checklist=checklist,
        number=1,
        state=VersionState.DRAFT,
        content=dump(content),
        changed_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    audit.record("checklist.created", checklist, by=by, at=now, name=name, type=type_code)
    return draft


def rename(checklist_id: uuid.UUID, name: str, *, by: Person, now: datetime) -> None:
    """Give a checklist another name; its versions stay what they are. Raises Invalid."""
    access.require(by.role, Right.CHECKLIST_EDIT)
    checklist = one(checklist_id)
    old, checklist.name = checklist.name, _name(name)
    db.session.flush()
    audit.record("checklist.renamed", checklist, by=by, at=now, old=old, name=checklist.name)


def draft_from(version_id: uuid.UUID, *, by: Person, now: datetime) -> ChecklistVersion:
    """A new draft that begins as the version is. Raises Conflict while there is another draft."""
    access.require(by.role, Right.CHECKLIST_EDIT)
    source = version(version_id)
    checklist = source.checklist
    db.session.refresh(checklist, with_for_update=True)
    numbers = {one.number: one.state for one in checklist.versions}
    if VersionState.DRAFT in numbers.values():
        raise Conflict(N_("这份检查单已经有一份草稿，请接着改那一份，或先丢弃它。"))
    if source.state is VersionState.DRAFT:
        raise Conflict(N_("草稿还没有发布，请直接改它。"))
    draft = ChecklistVersion(
        id=uuid.uuid4(),
        checklist=checklist,
        number=max(numbers) + 1,
        state=VersionState.DRAFT,
        content=source.content,
        changed_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    audit.record("checklist.drafted", draft, by=by, at=now, number=draft.number, source=source.number)
    return draft


def save(
    version_id: uuid.UUID, content: Content, *, seen: int | None, by: Person, now: datetime, auto: bool = False
) -> ChecklistVersion:
    """Keep a draft's content, be it unfinished. ``seen`` is the revision that was edited.

    Raises Conflict("changed_meanwhile") if somebody else has saved since: nothing is written over. What saves itself
    while one types (``auto``) leaves no event; publishing records the hash of what came of it.
    """
    draft = _held(version_id, by)
    text = dump(content)
    if len(text) > LARGEST:
        raise Invalid("sections", N_("内容太多，存不下。请少写一些。"))
    if text == draft.content:
        return draft
    _unchanged(draft, seen)
    draft.content, draft.changed_at = text, now
    draft.revision += 1
    db.session.flush()
    if not auto:
        audit.record("checklist.draft_saved", draft, by=by, at=now, revision=draft.revision)
    return draft


def publish(
    version_id: uuid.UUID, *, seen: int | None, by: Person, now: datetime, retire_others: bool = False
) -> ChecklistVersion:
    """Publish a draft (发布): from now on it never changes, and plans may take it.

    Raises Invalid naming the first thing that is wrong, Conflict if it was changed since it was looked at.
    """
    draft = _held(version_id, by)
    _unchanged(draft, seen)
    if wrong := wording.blocking(wording.problems(load(draft.content), category_codes())):
        raise Invalid(wrong[0].path, N_("还不能发布：%(what)s"), what=wrong[0].text)
    if retire_others:
        for other in draft.checklist.versions:
            if other.state is VersionState.PUBLISHED:
                _retire(other, by, now)
    draft.state = VersionState.PUBLISHED
    draft.published_at, draft.published_by_id, draft.changed_at = now, by.id, now
    draft.checklist.active = True
    db.session.flush()
    digest = hashlib.sha256(draft.content.encode()).hexdigest()
    audit.record("checklist.published", draft, by=by, at=now, number=draft.number, sha256=digest)
    return draft


def retire(version_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Take a published version out of use (停用): new plans no longer find it, plans that have it keep it."""
    access.require(by.role, Right.CHECKLIST_EDIT)
    published = version(version_id)
    db.session.refresh(published, with_for_update=True)
    if published.state is not VersionState.PUBLISHED:
        raise Conflict(N_("只有发布了的版本能停用。"))
    _retire(published, by, now)
    published.checklist.active = newest(published.checklist) is not None
    db.session.flush()


def discard(version_id: uuid.UUID, *, seen: int | None, by: Person, now: datetime) -> Checklist | None:
    """Throw a draft away (丢弃), and its checklist if nothing is left of it; the checklist if something is."""
    draft = _held(version_id, by)
    _unchanged(draft, seen)
    checklist = draft.checklist
    digest = hashlib.sha256(draft.content.encode()).hexdigest()
    audit.record("checklist.discarded", draft, by=by, at=now, number=draft.number, sha256=digest)
    db.session.delete(draft)
    db.session.flush()
    db.session.refresh(checklist)
    if checklist.versions:
        return checklist
    db.session.delete(checklist)
    db.session.flush()
    return None


def category_codes() -> frozenset[str]:
    """The codes that a failure may become: what is no longer in use stays readable, but is not offered anew."""
    return frozenset(db.session.scalars(select(Category.code)))


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid("name", N_("请给检查单起个名字。"))
    if len(name) > LONGEST_NAME:
        raise Invalid("name", N_("名字最多 %(most)s 个字。"), most=str(LONGEST_NAME))
    return name


def _held(version_id: uuid.UUID, by: Person) -> ChecklistVersion:
    access.require(by.role, Right.CHECKLIST_EDIT)
    draft = version(version_id)
    db.session.refresh(draft, with_for_update=True)
    if draft.state is not VersionState.DRAFT:
        raise Conflict(N_("第 %(number)s 版已经发布，不能再改。要改请起草新版。"), number=str(draft.number))
    return draft


def _unchanged(draft: ChecklistVersion, seen: int | None) -> None:
    if seen != draft.revision:
        raise Conflict(N_("您打开以后，别人也改了这份草稿。两份都在，请对照后再存。"), code="changed_meanwhile")


def _retire(published: ChecklistVersion, by: Person, now: datetime) -> None:
    published.state, published.changed_at = VersionState.RETIRED, now
    audit.record("checklist.retired", published, by=by, at=now, number=published.number)
