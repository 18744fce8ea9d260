"""One figure: what was asked, how long it took, and how long it may take."""

import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from flask import Flask

from inspection.kernel.db import db
from inspection.people.models import Person
from tests.make import Make

Echo = Callable[[str], object]
PAGE_MS, NEAR_MS, DECISION_MS = 20.0, 1.0, 200.0
"""design.md §6: a page of 100 at a million tickets (the median), duplicates near a point, a decision (p95)."""
NOT_COUNTED = 3
"""The first askings only warm up what is kept in memory."""


@dataclass(frozen=True)
class Figure:
    """Its name, the times in ms, and the limit in ms, if there is one, for the median or the 95th percentile."""

    name: str
    times: Sequence[float]
    limit_ms: float | None = None
    limits_p95: bool = False
    worked: Sequence[float] = ()
    """The same times without those in which the processor was with others, where that was measured."""
    told: bool = True
    """Whether it has a line of its own; else it is there to be compared with."""

    @property
    def median(self) -> float:
        """Half of the times are shorter."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """Nineteen of twenty are not longer."""
        return sorted(self.times)[int(0.95 * (len(self.times) - 1))]

    @property
    def holds(self) -> bool:
        """Whether it keeps its limit."""
        return self.limit_ms is None or (self.p95 if self.limits_p95 else self.median) <= self.limit_ms

    @property
    def works(self) -> bool:
        """Whether the processor's own time keeps the limit in half of the cases."""
        return self.limit_ms is None or not self.worked or statistics.median(self.worked) <= self.limit_ms

    def row(self, ratio: str = "—") -> str:
        """As a line of the table, with its ratio to the same in another city."""
        limit, verdict = "—", "—"
        if self.limit_ms is not None:
            limit = f"{'95%' if self.limits_p95 else '中位'} ≤ {self.limit_ms:g}"
            verdict = "达到" if self.holds else "**超出**"
        worked = f"{statistics.median(self.worked):.1f}" if self.worked else "—"
        return f"| {self.name} | {limit} | {self.median:.1f} | {self.p95:.1f} | {worked} | {ratio} | {verdict} |"


def measure(ask: Callable[[], Any], times: int, warming: int | None = None) -> tuple[list[float], list[float]]:
    """Ask so many times, each with a fresh session: how long it took and how long the processor worked, in ms. Before
    that to warm up, which is not counted.
    """
    warming = NOT_COUNTED if warming is None else warming
    taken, worked = [], []
    for _ in range(times + warming):
        db.session.remove()
        began, working = time.perf_counter(), time.process_time()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - working))
    return taken[warming:], worked[warming:]


@dataclass(frozen=True)
class Office:
    """Where is asked, who asks, when, how often, and whom to tell how far it has come."""

    app: Flask
    make: Make
    officer: uuid.UUID
    chief: uuid.UUID
    handler: uuid.UUID
    moment: datetime
    times: int
    rng: Random
    echo: Echo

    def figure(self, name: str, ask: Callable[[], Any], limit_ms: float | None = None, *, p95: bool = False) -> Figure:
        """Measure one question."""
        taken, worked = measure(ask, self.times)
        found = Figure(name, taken, limit_ms, p95, worked)
        self.echo(found.row())
        return found

    def ask(self, question: Callable[..., Any], who: uuid.UUID, *given: Any, **more: Any) -> Callable[[], Any]:
        """A question of a person's, who is read anew each time."""
        return lambda: question(db.session.get_one(Person, who), *given, now=self.moment, **more)
