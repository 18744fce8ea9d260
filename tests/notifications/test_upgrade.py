"""An office that has worked for a while gets notifications: nothing is lost, nobody is told of what is long past."""

from flask import Flask
from flask_migrate import downgrade, upgrade

from inspection.kernel import audit
from inspection.kernel.db import db, writing
from inspection.notifications import service as messages
from inspection.notifications.channels import Ways
from inspection.notifications.models import Delivery, Message, ReminderRow
from inspection.people import service as people
from inspection.people.models import Person
from inspection.setup import load_reference
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make


def test_what_was_there_before_outlives_the_way_down_and_up(app: Flask, make: Make, told) -> None:
    make.ticket(State.HANDLED)
    handler = db.session.scalars(db.select(Person.id).where(Person.unit_id.is_not(None))).one()
    with writing():
        people.set_email(db.session.get_one(Person, handler), "zhao@example.cn", by="test", now=NOW)
        people.set_chief(db.session.get_one(Person, handler), True, by="test", now=NOW)
    messages.read_events(ways=Ways(email=True), now=NOW)
    rows = [len(db.session.scalars(db.select(model)).all()) for model in (Message, Delivery, ReminderRow)]
    number, chain = db.session.scalars(db.select(Ticket.number)).one(), audit.head()
    db.session.remove()

    downgrade(revision="0008")
    upgrade()
    with writing():
        load_reference(NOW)
    messages.read_events(ways=Ways(email=True), now=NOW)

    assert rows == [2, 1, 7]
    assert (db.session.scalars(db.select(Ticket.number)).one(), audit.head()) == (number, chain)
    assert db.session.scalars(db.select(Message)).all() == []
    assert len(db.session.scalars(db.select(ReminderRow)).all()) == 7
    again = db.session.get_one(Person, handler)
    assert (again.email, again.chief) == (None, False)
