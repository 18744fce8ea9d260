"""A small object store over HTTP that can be told to break its word (controls H15)."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Behaviour:
    """How the store breaks its word; without arguments it keeps it."""

    put: tuple[int, str] | None = None
    """Status and code with which it refuses to take something."""
    conditions: bool = True
    """Whether it knows ``If-None-Match``."""
    forgets: bool = False
    """It says yes and keeps nothing."""
    keeps: int | None = None
    """It says yes and keeps only so many bytes."""
    checksums: bool = True
    """Whether it tells the hash of what it keeps."""
    flips: bool = False
    """It says yes and keeps other bytes of the same length."""
    gives: int | None = None
    """It promises the whole and gives only so many bytes."""
    silent: bool = False
    """It never answers."""


@dataclass
class Answers:
    """The store: where it is, what it holds, how it behaves."""

    address: str = ""
    behaviour: Behaviour = field(default_factory=Behaviour)
    held: dict[str, bytes] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def lying_store() -> Iterator[Answers]:
    """The store, for as long as the block lasts."""
    answers = Answers()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"answers": answers}))
    server.daemon_threads = True
    answers.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield answers
    finally:
        answers.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """What it says to one request."""

    protocol_version = "HTTP/1.1"
    answers: Answers

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_PUT(self) -> None:
        """Take something in, or not."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        behaviour = self.answers.behaviour
        conditional = self.headers["If-None-Match"] is not None
        if behaviour.silent:
            self.answers.over.wait()
            self.close_connection = True
        elif behaviour.put:
            self._refuse(*behaviour.put)
        elif conditional and not behaviour.conditions:
            self._refuse(501, "NotImplemented")
        elif conditional and self.path in self.answers.held:
            self._refuse(412, "PreconditionFailed")
        else:
            if not behaviour.forgets:
                kept = data[::-1] if behaviour.flips else data
                self.answers.held[self.path] = kept[: behaviour.keeps]
            self._say(200, {"Content-Length": "0"})

    def do_HEAD(self) -> None:
        """Say what is held."""
        if self.path not in self.answers.held:
            self._say(404, {"Content-Length": "0"})
        else:
            self._say(200, self._described())

    def do_GET(self) -> None:
        """Give it, or less."""
        self._say(200, self._described())
        self.wfile.write(self.answers.held[self.path][: self.answers.behaviour.gives])
        self.close_connection = True

    def _described(self) -> dict[str, str]:
        held = self.answers.held[self.path]
        checksum = base64.b64encode(hashlib.sha256(held).digest()).decode()
        told = {"x-amz-checksum-sha256": checksum} if self.answers.behaviour.checksums else {}
        return {"Content-Length": str(len(held)), **told}

    def _refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode() if code else b""
        self._say(status, {"Content-Length": str(len(body))}, body)

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
