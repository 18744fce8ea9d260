"""H21: any sequence of announcing, uploading, repeating, withdrawing and working, broken at any point, keeps all."""

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from werkzeug.test import TestResponse

from inspection.jobs import functions
from inspection.kernel import faults, queue
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.errors import Conflict, NotFound
from inspection.people.models import Person
from inspection.photos.models import Photo
from inspection.reports import service as reports
from inspection.web.tools import tools
from tests.faults.house import House, Sent, must_be_there
from tests.make import jpeg, sha256

pytestmark = pytest.mark.fault

HISTORIES, STEPS = 30, 14
PHASES = (Phase.reuse, Phase.generate)
"""A broken history is told as it was found: making it shorter would take many minutes."""
PICTURES = tuple(jpeg(seed) for seed in range(1, 5))
INTAKE = ("blob.temp_written", "blob.after_fsync", "blob.linked", "blob.dir_synced", "intake.before_row")
COMMIT = ("intake.before_commit", "intake.after_commit")
JOB = ("job.claimed", "job.worked", "photos.copied", "blob.linked", "blob.dir_synced:2")
NOWHERE = "nowhere"
ON_THE_WAY = [f"{point}:{n}" for point in (*COMMIT * 3, *INTAKE) for n in (3, 2, 1)]
"""Around the commits most of all: there a change could be half done."""
AT_ONCE = timedelta(microseconds=1)

which = st.integers(0, 99)
a_photo = st.integers(0, len(PICTURES) - 1)


def sometimes(*points: str) -> st.SearchStrategy[str | None]:
    """No fault, or one of these, as a crash or as the disk's error."""
    broken = st.tuples(st.sampled_from(points), st.sampled_from(["crash", "crash", "enospc", "eio"]))
    return st.one_of(broken.map("=".join), st.none())


@dataclass
class Known:
    """What the phone knows of one report: only what it was told."""

    sent: Sent
    announced: bool = False
    kept: set[str] = field(default_factory=set)
    receipt: dict[str, Any] | None = None
    withdrawn: bool = False


