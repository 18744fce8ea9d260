"""A bad network between a phone and the real server: a proxy that drops, cuts, doubles and lies, by chance.

Only what goes to ``/api/`` is harmed, so that the page itself opens. ``chance`` decides what happens to each request;
``kill`` is called in the middle of an upload, or after the server has answered and before the phone hears of it.
"""

import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

FAULTS = (
    "drop",
    "lose the answer",
    "cut the request",
    "cut the answer",
    "delay",
    "send twice",
    "empty body",
    "empty 200",
    "portal page",
    "redirect to a portal",
    "413",
    "429",
    "500",
    "502",
    "kill in the upload",
    "kill before the answer",
    "kill after the answer",
)

HEAD_END = b"\r\n\r\n"


def said(status: str, body: bytes = b"", *heads: str) -> bytes:
    """An answer that the server never gave, as a page."""
    lines = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/html",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *heads,
    )
    return "\r\n".join(lines).encode() + HEAD_END + body


PIECE = 65_536
PATIENCE_SECONDS = 30
SHORT_DELAY_SECONDS = 0.05
SAID = {
    "empty 200": said("200 OK"),
    "portal page": said("200 OK", b"<html>Free Wi-Fi here</html>"),
    "redirect to a portal": said("302 Found", b"", "Location: /sign-in"),
    "413": said("413 Too Large", b"too large"),
    "429": said("429 Too Many Requests", b"wait", "Retry-After: 1"),
    "500": said("500 Internal Server Error", b"oops"),
    "502": said("502 Bad Gateway", b"nobody there"),
}


@dataclass
class BadNetwork:
    """Listens on a port of its own and passes on to ``server``; ``share`` of the requests to the API meet a fault."""

    server: tuple[str, int]
    seed: int
    share: float = 0.35
    kill: Callable[[], None] = lambda: None
    rewrite: Callable[[bytes], bytes] = bytes
    """Changes what the server answers on its way."""
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._door.close()

    def _listen(self) -> None:
        while True:
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        phone.settimeout(PATIENCE_SECONDS)
        with phone:
            try:
                request = received(phone)
                if request:
                    self._meet(self._drawn(request), request, phone)
            except OSError:
                return

    def _drawn(self, request: bytes) -> str:
        if b" /api/" not in request.split(b"\r\n", 1)[0]:
            return ""
        with self._lock:
            fault = self._chance.choice(FAULTS) if self._chance.random() < self.share else ""
            self.met[fault or "none"] += 1
        return fault

    def _meet(self, fault: str, request: bytes, phone: socket.socket) -> None:
        if fault in SAID:
            phone.sendall(SAID[fault])
            return
        if fault == "drop":
            return
        if fault == "delay":
            threading.Event().wait(SHORT_DELAY_SECONDS)
        if fault in {"cut the request", "kill in the upload"}:
            self._cut(fault, request)
            return
        if fault == "empty body":
            request = emptied(request)
        if fault == "send twice":
            self._passed(request)
        answer = self._passed(request)
        if fault == "kill before the answer":
            self.kill()
        elif fault == "cut the answer":
            phone.sendall(answer[: len(answer) // 2])
        elif fault != "lose the answer":
            phone.sendall(answer)
        if fault == "kill after the answer":
            self.kill()

    def _cut(self, fault: str, request: bytes) -> None:
        head, _end, body = request.partition(HEAD_END)
        with socket.create_connection(self.server, PATIENCE_SECONDS) as upstream:
            upstream.sendall(head + HEAD_END + body[: len(body) // 2])
            if fault == "kill in the upload":
                self.kill()

    def _passed(self, request: bytes) -> bytes:
        with socket.create_connection(self.server, PATIENCE_SECONDS) as upstream:
            upstream.settimeout(PATIENCE_SECONDS)
            upstream.sendall(closing(request))
            answer = b""
            while piece := upstream.recv(PIECE):
                answer += piece
        return self.rewrite(answer)


def received(phone: socket.socket) -> bytes:
    """One whole request; nothing if the phone hung up before it was whole."""
    got = b""
    while HEAD_END not in got:
        piece = phone.recv(PIECE)
        if not piece:
            return b""
        got += piece
    head, _end, body = got.partition(HEAD_END)
    wanted = length(head)
    while len(body) < wanted:
        piece = phone.recv(PIECE)
        if not piece:
            return b""
        body += piece
    return head + HEAD_END + body


def length(head: bytes) -> int:
    """The body's length that the head announces."""
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def closing(request: bytes) -> bytes:
    """The request with ``Connection: close``, so that each meets its own fate, and for an answer that can be read."""
    head, _end, body = request.partition(HEAD_END)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"accept-encoding:"))]
    return b"\r\n".join([*lines, b"Connection: close"]) + HEAD_END + body


def emptied(request: bytes) -> bytes:
    """The request as Safari sometimes sends it: all heads right, nothing in it."""
    head, _end, _body = request.partition(HEAD_END)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    return b"\r\n".join([*lines, b"Content-Length: 0"]) + HEAD_END
