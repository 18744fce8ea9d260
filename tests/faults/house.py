"""A real house to break: its own data folder and database, real server and worker processes, and a program that sends.

What holds after every fault is said once, in ``House.must_be_whole``.
"""

import hashlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from inspection.factory import create_app
from inspection.kernel import audit
from inspection.kernel.audit import AuditEvent
from inspection.kernel.calendar import now
from inspection.kernel.db import db, writing
from inspection.kernel.queue import Job
from inspection.kernel.storage import FileStorage, Storage
from inspection.people import tokens
from inspection.people.models import Authorship, Person
from inspection.photos.models import Manifest, Photo, sealed_key
from inspection.photos.service import canonical
from inspection.reports import receipts
from inspection.reports.models import Receipt, Report
from inspection.web.tools import tools
from tests.api.conftest import manifest
from tests.conftest import settings_for
from tests.make import Make, sha256

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 60.0
ANSWER_SECONDS = 30.0
SECRET = "a-key-for-tests-only-" * 3
LEASE_SECONDS = "1"


class Lost(ConnectionError):
    """The connection broke before an answer came: the sender knows nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    json: Any


@dataclass
class Sent:
    """A report as the phone has it: to be sent until there is a receipt."""

    pictures: tuple[bytes, ...]
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def manifest(self) -> dict[str, Any]:
        """The body that announces it."""
        return manifest(*self.pictures, **self.more)

    def photo_path(self, picture: bytes) -> str:
        """Where a photo's bytes go."""
        return f"/api/v1/reports/{self.id}/photos/{sha256(picture)}"

    @property
    def path(self) -> str:
        """Where its manifest goes."""
        return f"/api/v1/reports/{self.id}"