class History(RuleBasedStateMachine):
    """A phone, a server and a worker, any of which may break."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house, self.known = house, list[Known]()

    @initialize(pictures=st.lists(a_photo, min_size=2, max_size=3))
    def begin(self, pictures: list[int]) -> None:
        """There is a report already."""
        self.known.append(Known(Sent(tuple(PICTURES[n] for n in pictures))))
        self._announce(self.known[0])

    @rule(pictures=st.lists(a_photo, min_size=1, max_size=3), fault=sometimes(*COMMIT))
    def announce(self, pictures: list[int], fault: str | None) -> None:
        """A new report."""
        self.known.append(Known(Sent(tuple(PICTURES[n] for n in pictures))))
        self._announce(self.known[-1], fault)

    @rule(at=which, fault=sometimes(*ON_THE_WAY))
    def send_all(self, at: int, fault: str | None) -> None:
        """The same report once more, with all its photos."""
        with faults.plan(fault or NOWHERE) as planned:
            self._send(self._one(at), lambda: planned.happened)

    @rule(at=which)
    def announce_another_content(self, at: int) -> None:
        """Another content under a known id."""
        if not (one := self._one(at)).announced:
            return
        answer = self._put(one.sent.path, json={**one.sent.manifest, "description": "别的"})
        assert answer is not None and (answer.status_code, answer.json["differs"]) == (409, ["description"])

    @rule(at=which, picture=which, fault=sometimes(*INTAKE, *COMMIT))
    def upload(self, at: int, picture: int, fault: str | None) -> None:
        """One of a report's photos, for the first time or again."""
        one = self._one(at)
        self._upload(one, one.sent.pictures[picture % len(one.sent.pictures)], fault)

    @rule(at=which, cut=st.integers(1, 400))
    def upload_cut(self, at: int, cut: int) -> None:
        """A photo that ends early."""
        if not (one := self._one(at)).announced:
            return
        picture = one.sent.pictures[0]
        answer = self._put(one.sent.photo_path(picture), data=picture[:-cut])
        expected = 200 if self._arrived(one, picture) else 422
        assert answer is not None and answer.status_code == expected

    @rule(at=which, fault=sometimes("intake.before_commit"))
    def withdraw(self, at: int, fault: str | None) -> None:
        """The author takes it back."""
        if not (one := self._one(at)).announced:
            return

        def take_back() -> None:
            with writing():
                person = db.session.get_one(Person, self.house.author)
                try:
                    reports.withdraw(one.sent.id, by=person, now=now())
                except (Conflict, NotFound) as refused:
                    note(str(refused))
                faults.point("intake.before_commit")

        one.withdrawn = self._broken(take_back, fault) is not False or one.withdrawn

    @rule(fault=sometimes(*JOB))
    def work(self, fault: str | None) -> None:
        """A worker does what is due, or dies of it."""
        self._broken(lambda: queue.work_off(functions(tools()), lease=AT_ONCE), fault)

    @rule()
    def sweep(self) -> None:
        """What is left over is removed."""
        self._broken(lambda: tools().storage.sweep(older_than_seconds=-1), None)

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        """After every step."""
        with self.house.app.app_context():
            for one in self.known:
                assert all(self._arrived_row(one.sent.id, digest) for digest in one.kept)
                if one.receipt:
                    must_be_there(one.sent, one.receipt)

    def teardown(self) -> None:
        """In the end everything that was not taken back can be sent and gets its one receipt."""
        for one in self.known:
            self._send(one, lambda: False)
        assert all(one.receipt or one.withdrawn for one in self.known)
        self.house.must_be_whole(*((one.sent, one.receipt) for one in self.known if one.receipt))
        COUNTED.append(len(self.known))

    def _one(self, at: int) -> Known:
        return self.known[at % len(self.known)]

    def _send(self, one: Known, stopped: Callable[[], bool]) -> None:
        self._announce(one)
        for picture in one.sent.pictures:
            if not stopped():
                self._upload(one, picture)

    def _announce(self, one: Known, fault: str | None = None) -> None:
        answer = self._put(one.sent.path, fault, json=one.sent.manifest)
        if answer is not None and answer.status_code in {200, 201}:
            one.announced = True
            self._learn(one, answer)

    def _upload(self, one: Known, picture: bytes, fault: str | None = None) -> None:
        answer = self._put(one.sent.photo_path(picture), fault, data=picture)
        if answer is not None and answer.status_code == 200:
            one.kept.add(sha256(picture))
            self._learn(one, answer)

    def _learn(self, one: Known, answer: TestResponse) -> None:
        given = answer.json["receipt"]
        assert one.receipt in (None, given), "another receipt than before"
        one.receipt = given

    def _put(self, path: str, fault: str | None = None, **body: Any) -> TestResponse | None:
        headers = {"Authorization": f"Bearer {self.house.token}"}
        with faults.plan(fault) if fault else nullcontext():
            try:
                return self.house.app.test_client().put(path, headers=headers, **body)
            except faults.Crash:
                return None

    def _broken(self, work: Callable[[], object], fault: str | None) -> bool:
        """Whether it came through."""
        with self.house.app.app_context(), faults.plan(fault or NOWHERE):
            try:
                work()
            except (faults.Crash, OSError):
                return False
        return True

    def _arrived(self, one: Known, picture: bytes) -> bool:
        with self.house.app.app_context():
            return self._arrived_row(one.sent.id, sha256(picture))

    def _arrived_row(self, report_id: uuid.UUID, digest: str) -> bool:
        chosen = db.select(Photo.arrived_at).where(Photo.manifest_id == report_id, Photo.sha256 == digest)
        return all(at is not None for at in db.session.scalars(chosen))


COUNTED: list[int] = []
"""How many reports each history had."""


def test_any_history_keeps_what_was_acknowledged(sqlite_url: str, tmp_path: Path) -> None:
    house = House(sqlite_url, tmp_path, DAILY_PHOTOS="100000")
    COUNTED.clear()

    run_state_machine_as_test(
        lambda: History(house), settings=settings(max_examples=HISTORIES, stateful_step_count=STEPS, phases=PHASES)
    )

    print(f"{len(COUNTED)} histories, {sum(COUNTED)} reports")
    assert len(COUNTED) >= HISTORIES
