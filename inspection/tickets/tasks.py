"""What the city asks of inspectors: to go and look at a ticket (督查员任务). Nothing here commits.

A task is a secret of the city office and of whoever was asked. It leaves no trace in the ticket, neither in its version
nor in its history, and the row does not say whom: that tie is ``people.identities``' own. The verdict stays with an
officer; what the inspector brings is in ``opinions``.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from random import Random

from sqlalchemy import select

from inspection.kernel import audit
from inspection.kernel.calendar import DAY, day_of
from inspection.kernel.db import db
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.text import N_
from inspection.people import access, identities
from inspection.people.access import Right, Role
from inspection.people.models import Person
from inspection.photos.models import Manifest
from inspection.reports.service import ALIASES
from inspection.tickets import asking
from inspection.tickets.asking import Candidate
from inspection.tickets.models import Task, TaskKind, TaskState, Ticket
from inspection.tickets.workflow import Action, State

USUAL_DAYS = 3
"""[D] Between asking and the day by which it should be done."""
MOST_DAYS = 60
"""Beyond it a due day is a slip of the pen."""
ASKED_WHEN = {State.HANDLED: TaskKind.RECHECK, State.CLOSED: TaskKind.LOOKBACK}
"""What there is to see, by where the ticket stands."""
VERDICTS = {Action.PASS_RECHECK, Action.FAIL_RECHECK, Action.LOOKBACK_GOOD, Action.REBOUND, Action.VOID}
"""The moves after which there is nothing left to look at."""
OWN = (TaskState.OPEN, TaskState.DONE)


def ask(
    ticket: Ticket,
    *,
    kind: TaskKind,
    due_on: date,
    by: Person,
    now: datetime,
    rng: Random,
    person: Person | None = None,
) -> Task:
    """The city asks an inspector to go and look: ``person``, or someone drawn by lot (请督查员去看).

    Raises Conflict where there is nothing of the kind to see or nobody to ask, Invalid for the day or the person.
    """
    access.require(by.role, Right.TASK_ASK)
    db.session.refresh(ticket, with_for_update=True)
    if ASKED_WHEN.get(ticket.state) is not kind:
        raise Conflict(N_("待核查的可以请人去看改好没有，已结案的可以请人回头看；这一件现在都不是。"))
    if not 0 <= (due_on - day_of(now)).days <= MOST_DAYS:
        raise Invalid("due_on", N_("日期应在今天以后、%(most)s 天以内。"), most=str(MOST_DAYS))
    chosen = _drawn(ticket, rng) if person is None else _named(ticket, person)
    return _hand_out(ticket, kind, due_on, chosen, now, rng, by)


def send(ticket: Ticket, *, kind: TaskKind, now: datetime, rng: Random) -> Task:
    """The lot of a sample sends someone: raises Conflict where nobody fits."""
    return _hand_out(ticket, kind, default_due(now), _drawn(ticket, rng), now, rng, None)


def waits(ticket: Ticket) -> bool:
    """Whether somebody has been asked to look at the ticket and has not answered yet."""
    return bool(_open_at(ticket))


def _hand_out(
    ticket: Ticket, kind: TaskKind, due_on: date, chosen: uuid.UUID, now: datetime, rng: Random, by: Person | None
) -> Task:
    task = Task(
        id=uuid.uuid4(),
        ticket=ticket,
        kind=kind,
        state=TaskState.OPEN,
        due_on=due_on,
        alias=rng.choice(_free_aliases(ticket)),
        asked_by_id=by.id if by else None,
        asked_at=now,
    )
    db.session.add(task)
    db.session.flush()
    identities.hand_task(task.id, to=chosen)
    audit.record(
        "task.asked", task, by=by or audit.SYSTEM, at=now, ticket=str(ticket.id), kind=kind.value, due_on=due_on
    )
    return task


def decline(task_id: uuid.UUID, *, by: Person, now: datetime) -> Task:
    """Whoever was asked cannot go; the city may ask someone else."""
    task = own(by, task_id)
    db.session.refresh(task, with_for_update=True)
    require_open(task)
    end(task, TaskState.DECLINED, now)
    audit.record("task.declined", task, by=audit.AUTHOR, at=now)
    return task


def ticket_moved(ticket: Ticket, action: Action, *, by: Person, now: datetime) -> None:
    """After a verdict nobody needs to go any more, and what was brought is settled."""
    if action not in VERDICTS:
        return
    waiting = (Task.ticket_id == ticket.id) & ~Task.settled & Task.state.in_(OWN)
    locked = select(Task).where(waiting).with_for_update().execution_options(populate_existing=True)
    for task in db.session.scalars(locked).all():
        task.settled = True
        if task.state is TaskState.OPEN:
            end(task, TaskState.WITHDRAWN, now)
            audit.record("task.withdrawn", task, by=by, at=now)
    db.session.flush()


def end(task: Task, state: TaskState, now: datetime) -> None:
    """The task waits no longer."""
    task.state, task.ended_at = state, now
    identities.release_tasks([task.id])


def require_open(task: Task) -> None:
    """Raise Conflict, in words for whoever was asked, unless the task still waits."""
    if task.state is TaskState.DONE:
        raise Conflict(N_("这件任务已经交过了，这一次没有收下。"), code="task_done")
    if task.state is not TaskState.OPEN:
        raise Conflict(N_("这件任务已经撤销，不用再去了，谢谢您。"), code="task_withdrawn")


def own(person: Person, task_id: uuid.UUID) -> Task:
    """The person's own task; raises NotFound for anything else."""
    task = db.session.get(Task, task_id)
    if task is None or not identities.holds_task(person, [task_id]):
        raise NotFound(N_("没有这件任务。"))
    return task


