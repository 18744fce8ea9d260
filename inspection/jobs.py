"""Job name → function, and the timetable. Jobs take an id, reload, and are safe to run twice."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from inspection.kernel import queue
from inspection.kernel.calendar import now
from inspection.kernel.db import writing
from inspection.kernel.queue import Functions
from inspection.kernel.storage import Storage
from inspection.kernel.timetable import Daily, Timetable
from inspection.notices import service as notices
from inspection.photos import service as photos
from inspection.reports.receipts import Signer
from inspection.settings import Settings
from inspection.triage import service as triage

KEPT = timedelta(days=40)
"""How long a job of the timetable is remembered: longer than any time in which nobody works."""

TIMETABLE: Timetable = {
    "queue.forget": Daily(time(3, 30)),
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
    return {
        "photos.derive": _by_id(lambda photo_id: photos.derive(photo_id, storage=tools.storage, now=now())),
        "triage.propose": _by_id(propose),
        "notices.render": _by_id(
            lambda notice_id: notices.render_files(notice_id, storage=tools.storage, settings=tools.settings, now=now())
        ),
        "queue.forget": lambda _slot: forget(),
    }


def propose(report_id: uuid.UUID) -> None:
    """Suggest a unit and a deadline for a report."""
    with writing():
        triage.propose(report_id, now=now())


def forget() -> None:
    """Drop the timetable's old jobs, which nobody asks about."""
    with writing():
        queue.forget(before=now() - KEPT)


def _by_id(work: Callable[[uuid.UUID], None]) -> Callable[[str], None]:
    return lambda subject: work(uuid.UUID(subject))
