"""The notice on a car that has been left: posted with a photo, waited for, handed over."""

import uuid
from datetime import date, datetime, timedelta

import pytest

from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, Invalid, NotAllowed
from inspection.people.models import Person, Unit
from inspection.photos.models import Manifest, Photo
from inspection.tickets import postings, visibility
from inspection.tickets.annexes import Posting
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make

DAY = timedelta(days=1)
LATER = NOW + DAY


def car(make: Make, state: State = State.HANDLING) -> tuple[Ticket, Person, Unit]:
    unit = make.unit()
    return make.ticket(state, unit=unit, category="zombie_car"), make.handler(unit), unit


def post(ticket: Ticket, by: Person, manifest: uuid.UUID | None, now: datetime = LATER) -> Posting:
    with writing():
        return postings.post(
            db.session.get_one(Ticket, ticket.id),
            evidence=db.session.get_one(Manifest, manifest) if manifest else None,
            wait_days=7,
            by=db.session.get_one(Person, by.id),
            now=now,
        )


def hand_over(ticket: Ticket, by: Person, now: datetime, to: str = "东城交通支队") -> None:
    with writing():
        postings.hand_over(db.session.get_one(Ticket, ticket.id), to=to, by=db.session.get_one(Person, by.id), now=now)


def test_a_posted_notice_waits_seven_days_and_is_then_handed_over(make: Make, events) -> None:  # type: ignore[no-untyped-def]
    """Posted on 24 November: the owner has until 1 December, it is handed over from the 2nd on."""
    ticket, handler, _ = car(make)

    posting = post(ticket, handler, make.evidence())
    with pytest.raises(Conflict, match="2026-12-01"):
        hand_over(ticket, handler, LATER + 7 * DAY)
    hand_over(ticket, handler, LATER + 8 * DAY)

    assert postings.until(posting) == date(2026, 12, 1)
    kept = db.session.get_one(Posting, ticket.id)
    assert (kept.handed_to, kept.handed_over_at) == ("东城交通支队", LATER + 8 * DAY)
    names = [event.name for event in events("ticket")]
    assert names[-2:] == ["ticket.notice_posted", "ticket.handed_over"]


def test_it_is_posted_with_a_photo_and_once(make: Make) -> None:
    ticket, handler, _ = car(make)

    with pytest.raises(Invalid) as refused:
        post(ticket, handler, None)
    post(ticket, handler, make.evidence())
    with pytest.raises(Conflict, match="贴过了"):
        post(ticket, handler, make.evidence())

    assert refused.value.field == "photos"


def test_only_the_unit_that_has_it_in_hand_posts_and_hands_over(make: Make) -> None:
    ticket, _, _ = car(make)
    waiting, handler, _ = car(make, State.DISPATCHED)
    stranger = make.handler(make.unit())

    with pytest.raises(NotAllowed):
        post(ticket, stranger, make.evidence())
    with pytest.raises(Conflict, match="不在处置中"):
        post(waiting, handler, make.evidence())


def test_nothing_is_handed_over_that_was_not_posted_or_twice_or_to_nobody(make: Make) -> None:
    ticket, handler, _ = car(make)

    with pytest.raises(Conflict, match="还没有贴"):
        hand_over(ticket, handler, LATER)
    post(ticket, handler, make.evidence())
    with pytest.raises(Invalid) as refused:
        hand_over(ticket, handler, LATER + 9 * DAY, " ")
    hand_over(ticket, handler, LATER + 9 * DAY)
    with pytest.raises(Conflict, match="移交过了"):
        hand_over(ticket, handler, LATER + 10 * DAY)

    assert refused.value.field == "to"


def test_it_is_about_cars_and_not_about_rubbish(make: Make) -> None:
    ticket, _, _ = car(make)

    assert postings.applies(ticket)
    assert not postings.applies(make.ticket(State.HANDLING))


def test_whoever_sees_the_ticket_sees_the_photo_of_its_notice_and_nobody_else(make: Make) -> None:
    ticket, handler, _ = car(make)
    manifest = make.evidence()
    with writing():
        db.session.get_one(Manifest, manifest).kind = "posting"
    post(ticket, handler, manifest)
    photo = db.session.scalars(db.select(Photo).where(Photo.manifest_id == manifest)).one()

    assert visibility.may_see(handler, photo) and visibility.may_see(make.city(), photo)
    assert not visibility.may_see(make.handler(make.unit()), photo)
    assert not visibility.may_see(make.inspector(), photo)
