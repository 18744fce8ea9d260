"""Who was drawn to go where: the shield of mystery checks (身份保护).

A visit carries no inspector and a draw only lots. ``_holdings`` and ``_lots`` are the only functions that read the
ties. They are asked for what is one's own and whether something is one's own; the draw asks besides who has been to a
site of late, who has how much to do and whom a lot stands for, and shows none of it to anyone.
Source: Beijing's civility regulation, Art. 60(2).
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, insert, select, update

from inspection.kernel.db import db
from inspection.people.models import DrawLot, Person, VisitHolder

AT_ONCE = 500
"""Ids in one IN list: SQLite and PostgreSQL both take so many gladly."""


def hand(visit_id: uuid.UUID, *, site_id: uuid.UUID, day: date, to: uuid.UUID) -> None:
    """Remember who was drawn for a visit; ``day`` is the last on which they go there."""
    db.session.add(VisitHolder(visit_id=visit_id, person_id=to, site_id=site_id, day=day))
    db.session.flush()


def hand_each(holders: Iterable[tuple[uuid.UUID, uuid.UUID, date, uuid.UUID]]) -> None:
    """As ``hand`` for many: visit, site, day and whose it is."""
    rows = [
        {"visit_id": visit, "site_id": site, "day": day, "person_id": to, "open": True}
        for visit, site, day, to in holders
    ]
    if rows:
        db.session.execute(insert(VisitHolder), rows)


def release(visit_ids: Collection[uuid.UUID]) -> None:
    """These visits wait for nobody any longer."""
    every = list(visit_ids)
    for start in range(0, len(every), AT_ONCE):
        some = VisitHolder.visit_id.in_(every[start : start + AT_ONCE])
        db.session.execute(update(VisitHolder).where(some).values(open=False))


def wait_again(visit_id: uuid.UUID) -> None:
    """The visit waits again for whoever was drawn: something was asked back."""
    db.session.execute(update(VisitHolder).where(VisitHolder.visit_id == visit_id).values(open=True))


def holds(person: Person, visit_id: uuid.UUID) -> bool:
    """Whether the visit is this person's own."""
    return bool(_holdings(VisitHolder.visit_id == visit_id, VisitHolder.person_id == person.id))


def drawn_for(visit_id: uuid.UUID) -> uuid.UUID | None:
    """Whose the visit is, for ``people.openings``, which asks two people and writes it down."""
    rows = _holdings(VisitHolder.visit_id == visit_id)
    return rows[0].person_id if rows else None


def own_open(person: Person) -> Sequence[uuid.UUID]:
    """The visits that wait for the person."""
    return [row.visit_id for row in _holdings(VisitHolder.person_id == person.id, VisitHolder.open.is_(True))]


def open_each() -> Counter[uuid.UUID]:
    """How many visits wait for whom: for leaving out of a draw whoever has enough."""
    return Counter(row.person_id for row in _holdings(VisitHolder.open.is_(True)))


def been_since(day: date) -> Mapping[uuid.UUID, frozenset[uuid.UUID]]:
    """By site, whoever was drawn to go there on that day or later: for leaving them out of a draw."""
    been: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for row in _holdings(VisitHolder.day >= day):
        been[row.site_id].add(row.person_id)
    return {site: frozenset(people) for site, people in been.items()}


def holders(visit_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """By visit, the id of whoever was drawn: for a redraw, for comparing pairs and for integrity. Never shown."""
    return {
        row.visit_id: row.person_id
        for start in range(0, len(visit_ids), AT_ONCE)
        for row in _holdings(VisitHolder.visit_id.in_(visit_ids[start : start + AT_ONCE]))
    }


def others_of(visit_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The other visits of whoever was drawn for this one: for integrity. Never shown."""
    mine = select(VisitHolder.person_id).where(VisitHolder.visit_id == visit_id).scalar_subquery()
    return [row.visit_id for row in _holdings(VisitHolder.person_id == mine, VisitHolder.visit_id != visit_id)]


def keep_lots(draw_id: uuid.UUID, lots: Mapping[str, uuid.UUID]) -> None:
    """Remember for whom each lot of a draw stands."""
    db.session.add_all(DrawLot(draw_id=draw_id, lot=lot, person_id=person) for lot, person in lots.items())
    db.session.flush()


def lots_of(draw_id: uuid.UUID) -> Mapping[str, uuid.UUID]:
    """For whom each lot of the draw stands."""
    return {row.lot: row.person_id for row in _lots(DrawLot.draw_id == draw_id)}


def _holdings(*conditions: ColumnElement[bool]) -> Sequence[VisitHolder]:
    return db.session.scalars(select(VisitHolder).where(*conditions)).all()


def _lots(*conditions: ColumnElement[bool]) -> Sequence[DrawLot]:
    return db.session.scalars(select(DrawLot).where(*conditions)).all()