class Program:
    """Sends to one port as one person. Raises Lost when no answer comes."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = HTTPConnection(HOST, self.port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}"} | headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as broken:
            raise Lost(str(broken)) from broken
        finally:
            connection.close()
        said = json.loads(content) if "json" in (response.getheader("Content-Type") or "") else content
        return Answer(response.status, dict(response.getheaders()), said)

    def announce(self, sent: Sent) -> Answer:
        """Send the manifest."""
        return self.ask("PUT", sent.path, json.dumps(sent.manifest).encode(), **{"Content-Type": "application/json"})

    def upload(self, sent: Sent, picture: bytes) -> Answer:
        """Send one photo."""
        return self.ask("PUT", sent.photo_path(picture), picture, **{"Content-Type": "application/octet-stream"})

    def send(self, sent: Sent) -> dict[str, Any]:
        """Send everything; the receipt."""
        last = self.announce(sent)
        assert last.status in {200, 201}, last
        for picture in sent.pictures:
            last = self.upload(sent, picture)
            assert last.status == 200, last
        assert last.json["receipt"], last
        return dict(last.json["receipt"])

    def raw(self, method: str, path: str, body: bytes, *, chunked: bool = False, kind: str = "image/jpeg") -> bytes:
        """The bytes of a request, as they go over the line."""
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: {kind}\r\n{length}\r\nConnection: close\r\n\r\n"
        ).encode()
        return head + (_chunks(body) if chunked else body)

    def cut(self, request: bytes, sent: int, *, hang_up: bool) -> bytes:
        """Send the first bytes of a request and no more: hang up at once, or wait for what the server says to it."""
        with socket.create_connection((HOST, self.port), timeout=ANSWER_SECONDS) as line:
            line.sendall(request[:sent])
            if hang_up:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # an RST, no goodbye
                return b""
            line.shutdown(socket.SHUT_WR)
            said = b""
            with suppress(ConnectionError):
                while piece := line.recv(65536):
                    said += piece
            return said


class Running:
    """A process that a test started, with all that it wrote."""

    def __init__(self, command: list[str], env: Mapping[str, str], log: Path) -> None:
        self.log_file = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                command, env=dict(env), cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL, process_group=0
            )

    @property
    def log(self) -> str:
        """Everything it has written so far."""
        return self.log_file.read_text(errors="replace")

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.process.poll() is not None

    def must_die(self) -> None:
        """Wait until the planned fault has ended it."""
        until(lambda: self.ended, "the planned fault did not end the process", self)

    def kill(self) -> None:
        """End it and its children at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Server(Running):
    """A server process that answers."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = int(probe.getsockname()[1])
        options = [
            "--interface",
            "wsgi",
            "--no-ws",
            "--host",
            HOST,
            "--port",
            str(self.port),
            "--blocking-threads",
            "8",
        ]
        super().__init__([sys.executable, "-m", "granian", *options, "app:app"], env, log)

    def answers(self) -> bool:
        """Whether somebody answers at the port."""
        try:
            return Program(self.port, "").ask("GET", "/api/v1/receipt-key").status == 200
        except Lost:
            return False


class House:
    """One data folder, one database, one inspector with a token."""

    def __init__(self, url: str, folder: Path, **environ: str) -> None:
        self.url, self.folder, self.environ = url, folder, environ
        self.app = create_app(settings_for(url, folder / "data", **{k.lower(): v for k, v in environ.items()}))
        self.running: list[Running] = []
        with self.inside():
            self.make = Make(self.app)
            person = self.make.inspector()
            self.author = person.id
            self.token = token_of(person)

    @contextmanager
    def inside(self) -> Iterator[Flask]:
        """The application in this process; lets go of the database at the end, as a stopped server does."""
        with self.app.app_context():
            try:
                yield self.app
            finally:
                db.session.remove()
                db.engine.dispose()

    def environment(self, fault: str) -> dict[str, str]:
        """What a process of this house is started with."""
        own = {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder / "data"), "SECRET_KEY": SECRET}
        own |= {"JOB_LEASE_SECONDS": LEASE_SECONDS, "MINGCHA_FAULT": fault}
        return dict(os.environ) | own | self.environ

    def serve(self, fault: str = "") -> Server:
        """A server that answers; with a fault, it will be killed or fail there."""
        server = Server(self.environment(fault), self.folder / f"server-{len(self.running)}.log")
        self.running.append(server)
        until(lambda: server.answers() or server.ended, "the server does not answer", server, seconds=START_SECONDS)
        assert not server.ended, server.log
        return server

    def work(self, fault: str = "") -> Running:
        """A worker process."""
        command = [sys.executable, "-m", "flask", "--app", "app", "inspection", "worker"]
        worker = Running(command, self.environment(fault), self.folder / f"worker-{len(self.running)}.log")
        self.running.append(worker)
        return worker

    def program(self, server: Server) -> Program:
        """The inspector's program, speaking to one of the servers."""
        return Program(server.port, self.token)

    def close(self) -> None:
        """End everything that was started."""
        for running in self.running:
            running.kill()

    @property
    def photos(self) -> Path:
        """The store's folder."""
        return self.folder / "data" / "photos"

    def parts(self) -> list[Path]:
        """Uploads that were begun and not finished."""
        return list((self.photos / "incoming").iterdir())

    def must_be_whole(self, *acknowledged: tuple[Sent, Mapping[str, Any]]) -> None:
        """Every acknowledged report is there once with all its photos; receipts and the audit chain verify."""
        with self.inside():
            must_be_whole(acknowledged)

    def counts(self) -> dict[str, int]:
        """How many rows there are of what an intake makes."""
        with self.inside():
            return {kind.__name__: _count(kind) for kind in (Report, Manifest, Photo, Receipt, Authorship)}


def must_be_whole(acknowledged: tuple[tuple[Sent, Mapping[str, Any]], ...]) -> None:
    """The invariant of every fault test, looked up in the database and read back from the store."""
    for sent, receipt in acknowledged:
        must_be_there(sent, receipt)
    _nothing_is_said_that_is_not_kept(tools().storage)
    verdict = audit.verify()
    assert verdict.problems == ()


