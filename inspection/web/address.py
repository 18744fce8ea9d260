"""Where we are reached: from this machine, from a phone on the same network, and as a picture to scan."""

import io
import socket
from urllib.parse import urlsplit

import segno

from inspection.settings import Settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared with, not bound to
SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737): asking the way there sends nothing, and tells which address we go out from."""


def here(settings: Settings) -> str:
    """The address on this machine."""
    return f"http://{_bracketed(reachable(settings.host))}:{settings.port}"


def on_network(settings: Settings) -> str | None:
    """The address that a phone on the same network may use; None if only this machine is listened to."""
    if settings.host not in EVERYWHERE:
        return None if loopback(settings.host) else here(settings)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE_ELSE)
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if loopback(found) else f"http://{found}:{settings.port}"


def for_phones(settings: Settings, asked: str | None = None) -> str:
    """The address to print for phones: as set, else as ``asked`` for by a browser elsewhere, else as good as can be."""
    if settings.base_url:
        return settings.base_url.rstrip("/")
    elsewhere = asked and not loopback(urlsplit(asked).hostname or "")
    return (asked if elsewhere else on_network(settings)) or asked or here(settings)


def reachable(host: str) -> str:
    """A host to connect to for one to listen on."""
    return EVERYWHERE.get(host, host)


def loopback(host: str) -> bool:
    """Whether only this machine itself is meant."""
    return host.startswith("127.") or host in {"localhost", "::1"}


def drawn(link: str) -> str:
    """A QR code in a terminal's characters."""
    lines = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(lines, compact=True, border=2)
    return lines.getvalue().rstrip("\n")


def picture(link: str) -> str:
    """A QR code as the address of an image, for a page; it stands a finger's print and a fold."""
    return str(segno.make(link, error="m", micro=False).svg_data_uri(scale=8, border=2))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