def open_of(person: Person) -> Sequence[Task]:
    """The tasks that wait for the person, the most urgent first (我的任务)."""
    mine = Task.id.in_(identities.own_open_tasks(person))
    return db.session.scalars(
        select(Task).where(mine, Task.state == TaskState.OPEN).order_by(Task.due_on, Task.id)
    ).all()


def shows(person: Person, ticket_id: uuid.UUID) -> bool:
    """Whether the person was asked to look at the ticket, so that they may see its pictures."""
    tasks = db.session.scalars(select(Task.id).where(Task.ticket_id == ticket_id, Task.state.in_(OWN))).all()
    return bool(tasks) and identities.holds_task(person, tasks)


def of_ticket(ticket: Ticket, person: Person) -> Sequence[Task]:
    """Everything that was asked about a ticket, the latest first: for the city office, and nothing for anyone else."""
    if access.scope(person.role, Right.TASK_ASK) is None:
        return ()
    return db.session.scalars(
        select(Task).where(Task.ticket_id == ticket.id).order_by(Task.asked_at.desc(), Task.id)
    ).all()


def usable(ticket: Ticket, person: Person) -> Sequence[Task]:
    """The tasks whose pictures can be the evidence of the next verdict."""
    return [
        task
        for task in of_ticket(ticket, person)
        if task.state is TaskState.DONE and not task.settled and task.opinion and task.opinion.manifest.photos
    ]


def evidence(ticket: Ticket, task_id: uuid.UUID, *, by: Person) -> Manifest:
    """The pictures that an inspector brought, as the evidence of an officer's verdict; raises Invalid for others."""
    for task in usable(ticket, by):
        if task.id == task_id and task.opinion:
            return task.opinion.manifest
    raise Invalid("visit", N_("这些照片不能用在这里。"))


def default_due(now: datetime) -> date:
    """The day that a form proposes."""
    return day_of(now) + USUAL_DAYS * DAY


def _drawn(ticket: Ticket, rng: Random) -> uuid.UUID:
    drawn = asking.choose(_candidates(ticket), ticket.district_code, rng)
    if drawn is None:
        raise Conflict(N_("眼下没有合适的督查员可以请：都报过这一件，或手上的任务都满了。"))
    return drawn.id


def _named(ticket: Ticket, person: Person) -> uuid.UUID:
    if not any(one.id == person.id and asking.fit(one) for one in _candidates(ticket)):
        raise Invalid("person", N_("这位不能请：不是督查员，报过这一件，已经请过，或手上的任务满了。"))
    return person.id


def _candidates(ticket: Ticket) -> list[Candidate]:
    reported = identities.authors_among([link.report_id for link in ticket.reports])
    asked, waiting = identities.holders_among(_open_at(ticket)), identities.open_tasks_each()
    enabled = select(Person.id, Person.district_code).where(Person.role == Role.INSPECTOR, Person.disabled_at.is_(None))
    return [
        Candidate(person_id, district, person_id in reported, person_id in asked, waiting[person_id])
        for person_id, district in db.session.execute(enabled)
    ]


def _open_at(ticket: Ticket) -> Collection[uuid.UUID]:
    return db.session.scalars(select(Task.id).where(Task.ticket_id == ticket.id, Task.state == TaskState.OPEN)).all()


def _free_aliases(ticket: Ticket) -> Sequence[str]:
    """Those that no report and no earlier task of the ticket has: nobody is taken for its author, or for another."""
    asked = db.session.scalars(select(Task.alias).where(Task.ticket_id == ticket.id))
    taken = {link.report.alias for link in ticket.reports} | set(asked)
    return [alias for alias in ALIASES if alias not in taken] or ALIASES
