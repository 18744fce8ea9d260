"""E-mail by SMTP (邮件): with TLS from the start (``smtps``) or from STARTTLS on (``smtp``)."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from inspection.notifications.channels import PATIENCE_SECONDS, Letter, NotSent

FIRST_LASTING = 500
"""RFC 5321, 4.2.1: a reply of 5yz means that asking again is of no use."""


class Mail:
    """Mail through the server at ``smtp[s]://user:password@host:port``, from one address.

    ``?starttls=off`` speaks in the clear, for a server on the same machine; ``?ca=file`` names whose certificates to
    trust.
    """

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._options = {name: values[-1] for name, values in parse_qs(self._server.query).items()}
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Hand one mail to the server; raises NotSent."""
        if "@" not in letter.to:
            raise NotSent("no address", for_good=True)
        try:
            with self._connected() as server:
                server.send_message(self._written(letter))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            raise NotSent(f"SMTP {codes[0]}", for_good=min(codes) >= FIRST_LASTING) from None
        except smtplib.SMTPResponseException as refused:
            raise NotSent(f"SMTP {refused.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as failure:
            raise NotSent(type(failure).__name__, away=not isinstance(failure, smtplib.SMTPException)) from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        host, context = self._server.hostname or "", ssl.create_default_context(cafile=self._options.get("ca"))
        if self._server.scheme == "smtps":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._server.port or smtplib.SMTP_SSL_PORT, timeout=PATIENCE_SECONDS, context=context
            )
        else:
            opened = smtplib.SMTP(host, self._server.port or 587, timeout=PATIENCE_SECONDS)
        with opened as server:
            if self._server.scheme == "smtp" and self._options.get("starttls") != "off":
                server.starttls(context=context)
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
            yield server

    def _written(self, letter: Letter) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, letter.to, f"明察：{letter.subject}"
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{letter.id}@{self._sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine is to answer
        mail.set_content(letter.text)
        return mail
