"""A unit's answer from a phone, as the service takes it: of two at one moment one counts, and the trace is one."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from inspection.kernel.db import db, writing
from inspection.people.models import Person
from inspection.photos.models import PhotoRole
from inspection.tickets import answers
from inspection.tickets.answers import NewAnswer
from inspection.tickets.models import Answer, Ticket
from inspection.tickets.workflow import State
from inspection.web.tools import photo_limits, tools
from tests.make import NOW, Make, announced, jpeg, side_by_side

LATER = NOW + timedelta(hours=6)


def test_of_two_colleagues_at_the_same_moment_one_hands_it_in(
    app: Flask, make: Make, events: Callable[..., list[Any]]
) -> None:
    unit = make.unit()
    ticket_id = make.ticket(State.HANDLING, unit=unit).id
    colleagues = [make.handler(unit).id, make.handler(unit).id]
    pictures = [jpeg(911), jpeg(912)]
    facts = [facts for _one, facts in make.shown(*pictures, now=LATER)]
    answer_ids = [announce(ticket_id, person, one) for person, one in zip(colleagues, pictures, strict=True)]
    db.session.remove()

    def last_photo(at: int) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                one = announced([pictures[at]], LATER)[0]
                with writing():
                    by = db.session.get_one(Person, colleagues[at])
                    answers.photo_arrived(answer_ids[at], one.sha256, facts[at], by=by, now=LATER)
                db.session.remove()

        return work

    side_by_side(last_photo(0), last_photo(1))

    with app.app_context():
        assert db.session.get_one(Ticket, ticket_id).state is State.HANDLED
        assert db.session.query(Answer).filter(Answer.answered_at.is_not(None)).count() == 1
        assert len(events("ticket.handled")) == 1


def announce(ticket_id: uuid.UUID, person_id: uuid.UUID, picture: bytes) -> uuid.UUID:
    answer_id, shown = uuid.uuid4(), announced([picture], LATER, PhotoRole.AFTER)
    new = NewAnswer(ticket_id, 1, note="已清走", captured_at=LATER, place=None, photos=shown)
    with writing():
        by, limits = db.session.get_one(Person, person_id), photo_limits(tools().settings)
        answers.receive(answer_id, new, by=by, limits=limits, now=LATER)
    return answer_id
