"""周边案卷 on a ticket's page: numbers on the map, and the same in words beside it."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from inspection.people.models import Person
from inspection.tickets import lists, related
from inspection.tickets.models import Ticket
from inspection.tickets.related import Related
from inspection.web.page import category_name, day_words, distance_words


def of_ticket(ticket: Ticket, person: Person, moment: datetime) -> list[dict[str, Any]]:
    """The other tickets around, the nearest first, numbered as on the map."""
    found = related.around(ticket, person, now=moment)
    return [_line(one, number, moment) for number, one in enumerate(found, 1)]


def _line(one: Related, number: int, moment: datetime) -> dict[str, Any]:
    other = one.ticket
    closed = _("%(day)s结案", day=day_words(other.closed_at)) if other.closed_at else ""
    return {
        "number": number,
        "ticket": other.number,
        "url": url_for("desk.ticket", ticket_id=other.id),
        "category": category_name(other.category),
        "place": other.place,
        "apart": distance_words(one.distance_m),
        "same": one.same,
        "state": "overdue" if lists.overdue(other, moment) else other.state.value,
        "closed": closed,
        "lat": other.lat,
        "lng": other.lng,
    }
