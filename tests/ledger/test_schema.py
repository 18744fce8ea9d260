"""The ledger's step down and up again, with data in every table that it touches."""

from flask import Flask
from flask_migrate import downgrade, upgrade

from inspection.kernel.db import db, writing
from inspection.kernel.sheets import Kind
from inspection.ledger import exports
from inspection.ledger import service as ledger
from inspection.ledger.columns import SHOWN
from inspection.ledger.exports import Wanted
from inspection.ledger.models import ChosenColumns, Export, Import, Order
from inspection.people.models import Person
from inspection.tickets.filters import NOTHING
from inspection.tickets.models import Ticket
from inspection.tickets.workflow import State
from tests.make import NOW, Make


def test_tickets_outlive_the_step_and_what_is_the_ledgers_alone_goes(app: Flask, make: Make) -> None:
    number, city_id = make.ticket(State.CLOSED).number, make.city().id
    with writing():
        city = db.session.get_one(Person, city_id)
        db.session.scalars(db.select(Ticket)).one().imported_at = NOW
        ledger.choose_columns(["number"], by=city, now=NOW)
        exports.note_made(Wanted(Kind.CSV, NOTHING, Order.NEWEST, SHOWN), 1, by=city, now=NOW)
        db.session.add(Import(by_id=city_id, file_name="x", sha256="0" * 64, rows=1, looked_at=NOW))
    db.session.remove()

    downgrade(revision="0008")
    upgrade()

    ticket = db.session.scalars(db.select(Ticket)).one()
    assert (ticket.number, ticket.imported_at) == (number, None)
    assert [db.session.scalars(db.select(model)).all() for model in (ChosenColumns, Export, Import)] == [[], [], []]
