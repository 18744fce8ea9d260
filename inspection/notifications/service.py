"""Reads events out of the audit chain and looks at deadlines, and tells whom they concern.

These are the functions of jobs: each goes through what may be much in short changes of its own, and can be stopped and
run again anywhere, because what somebody was told has a key that is theirs once.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select, tuple_

from inspection.geography import service as geography
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import WorkCalendar, day_of, end_of, start_of
from inspection.kernel.db import db, insert_once, writing
from inspection.kernel.holidays import work_calendar
from inspection.kernel.text import N_
from inspection.notifications import audience, counted, deliveries, given, inbox, reminders, rules, table
from inspection.notifications.channels import Ways
from inspection.notifications.deliveries import News
from inspection.notifications.models import Reading
from inspection.notifications.outgoing import Facts
from inspection.notifications.reminders import Step
from inspection.notifications.rules import OFFICES, Audience, Rule
from inspection.people.models import Person
from inspection.tickets import lists, visibility
from inspection.tickets.models import Task, Ticket

BATCH = 100
EVENTS, DEADLINES = "events", "deadlines"
DIGEST, DIGEST_TEXT = "digest", N_("今天到期 %(today)s 件，超期 %(overdue)s 件")
DISPATCHED = "ticket.dispatched"

Place = tuple[datetime, uuid.UUID]


def read_events(*, ways: Ways, now: datetime) -> None:
    """Tell whom it concerns of every event since the last one that was read."""
    read = BATCH
    while read == BATCH:
        with writing():
            read = _read_some(ways, now)


def remind(*, ways: Ways, now: datetime) -> None:
    """Call to mind every deadline for which a step is taken between the last look and ``now``.

    The first look only notes the time: what was due long before is not told all at once.
    """
    since = _last_look(now)
    for step in table.steps() if since else ():
        after: Place | None = None
        while True:
            with writing():
                after = _remind_some(step, since or now, after, ways, now)
            if after is None:
                break
    with writing():
        _cursor(DEADLINES).at = now


def digest(*, ways: Ways, now: datetime) -> None:
    """Tell every handler how many of their unit's tickets are due today and overdue, once a day (晨报)."""
    today = day_of(now)
    for unit_id, due, overdue in _in_hand(now):
        facts = Facts(counts={"today": due, "overdue": overdue})
        news = News(f"{DIGEST}:{today}", DIGEST, DIGEST_TEXT, facts, None, now)
        with writing():
            tell(news, audience.people(Audience.UNIT, unit_id=unit_id, district_code=None), ways=ways, now=now)


def tell(news: News, people: Sequence[Person], *, ways: Ways | None, now: datetime) -> list[Person]:
    """Give each the message, unless they have had it; who has it now. Without ``ways`` nothing goes out."""
    told = [person for person in people if inbox.put(news, person)]
    if ways:
        deliveries.to_people(news, told, ways, now)
    return told


def _read_some(ways: Ways, now: datetime) -> int:
    cursor = _cursor(EVENTS)
    wanted = select(AuditEvent).where(AuditEvent.seq > cursor.seq).order_by(AuditEvent.seq).limit(BATCH)
    events = db.session.scalars(wanted).all()
    for event in events:
        rule = rules.rule_for(event.name, json.loads(event.data))
        if rule is not None and event.name == rules.GIVEN:
            given.tell(event, rule)
        elif rule is not None and event.name == rules.VISIT_RECEIVED:
            _tell_of_visit(event, rule)
        elif rule is not None:
            _tell_of(event, rule, ways, now)
        cursor.seq = event.seq
    db.session.flush()
    return len(events)


def _tell_of_visit(event: AuditEvent, rule: Rule) -> None:
    """Tell the city office that a visit is to be reviewed: one message for all that came in on a day."""
    news = News(f"{event.name}:{day_of(event.at)}", event.name, rule.text, Facts(), None, event.at)
    for person in audience.all_of(rule.audiences, unit_id=None, district_code=None, without=event.actor):
        counted.tell(news, person, rules.VISITS_RECEIVED)


def _tell_of(event: AuditEvent, rule: Rule, ways: Ways, now: datetime) -> None:
    ticket = _ticket_of(event)
    news = News(
        key=f"event:{event.seq}",
        kind=event.name,
        text=rule.text,
        facts=facts(ticket) if ticket else Facts(),
        ticket_id=ticket.id if ticket else None,
        at=event.at,
    )
    people = audience.all_of(
        rule.audiences,
        unit_id=(_unit_named(event) if rule.named else _unit_then(event, ticket)) if ticket else None,
        district_code=ticket.district_code if ticket else None,
        without=event.actor,
    )
    tell(news, people, ways=None if rule.inside else ways, now=now)
    if ticket and rule.for_groups:
        deliveries.to_group(news, ticket.district_code, ways, now)