def must_be_there(sent: Sent, receipt: Mapping[str, Any]) -> None:
    """One report: once, with all its photos, as its receipt says."""
    kit, report = tools(), db.session.get_one(Report, sent.id)
    kept = db.session.get_one(Receipt, sent.id)
    assert (kept.number, kept.document, kept.signature) == (
        receipt["number"],
        receipt["document"],
        receipt["signature"],
    )
    said = receipts.verify(receipt, kit.signer.public_key)
    announced = db.session.get_one(Manifest, sent.id)
    assert announced.content_hash == hashlib.sha256(announced.content.encode()).hexdigest()
    assert canonical(json.loads(announced.content)) == announced.content
    assert json.loads(announced.content)["description"] == sent.manifest["description"]
    assert (said["report"], said["content_sha256"]) == (str(sent.id), announced.content_hash)
    assert said["photos"] == [sha256(picture) for picture in sent.pictures]
    assert [photo.sha256 for photo in report.manifest.photos] == said["photos"]
    for picture, photo in zip(sent.pictures, report.manifest.photos, strict=True):
        assert photo.arrived_at is not None
        assert kit.storage.read(photo.sealed_key) == picture
        assert _jobs("photos.derive", photo.id) == 1
        assert _events("photo.arrived", f"photo:{photo.id}") == 1
    assert _jobs("triage.propose", sent.id) == 1
    assert _events("report.announced", report.audit_ref) == _events("report.received", report.audit_ref) == 1
    assert len(db.session.scalars(select(Authorship).where(Authorship.report_id == sent.id)).all()) == 1


def _nothing_is_said_that_is_not_kept(storage: Storage) -> None:
    """Whatever a row calls arrived or complete is so, acknowledged or not; what lies sealed is what its name says."""
    for photo in db.session.scalars(select(Photo).where(Photo.arrived_at.is_not(None))):
        assert sha256(storage.read(photo.sealed_key)) == photo.sha256
    for announced in db.session.scalars(select(Manifest)):
        complete = all(photo.arrived_at for photo in announced.photos)
        assert complete == (announced.completed_at is not None)
    for receipt in db.session.scalars(select(Receipt)):
        receipts.verify({"document": receipt.document, "signature": receipt.signature}, tools().signer.public_key)
    if isinstance(storage, FileStorage):
        for file in (storage.root / "sealed").rglob("*"):
            assert file.is_dir() or sealed_key(sha256(file.read_bytes())) == str(file.relative_to(storage.root))


def _jobs(name: str, subject: object) -> int:
    return _count(Job, Job.name == name, Job.subject == str(subject))


def _events(name: str, thing: str) -> int:
    return _count(AuditEvent, AuditEvent.name == name, AuditEvent.object == thing)


def _count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def large(seed: int, width: int = 800) -> bytes:
    """A photo of some hundred kilobytes: every pixel is noise."""
    noise = Image.frombytes("RGB", (width, width), random.Random(seed).randbytes(width * width * 3))
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def token_of(person: Person) -> str:
    """A key to the API for a person."""
    with writing():
        person = db.session.get_one(Person, person.id)
        scopes = ("reports:read", "reports:write")
        return tokens.create(person, scopes=scopes, label="test", valid=timedelta(days=1), by="test", now=now())


def until(true: Callable[[], bool], complaint: str, process: Running | None = None, *, seconds: float = 30.0) -> None:
    """Ask again and again until it is true; fails with the process's log when the deadline has passed."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        log = f"\n{process.log}" if process else ""
        assert time.monotonic() < deadline, f"{complaint}{log}"
        pause.wait(0.02)


def together(work: Callable[[int], Any], times: int) -> list[Any]:
    """Do it in so many threads that start at the same moment; what each gave back, or raised."""
    gate, results = threading.Barrier(times), [None] * times

    def one(place: int) -> None:
        gate.wait()
        try:
            results[place] = work(place)
        except Exception as raised:
            results[place] = raised  # type: ignore[call-overload]

    threads = [threading.Thread(target=one, args=(place,)) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _chunks(body: bytes, size: int = 500) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
