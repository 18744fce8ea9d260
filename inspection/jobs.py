"""Job name → function, and the timetable. Jobs take an id, reload, and are safe to run twice."""

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial

from inspection.checks import drawing, ending, findings, reviews, site_imports, visits
from inspection.checks.visits import Grace
from inspection.kernel import queue
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.queue import Functions
from inspection.kernel.storage import Storage
from inspection.kernel.timetable import Daily, Every, Timetable
from inspection.ledger import exports
from inspection.notices import service as notices
from inspection.notifications import deliveries, outlets
from inspection.notifications import service as messages
from inspection.photos import reader
from inspection.photos import service as photos
from inspection.reports import suggestions
from inspection.reports.receipts import Signer
from inspection.settings import Settings
from inspection.tickets import recounts, samples
from inspection.tickets.models import TaskKind
from inspection.triage import following
from inspection.triage import service as triage

KEPT = timedelta(days=40)
"""How long a job of the timetable is remembered: longer than any time in which nobody works."""

TIMETABLE: Timetable = {
    "queue.forget": Daily(time(3, 30)),
    "checks.release": Every(60),
    "checks.expire": Daily(time(4)),
    "messages.read_events": Every(1),
    "messages.remind": Every(5),
    "messages.digest": Daily(time(8), working_days=True),
    "checks.end": Every(15),
}
"""Job name → when it is done."""


@dataclass(frozen=True)
class Tools:
    """What the edges and the jobs work with, made once for each process."""

    settings: Settings
    storage: Storage
    signer: Signer


def functions(tools: Tools) -> Functions:
    """Every job's function, by name."""
    ways, senders = outlets.ways(tools.settings), outlets.senders(tools.settings)
    return {
        "photos.derive": _by_id(partial(derive, tools=tools)),
        "tickets.recount": recount,
        "triage.propose": _by_id(propose),
        "triage.follow": _by_id(follow),
        "checks.examine": _by_id(examine),
        "checks.release": lambda _slot: release(),
        "tickets.sample_recheck": _by_id(partial(sample, kind=TaskKind.RECHECK)),
        "tickets.sample_lookback": _by_id(partial(sample, kind=TaskKind.LOOKBACK)),
        "notices.render": _by_id(
            lambda notice_id: notices.render_files(notice_id, storage=tools.storage, settings=tools.settings, now=now())
        ),
        "ledger.export": _by_id(lambda export_id: exports.write_file(export_id, storage=tools.storage, now=now)),
        "sites.import": _by_id(lambda import_id: site_imports.work_off(import_id, storage=tools.storage, now=now)),
        "checks.redraw": _by_id(redraw),
        "checks.end": lambda _slot: end_plans(),
        "checks.expire": lambda _slot: expire(tools.settings),
        "queue.forget": lambda _slot: forget(),
        "messages.read_events": lambda _slot: messages.read_events(ways=ways, now=now()),
        "messages.remind": lambda _slot: messages.remind(ways=ways, now=now()),
        "messages.digest": lambda _slot: messages.digest(ways=ways, now=now()),
        "messages.send": _by_id(lambda delivery_id: deliveries.send(delivery_id, senders=senders, now=now())),
    }


def derive(photo_id: uuid.UUID, *, tools: Tools) -> None:
    """Make a photo's copies; then, where a plate matters, read it in them."""
    photos.derive(photo_id, storage=tools.storage, now=now())
    if tools.settings.plate_reading == "on":
        suggestions.look(photo_id, storage=tools.storage, read=reader.read, now=now())


def propose(report_id: uuid.UUID) -> None:
    """Suggest a unit and a deadline for a report."""
    with writing():
        triage.propose(report_id, now=now())


def follow(report_id: uuid.UUID) -> None:
    """Let the reports that follow a report into its case."""
    with writing():
        following.follow(report_id, now=now())


def examine(visit_id: uuid.UUID) -> None:
    """Look through what a visit brought."""
    with writing():
        reviews.examine(visit_id, now=now())


def release() -> None:
    """Let the findings out whose time has come."""
    findings.release_due(now=now())


def sample(ticket_id: uuid.UUID, *, kind: TaskKind) -> None:
    """Draw whether an inspector is sent to see a ticket."""
    with writing():
        samples.draw(ticket_id, kind, now=now(), rng=secrets.SystemRandom())


def redraw(visit_id: uuid.UUID) -> None:
    """Draw someone else for a visit that was declined."""
    with writing():
        drawing.redraw(visit_id, now=now(), rng=secrets.SystemRandom())


def end_plans() -> None:
    """End the plans whose time is over and make their seeds known."""
    with writing():
        ending.end_over(now=now())


def recount(year: str) -> None:
    """Count the running deadlines again after an edit of a year's calendar."""
    recounts.recount(int(year), now=now())


def expire(settings: Settings) -> None:
    """Let visits go that nobody made in time."""
    late, asked = timedelta(days=settings.visit_late_days), timedelta(days=settings.visit_asked_days)
    with writing():
        visits.expire(now=now(), grace=Grace(late, asked))


def forget() -> None:
    """Drop the timetable's old jobs, which nobody asks about."""
    with writing():
        queue.forget(before=now() - KEPT)


def _by_id(work: Callable[[uuid.UUID], None]) -> Callable[[str], None]:
    return lambda subject: work(uuid.UUID(subject))