def facts(ticket: Ticket) -> Facts:
    """What may be said of a ticket."""
    atlas = geography.current_atlas()
    street = atlas.street(ticket.street_code).name if ticket.street_code else ""
    return Facts(
        number=ticket.number,
        category=ticket.category_code,
        place=atlas.district(ticket.district_code).name + street,
        due=day_of(ticket.due_at) if ticket.due_at else None,
    )


def _ticket_of(event: AuditEvent) -> Ticket | None:
    kind, _colon, code = event.object.partition(":")
    if kind == "report":
        return visibility.ticket_of(uuid.UUID(code))
    if kind == "task":
        task = db.session.get(Task, uuid.UUID(code))
        return task.ticket if task else None
    return db.session.get(Ticket, uuid.UUID(code)) if kind == "ticket" else None


def _unit_named(event: AuditEvent) -> uuid.UUID | None:
    """The unit that an event is about, such as the one that was called in."""
    code = json.loads(event.data).get("unit_id")
    return uuid.UUID(code) if code else None


def _unit_then(event: AuditEvent, ticket: Ticket) -> uuid.UUID | None:
    """The unit that held the ticket at the event: a return takes it away, and another may have it by now."""
    dispatched = (AuditEvent.object == event.object) & (AuditEvent.name == DISPATCHED) & (AuditEvent.seq <= event.seq)
    data = db.session.scalar(select(AuditEvent.data).where(dispatched).order_by(AuditEvent.seq.desc()).limit(1))
    code = json.loads(data).get("unit_id") if data else None
    return uuid.UUID(code) if code else ticket.unit_id


def _last_look(now: datetime) -> datetime | None:
    row = db.session.get(Reading, DEADLINES)
    return row.at if row else None


def _cursor(name: str) -> Reading:
    """The cursor, locked, so that two readers go one after the other."""
    insert_once(Reading, name=name)
    locked = select(Reading).where(Reading.name == name).with_for_update()
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def _remind_some(step: Step, since: datetime, after: Place | None, ways: Ways, now: datetime) -> Place | None:
    """Take the step for some of the deadlines that it is time for; where to go on."""
    calendar = work_calendar()
    days = reminders.due_days(step, since, now, calendar)
    if days is None:
        return None
    tickets = _due_between(*days, after)
    for ticket in tickets:
        if ticket.due_at and _is_time(step, ticket, since, now, calendar):
            _carry(step, ticket, ways, now)
    last = tickets[-1] if len(tickets) == BATCH else None
    return (last.due_at, last.id) if last and last.due_at else None


def _due_between(first: date, last: date, after: Place | None) -> Sequence[Ticket]:
    conditions: list[ColumnElement[bool]] = [
        Ticket.state.in_(lists.RUNNING),
        Ticket.due_at >= start_of(first),
        Ticket.due_at <= end_of(last),
    ]
    if after:
        conditions.append(tuple_(Ticket.due_at, Ticket.id) > after)
    wanted = select(Ticket).where(*conditions).order_by(Ticket.due_at, Ticket.id)
    return db.session.scalars(wanted.limit(BATCH)).all()


def _is_time(step: Step, ticket: Ticket, since: datetime, now: datetime, calendar: WorkCalendar) -> bool:
    """Whether the step is taken now; not for a clock that has been started only since: its start was told."""
    if ticket.due_at is None or not reminders.taken(step, ticket.due_at, since, now, calendar):
        return False
    started = ticket.clock_started_at
    return started is None or started <= reminders.moment(step, ticket.due_at, calendar)


def _carry(step: Step, ticket: Ticket, ways: Ways, now: datetime) -> None:
    about = facts(ticket)
    sentence = reminders.told(step, ticket.number)
    counts = {"count": abs(step.days)} if step.days else None
    due = ticket.due_at.isoformat() if ticket.due_at else ""
    news = News(
        key=f"deadline:{step.id}:{ticket.id}:{due}",
        kind=step.kind.value,
        text=sentence.message,
        facts=Facts(about.number, about.category, about.place, about.due, counts),
        ticket_id=ticket.id,
        at=now,
    )
    people = audience.people(step.audience, unit_id=ticket.unit_id, district_code=ticket.district_code)
    tell(news, people, ways=ways, now=now)
    if step.audience in OFFICES:
        deliveries.to_group(news, ticket.district_code, ways, now)


def _in_hand(now: datetime) -> list[tuple[uuid.UUID, int, int]]:
    """Every unit with something due today or overdue: how many of each."""
    overdue = func.sum(case((Ticket.due_at < now, 1), else_=0))
    due = func.sum(case((Ticket.due_at >= now, 1), else_=0))
    waiting = (Ticket.state.in_(lists.RUNNING), Ticket.due_at <= end_of(day_of(now)), Ticket.unit_id.is_not(None))
    rows = db.session.execute(select(Ticket.unit_id, due, overdue).where(*waiting).group_by(Ticket.unit_id))
    return [(row[0], int(row[1]), int(row[2])) for row in rows]
