"""Whose tickets a person sees, and whose pictures (可见范围). Another's looks exactly like one that does not exist."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, false, or_, select, true

from inspection.kernel.db import db
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, Photo
from inspection.reports import service as reports
from inspection.reports.models import Supplement
from inspection.tickets import assists, tasks
from inspection.tickets.annexes import Assist, Posting
from inspection.tickets.models import Answer, Feedback, Opinion, Recheck, Ticket, TicketReport


def visible(person: Person, ticket_id: uuid.UUID) -> Ticket:
    """The ticket, for whoever may see it; raises NotFound for everyone else."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id, within(person))).one_or_none()
    if ticket is None:
        raise NotFound(N_("没有这个案卷，或不归您看。"))
    return ticket


def visible_ids(person: Person, ticket_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the tickets that the person may see."""
    return set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ticket_ids), within(person))))


def within(person: Person) -> ColumnElement[bool]:
    """The condition on tickets that a person may see."""
    return or_(*ways(person))


def ways(person: Person) -> tuple[ColumnElement[bool], ...]:
    """The same as conditions that exclude each other: an index answers each, where it answers no "or" in order.

    A unit sees what it leads and what it assists in, both alike.
    """
    allowed = access.scope(person.role, Right.TICKET_READ)
    if allowed is Scope.ALL:
        return (true(),)
    if allowed is Scope.DISTRICT:
        return (Ticket.district_code == person.district_code,)
    if allowed is Scope.UNIT and person.unit_id is not None:
        leads = Ticket.unit_id == person.unit_id
        return leads, assists.assisted_by(person.unit_id) & Ticket.unit_id.is_distinct_from(person.unit_id)
    return (false(),)


def may_see(person: Person, photo: Photo) -> bool:
    """Whether the person may see the photo: as its author, as triage, or through a ticket that they may see.

    Whoever reported a problem also sees the picture of its repair; whoever was asked to look sees both. What an
    inspector who was asked brings is the city's until a verdict rests on it; feedback and visits are always the city's.
    """
    kind = photo.manifest.kind
    if kind is ManifestKind.VISIT:
        reviews = access.scope(person.role, Right.VISIT_REVIEW) is Scope.ALL
        return reviews and photo.manifest.completed_at is not None
    ticket = ticket_with(photo)
    if ticket and db.session.scalars(select(Ticket.id).where(Ticket.id == ticket.id, within(person))).first():
        return True
    if kind is ManifestKind.RECHECK:
        return _brought(person, photo.manifest_id)
    if kind in {ManifestKind.POSTING, ManifestKind.ASSIST, ManifestKind.SITE}:
        return False
    if kind is ManifestKind.FEEDBACK:
        return _complained(person, photo.manifest_id)
    if ticket and kind is not ManifestKind.SUPPLEMENT and tasks.shows(person, ticket.id):
        return True
    if kind is ManifestKind.ANSWER:
        return _reported(person, ticket)
    report_id = _report_of(photo)
    return report_id is not None and _sees_report(person, report_id)


def ticket_of(report_id: uuid.UUID) -> Ticket | None:
    """The ticket that a report belongs to."""
    return db.session.scalars(
        select(Ticket)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .where(TicketReport.report_id == report_id)
    ).one_or_none()


def ticket_with(photo: Photo) -> Ticket | None:
    """The ticket that a photo is evidence in.

    None for feedback, which is about a ticket but not in it, for the picture of a site, and for a visit, which is the
    city's alone.
    """
    kind, evidence_id = photo.manifest.kind, photo.manifest_id
    if kind in {ManifestKind.REPORT, ManifestKind.SUPPLEMENT}:
        report_id = _report_of(photo)
        return ticket_of(report_id) if report_id else None
    if kind in {ManifestKind.FEEDBACK, ManifestKind.SITE, ManifestKind.VISIT}:
        return None
    tied = {
        ManifestKind.ANSWER: select(Answer.ticket_id).where(Answer.id == evidence_id),
        ManifestKind.RECHECK: select(Recheck.ticket_id).where(Recheck.manifest_id == evidence_id),
        ManifestKind.POSTING: select(Posting.ticket_id).where(Posting.manifest_id == evidence_id),
        ManifestKind.ASSIST: select(Assist.ticket_id).where(Assist.manifest_id == evidence_id),
    }
    ticket_id = db.session.scalar(tied[kind])
    return db.session.get(Ticket, ticket_id) if ticket_id else None


def _report_of(photo: Photo) -> uuid.UUID | None:
    """The report that a photo came with, or was added to."""
    if photo.manifest.kind is ManifestKind.SUPPLEMENT:
        return db.session.scalar(select(Supplement.report_id).where(Supplement.id == photo.manifest_id))
    return photo.manifest_id


def _brought(person: Person, opinion_id: uuid.UUID) -> bool:
    opinion = db.session.get(Opinion, opinion_id)
    if opinion is None:
        return False
    asks = access.scope(person.role, Right.TASK_ASK) is Scope.ALL and opinion.received_at is not None
    return asks or identities.holds_task(person, [opinion.task_id])


def _complained(person: Person, manifest_id: uuid.UUID) -> bool:
    feedback = db.session.scalars(select(Feedback).where(Feedback.manifest_id == manifest_id)).one_or_none()
    if feedback is None:
        return False
    reads = access.scope(person.role, Right.FEEDBACK_READ) is Scope.ALL
    return reads or identities.is_author(person, feedback.report_id)


def _sees_report(person: Person, report_id: uuid.UUID) -> bool:
    try:
        reports.visible(person, report_id)
    except NotFound:
        return False
    return True


def _reported(person: Person, ticket: Ticket | None) -> bool:
    return ticket is not None and any(identities.is_author(person, link.report_id) for link in ticket.reports)
