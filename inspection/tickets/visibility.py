"""Whose tickets a person sees, and whose pictures (可见范围). Another's looks exactly like one that does not exist."""

import uuid

from sqlalchemy import ColumnElement, false, select, true

from inspection.kernel.db import db
from inspection.kernel.errors import NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities
from inspection.people.access import Right, Scope
from inspection.people.models import Person
from inspection.photos.models import ManifestKind, Photo
from inspection.reports import service as reports
from inspection.tickets.models import Answer, Recheck, Ticket, TicketReport


def visible(person: Person, ticket_id: uuid.UUID) -> Ticket:
    """The ticket, for whoever may see it; raises NotFound for everyone else."""
    ticket = db.session.scalars(select(Ticket).where(Ticket.id == ticket_id, within(person))).one_or_none()
    if ticket is None:
        raise NotFound(N_("没有这个案卷，或不归您看。"))
    return ticket


def within(person: Person) -> ColumnElement[bool]:
    """The condition on tickets that a person may see."""
    allowed = access.scope(person.role, Right.TICKET_READ)
    if allowed is Scope.ALL:
        return true()
    if allowed is Scope.DISTRICT:
        return Ticket.district_code == person.district_code
    if allowed is Scope.UNIT and person.unit_id is not None:
        return Ticket.unit_id == person.unit_id
    return false()


def may_see(person: Person, photo: Photo) -> bool:
    """Whether the person may see the photo: as its author, as triage, or through a ticket that they may see.

    Whoever reported a problem also sees the picture of its repair.
    """
    ticket = ticket_with(photo)
    if ticket and db.session.scalars(select(Ticket.id).where(Ticket.id == ticket.id, within(person))).first():
        return True
    if photo.manifest.kind is ManifestKind.REPORT:
        return _sees_report(person, photo.manifest_id)
    return photo.manifest.kind is ManifestKind.ANSWER and _reported(person, ticket)


def ticket_of(report_id: uuid.UUID) -> Ticket | None:
    """The ticket that a report belongs to."""
    return db.session.scalars(
        select(Ticket)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .where(TicketReport.report_id == report_id)
    ).one_or_none()


def ticket_with(photo: Photo) -> Ticket | None:
    """The ticket that a photo is evidence in."""
    evidence_id = photo.manifest_id
    if photo.manifest.kind is ManifestKind.REPORT:
        return ticket_of(evidence_id)
    ticket_id = db.session.scalar(
        select(Answer.ticket_id).where(Answer.id == evidence_id)
        if photo.manifest.kind is ManifestKind.ANSWER
        else select(Recheck.ticket_id).where(Recheck.manifest_id == evidence_id)
    )
    return db.session.get(Ticket, ticket_id) if ticket_id else None


def _sees_report(person: Person, report_id: uuid.UUID) -> bool:
    try:
        reports.visible(person, report_id)
    except NotFound:
        return False
    return True


def _reported(person: Person, ticket: Ticket | None) -> bool:
    return ticket is not None and any(identities.is_author(person, link.report_id) for link in ticket.reports)
