"""Real servers on this machine to send to: one that takes mail, one that takes what is posted to it."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "mingcha", "tong-zhi"


class Mailbox:
    """A mail server that keeps what it is given; ``answers`` are given to recipients first, one each."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.over_tls: list[bool] = []
        self.answers: list[str] = []
        self.url = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answers and not (answer := self.answers.pop(0)).startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


class AnyPort(Controller):
    """Listens where there is room, and knows where that is before it is first spoken to."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(certificate: Path | None = None, *, password: bool = False) -> Iterator[Mailbox]:
    """A mail server that offers STARTTLS if it has a certificate, and asks for a password if told to."""
    mailbox, context = Mailbox(), None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    more = {"authenticator": _known, "auth_required": True} if password else {}
    controller = AnyPort(
        mailbox, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=bool(context), **more
    )
    controller.start()
    try:
        user = f"{USER}:{PASSWORD}@" if password else ""
        query = f"ca={certificate}" if certificate else "starttls=off"
        mailbox.url = f"smtp://{user}127.0.0.1:{controller.port}?{query}"
        yield mailbox
    finally:
        controller.stop()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, made now."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(made.public_bytes(encoding) + private)
    return file


class Gateway:
    """An HTTP server that keeps what is posted to it; it gives each of ``answers`` once, then the last again."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], str]] = []
        self.answers: list[tuple[int, str]] = [(200, '{"errcode": 0}')]
        self.url = ""

    def answer(self) -> tuple[int, str]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def http_server() -> Iterator[Gateway]:
    """A gateway that is listening."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            gateway.requests.append((self.path, dict(self.headers), body))
            status, text = gateway.answer()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{gateway.url}/elsewhere")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        gateway.url = f"http://127.0.0.1:{server.server_port}"
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _known(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
